import type { ReportedFinding, Severity } from "../../../core/finding.ts";
import { plainText } from "../../reading/plain-text.ts";

export interface TscOutput {
  /** Paths as the compiler printed them; empty for what belongs to no file. Columns count UTF-16 units. */
  readonly diagnostics: readonly (Omit<ReportedFinding, "file"> & { readonly path: string })[];
  /** What `--listFiles` named: every file of the program, libraries included. */
  readonly listedFiles: readonly string[];
  readonly problems: readonly string[];
}

const LOCATED = /^(.+?)\((\d+),(\d+)\): (error|warning|message|suggestion) (TS\d+): (.*)$/;
const GLOBAL = /^(error|warning|message) (TS\d+): (.*)$/;
const LISTED = /^(?:\/|[A-Za-z]:[\\/]).*\.(?:[cm]?[jt]sx?|json)$/;

/**
 * Reads what `tsc --pretty false --listFiles` prints, by TypeScript 4 to 7. Indented lines go on with the message above
 * them. Never throws; a line of no known form is a problem.
 */
export function parseTscOutput(text: string): TscOutput {
  const diagnostics: {
    rule: string;
    severity: Severity;
    path: string;
    line: number | undefined;
    column: number;
    message: string[];
  }[] = [];
  const listedFiles: string[] = [];
  const problems: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const located = LOCATED.exec(line);
    const global = located === null ? GLOBAL.exec(line) : null;
    if (located !== null) {
      const [, path = "", row = "1", column = "1", category = "", rule = "", message = ""] = located;
      diagnostics.push({
        rule,
        severity: severityOf(category),
        path,
        line: Number(row),
        column: Number(column),
        message: [message],
      });
    } else if (global !== null) {
      const [, category = "", rule = "", message = ""] = global;
      diagnostics.push({
        rule,
        severity: severityOf(category),
        path: "",
        line: undefined,
        column: 1,
        message: [message],
      });
    } else if (/^\s+\S/.test(line) && diagnostics.length > 0) {
      diagnostics.at(-1)?.message.push(line.trim());
    } else if (LISTED.test(line)) {
      listedFiles.push(line);
    } else if (line.trim() !== "") {
      problems.push(`tsc: a line of unknown form: ${plainText(line).slice(0, 200)}`);
    }
  }
  return {
    diagnostics: diagnostics.map(({ line, column, message, ...rest }) => ({
      ...rest,
      message: plainText(message.join("\n")),
      range: line === undefined ? undefined : { start: { line, column } },
    })),
    listedFiles,
    problems: problems.slice(0, 5),
  };
}

function severityOf(category: string): Severity {
  if (category === "error") return "error";
  return category === "warning" ? "warning" : "info";
}
