import type { ReportedFinding } from "../../core/finding.ts";
import type { CheckContext } from "../checker.ts";
import { placeEntries } from "./placed-entries.ts";

/** A file that a formatter could not parse. */
export interface SyntaxError {
  /** As the formatter wrote it. */
  readonly path: string;
  readonly message: string;
  /** Both from 1; columns count Unicode code points. */
  readonly line: number;
  readonly column: number;
}

/** One finding for each error in a file of the workspace. */
export async function syntaxFindings(
  context: Pick<CheckContext, "root" | "options" | "readText">,
  errors: readonly SyntaxError[],
): Promise<readonly ReportedFinding[]> {
  const placed = await placeEntries(context, errors, ({ path }) => path);
  return placed
    .filter(({ file }) => file !== "")
    .map(({ entry: { message, line, column }, file, source }) => ({
      rule: "syntax",
      severity: "error",
      message,
      file,
      range: { start: source?.ofCodePointColumn(line, column) ?? { line, column } },
    }));
}
