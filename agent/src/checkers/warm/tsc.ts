import { basename, join, posix } from "node:path";
import { z } from "zod";
import type { ReportedFinding } from "../../core/finding.ts";
import type { CheckContext } from "../checker.ts";
import { plainText } from "../reading/plain-text.ts";
import { type LspDiagnostic, PulledDiagnostics, rangeFrom, SEVERITY } from "./pulled-diagnostics.ts";
import { withoutMark } from "./without-mark.ts";
import type { WarmQuestion, WarmTool } from "../warm-tool.ts";

const Settings = z.object({ project: z.union([z.string(), z.array(z.string())]) });

/**
 * The native compiler's language server: all type errors of the one file. What a change breaks in other files only the
 * whole project's check tells, so that still runs after a save.
 */
export const tscWarm: WarmTool<CheckContext> = {
  unsaved: true,
  budgetMs: 1_000,
  start: async (context) => {
    const [program = ""] = context.tool;
    const isNative = context.tool.length === 1 && /^tsc(\.exe)?$/.test(basename(program));
    if (!isNative || !(await isOwnProject(context))) return undefined;
    return { argv: [program, "--lsp", "--stdio"], speaks: "lsp", options: {}, followsFiles: true };
  },
  check,
};

/** The server takes the nearest `tsconfig.json` of a file; only where that is the check's own does it answer for it. */
async function isOwnProject({ root, files: [file = ""], options, settings, readText }: CheckContext): Promise<boolean> {
  const { project } = Settings.parse(settings);
  if (project !== "tsconfig.json") return false;
  const own = options.cwd === "" ? "." : options.cwd;
  for (let at = posix.dirname(file); at !== own; at = posix.dirname(at)) {
    if (at === "." || (await readText(join(root, at, "tsconfig.json"))) !== undefined) return false;
  }
  return true;
}

async function check({ document, session }: WarmQuestion<CheckContext>) {
  const uri = session.show(withoutMark(document), languageOf(document.file));
  const pulled = PulledDiagnostics.parse(await session.ask("textDocument/diagnostic", { textDocument: { uri } }));
  const findings = pulled.items
    .filter(({ severity }) => severity === SEVERITY.error)
    .map((item) => findingOf(item, document.file));
  const evidence = { files: 1, summary: `1 file, ${findings.length} errors`, source: "tool" as const };
  return { output: { evidence, findings, problems: [], filesLookedAt: [document.file] }, isWhole: false };
}

/** As the command line prints it: where it begins, and the lines of a long message without their indent. */
function findingOf({ code, message, range }: LspDiagnostic, file: string): ReportedFinding {
  const lines = message.split(/\r?\n/).map((line, index) => (index === 0 ? line : line.trim()));
  return {
    rule: `TS${code}`,
    severity: "error",
    message: plainText(lines.join("\n")),
    file,
    range: { start: rangeFrom(range).start },
  };
}

function languageOf(file: string): string {
  if (file.endsWith(".tsx")) return "typescriptreact";
  if (/\.[cm]?ts$/.test(file)) return "typescript";
  return file.endsWith("x") ? "javascriptreact" : "javascript";
}
