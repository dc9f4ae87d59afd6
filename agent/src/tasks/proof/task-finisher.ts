import type { RunEvent } from "../../core/run.ts";
import { messageOf, TrigateError } from "../../errors/trigate-error.ts";
import type { Clock } from "../../platform/clock.ts";
import type { StatusChange } from "../file/edit-tasks.ts";
import type { TaskStore } from "../task-store.ts";
import { changeSince } from "./change-since.ts";
import { evidenceOf } from "./evidence.ts";
import { type Target, type Targets, targetsOf } from "./finish-targets.ts";
import type { Cause } from "./judge-proof.ts";
import type { JudgedFinding } from "./judged-run.ts";
import type { Note } from "./record-edit.ts";
import { type Requirement, requirementOf } from "./requirement.ts";
import type { Delivery } from "./status-hook.ts";
import type { Proof, TaskProof, TaskProofOptions } from "./task-proof.ts";
import type { ForcedDone, TaskEvidence } from "./task-record.ts";
import type { TaskStatuses } from "./task-statuses.ts";

export interface TaskFinisherOptions extends Pick<TaskProofOptions, "repository" | "config"> {
  /** Absolute folder of the workspace. */
  readonly root: string;
  readonly clock: Clock;
  readonly store: TaskStore;
  readonly statuses: TaskStatuses;
  readonly proof: TaskProof;
  /** Who asks, as evidence names them. */
  readonly by: string;
}

export interface FinishWish {
  readonly id: string;
  readonly tag?: string | undefined;
  /** Prove and finish the open subtasks, too. */
  readonly withSubtasks: boolean;
  /** Refuse while dependencies are not done. */
  readonly strict: boolean;
  /** Take this recorded run. */
  readonly runId?: string | undefined;
  readonly noCache: boolean;
  /** Call it done whatever the gates say. */
  readonly force?: { readonly reason: string; readonly run: boolean } | undefined;
}

export interface FinishAsk {
  readonly signal: AbortSignal;
  readonly onEvent: (event: RunEvent) => void;
}

export interface Finished {
  /** `not-run` where no gate was asked. */
  readonly verdict: "passed" | "failed" | "errored" | "not-run";
  /** What was written; empty where it was refused. */
  readonly changes: readonly StatusChange[];
  readonly evidence?: TaskEvidence | undefined;
  readonly forced?: ForcedDone | undefined;
  readonly runId?: string | undefined;
  /** Whether the run was made before. */
  readonly reused: boolean;
  readonly causes: readonly Cause[];
  /** The first findings of checks that failed. */
  readonly findings: readonly JudgedFinding[];
  readonly warnings: readonly string[];
  readonly delivery?: Delivery | undefined;
}

interface Proven {
  readonly target: Target;
  readonly requirement: Requirement;
  readonly proof: Proof;
}

const FINDINGS_SHOWN = 5;

/** Makes tasks done: by proof, or by a person's word that stays visible. */
export class TaskFinisher {
  readonly #options: TaskFinisherOptions;

  constructor(options: TaskFinisherOptions) {
    this.#options = options;
  }

  /**
   * Proves a task and writes `done` with the evidence, or says what is against it and writes nothing. Throws
   * `tasks/open-subtasks`, `tasks/not-ready`, `tasks/bad-requirements`, `tasks/conflict` when the task was changed meanwhile,
   * `run/cancelled`, and what the store and the proof throw.
   */
  async finish(wish: FinishWish, ask: FinishAsk): Promise<Finished> {
    const { force } = wish;
    if (force?.reason.trim() === "")
      throw new TrigateError("usage/bad-argument", {
        problem: "no reason is given",
        hint: "say why, by --reason TEXT",
      });
    const targets = await this.#options.store.look(wish.tag, (where) => targetsOf(where, wish.id, wish));
    if (force?.run === false) return this.#forceUnjudged(wish, { targets, reason: force.reason, cause: undefined });
    let proven: readonly Proven[];
    try {
      proven = await this.#proveAll(targets.all, wish, ask);
    } catch (error) {
      if (force === undefined || !isForceable(error)) throw error;
      return this.#forceUnjudged(wish, { targets, reason: force.reason, cause: messageOf(error) });
    }
    return this.#decide(wish, { targets, proven });
  }

  /** Equal requirements are proven by one run. */
  async #proveAll(targets: readonly Target[], wish: FinishWish, ask: FinishAsk): Promise<readonly Proven[]> {
    const config = await this.#options.config();
    const workspace = { root: this.#options.root, require: config.tasks.require, checks: config.checks };
    const wanted = targets.map((target) => ({
      target,
      requirement: requirementOf(target.id, target.record.requires, workspace),
    }));
    const made = new Map<string, Proof>();
    const proven: Proven[] = [];
    for (const { target, requirement } of wanted) {
      const key = JSON.stringify(requirement);
      const { runId, noCache } = wish;
      const proof = made.get(key) ?? (await this.#options.proof.of(requirement, { runId, noCache, ...ask }));
      made.set(key, proof);
      proven.push({ target, requirement, proof });
      // The rest could not be written any more.
      if (proof.judgement.verdict !== "passed" && wish.force === undefined) break;
    }
    return proven;
  }

  async #decide(
    wish: FinishWish,
    { targets, proven }: { targets: Targets; proven: readonly Proven[] },
  ): Promise<Finished> {
    const told = { ...summaryOf(proven), warnings: targets.warnings };
    if (told.verdict !== "passed" && wish.force === undefined) return { ...told, changes: [] };
    const notes = new Map<string, Note>();
    for (const each of proven) notes.set(each.target.id, await this.#noteOf(each, wish));
    const named = notes.get(wish.id);
    return {
      ...told,
      ...(await this.#write(wish, notes)),
      evidence: named?.evidence,
      forced: named?.forced,
    };
  }

  async #noteOf({ target, requirement, proof }: Proven, { force }: FinishWish): Promise<Note> {
    const { run, judgement } = proof;
    const { record, status } = target;
    const at = this.#nowIso();
    const { by } = this.#options;
    const change = await this.#changeOf(target, run);
    const seen = { expected: status, provenFor: record.requires, change };
    if (judgement.verdict === "passed" && run.tree !== undefined)
      return { ...seen, evidence: evidenceOf({ run, tree: run.tree, requirement, judgement, at, by }) };
    const overruled = judgement.causes.map(({ id }) => id);
    const verdict = judgement.verdict === "failed" ? "failed" : "errored";
    return { ...seen, forced: { at, by, reason: force?.reason ?? "", verdict, runId: run.id, overruled } };
  }

  async #changeOf(
    { record }: Target,
    { commit, dirty }: { readonly commit: string | undefined; readonly dirty: boolean },
  ): Promise<Note["change"]> {
    const from = record.times?.startCommit;
    if (from === undefined) return undefined;
    return changeSince(await this.#options.repository(), { from, to: commit, dirty });
  }

  /** Without any gate having spoken: nobody wanted it, or none could. */
  async #forceUnjudged(
    wish: FinishWish,
    { targets, reason, cause }: { targets: Targets; reason: string; cause: string | undefined },
  ): Promise<Finished> {
    const forced: ForcedDone = {
      at: this.#nowIso(),
      by: this.#options.by,
      reason,
      verdict: "not-run",
      overruled: cause === undefined ? [] : [cause],
    };
    const notes = new Map(targets.all.map(({ id, status }): [string, Note] => [id, { expected: status, forced }]));
    const written = await this.#write(wish, notes);
    return {
      verdict: "not-run",
      reused: false,
      causes: cause === undefined ? [] : [{ id: "run", verdict: "errored", message: cause }],
      findings: [],
      warnings: targets.warnings,
      forced,
      ...written,
    };
  }

  #write({ tag }: FinishWish, notes: ReadonlyMap<string, Note>) {
    return this.#options.statuses.write(tag, { ids: [...notes.keys()], status: "done", notes });
  }

  #nowIso(): string {
    return new Date(this.#options.clock.now()).toISOString();
  }
}

/** Whether a person's word may stand in for the proof that could not be had. Whoever stops a run wants nothing written. */
function isForceable(error: unknown): boolean {
  return error instanceof TrigateError && error.code !== "run/cancelled";
}

/** What all proofs say together; the first that is none speaks for them. */
function summaryOf(proven: readonly Proven[]): Pick<Finished, "verdict" | "runId" | "reused" | "causes" | "findings"> {
  const against = proven.filter(({ proof }) => proof.judgement.verdict !== "passed");
  const telling = against[0] ?? proven.at(-1);
  return {
    verdict: verdictOf(against),
    runId: telling?.proof.run.id,
    reused: telling?.proof.reused ?? false,
    causes: uniqueCauses(against),
    findings: against.slice(0, 1).flatMap(firstFindings),
  };
}

function verdictOf(against: readonly Proven[]): "passed" | "failed" | "errored" {
  if (against.length === 0) return "passed";
  return against.some(({ proof }) => proof.judgement.verdict === "failed") ? "failed" : "errored";
}

function uniqueCauses(against: readonly Proven[]): readonly Cause[] {
  const causes = against.flatMap(({ proof }) => proof.judgement.causes);
  return [...new Map(causes.map((cause) => [`${cause.id}\0${cause.message}`, cause])).values()];
}

function firstFindings({ proof: { run }, requirement }: Proven): readonly JudgedFinding[] {
  const failed = new Set(
    run.stages
      .filter(({ stage }) => requirement.stages.includes(stage))
      .flatMap(({ checks }) => checks.filter(({ status }) => status === "failed").map(({ id }) => id)),
  );
  return run.findings.filter(({ check }) => failed.has(check)).slice(0, FINDINGS_SHOWN);
}
