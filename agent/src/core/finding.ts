import type { MetricId } from "./metrics.ts";

/** A place in a text file; both numbers start at 1, and `column` counts UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** From `start` up to, but not including, `end`. Without `end` the tool named a point or a whole line. */
export interface Range {
  readonly start: Position;
  readonly end?: Position | undefined;
}

/** Replaces the text of a range; an empty range inserts. */
export interface TextEdit {
  readonly range: { readonly start: Position; readonly end: Position };
  readonly newText: string;
}

/** Edits, all in the finding's own file, that make the finding go away. They do not overlap. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

export const SEVERITIES = ["error", "warning", "info"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One thing that a tool found, as a parser gives it. */
export interface ReportedFinding {
  /** The tool's own name of the rule, such as `no-unused-vars` or `E501`. */
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  /** Relative to the workspace root, with `/`; empty when the finding belongs to no file. */
  readonly file: string;
  readonly range?: Range | undefined;
  readonly fix?: Fix | undefined;
  readonly url?: string | undefined;
  /** The metric that it counts for, where that is not the first one that its check feeds. */
  readonly metric?: MetricId | undefined;
}

/** Why a finding does not count. It stays in every report, with this beside it. */
export interface Suppression {
  /**
   * `baseline`: inherited debt, in the baseline file; `inline`: a comment in the source; `rule`: an entry of
   * `suppressions` in `trigate.yaml`; `unchanged-line`: outside of the changed lines of a `--changed` run.
   */
  readonly kind: "baseline" | "inline" | "rule" | "unchanged-line";
  /** Why, as somebody wrote it. */
  readonly reason: string;
  /** Last day on which it holds, as `2027-01-31`. */
  readonly expires?: string | undefined;
}

/** A finding inside a run. */
export interface Finding extends ReportedFinding {
  /** Present when it does not count. */
  readonly suppressed?: Suppression | undefined;
  readonly id: string;
  /** The id of the check, as in `trigate.yaml`. */
  readonly check: string;
  /** Stays the same when lines above it move, so that old and new findings can be told apart. */
  readonly fingerprint: string;
  /** Hashes of what stands before and after it, `before:after`, to tell equal findings apart. */
  readonly near?: string | undefined;
}
