import { matchesPattern } from "../../core/glob.ts";
import type { ProofJudgement } from "./judge-proof.ts";
import type { JudgedRun } from "./judged-run.ts";
import { type Requirement, writtenRequirement } from "./requirement.ts";
import type { TaskEvidence } from "./task-record.ts";

/** More would make the list heavy; the run with all of it is in the history by its id. */
const MOST_BENCHMARKS = 20;

export interface EvidenceOptions {
  readonly run: JudgedRun;
  /** Hash of the content that the run judged. */
  readonly tree: string;
  readonly requirement: Requirement;
  readonly judgement: ProofJudgement;
  readonly at: string;
  readonly by: string;
}

/** The short form of a proof, as it stands on the task. */
export function evidenceOf({ run, tree, requirement, judgement, at, by }: EvidenceOptions): TaskEvidence {
  const stages = run.stages.filter(({ stage }) => requirement.stages.includes(stage));
  const benchmarks = benchmarksOf(run, requirement);
  const patch = patchOf(run);
  return {
    runId: run.id,
    ...(run.commit === undefined ? {} : { commit: run.commit }),
    tree,
    dirty: run.dirty,
    verdict: "passed",
    at,
    by,
    required: writtenRequirement(requirement),
    gates: stages
      .flatMap(({ gates }) => gates)
      .filter(({ verdict }) => verdict !== "skipped")
      .map(({ id, actual, threshold, verdict }) => ({
        id,
        ...(actual === undefined ? {} : { actual }),
        threshold: threshold.written,
        verdict,
      })),
    ...(judgement.empty.length === 0 ? {} : { empty: [...judgement.empty] }),
    ...(patch === undefined ? {} : { patchCoverage: patch }),
    ...(benchmarks.length === 0 ? {} : { benchmarks }),
  };
}

function patchOf({ patch }: JudgedRun): TaskEvidence["patchCoverage"] {
  if (patch === undefined || patch.total === 0) return undefined;
  return { ...patch, percent: Math.round((10_000 * patch.covered) / patch.total) / 100 };
}

/** Those that the task names, or the first of all that were measured. */
function benchmarksOf({ measurements }: JudgedRun, { benchmarks, stages }: Requirement) {
  if (!stages.includes("performance")) return [];
  const wanted = measurements.filter(
    ({ benchmark }) => benchmarks.length === 0 || benchmarks.some((pattern) => matchesPattern(pattern, benchmark)),
  );
  return wanted.slice(0, MOST_BENCHMARKS).map(({ check, benchmark, metric, unit, summary }) => ({
    check,
    benchmark,
    metric,
    unit,
    summary: Object.fromEntries(
      Object.entries(summary).filter((entry): entry is [string, number] => Number.isFinite(entry[1])),
    ),
  }));
}
