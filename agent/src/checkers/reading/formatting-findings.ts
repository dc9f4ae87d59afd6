import { join } from "node:path";
import type { ReportedFinding } from "../../core/finding.ts";
import type { CheckContext, ToolRunOptions } from "../checker.ts";
import { replacementOf } from "./replacement.ts";

/** Each fix costs a start of the formatter; who has more unformatted files formats the lot. */
const MOST_FIXES = 50;

export interface UnformattedFiles {
  /** Name of the formatter for people. */
  readonly tool: string;
  /** Files that it would write differently, relative to the root. */
  readonly files: readonly string[];
  /** The file as the formatter would write it; `undefined` when it cannot. */
  readonly formatted: (file: string, text: string) => Promise<string | undefined>;
}

/** One finding for each unformatted file: at the first line that differs, with the edit that formats the file. */
export async function formattingFindings(
  context: Pick<CheckContext, "root" | "readText">,
  { tool, files, formatted }: UnformattedFiles,
): Promise<readonly ReportedFinding[]> {
  const findings: ReportedFinding[] = [];
  for (const [index, file] of files.entries()) {
    const base = {
      rule: "format",
      severity: "error" as const,
      message: `not formatted as ${tool} would write it`,
      file,
    };
    const text = index < MOST_FIXES ? await context.readText(join(context.root, file)) : undefined;
    const wanted = text === undefined ? undefined : await formatted(file, text);
    const edit = text === undefined || wanted === undefined ? undefined : replacementOf(text, wanted);
    findings.push(
      edit === undefined ? base : { ...base, range: edit.range, fix: { title: `Format with ${tool}`, edits: [edit] } },
    );
  }
  return findings;
}

/** What a formatter prints for a text that it is handed on standard input; `undefined` when it does not end with 0. */
export async function formattedByInput(
  { run }: Pick<CheckContext, "run">,
  argv: readonly string[],
  input: Required<Pick<ToolRunOptions, "stdin">> & Pick<ToolRunOptions, "env">,
): Promise<string | undefined> {
  const { exitCode, stdout } = await run(argv, input);
  return exitCode === 0 ? stdout : undefined;
}
