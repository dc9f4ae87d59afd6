import type { ResolvedConfig } from "../config/resolved.ts";
import { blankResult } from "../core/blank-result.ts";
import type { CheckResult } from "../core/check.ts";
import type { Finding } from "../core/finding.ts";
import type { Stage } from "../core/outcome.ts";
import { type IgnoreComment, isExpired } from "../core/suppression.ts";
import { identifyFindings } from "./findings.ts";
import type { OnlyNew } from "./only-new.ts";

/** The id under which a run reports on its own suppressions. No tool stands behind it, and no gate counts it. */
export const SUPPRESSIONS_CHECK = "suppressions";

type Told = Pick<Finding, "rule" | "severity" | "message" | "file" | "range">;

/**
 * What is wrong with the suppressions of a run: without a reason or expired (they suppress nothing), or of no use any more.
 * `undefined` when there is nothing to say. `files` are those in which a comment may stand.
 */
export async function reportSuppressions(
  onlyNew: OnlyNew,
  { results, files, config, stage, baselineFile }: ReportInputs,
): Promise<CheckResult | undefined> {
  const looked = new Map(
    results
      .filter(({ status, reason }) => status === "passed" || status === "failed" || reason === "nothing-in-scope")
      .map((result) => [result.id, new Set(result.filesInScope)]),
  );
  const comments = (await Promise.all(files.map((file) => onlyNew.commentsOf(file)))).flat();
  const { today } = onlyNew.parts;
  const known = new Set(config.checks.map(({ id }) => id));
  const told: Told[] = comments.flatMap((comment) => {
    const isUnused = !onlyNew.used.has(comment) && looked.get(comment.check)?.has(comment.file) === true;
    const problem = faultOf(comment, { known, today, isUnused });
    const range = { start: { line: comment.line, column: 1 } };
    return problem === undefined ? [] : [{ ...problem, file: comment.file, range }];
  });
  told.push(...aboutEntries(onlyNew, { config, results, today }));
  const gone = onlyNew.gone.length;
  if (told.length === 0 && gone === 0) return undefined;
  return asResult({ told: await identify(told, onlyNew.parts.root), gone, stage, baselineFile, files });
}

/** What is wrong with a comment that asks for findings not to count. */
function faultOf(
  { check, rule, problem, expires }: IgnoreComment,
  { known, today, isUnused }: { known: ReadonlySet<string>; today: string; isUnused: boolean },
): Pick<Told, "rule" | "severity" | "message"> | undefined {
  const what = `${check}${rule === undefined ? "" : `/${rule}`}`;
  if (problem !== undefined) return { rule: "invalid", severity: "warning", message: `suppresses nothing: ${problem}` };
  if (isExpired(expires, today)) {
    const message = `the suppression of ${what} ended on ${expires} and suppresses nothing any more`;
    return { rule: "expired", severity: "warning", message };
  }
  if (!known.has(check)) {
    const message = `suppresses nothing: there is no check "${check}" in trigate.yaml`;
    return { rule: "invalid", severity: "warning", message };
  }
  return isUnused
    ? { rule: "unused", severity: "info", message: `the suppression of ${what} is of no use` }
    : undefined;
}

interface ReportInputs {
  readonly results: readonly CheckResult[];
  readonly files: readonly string[];
  readonly config: ResolvedConfig;
  readonly stage: Stage;
  readonly baselineFile: string | undefined;
}

/** Entries of `trigate.yaml`; whether one is of use, only a run over everything can tell. */
function aboutEntries(
  onlyNew: OnlyNew,
  { config, results, today }: { config: ResolvedConfig; results: readonly CheckResult[]; today: string },
): readonly Told[] {
  const whole = onlyNew.parts.changed === undefined;
  return config.suppressions.flatMap((entry, index): Told[] => {
    const what = `suppressions.${index} (${entry.check}${entry.rule === undefined ? "" : `/${entry.rule}`})`;
    if (isExpired(entry.expires, today)) {
      const message = `${what} ended on ${entry.expires} and suppresses nothing any more`;
      return [{ rule: "expired", severity: "warning", message, file: "trigate.yaml" }];
    }
    const result = results.find(({ id }) => id === entry.check);
    const ran = result?.status === "passed" || result?.status === "failed";
    if (!whole || !ran || onlyNew.used.has(entry)) return [];
    return [{ rule: "unused", severity: "info", message: `${what} is of no use`, file: "trigate.yaml" }];
  });
}

async function identify(told: readonly Told[], root: string): Promise<readonly Finding[]> {
  return identifyFindings(SUPPRESSIONS_CHECK, told, root);
}

function asResult({
  told,
  gone,
  stage,
  baselineFile,
  files,
}: {
  told: readonly Finding[];
  gone: number;
  stage: Stage;
  baselineFile: string | undefined;
  files: readonly string[];
}): CheckResult {
  const wrong = told.filter(({ severity }) => severity === "warning").length;
  const unused = told.length - wrong;
  const parts = [
    wrong > 0 ? `${wrong} suppress nothing` : "",
    unused > 0 ? `${unused} of no use` : "",
    gone > 0 ? `${gone} of ${baselineFile ?? "the baseline"} fixed ("trigate baseline prune" takes them out)` : "",
  ].filter((part) => part !== "");
  const blank = blankResult({
    id: SUPPRESSIONS_CHECK,
    tool: "trigate",
    stage,
    suite: undefined,
    feeds: [],
    advisory: true,
    optional: true,
    filesInScope: files,
  });
  return {
    ...blank,
    status: wrong > 0 ? "failed" : "passed",
    reason: wrong > 0 ? "findings" : "clean",
    message: parts.join(", "),
    evidence: { files: files.length },
    findings: told,
  };
}
