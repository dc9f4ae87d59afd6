import { type Comparison, filtered, type Filtered, indirectChanges, patchTotals } from "./comparison.ts";
import type { CodecovConfig, RequiredChange } from "./config.ts";
import { compare, type Decimal, HUNDRED, subtract } from "./decimal.ts";
import { Matcher } from "./patterns.ts";

/** The least that counts as a drop. */
const DROP: Decimal = { units: 1n, scale: 2 };

/** Why the service would leave no comment; `undefined` when it would. */
export function silenceOf(config: CodecovConfig, comparison: Comparison): string | undefined {
  const { comment } = config;
  const { head, pull, uploads } = comparison;
  if (comment === undefined) return "codecov.yml turns comments off";
  if (!pull) return "comments are only left on pull requests";
  if (head.report === undefined) return "no coverage was uploaded";
  if (comment.branches !== undefined && !new Matcher(comment.branches).matches(head.branch))
    return `none on branch ${head.branch}`;
  if (uploads !== undefined && uploads < comment.afterBuilds) return `it waits for ${comment.afterBuilds} uploads`;
  const unmet = comment.requireChanges.find((group) => !group.some((condition) => isMet(condition, comparison)));
  return unmet === undefined ? undefined : `require_changes asks for ${unmet.join(" or ")}`;
}

function isMet(condition: RequiredChange, comparison: Comparison): boolean {
  const all = filtered(comparison, { flags: [], expressions: [] });
  return all !== undefined && CONDITIONS[condition](all);
}

const CONDITIONS: Readonly<Record<RequiredChange, (all: Filtered) => boolean>> = {
  any_change: (all) => (indirectChanges(all) ?? []).length > 0 || (patchTotals(all)?.lines ?? 0) > 0,
  // What cannot be compared is worth a word.
  coverage_drop: ({ head, base }) => isLower(head.totals.coverage, base?.totals.coverage) ?? true,
  uncovered_patch: (all) => isLower(patchTotals(all)?.coverage, HUNDRED) ?? false,
};

/** Whether a coverage lies below another by as much as counts; `undefined` where one of them is missing. */
function isLower(coverage: Decimal | undefined, than: Decimal | undefined): boolean | undefined {
  if (coverage === undefined || than === undefined) return undefined;
  return compare(subtract(than, coverage), DROP) >= 0;
}
