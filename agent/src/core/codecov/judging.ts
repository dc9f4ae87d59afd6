import type { Filtered } from "./comparison.ts";
import type { CodecovConfig, Fallback, StatusRule } from "./config.ts";
import { type Decimal, formatDecimal, round } from "./decimal.ts";

/** What one status is judged by. */
export interface Judging {
  readonly config: CodecovConfig;
  readonly rule: StatusRule;
  readonly comparison: Filtered;
}

/** What a comparison came to, before the rules that hold for every status. `ignore` is nothing to show. */
export interface Judged {
  readonly state: Fallback;
  /** In the service's words. */
  readonly description: string;
  /** In our words. */
  readonly why: string;
}

/** A number as the service shows it. Nothing is decided by it. */
export function shown(
  value: Decimal,
  { precision, rounding }: CodecovConfig,
  { signed = false }: { signed?: boolean } = {},
): string {
  return formatDecimal(round(value, precision, rounding), { signed });
}

export function shortCommit(commit: string): string {
  return commit.slice(0, 7);
}

/** The limit in words, with all its digits. */
export function limitWords({ target, threshold }: StatusRule, limit: Decimal): string {
  const from = target === "auto" ? "the base's coverage" : "the target";
  return `${from} is ${formatDecimal(limit)} %, the threshold ${formatDecimal(threshold)} %`;
}
