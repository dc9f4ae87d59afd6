import { type Comparison, filtered, indirectChanges, patchTotals } from "./comparison.ts";
import { type CodecovConfig, flagRule, type NamedStatus, type StatusRule, statusesOf } from "./config.ts";
import { compare, type Decimal, formatDecimal, subtract } from "./decimal.ts";
import { type Judged, type Judging, limitWords, shortCommit, shown } from "./judging.ts";
import { Matcher } from "./patterns.ts";
import { projectStatus } from "./project-status.ts";
import { pathsOfFlags } from "./report.ts";

/** `none`: the service shows no such status. `pending`: it waits for something. */
export type StatusState = "success" | "failure" | "error" | "pending" | "none";

export interface StatusResult {
  /** As the service calls it, such as `codecov/patch/agent`. */
  readonly name: string;
  readonly state: StatusState;
  /** In the service's words; empty where it shows nothing. */
  readonly description: string;
  /** In our words: which figures and rules led to the state. */
  readonly why: string;
}

/** A merge queue's branch stands for the pull request in it. */
const MERGE_QUEUE = /^gh-readonly-queue\/.+\/pr-\d+-[0-9a-f]+$/;

/** All statuses that the service would give, in its order. */
export function judgeStatuses(config: CodecovConfig, comparison: Comparison): readonly StatusResult[] {
  const known = [...new Set([...(comparison.head.report?.flags() ?? []), ...(comparison.base.report?.flags() ?? [])])];
  return statusesOf(config, known.toSorted()).map((status) => ({
    name: nameOf(status),
    ...judgeStatus(status, config, comparison),
  }));
}

function nameOf({ type, title }: NamedStatus): string {
  return title === "default" ? `codecov/${type}` : `codecov/${type}/${title}`;
}

type Shown = Omit<StatusResult, "name">;

const notShown = (why: string): Shown => ({ state: "none", description: "", why });
const waiting = (why: string): Shown => ({ state: "pending", description: "", why });

function judgeStatus(status: NamedStatus, config: CodecovConfig, comparison: Comparison): Shown {
  const { rule } = status;
  const held = heldBack(status, config, comparison);
  if (held !== undefined) return held;
  const missing = missingFlagOf(rule, config, comparison);
  if (missing === "exclude")
    return notShown(`none of its flags (${rule.flags.join(", ")}) was uploaded, and such statuses are left out`);
  const filter = {
    flags: rule.flags,
    expressions: [...pathsOfFlags(config, rule.flags), ...rule.paths.map(({ expression }) => expression)],
  };
  const cut = filtered(comparison, filter);
  if (cut === undefined) return notShown("no coverage was uploaded");
  const judged = judgeType(status, { config, rule, comparison: cut });
  return missing === "pass"
    ? {
        state: "success",
        description: `${judged.description} [Auto passed due to carriedforward or missing coverage]`,
        why: `none of its flags (${rule.flags.join(", ")}) was uploaded, and such statuses pass`,
      }
    : finished(judged, rule);
}

/** What keeps a status from being judged at all. */
function heldBack({ rule, title }: NamedStatus, config: CodecovConfig, comparison: Comparison): Shown | undefined {
  const { head, ci, uploads } = comparison;
  if (config.requireCiToPass && ci === "failed") {
    const own = config.statuses.some((status) => status.title === title && status.rule === rule);
    return own ? ciFailed(rule) : notShown("a check failed, and statuses of flags and components are not given then");
  }
  if (uploads !== undefined && uploads < config.afterBuilds)
    return waiting(`waits for ${config.afterBuilds} uploads, there ${uploads === 1 ? "is" : "are"} ${uploads}`);
  if (head.report === undefined) return notShown("no coverage was uploaded");
  return outOfPlace(rule, comparison) ?? lackingUploads(rule, config, comparison);
}

function ciFailed(rule: StatusRule): Shown {
  return finished(
    { state: rule.ifCiFailed, description: "CI failed.", why: "a check failed, and CI is required to pass" },
    rule,
  );
}

/** A status that is not given on this branch, or outside of pull requests. */
function outOfPlace(rule: StatusRule, { head, pull }: Comparison): Shown | undefined {
  if ((rule.onlyPulls || rule.base === "pr") && !pull && !MERGE_QUEUE.test(head.branch))
    return notShown("only given on pull requests");
  const isBranchMeant = rule.branches === undefined || new Matcher(rule.branches).matches(head.branch);
  return isBranchMeant ? undefined : notShown(`not given on branch ${head.branch}`);
}

/** A status with a flag that more uploads are to come for. */
function lackingUploads(rule: StatusRule, config: CodecovConfig, comparison: Comparison): Shown | undefined {
  if (comparison.uploads === undefined) return undefined;
  const awaited = (flag: string) => flagRule(config, flag)?.afterBuilds ?? 0;
  const lacking = rule.flags.find((flag) => uploadsOf(comparison, flag) < awaited(flag));
  return lacking === undefined ? undefined : waiting(`waits for ${awaited(lacking)} uploads of flag ${lacking}`);
}

function uploadsOf({ head }: Comparison, flag: string): number {
  return head.report?.uploads.filter(({ flags }) => flags.includes(flag)).length ?? 0;
}

function missingFlagOf(rule: StatusRule, config: CodecovConfig, { head }: Comparison): "exclude" | "pass" | undefined {
  if (rule.flags.length === 0) return undefined;
  const uploaded = head.report?.uploadedFlags() ?? new Set();
  const behavior = rule.missingFlag ?? config.missingFlag;
  return behavior === "include" || rule.flags.some((flag) => uploaded.has(flag)) ? undefined : behavior;
}

function judgeType({ type }: NamedStatus, judging: Judging): Judged {
  switch (type) {
    case "project":
      return projectStatus(judging);
    case "patch":
      return patchStatus(judging);
    case "changes":
      return changesStatus(judging);
  }
}

/** The last step: what is informational never fails, and what is to be ignored is not shown. */
function finished({ state, description, why }: Judged, { informational }: StatusRule): Shown {
  if (state === "ignore")
    return informational ? { state: "success", description, why } : notShown(`${why}; such statuses are to be ignored`);
  const turned = informational && state !== "success";
  return {
    state: turned ? "success" : state,
    description,
    why: turned ? `${why}; informational, so it is shown as success instead of ${state}` : why,
  };
}

function patchStatus({ config, rule, comparison }: Judging): Judged {
  const { whole, base } = comparison;
  const totals = patchTotals(comparison);
  const coverage = totals?.coverage;
  if (totals === undefined || coverage === undefined) return notAffected(whole);
  const target = rule.target === "auto" ? base?.totals.coverage : rule.target;
  if (target === undefined)
    return {
      state: rule.ifNotFound,
      description: "No report found to compare against",
      why: `the target is the coverage of the base, which has none; if_not_found is ${rule.ifNotFound}`,
    };
  const figures = `${totals.hits} of ${totals.lines} added lines are hit, that is ${formatDecimal(coverage)} %`;
  return { ...hitOfTarget(coverage, target, { config, rule }), why: `${figures}; ${limitWords(rule, target)}` };
}

function hitOfTarget(
  coverage: Decimal,
  target: Decimal,
  { config, rule }: Pick<Judging, "config" | "rule">,
): Omit<Judged, "why"> {
  const show = (value: Decimal) => `${shown(value, config)}%`;
  const hit = `${show(coverage)} of diff hit`;
  const description = `${hit} (target ${show(target)})`;
  if (compare(coverage, target) >= 0) return { state: "success", description };
  if (compare(coverage, subtract(target, rule.threshold)) < 0) return { state: "failure", description };
  const within = `within ${show(rule.threshold)} threshold of ${show(target)}`;
  return { state: "success", description: `${hit} (${within})` };
}

function notAffected({ base, head }: Comparison): Judged {
  const between =
    base.commit === undefined ? "" : ` when comparing ${shortCommit(base.commit)}...${shortCommit(head.commit)}`;
  return {
    state: "success",
    description: `Coverage not affected${between}`,
    why: "no added line is counted by the report; the service passes that, measured or not",
  };
}

function changesStatus({ rule, comparison }: Judging): Judged {
  const { whole } = comparison;
  if (whole.pull && rule.base !== "parent" && whole.base.report === undefined)
    return {
      state: "success",
      description: "Unable to determine changes, no report found at pull request base",
      why: "the base has no report",
    };
  const worse = (indirectChanges(comparison) ?? []).filter(({ kind, worse: by }) => kind === "changed" && by > 0);
  if (worse.length === 0)
    return {
      state: "success",
      description: "No indirect coverage changes found",
      why: "no untouched line lost its coverage",
    };
  return {
    state: "failure",
    description: `${worse.length} ${worse.length > 1 ? "files have" : "file has"} indirect coverage changes not visible in diff`,
    why: `untouched lines lost coverage in ${worse.map(({ path }) => path).join(", ")}`,
  };
}
