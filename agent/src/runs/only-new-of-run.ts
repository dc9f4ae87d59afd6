import { join } from "node:path";
import type { ResolvedConfig } from "../config/resolved.ts";
import type { CheckResult } from "../core/check.ts";
import type { ChangedLines } from "../core/coverage-summary.ts";
import type { KnownFinding } from "../core/only-new.ts";
import type { RunScope } from "../core/run.ts";
import { IGNORE_WORD } from "../core/suppression.ts";
import { readBaseline } from "./baseline.ts";
import { executePlan, type PlanExecution } from "./execute-plan.ts";
import { type Elsewhere, exportWorkspace, standingStill } from "./only-new-elsewhere.ts";
import { OnlyNew } from "./only-new.ts";
import type { PlannedCheck } from "./plan.ts";
import { reportSuppressions } from "./suppressions.ts";

interface NewnessOfRun {
  readonly config: ResolvedConfig;
  readonly scope: RunScope;
  /** Lines that the run judges; `undefined` for all. */
  readonly changed: ChangedLines | undefined;
  readonly execution: Omit<PlanExecution, "onlyNew">;
}

/**
 * Makes the checks of a run with something that says which findings count, and adds a result when something is to be said
 * about suppressions. Throws `baseline/unreadable`.
 */
export async function withNewness(
  run: NewnessOfRun,
  execute: (onlyNew: OnlyNew) => Promise<readonly CheckResult[]>,
): Promise<readonly CheckResult[]> {
  const { config, scope, changed, execution } = run;
  const { root, clock } = execution.parts;
  const commit = scope.kind === "staged" ? execution.snapshot.commit : scope.base;
  const base = commit === undefined ? undefined : new AtBase(execution, commit);
  const onlyNew = new OnlyNew({
    root,
    config,
    changed,
    baseline: await inheritedBy(run),
    files: new Set(execution.snapshot.files.map(({ path }) => path)),
    today: new Date(clock.now()).toISOString().slice(0, 10),
    atBase: base === undefined ? undefined : (planned, files) => base.findings(planned, files),
  });
  try {
    const results = await execute(onlyNew);
    const files = await filesWithComments(results, run);
    const [stage = "static"] = scope.stages;
    const told = await reportSuppressions(onlyNew, { results, files, config, stage, baselineFile: config.baseline });
    return told === undefined ? results : [...results, told];
  } finally {
    await base?.close();
  }
}

async function inheritedBy({ config, execution: { request, parts } }: NewnessOfRun): Promise<readonly KnownFinding[]> {
  if (config.baseline === undefined || request.withoutBaseline === true) return [];
  return (await readBaseline(join(parts.root, config.baseline))) ?? [];
}

/** Where a comment may stand that belongs to a check of this run. Asking git is fast; in a part of the files, they are just read. */
async function filesWithComments(
  results: readonly CheckResult[],
  { scope, execution: { repository } }: NewnessOfRun,
): Promise<readonly string[]> {
  const looked = new Set(results.filter(({ stage }) => stage === "static").flatMap(({ filesInScope }) => filesInScope));
  if (looked.size === 0) return [];
  if (scope.kind !== "full") return [...looked];
  return (await repository.filesWith(IGNORE_WORD)).filter((file) => looked.has(file));
}

/** What checks find at the base. Its content is written to a folder once a run; answers come from the cache where it has them. */
class AtBase {
  readonly #execution: Omit<PlanExecution, "onlyNew">;
  readonly #commit: string;
  #there: Promise<Elsewhere> | undefined;

  constructor(execution: Omit<PlanExecution, "onlyNew">, commit: string) {
    this.#execution = execution;
    this.#commit = commit;
  }

  /** `undefined` when nobody can tell. Files are today's names; those that were not there yet have no findings. */
  async findings(planned: PlannedCheck, files: readonly string[]): Promise<readonly KnownFinding[] | undefined> {
    const { repository, parts, onEvent: _events, ...execution } = this.#execution;
    const [snapshot, renames] = await Promise.all([
      repository.snapshotAt(this.#commit),
      repository.renames(this.#commit),
    ]);
    const before = new Map([...renames].map(([from, to]) => [to, from]));
    const paths = new Set(snapshot.files.map(({ path }) => path));
    const known = files.map((file) => before.get(file) ?? file).filter((file) => paths.has(file));
    const wanted = planned.checker.handles === "files" ? known : planned.files.filter((file) => paths.has(file));
    if (wanted.length === 0) return [];
    this.#there ??= exportWorkspace(repository, { root: parts.root, snapshot, commit: this.#commit });
    const { root } = await this.#there;
    const check = { ...planned.check, exclusive: false, after: [], takeIn: undefined };
    const [result] = await executePlan([{ ...planned, check, files: wanted }], {
      ...execution,
      parts: { ...parts, root },
      snapshot,
      repository: standingStill(repository, snapshot),
      onEvent: () => undefined,
    });
    if (result === undefined || result.status === "errored" || result.status === "skipped") return undefined;
    return result.findings.map((finding) => ({
      ...finding,
      file: renames.get(finding.file) ?? finding.file,
      near: finding.near ?? ":",
    }));
  }

  async close(): Promise<void> {
    await (await this.#there)?.remove();
  }
}
