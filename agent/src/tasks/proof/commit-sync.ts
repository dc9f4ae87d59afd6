import type { TaskStatus } from "../../core/task.ts";
import { isTrigateError, messageOf, TrigateError } from "../../errors/trigate-error.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Repository } from "../../vcs/repository.ts";
import type { TaskCommit, TaskCommits } from "../../vcs/task-commits.ts";
import { findOne } from "../file/tag-edit.ts";
import type { TaskStore } from "../task-store.ts";
import { changeOf } from "./change-since.ts";
import { evidenceOf } from "./evidence.ts";
import type { Target } from "./finish-targets.ts";
import type { JudgedRun } from "./judged-run.ts";
import { recordAt } from "./record-edit.ts";
import { type Requirement, requirementOf } from "./requirement.ts";
import type { Delivery } from "./status-hook.ts";
import type { Proof, TaskProof, TaskProofOptions } from "./task-proof.ts";
import type { TaskStatuses } from "./task-statuses.ts";

export interface CommitSyncOptions extends Pick<TaskProofOptions, "repository" | "config"> {
  /** Absolute folder of the workspace. */
  readonly root: string;
  readonly clock: Clock;
  readonly store: TaskStore;
  readonly statuses: TaskStatuses;
  readonly proof: TaskProof;
  readonly by: string;
  readonly commits: (range: string) => Promise<TaskCommits>;
}

export interface SyncWish {
  readonly range: string;
  readonly tag?: string | undefined;
  /** A run that was made elsewhere, and what its report is called. */
  readonly report?: { readonly run: JudgedRun; readonly name: string } | undefined;
  /** Write nothing. */
  readonly dryRun: boolean;
}

export interface SyncedTask {
  readonly id: string;
  /** `closed` now; `settled` before, as done or cancelled; `refused` by a gate; `unproven` since nothing tells; `unknown` to the list. */
  readonly outcome: "closed" | "settled" | "refused" | "unproven" | "unknown";
  /** Why, in a sentence. */
  readonly message: string;
  /** The newest commit that names it. */
  readonly commit: string;
  readonly runId?: string;
}

export interface Synced {
  readonly tip: string;
  readonly tasks: readonly SyncedTask[];
  readonly deliveries: readonly Delivery[];
}

interface Candidate {
  readonly commit: string;
  readonly tree: string;
}

/** What may be wrong with one task and leaves the others to be closed. */
const OF_ONE_TASK = ["tasks/open-subtasks", "tasks/bad-requirements", "tasks/conflict", "tasks/invalid"] as const;

/** Closes the tasks that commits name, where a run on exactly that content passed. */
export class CommitSync {
  readonly #options: CommitSyncOptions;
  readonly #trees = new Map<string, string>();

  constructor(options: CommitSyncOptions) {
    this.#options = options;
  }

  /**
   * A task is closed when what it requires passed on the content of the newest commit that names it, or of the end of the
   * range. Throws `usage/bad-argument` for an unknown range; what is wrong with one task is told of that task.
   */
  async sync(wish: SyncWish): Promise<Synced> {
    const { tip, commits } = await this.#options.commits(wish.range);
    const naming = new Map<string, TaskCommit[]>();
    for (const commit of commits) for (const id of commit.tasks) naming.set(id, [...(naming.get(id) ?? []), commit]);
    const tasks: SyncedTask[] = [];
    const deliveries: Delivery[] = [];
    const closed = new Set<string>();
    // A task is done after its subtasks, so those are closed first.
    for (const [id, named] of [...naming].toSorted(([a], [b]) => Number(b.includes(".")) - Number(a.includes(".")))) {
      const { task, delivery } = await this.#syncOne({ id, named, tip, closed }, wish);
      tasks.push(task);
      if (task.outcome === "closed") closed.add(id);
      if (delivery !== undefined) deliveries.push(delivery);
    }
    return { tip, tasks, deliveries };
  }

  async #syncOne(one: One, wish: SyncWish): Promise<{ task: SyncedTask; delivery?: Delivery | undefined }> {
    const { id, named } = one;
    const commit = named[0]?.id ?? one.tip;
    const answer = (outcome: SyncedTask["outcome"], message: string) => ({ task: { id, outcome, message, commit } });
    try {
      const target = await this.#targetOf(one, wish);
      if (isSettled(target.status)) return answer("settled", `it is ${target.status} already`);
      const requirement = await this.#requirementOf(target);
      const found = await this.#find(requirement, one, wish);
      if (typeof found === "string") return answer("unproven", found);
      const { proof, at } = found;
      const refused = refusalOf(proof);
      if (refused !== undefined) return answer(...refused);
      const delivery = wish.dryRun ? undefined : await this.#close({ target, requirement, proof, at, one }, wish);
      const task = { ...answer("closed", `proven on ${at.commit.slice(0, 12)}`).task, runId: proof.run.id };
      return { task, delivery };
    } catch (error) {
      return answer(...obstacleOf(error));
    }
  }

  async #targetOf({ id, closed }: One, { tag, dryRun }: SyncWish): Promise<Target> {
    return this.#options.store.look(tag, (where) => {
      const { task } = findOne(where, id);
      const target = { id, status: task.status, record: recordAt(where, id) };
      const open = task.subtasks.filter((subtask) => !isSettled(subtask.status) && !(dryRun && closed.has(subtask.id)));
      if (open.length > 0 && !isSettled(task.status))
        throw new TrigateError("tasks/open-subtasks", { id, open: open.map((subtask) => subtask.id) });
      return target;
    });
  }

  async #requirementOf({ id, record }: Target): Promise<Requirement> {
    const { root, config } = this.#options;
    const { tasks, checks } = await config();
    return requirementOf(id, record.requires, { root, require: tasks.require, checks });
  }

  /** The proof, or why there is none. A run that was given is judged; of those that are recorded one that passed is sought. */
  async #find(
    requirement: Requirement,
    { named, tip }: One,
    { report }: SyncWish,
  ): Promise<{ readonly proof: Proof; readonly at: Candidate } | string> {
    const commits = [...new Set([tip, ...named.slice(0, 1).map(({ id }) => id)])];
    const candidates = await Promise.all(commits.map(async (commit) => ({ commit, tree: await this.#treeOf(commit) })));
    if (report !== undefined) {
      const at = candidates.find(({ tree }) => tree === report.run.tree);
      if (at !== undefined) return { proof: await this.#options.proof.given(report.run, requirement), at };
    }
    for (const at of candidates) {
      const proof = await this.#options.proof.recorded(requirement, at.tree);
      if (proof !== undefined) return { proof, at };
    }
    const places = commits.map((commit) => commit.slice(0, 12)).join(" or ");
    return report === undefined
      ? `no run that passed is recorded of the content of ${places}`
      : `${report.name} is of another content than that of ${places}`;
  }

  async #treeOf(commit: string): Promise<string> {
    const known = this.#trees.get(commit);
    if (known !== undefined) return known;
    const repository: Repository = await this.#options.repository();
    const { tree } = await repository.snapshotAt(commit);
    this.#trees.set(commit, tree);
    return tree;
  }

  async #close({ target, requirement, proof, at, one }: Closing, { tag }: SyncWish): Promise<Delivery | undefined> {
    const { clock, by, statuses } = this.#options;
    const { run, judgement } = proof;
    // What was judged is what was committed, whatever lay in the work tree of the run.
    const committed = { ...run, commit: at.commit, dirty: false };
    const nowIso = new Date(clock.now()).toISOString();
    const evidence = evidenceOf({ run: committed, tree: at.tree, requirement, judgement, at: nowIso, by });
    const [newest] = one.named;
    const change = {
      ...(newest === undefined ? {} : { to: newest.id }),
      ...changeOf(one.named.flatMap(({ files }) => files)),
    };
    const note = { expected: target.status, provenFor: target.record.requires, evidence, change };
    const { delivery } = await statuses.write(tag, {
      ids: [target.id],
      status: "done",
      notes: new Map([[target.id, note]]),
    });
    return delivery;
  }
}

interface One {
  readonly id: string;
  /** The commits that name it, newest first. */
  readonly named: readonly TaskCommit[];
  readonly tip: string;
  /** What was closed before. */
  readonly closed: ReadonlySet<string>;
}

interface Closing {
  readonly target: Target;
  readonly requirement: Requirement;
  readonly proof: Proof;
  readonly at: Candidate;
  readonly one: One;
}

/** What a run that is no proof says. */
function refusalOf({ judgement: { verdict, causes } }: Proof): ["refused" | "unproven", string] | undefined {
  if (verdict === "passed") return undefined;
  return [
    verdict === "failed" ? "refused" : "unproven",
    causes.map((cause) => `${cause.id}: ${cause.message}`).join("; "),
  ];
}

/** What is wrong with one task. Throws what is wrong with more than that. */
function obstacleOf(error: unknown): ["unknown" | "unproven", string] {
  if (isTrigateError(error, "tasks/not-found")) return ["unknown", messageOf(error)];
  if (OF_ONE_TASK.some((code) => isTrigateError(error, code))) return ["unproven", messageOf(error)];
  throw error;
}

function isSettled(status: TaskStatus): boolean {
  return status === "done" || status === "cancelled";
}
