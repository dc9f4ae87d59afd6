import type { ResolvedConfig } from "../config/resolved.ts";
import type { CheckResult } from "../core/check.ts";
import type { ChangedLines } from "../core/coverage-summary.ts";
import { STAGES } from "../core/outcome.ts";
import type { RunScope } from "../core/run.ts";
import { TrigateError } from "../errors/trigate-error.ts";
import { DEEPEN, type Repository, type Snapshot } from "../vcs/repository.ts";
import { exportWorkspace, standingStill } from "./only-new-elsewhere.ts";
import { selectPaths } from "./plan.ts";
import type { RunRequest } from "./run-service.ts";

/** The content that a run judges. */
export interface JudgedContent {
  /** Where it lies. */
  readonly root: string;
  readonly snapshot: Snapshot;
  readonly repository: Repository;
  readonly close: () => Promise<void>;
}

/** The work tree; with `--staged`, what would be committed, in a folder of its own where the work tree holds something else. */
export async function contentOf(
  request: RunRequest,
  { root, repository }: { root: string; repository: Repository },
): Promise<JudgedContent> {
  const staged = request.staged && request.paths.length === 0 ? await repository.stagedSnapshot() : undefined;
  if (staged === undefined)
    return { root, repository, snapshot: await repository.snapshot(), close: async () => undefined };
  if (request.fix)
    throw new TrigateError("usage/bad-argument", {
      problem: "the work tree holds more than what is staged, so fixes of the one do not fit the other",
      hint: "leave out --fix, or stage or put aside the rest first",
    });
  const { root: there, remove } = await exportWorkspace(repository, { root, snapshot: staged });
  return { root: there, repository: standingStill(repository, staged), snapshot: staged, close: remove };
}

/** The tree that was judged; `undefined` when it changed while tools were looking, since nobody knows what they saw. */
export async function judgedTree(
  results: readonly CheckResult[],
  { snapshot, repository }: { snapshot: Snapshot; repository: Repository },
): Promise<string | undefined> {
  if (results.every(({ cached, command }) => cached || command.length === 0)) return snapshot.tree;
  const { tree } = await repository.snapshot();
  return tree === snapshot.tree ? tree : undefined;
}

/** What a run was asked to look at. */
export function scopeOf(request: RunRequest, base: string | undefined): RunScope {
  const kind = request.paths.length > 0 ? "paths" : request.staged ? "staged" : request.changed ? "changed" : "full";
  return {
    kind,
    paths: request.paths,
    stages: request.stages.length > 0 ? request.stages : STAGES,
    checks: request.checks,
    base,
  };
}

/**
 * The commit that changes are counted from. They are only counted when something asks for them: a test stage with coverage, or
 * `--changed`. Throws `usage/bad-argument`.
 */
export async function baseOf(
  request: RunRequest,
  { config, repository }: { config: Pick<ResolvedConfig, "base">; repository: Repository },
): Promise<string | undefined> {
  const wanted = request.changed || request.stages.length === 0 || request.stages.includes("test");
  if (!wanted) return undefined;
  const base = await repository.mergeBase(request.base ?? config.base);
  // Without a base everything would count as changed; a clone that was cut short should say so.
  if (base === undefined && request.changed && (await repository.isShallow()))
    throw new TrigateError("usage/bad-argument", {
      problem: "there is no commit that changes could be counted from",
      hint: DEEPEN,
    });
  return base;
}

interface Selecting {
  readonly config: Pick<ResolvedConfig, "checks">;
  readonly snapshot: Snapshot;
  readonly changed: ChangedLines | undefined;
  readonly repository: Repository;
  readonly base: string | undefined;
}

/** The files that were asked for, with those that are gone; `undefined` for all. Throws `usage/bad-argument` as {@link givenFiles} does. */
export async function selectedFiles(
  request: RunRequest,
  { config, snapshot, changed, repository, base }: Selecting,
): Promise<ReadonlySet<string> | undefined> {
  if (request.paths.length > 0) return givenFiles(request.paths, { snapshot, config });
  // What is gone can break what is still there.
  if (request.staged)
    return new Set([...(await repository.stagedFiles()), ...(await repository.removedFiles(undefined))]);
  if (!request.changed || changed === undefined || base === undefined) return undefined;
  return new Set([...changed.keys(), ...(await repository.removedFiles(base, snapshot))]);
}

/** Throws `usage/bad-argument` where no file lies at the paths, or where nothing lies at one that is the name of a check. */
function givenFiles(
  paths: readonly string[],
  { snapshot, config }: Pick<Selecting, "snapshot" | "config">,
): ReadonlySet<string> {
  const check = config.checks.find(({ id }) => paths.includes(id) && selectPaths(snapshot, [id]).size === 0);
  if (check !== undefined)
    throw new TrigateError("usage/bad-argument", {
      problem: `${check.id} is a check, not a file: trigate run --check ${check.id}`,
      hint: "paths are files and folders",
    });
  const selected = selectPaths(snapshot, paths);
  if (selected.size === 0)
    throw new TrigateError("usage/bad-argument", {
      problem: `no file of the workspace lies at ${paths.join(", ")}`,
      hint: "give paths relative to the folder of trigate.yaml",
    });
  return selected;
}
