import type { Fix, Position, Range, ReportedFinding, TextEdit } from "../../../core/finding.ts";
import type { CheckContext } from "../../checker.ts";
import { workspacePathOf } from "../report-path.ts";
import { forwardRange } from "../forward-range.ts";
import type { SarifRegion } from "./form.ts";
import type { SarifResult } from "./result.ts";
import { readSources } from "../source-texts.ts";
import type { TextPositions } from "../text-positions.ts";

/** Findings of SARIF results: files placed in the workspace, columns in UTF-16 code units. */
export async function sarifFindings(
  context: Pick<CheckContext, "root" | "options" | "readText">,
  results: readonly SarifResult[],
): Promise<readonly ReportedFinding[]> {
  const placed = results.map((result) => ({
    result,
    file: result.uri === "" ? "" : (workspacePathOf(context, result.uri) ?? ""),
  }));
  const needsText = ({ region, codePointColumns, fix }: SarifResult) =>
    codePointColumns || fix !== undefined || (region?.startLine === undefined && region?.charOffset !== undefined);
  const sources = await readSources(
    context,
    placed.flatMap(({ result, file }) => (file !== "" && needsText(result) ? [file] : [])),
  );
  return placed.map(({ result, file }) => {
    const source = sources.get(file);
    const where = { source, codePoints: result.codePointColumns };
    return {
      rule: result.rule,
      severity: result.severity,
      // A place outside the workspace can only be told in words.
      message: file === "" && result.uri !== "" ? `${result.uri}: ${result.message}` : result.message,
      file,
      range: file === "" || result.region === undefined ? undefined : rangeOf(result.region, where),
      fix: fixOf(result, { ...where, isFile: (uri) => file !== "" && workspacePathOf(context, uri) === file }),
      url: result.url,
    };
  });
}

interface Where {
  readonly source: TextPositions | undefined;
  readonly codePoints: boolean;
}

/** A region without columns is whole lines; one that ends with its start is a point. */
function rangeOf(region: SarifRegion, { source, codePoints }: Where): Range | undefined {
  const { startLine, startColumn = 1, endLine = startLine, endColumn } = region;
  if (startLine === undefined || endLine === undefined || startLine < 1) return rangeOfOffset(region, source);
  const position = (line: number, column: number): Position =>
    (codePoints ? source?.ofCodePointColumn(line, column) : undefined) ?? { line, column };
  const start = position(startLine, Math.max(1, startColumn));
  return endColumn === undefined || endColumn < 1 ? { start } : forwardRange(start, position(endLine, endColumn));
}

/** A region that is told by characters from the beginning of the file. */
function rangeOfOffset(
  { charOffset, charLength = 0 }: SarifRegion,
  source: TextPositions | undefined,
): Range | undefined {
  if (source === undefined || charOffset === undefined || charOffset < 0) return undefined;
  return { start: source.ofOffset(charOffset), end: source.ofOffset(charOffset + Math.max(0, charLength)) };
}

/** A fix is offered when all of it happens in the finding's own file and its places can be told exactly. */
function fixOf(
  { fix }: SarifResult,
  { isFile, ...where }: Where & { readonly isFile: (uri: string) => boolean },
): Fix | undefined {
  if (fix === undefined || where.source === undefined) return undefined;
  const edits: TextEdit[] = [];
  for (const { uri, region, newText } of fix.edits) {
    const range = isFile(uri) ? rangeOf(region, where) : undefined;
    if (range === undefined) return undefined;
    edits.push({ range: { start: range.start, end: endOfEdit(region, range) }, newText });
  }
  return { title: fix.title, edits };
}

/** A region that names lines and no column deletes those lines; one that names a start only inserts there. */
function endOfEdit({ startLine, startColumn, endLine, endColumn }: SarifRegion, { start, end }: Range): Position {
  const wholeLines = startLine !== undefined && startColumn === undefined && endColumn === undefined;
  return wholeLines ? { line: (endLine ?? start.line) + 1, column: 1 } : (end ?? start);
}
