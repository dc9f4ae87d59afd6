import type { Range, ReportedFinding, Severity } from "../../../core/finding.ts";
import { firstGroups } from "../../reading/named-groups.ts";
import { plainText } from "../../reading/plain-text.ts";

export interface TscOutput {
  /** Paths as the compiler printed them; empty for what belongs to no file. Columns count UTF-16 units. */
  readonly diagnostics: readonly (Omit<ReportedFinding, "file"> & { readonly path: string })[];
  /** What `--listFiles` named: every file of the program, libraries included. */
  readonly listedFiles: readonly string[];
  readonly problems: readonly string[];
}

const LOCATED =
  /^(?<path>.+?)\((?<row>\d+),(?<column>\d+)\): (?<category>error|warning|message|suggestion) (?<rule>TS\d+): (?<message>.*)$/;
const GLOBAL = /^(?<category>error|warning|message) (?<rule>TS\d+): (?<message>.*)$/;
const LISTED = /^(?:\/|[A-Za-z]:[\\/]).*\.(?:[cm]?[jt]sx?|json)$/;

interface Draft {
  readonly rule: string;
  readonly severity: Severity;
  readonly path: string;
  readonly range: Range | undefined;
  /** Its first line and those that go on with it. */
  readonly message: string[];
}

/**
 * Reads what `tsc --pretty false --listFiles` prints, by TypeScript 4 to 7. Indented lines go on with the message above
 * them. Never throws; a line of no known form is a problem.
 */
export function parseTscOutput(text: string): TscOutput {
  const diagnostics: Draft[] = [];
  const listedFiles: string[] = [];
  const problems: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const begun = draftOf(line);
    const above = diagnostics.at(-1);
    if (begun !== undefined) diagnostics.push(begun);
    else if (/^\s+\S/.test(line) && above !== undefined) above.message.push(line.trim());
    else if (LISTED.test(line)) listedFiles.push(line);
    else if (line.trim() !== "") problems.push(`tsc: a line of unknown form: ${plainText(line).slice(0, 200)}`);
  }
  return {
    diagnostics: diagnostics.map(({ message, ...rest }) => ({ ...rest, message: plainText(message.join("\n")) })),
    listedFiles,
    problems: problems.slice(0, 5),
  };
}

/** The diagnostic that a line begins. */
function draftOf(line: string): Draft | undefined {
  const { path, row, column, category, rule, message } = firstGroups(line, [LOCATED, GLOBAL]);
  if (category === undefined || rule === undefined || message === undefined) return undefined;
  const start = row === undefined ? undefined : { line: Number(row), column: Number(column) };
  return {
    rule,
    severity: severityOf(category),
    path: path ?? "",
    range: start === undefined ? undefined : { start },
    message: [message],
  };
}

function severityOf(category: string): Severity {
  if (category === "error") return "error";
  return category === "warning" ? "warning" : "info";
}
