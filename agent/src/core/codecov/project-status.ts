import { impactOf, patchTotals } from "./comparison.ts";
import { compare, type Decimal, exactPercent, formatDecimal, HUNDRED, round, subtract, ZERO } from "./decimal.ts";
import { type Judged, type Judging, limitWords, shortCommit, shown } from "./judging.ts";

/** Up to this shortfall, in percent, the adjusted base is held for reached. */
const ADJUSTED_TOLERANCE: Decimal = { units: 5n, scale: 3 };

/** The whole project's coverage against a target or the base; what was removed can still turn a failure into success. */
export function projectStatus(judging: Judging): Judged {
  const verdict = compared(judging);
  if (verdict.state === "success" || judging.comparison.base === undefined) return verdict;
  const excuse = excused(judging);
  return excuse === undefined
    ? verdict
    : {
        state: "success",
        description: `${verdict.description}${excuse.description}`,
        why: `${verdict.why}; ${excuse.why}`,
      };
}

function compared({ config, rule, comparison: { whole, head, base } }: Judging): Judged {
  const fallback = (description: string, why: string): Judged => ({
    state: rule.ifNotFound,
    description,
    why: `${why}; if_not_found is ${rule.ifNotFound}`,
  });
  const coverage = head.totals.coverage;
  if (coverage === undefined)
    return fallback(
      "No coverage information found on head",
      "the report of the head has no line that belongs to this status",
    );
  if (base === undefined) return fallback("No report found to compare against", "the base has no report");
  const before = base.totals.coverage;
  if (before === undefined)
    return fallback(
      "No coverage information found on base report",
      "the base's report has no line that belongs to this status",
    );
  const target = rule.target === "auto" ? before : rule.target;
  const state = compare(coverage, subtract(target, rule.threshold)) >= 0 ? "success" : "failure";
  const why = `${head.totals.hits} of ${head.totals.lines} lines are hit, that is ${formatDecimal(coverage)} %; ${limitWords(rule, target)}`;
  const change = shown(subtract(coverage, target), config, { signed: true });
  const description =
    rule.target === "auto"
      ? `${shown(coverage, config)}% (${change}%) compared to ${shortCommit(whole.base.commit ?? "")}`
      : `${shown(coverage, config)}% (target ${shown(target, config)}%)`;
  return { state, description, why };
}

interface Excuse {
  readonly description: string;
  readonly why: string;
}

function excused(judging: Judging): Excuse | undefined {
  switch (judging.rule.removedCode) {
    case "adjust_base":
      return adjustedBase(judging);
    case "removals_only":
      return onlyRemoved(judging);
    case "fully_covered_patch":
      return coveredPatch(judging);
    case "off":
      return undefined;
  }
}

/** The base without the lines that the change removed. A fixed target is not moved by it. */
function adjustedBase({ config, rule, comparison }: Judging): Excuse | undefined {
  const { base, head, whole } = comparison;
  const coverage = head.totals.coverage;
  if (rule.target !== "auto" || base === undefined || coverage === undefined) return undefined;
  const { removed } = impactOf(whole);
  const hits = base.totals.hits - removed.hits;
  const lines = hits + base.totals.misses - removed.misses + base.totals.partials - removed.partials;
  if (lines === 0) return undefined;
  const adjusted = subtract(exactPercent(hits, lines), rule.threshold);
  const shortfall = subtract(round(adjusted, 5, "nearest"), coverage);
  if (compare(shortfall, ADJUSTED_TOLERANCE) >= 0) return undefined;
  const gain = round(subtract(coverage, adjusted), config.precision, config.rounding);
  const shownGain = compare(gain, ZERO) > 0 ? formatDecimal(gain) : "0";
  const shownBase = shown(adjusted, config);
  return {
    description: `, passed because coverage increased by ${shownGain}% when compared to adjusted base (${shownBase}%)`,
    why: `without the removed lines (${removed.hits} hit, ${removed.misses} missed, ${removed.partials} partial) the base would have had ${hits} of ${lines}`,
  };
}

function onlyRemoved({ comparison: { whole } }: Judging): Excuse | undefined {
  const { removed, addsLines, changesOthers } = impactOf(whole);
  const count = removed.hits + removed.misses + removed.partials;
  if (addsLines || changesOthers || count === 0) return undefined;
  return {
    description: ", passed because this change only removed code",
    why: `${count} counted lines were removed, none was added, and no other line changed`,
  };
}

function coveredPatch({ comparison }: Judging): Excuse | undefined {
  if (impactOf(comparison.whole).changesOthers) return undefined;
  const totals = patchTotals(comparison);
  if (totals?.coverage === undefined)
    return {
      description: ", passed because coverage was not affected by patch",
      why: "no added line is counted",
    };
  if (compare(totals.coverage, HUNDRED) !== 0) return undefined;
  return {
    description: ", passed because patch was fully covered by tests, and no indirect coverage changes",
    why: `all ${totals.lines} added lines are hit, and no other line changed`,
  };
}
