import { z } from "zod";
import type { CheckContext } from "../checker.ts";
import { formattingFindings } from "../reading/formatting-findings.ts";
import { editedText } from "./edited-text.ts";
import { LspEdits } from "./pulled-diagnostics.ts";
import type { WarmDocument, WarmQuestion, WarmSession, WarmTool } from "../warm-tool.ts";

const Settings = z.object({ config: z.string().optional() });

/**
 * Biome's daemon, asked to format: its diagnostics come a quarter of a second late by design, its edits at once. No edits
 * can mean formatted, ignored, broken or not ready. With two more line ends only a file that it can format has edits: that
 * tells the first from the others, and for those the command line is asked.
 */
export const biomeWarm: WarmTool<CheckContext> = {
  unsaved: true,
  budgetMs: 300,
  start: async (context) => {
    const { config } = Settings.parse(context.settings);
    const configArguments = config === undefined ? [] : ["--config-path", config];
    return { argv: [...context.tool, "lsp-proxy", ...configArguments], speaks: "lsp", options: {} };
  },
  check,
};

async function check({ context, document, session }: WarmQuestion<CheckContext>) {
  const { file, text } = document;
  // Whether a byte order mark is a place of its own, the two do not agree.
  if (text.startsWith("\uFEFF")) return undefined;
  const edits = await editsFor(session, document);
  if (edits.length === 0 && (await editsFor(session, { ...document, text: `${text}\n\n` })).length === 0)
    return undefined;
  const findings = await formattingFindings(context, {
    tool: "Biome",
    files: edits.length === 0 ? [] : [file],
    formatted: async () => editedText(text, edits),
  });
  const evidence = { files: 1, summary: `1 files, ${findings.length} not formatted`, source: "tool" as const };
  return { output: { evidence, findings, problems: [], filesLookedAt: [file] }, isWhole: true };
}

async function editsFor(session: WarmSession, document: WarmDocument) {
  const uri = session.show(document, languageOf(document.file));
  const params = { textDocument: { uri }, options: { tabSize: 2, insertSpaces: true } };
  return LspEdits.parse(await session.ask("textDocument/formatting", params)) ?? [];
}

const LANGUAGES: Readonly<Record<string, string>> = {
  tsx: "typescriptreact",
  jsx: "javascriptreact",
  json: "json",
  jsonc: "jsonc",
  css: "css",
  graphql: "graphql",
};

function languageOf(file: string): string {
  const ending = file.split(".").at(-1) ?? "";
  return LANGUAGES[ending] ?? (/^[cm]?ts$/.test(ending) ? "typescript" : "javascript");
}
