import type { CheckOutput } from "../../core/check.ts";
import type { ReportedFinding } from "../../core/finding.ts";
import type { ReportedMeasurement } from "../../core/measurement.ts";

/** A function of one file, and how big it is. */
export interface FunctionFigures {
  /** With its class before it, such as `Store.read`; in angle brackets when it has no name. */
  readonly name: string;
  readonly startLine: number;
  readonly endLine: number;
  /** McCabe's cyclomatic complexity: 1 and each branch. */
  readonly complexity: number;
  /** Lines from the first to the last, with comments and blank ones. */
  readonly length: number;
}

export interface MeasuredFunction extends FunctionFigures {
  /** Relative to the workspace root. */
  readonly file: string;
}

/** From where on functions are shown in editors and reports; limits are for gates. */
export interface Shown {
  readonly complexity: number;
  readonly length: number;
}

/**
 * What gates and editors need of measured functions: for each file the worst figure of both metrics, named
 * `file:function`, and a note for every function that is at least as big as `shown`. A file without any function
 * measures 0: it was looked at, and nothing in it is complex.
 */
export function functionReport(
  files: readonly string[],
  functions: readonly MeasuredFunction[],
  shown: Shown,
): Pick<CheckOutput, "findings" | "measurements"> {
  const byFile = Map.groupBy(functions, ({ file }) => file);
  const measurements = files.flatMap((file) => {
    const own = byFile.get(file) ?? [];
    return [worst(file, { metric: "complexity", own }), worst(file, { metric: "function_length", own })];
  });
  return { measurements, findings: functions.flatMap((each) => notes(each, shown)) };
}

type FunctionMetric = "complexity" | "function_length";

const figure = (each: MeasuredFunction, metric: FunctionMetric) =>
  metric === "complexity" ? each.complexity : each.length;

function worst(
  file: string,
  { metric, own }: { readonly metric: FunctionMetric; readonly own: readonly MeasuredFunction[] },
): ReportedMeasurement {
  const [first, ...others] = own;
  const shape = { metric, unit: "count", better: "lower" } as const;
  if (first === undefined) return { ...shape, benchmark: file, summary: { max: 0 } };
  const biggest = others.reduce((most, each) => (figure(each, metric) > figure(most, metric) ? each : most), first);
  return { ...shape, benchmark: `${file}:${biggest.name}`, summary: { max: figure(biggest, metric) } };
}

function notes({ name, file, startLine, complexity, length }: MeasuredFunction, shown: Shown): ReportedFinding[] {
  const note = (metric: FunctionMetric, message: string): ReportedFinding => ({
    rule: metric === "complexity" ? "complexity" : "function-length",
    severity: "info",
    message,
    file,
    range: { start: { line: startLine, column: 1 } },
    metric,
  });
  return [
    ...(complexity >= shown.complexity
      ? [note("complexity", `${name} has a cyclomatic complexity of ${complexity}`)]
      : []),
    ...(length >= shown.length ? [note("function_length", `${name} is ${length} lines long`)] : []),
  ];
}
