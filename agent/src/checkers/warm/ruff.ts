import { z } from "zod";
import type { ReportedFinding } from "../../core/finding.ts";
import type { CheckContext } from "../checker.ts";
import { plainLine } from "../reading/plain-text.ts";
import { shortestEdit } from "../reading/replacement.ts";
import { editedText } from "./edited-text.ts";
import { fixFrom, type LspDiagnostic, LspEdits, PulledDiagnostics, rangeFrom } from "./pulled-diagnostics.ts";
import { withoutMark } from "./without-mark.ts";
import type { WarmDocument, WarmQuestion, WarmSession, WarmTool } from "../warm-tool.ts";

const Settings = z.object({ config: z.string().optional() });

const Data = z.object({
  title: z.string(),
  edits: z.array(z.object({ range: PulledDiagnostics.shape.items.element.shape.range, newText: z.string() })),
  is_preferred: z.boolean().optional(),
});

const COMMON = {
  unsaved: true,
  budgetMs: 300,
  start: async (context) => {
    const { config } = Settings.parse(context.settings);
    const settings = config === undefined ? {} : { configuration: config, configurationPreference: "editorOnly" };
    return {
      argv: [...context.tool, "server"],
      speaks: "lsp",
      options: { settings: { logLevel: "error", ...settings } },
    };
  },
} as const satisfies Omit<WarmTool<CheckContext>, "check">;

/** Ruff's language server as a linter. */
export const ruffWarm: WarmTool<CheckContext> = { ...COMMON, check: lint };
/** Ruff's language server as a formatter; the two share one process. */
export const ruffFormatWarm: WarmTool<CheckContext> = { ...COMMON, check: format };

async function lint({ document, session }: WarmQuestion<CheckContext>) {
  const items = await pull(session, session.show(withoutMark(document), "python"));
  return answerOf(
    document,
    items.map((item) => findingOf(item, document.file)),
  );
}

async function format({ document, session }: WarmQuestion<CheckContext>) {
  // The command line takes the mark away and says so; the server never sees it.
  if (document.text.startsWith("\uFEFF")) return undefined;
  const uri = session.show(document, "python");
  const options = { tabSize: 4, insertSpaces: true };
  const edits = LspEdits.parse(await session.ask("textDocument/formatting", { textDocument: { uri }, options }));
  if (edits !== null && edits.length > 0) {
    // Ruff names the shortest stretch that differs.
    const edit = shortestEdit(document.text, editedText(document.text, edits));
    const finding = {
      rule: "unformatted",
      severity: "error" as const,
      message: "File would be reformatted",
      file: document.file,
      range: edit.range,
      fix: { title: "File would be reformatted", edits: [edit] },
    };
    return answerOf(document, [finding]);
  }
  // Nothing to edit means a formatted file, or one that cannot be parsed: the command line says where.
  const items = await pull(session, uri);
  return items.some(({ code }) => code === "invalid-syntax") ? undefined : answerOf(document, []);
}

async function pull(session: WarmSession, uri: string): Promise<readonly LspDiagnostic[]> {
  return PulledDiagnostics.parse(await session.ask("textDocument/diagnostic", { textDocument: { uri } })).items;
}

function answerOf({ file }: WarmDocument, findings: readonly ReportedFinding[]) {
  const evidence = { files: 1, summary: `1 files, ${findings.length} findings`, source: "tool" as const };
  return { output: { evidence, findings, problems: [], filesLookedAt: [file] }, isWhole: true };
}

/** The server writes the fix's title under the message, and shows as warnings what the command line calls errors. */
function findingOf({ code, message, range, codeDescription, data }: LspDiagnostic, file: string): ReportedFinding {
  const fix = Data.safeParse(data);
  const edits = fix.success && fix.data.is_preferred !== false ? fix.data.edits : [];
  return {
    rule: code === undefined ? "syntax" : String(code),
    severity: "error",
    message: plainLine(message.replace(/\n\nhelp: [^]*$/, "")),
    file,
    range: rangeFrom(range),
    fix: fix.success && edits.length > 0 ? fixFrom(plainLine(fix.data.title), edits) : undefined,
    url: codeDescription?.href,
  };
}
