import type { Ratio } from "../coverage.ts";
import type { FileDiff } from "./diff.ts";
import type { CommitReport } from "./report.ts";
import type { StatusResult } from "./statuses.ts";

/** What would be said of a push, before it is made. */
export interface CodecovJudgement {
  /** The configuration that was judged by, relative to the workspace root. */
  readonly file: string;
  /** Faults for which the service would not take the file; then there are no statuses. */
  readonly complaints: readonly {
    readonly path: string;
    readonly line: number | undefined;
    readonly message: string;
  }[];
  readonly statuses: readonly StatusResult[];
  /** Lines hit of each flag. */
  readonly flags: Readonly<Record<string, Ratio>>;
  readonly notJudged: readonly { readonly key: string; readonly line: number | undefined; readonly reason: string }[];
  /** What the figures rest on, in sentences. */
  readonly notes: readonly string[];
}

/** The lines that are hit, as the service counts them, of each flag of a report. */
export function flagRatios(report: CommitReport): Record<string, Ratio> {
  return Object.fromEntries(
    report.flags().map((flag) => {
      const { hits, lines } = report.view({ flags: [flag], expressions: [] }).totals;
      return [flag, { covered: hits, total: lines }];
    }),
  );
}

/** Changed code that was not measured: a file that is in no report, or lines that were edited after they were measured. */
export interface UnmeasuredCode {
  readonly path: string;
  readonly lines: readonly number[];
  readonly kind: "file" | "stale";
}

/** The one status that the service does not have: it passes what was not measured. */
export function unmeasuredStatus(code: readonly UnmeasuredCode[], mode: "fail" | "advise"): StatusResult {
  const name = "trigate/unmeasured";
  if (code.length === 0)
    return {
      name,
      state: "success",
      description: "All changed code is measured",
      why: "every changed source file that belongs to a check with coverage is in a report",
    };
  const files = code.filter(({ kind }) => kind === "file").length;
  const stale = code.length - files;
  const parts = [
    ...(files > 0 ? [`${files} changed ${files === 1 ? "file is" : "files are"} in no coverage report`] : []),
    ...(stale > 0 ? [`${stale} ${stale === 1 ? "file has" : "files have"} lines edited since they were measured`] : []),
  ];
  const places = code.map(({ path, lines }) => `${path}${lines.length === 0 ? "" : `:${rangesOf(lines)}`}`).join(", ");
  return {
    name,
    state: mode === "fail" ? "failure" : "success",
    description: `${parts.join(", ")}: ${places}`,
    why: mode === "fail" ? "the service would pass it" : "the service would pass it; trigate.yaml asks for advice only",
  };
}

/** The added lines of a file, for the message. */
export function addedLines(diff: readonly FileDiff[], path: string): readonly number[] {
  return diff.find((file) => file.path === path)?.added ?? [];
}

function rangesOf(lines: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const line of lines) {
    const last = ranges.at(-1);
    if (last !== undefined && line === last[1] + 1) last[1] = line;
    else ranges.push([line, line]);
  }
  return ranges.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(",");
}

/** Whether a status keeps a push from being fine. */
export function isFailing({ state }: StatusResult): boolean {
  return state === "failure" || state === "error";
}
