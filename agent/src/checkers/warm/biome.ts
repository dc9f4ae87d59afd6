import { z } from "zod";
import type { CheckContext } from "../checker.ts";
import { formattingFindings } from "../reading/formatting-findings.ts";
import { editedText } from "./edited-text.ts";
import { LspEdits } from "./pulled-diagnostics.ts";
import type { WarmQuestion, WarmTool } from "./warm-tool.ts";

const Settings = z.object({ config: z.string().optional() });

/**
 * Biome's daemon, asked to format: its diagnostics come a quarter of a second late by design, its edits at once. No edits
 * can mean formatted, ignored, broken or not ready; which of them, the command line tells in some 20 ms.
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
  // Whether a byte order mark is a place of its own, the two do not agree.
  if (document.text.startsWith("\uFEFF")) return undefined;
  const uri = session.show(document, languageOf(document.file));
  const options = { tabSize: 2, insertSpaces: true };
  const edits = LspEdits.parse(await session.ask("textDocument/formatting", { textDocument: { uri }, options }));
  if (edits === null || edits.length === 0) return undefined;
  const formatted = editedText(document.text, edits);
  const findings = await formattingFindings(context, {
    tool: "Biome",
    files: [document.file],
    formatted: async () => formatted,
  });
  const evidence = { files: 1, summary: "1 files, 1 not formatted", source: "tool" as const };
  return { output: { evidence, findings, problems: [], filesLookedAt: [document.file] }, isWhole: true };
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
