import { z } from "zod";
import type { Range, ReportedFinding, Severity } from "../../../core/finding.ts";
import { plainLine } from "../../reading/plain-text.ts";
import { type JsonResult, readJson } from "../../reading/read-json.ts";
import type { TextPositions } from "../../reading/text-positions.ts";

export const GRADES = ["low", "medium", "high"] as const;
export type Grade = (typeof GRADES)[number];

const Line = z.int().nonnegative();

const Result = z.object({
  filename: z.string(),
  line_number: Line,
  line_range: z.array(Line).default([]),
  col_offset: z.int().optional(),
  end_col_offset: z.int().optional(),
  issue_text: z.string(),
  issue_severity: z.string(),
  issue_confidence: z.string(),
  test_id: z.string(),
  test_name: z.string(),
  more_info: z.string().optional(),
});
export type BanditResult = z.infer<typeof Result>;

const Report = z.object({
  errors: z.array(z.object({ filename: z.string(), reason: z.string() })),
  metrics: z.record(z.string(), z.object({ nosec: z.number().optional(), skipped_tests: z.number().optional() })),
  results: z.array(Result),
});

export interface BanditReport {
  readonly results: readonly BanditResult[];
  /** Files that it looked into, as it names them. */
  readonly files: readonly string[];
  /** What `# nosec` comments kept out. */
  readonly silenced: number;
  /** Files that it could not open or parse. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}

const TOTALS = "_totals";

/** Reads what `bandit --format json` prints. Never throws. */
export function parseBandit(text: string): JsonResult<BanditReport> {
  const read = readJson(text, Report);
  if (!read.ok) return read;
  const { errors, metrics, results } = read.value;
  const broken = new Set(errors.map(({ filename }) => filename));
  const own = Object.entries(metrics).filter(([path]) => path !== TOTALS);
  return {
    ok: true,
    value: {
      results,
      files: own.map(([path]) => path).filter((path) => !broken.has(path)),
      silenced: own.reduce((sum, [, { nosec = 0, skipped_tests: tests = 0 }]) => sum + nosec + tests, 0),
      unreadable: errors.map(({ filename, reason }) => ({ path: filename, reason: plainLine(reason) })),
    },
  };
}

export interface BanditPolicy {
  readonly minimumSeverity: Grade;
  readonly minimumConfidence: Grade;
}

/** One finding in `file`. What lies below the policy is shown as information. Columns are bytes from 0 in the report. */
export function banditFinding(
  result: BanditResult,
  {
    file,
    source,
    policy,
  }: { readonly file: string; readonly source: TextPositions | undefined; readonly policy: BanditPolicy },
): ReportedFinding {
  return {
    rule: result.test_id,
    severity: severityOf(result, policy),
    message: plainLine(
      `${result.issue_text} (${result.test_name}, confidence ${result.issue_confidence.toLowerCase()})`,
    ),
    file,
    range: rangeOf(result, source),
    url: result.more_info?.startsWith("https://") ? result.more_info : undefined,
  };
}

function rangeOf(
  { line_number: line, line_range: lines, col_offset: column = -1, end_col_offset: end = 0 }: BanditResult,
  source: TextPositions | undefined,
): Range | undefined {
  if (line < 1) return undefined;
  if (column < 0) return { start: { line, column: 1 } };
  const position = (offset: number) => source?.ofByteColumn(line, offset + 1) ?? { line, column: offset + 1 };
  // With several lines nobody says on which one the end column lies.
  const hasEnd = lines.length <= 1 && end > column;
  return { start: position(column), end: hasEnd ? position(end) : undefined };
}

const gradeOf = (word: string): Grade | undefined => GRADES.find((grade) => grade === word.toLowerCase());

/** A grade that bandit leaves undefined may be anything, so it counts. */
function severityOf(
  { issue_severity: severity, issue_confidence: confidence }: BanditResult,
  { minimumSeverity, minimumConfidence }: BanditPolicy,
): Severity {
  const below = (grade: Grade | undefined, minimum: Grade) =>
    grade !== undefined && GRADES.indexOf(grade) < GRADES.indexOf(minimum);
  if (below(gradeOf(severity), minimumSeverity) || below(gradeOf(confidence), minimumConfidence)) return "info";
  return gradeOf(severity) === "high" ? "error" : "warning";
}
