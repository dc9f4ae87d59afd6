import type { ResolvedConfig } from "../../config/resolved.ts";
import type { Run, RunEvent } from "../../core/run.ts";
import { TrigateError } from "../../errors/trigate-error.ts";
import type { History } from "../../history/history.ts";
import type { RunService } from "../../runs/run-service.ts";
import type { Repository, Snapshot } from "../../vcs/repository.ts";
import { judgeProof, type ProofJudgement } from "./judge-proof.ts";
import { type JudgedRun, judgedRun } from "./judged-run.ts";
import { type Requirement, runRequestOf } from "./requirement.ts";

export interface TaskProofOptions {
  readonly runs: RunService;
  readonly repository: () => Promise<Repository>;
  readonly history: () => Promise<Pick<History, "judgedAt">>;
  readonly config: () => Promise<ResolvedConfig>;
  readonly agentVersion: string;
}

/** A run and what it says of a requirement. */
export interface Proof {
  readonly run: JudgedRun;
  readonly judgement: ProofJudgement;
  /** Whether it was made before. */
  readonly reused: boolean;
}

export interface ProofWish {
  /** Take this recorded run, whatever else there is. */
  readonly runId?: string | undefined;
  /** Ask every tool again. */
  readonly noCache: boolean;
  readonly signal: AbortSignal;
  readonly onEvent: (event: RunEvent) => void;
}

/** Finds or makes the run that proves, or refuses, a requirement for the content that lies in the workspace now. */
export class TaskProof {
  readonly #options: TaskProofOptions;

  constructor(options: TaskProofOptions) {
    this.#options = options;
  }

  /**
   * A run of the very same content that is in the history and passed is taken; else the gates are run. Throws
   * `run/not-found`, `tasks/other-tree` and `run/cancelled`.
   */
  async of(requirement: Requirement, wish: ProofWish): Promise<Proof> {
    const now = await (await this.#options.repository()).snapshot();
    if (wish.runId !== undefined) return this.#named(wish.runId, requirement, now);
    const kept = wish.noCache ? undefined : await this.recorded(requirement, now.tree);
    return kept ?? this.#made(requirement, { ...wish, before: now });
  }

  /** The newest recorded run of a content that proves a requirement as the configuration has it now. */
  async recorded(requirement: Requirement, tree: string): Promise<Proof | undefined> {
    const { agentVersion } = this.#options;
    const config = await this.#options.config();
    for (const recorded of await (await this.#options.history()).judgedAt(tree)) {
      const run = judgedRun(recorded);
      const judgement = judgeProof(run, requirement);
      if (
        judgement.verdict === "passed" &&
        run.agentVersion === agentVersion &&
        followsConfiguration(run, { config, requirement })
      )
        return { run, judgement, reused: true };
    }
    return undefined;
  }

  /** What a run that was made elsewhere says; the caller has seen that it judged the right content. */
  async given(run: JudgedRun, requirement: Requirement): Promise<Proof> {
    const judgement = judgeProof(run, requirement);
    const config = await this.#options.config();
    if (judgement.verdict !== "passed" || followsConfiguration(run, { config, requirement }))
      return { run, judgement, reused: true };
    const message = "its gates or checks are not those of trigate.yaml";
    return {
      run,
      judgement: { ...judgement, verdict: "errored", causes: [{ id: "run", verdict: "errored", message }] },
      reused: true,
    };
  }

  async #named(runId: string, requirement: Requirement, now: Snapshot): Promise<Proof> {
    const recorded = await this.#options.runs.byId(runId);
    if (recorded === undefined) throw new TrigateError("run/not-found", { runId });
    if (recorded.tree !== now.tree) throw new TrigateError("tasks/other-tree", { run: runId });
    const run = judgedRun(recorded);
    return { run, judgement: judgeProof(run, requirement), reused: true };
  }

  async #made(requirement: Requirement, wish: ProofWish & { readonly before: Snapshot }): Promise<Proof> {
    const made = await this.#run(requirement, wish);
    const run = judgedRun(made);
    const tree = run.tree ?? (await this.#stoodStill(wish.before));
    const proven = { ...run, tree };
    return { run: proven, judgement: judgeProof(proven, requirement), reused: false };
  }

  async #run(requirement: Requirement, { noCache, signal, onEvent }: ProofWish): Promise<Run> {
    signal.throwIfAborted();
    const { cancel, finished } = this.#options.runs.start(runRequestOf(requirement, { noCache }), onEvent);
    signal.addEventListener("abort", cancel, { once: true });
    try {
      return await finished;
    } finally {
      signal.removeEventListener("abort", cancel);
    }
  }

  /**
   * The content that was there before a run, when only task lists changed during it: many programs write those at any time,
   * and to start again for each would never end.
   */
  async #stoodStill(before: Snapshot): Promise<string | undefined> {
    const after = await (await this.#options.repository()).snapshot();
    return withoutTaskLists(before) === withoutTaskLists(after) ? before.tree : undefined;
  }
}

/** Whether a run was judged by the gates and checks that `trigate.yaml` has now. The content does not tell: it may extend files elsewhere. */
function followsConfiguration(
  { stages: judgedStages }: JudgedRun,
  { config, requirement }: { config: ResolvedConfig; requirement: Requirement },
): boolean {
  const stages = new Set(requirement.stages);
  const judged = new Map(
    judgedStages.flatMap(({ gates }) => gates.map(({ id, threshold }) => [id, threshold.written] as const)),
  );
  const ran = new Set(judgedStages.flatMap(({ checks }) => checks.map(({ id }) => id)));
  const gates = config.gates.filter(({ stage, configured }) => configured && stages.has(stage));
  const checks = requirement.checks.length > 0 ? [] : config.checks.filter(({ stage }) => stages.has(stage));
  return (
    gates.every(({ id, threshold }) => judged.get(id) === threshold.written) && checks.every(({ id }) => ran.has(id))
  );
}

/** Where Task Master's files lie: they say what is to be done, and no gate judges them for a task. */
const TASK_LISTS = /^(?:\.taskmaster\/|tasks\/tasks\.json)/;

function withoutTaskLists({ files }: Snapshot): string {
  return files
    .filter(({ path }) => !TASK_LISTS.test(path))
    .map(({ path, hash }) => `${hash} ${path}`)
    .join("\0");
}
