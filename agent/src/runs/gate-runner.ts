import { isAbsolute } from "node:path";
import type { ResolvedConfig } from "../config/resolved.ts";
import type { CheckResult } from "../core/check.ts";
import type { CoverageSummary } from "../core/coverage-summary.ts";
import { judge } from "../core/judge.ts";
import type { Run, RunEvent, RunScope } from "../core/run.ts";
import { TrigateError } from "../errors/trigate-error.ts";
import { holdsRepositories, refPlacesOf, type Repository, type Snapshot } from "../vcs/repository.ts";
import { codecovOfRun } from "./codecov-of-run.ts";
import { withCarriedCoverage } from "./carried-coverage.ts";
import { coverageOfRun } from "./coverage-of-run.ts";
import { executePlan } from "./execute-plan.ts";
import { type PlannedCheck, planRun } from "./plan.ts";
import { planImpact } from "./test-impact-of-run.ts";
import { withoutPointers } from "./lfs-pointers.ts";
import { baseOf, contentOf, type JudgedContent, judgedTree, scopeOf, selectedFiles } from "./judged-content.ts";
import { complainOfMissingFolders } from "./missing-folders.ts";
import { withNewness } from "./only-new-of-run.ts";
import { leftBy } from "./output-files.ts";
import { SUPPRESSIONS_CHECK } from "./suppressions.ts";
import { Surroundings } from "./surroundings/surroundings.ts";
import { isFromCacheOnly, type MemoKey, recallRun, rememberRun } from "./run-memo.ts";
import type { GateRunnerParts } from "./runner-parts.ts";
import { questionOf, type RunHandle, type RunRequest, type RunService } from "./run-service.ts";

/** The main line: what changed → plan → execute → judge → record, with one stream of events. */
export class GateRunner implements RunService {
  readonly #parts: GateRunnerParts;

  constructor(parts: GateRunnerParts) {
    this.#parts = parts;
  }

  start(request: RunRequest, onEvent: (event: RunEvent) => void): RunHandle {
    const id = this.#parts.ids.runId();
    const controller = new AbortController();
    const finished = this.#run(request, { id, onEvent, signal: controller.signal });
    return { id, cancel: () => controller.abort(new TrigateError("run/cancelled", {})), finished };
  }

  async latest(): Promise<Run | undefined> {
    return (await this.#parts.history()).latest();
  }

  async byId(id: string): Promise<Run | undefined> {
    return (await this.#parts.history()).byId(id);
  }

  async #run(
    request: RunRequest,
    { id, onEvent, signal }: { id: string; onEvent: (event: RunEvent) => void; signal: AbortSignal },
  ): Promise<Run> {
    const { clock, environment, root, stateFolder, env } = this.#parts;
    const began = { at: clock.now(), elapsed: clock.elapsed() };
    const memoKey = { stateFolder, root, agentVersion: environment.agentVersion, question: questionOf(request), env };
    const isRecallable = request.summaryOnly === true && !request.noCache;
    const recalled = isRecallable ? recallRun(memoKey, this.#parts.memos) : undefined;
    if (recalled !== undefined) {
      return this.#finish(
        { ...recalled, id, startedAtMs: began.at, durationMs: clock.elapsed() - began.elapsed },
        { request, onEvent },
      );
    }
    const workTree = await this.#parts.repository();
    // Git looks at the work tree while everything else is made ready; a failure is thrown where the answer is awaited.
    const content = contentOf(request, { root, repository: workTree });
    content.catch(() => undefined);
    try {
      const config = await this.#parts.loadConfig();
      const base = baseOf(request, { config, repository: workTree });
      base.catch(() => undefined);
      await complainOfMissingFolders(config, { root, repository: workTree });
      const judged = await content;
      return await this.#judge(request, { id, onEvent, signal, began, memoKey, config, judged, base: await base });
    } finally {
      await content.then(
        (judged) => judged.close(),
        () => undefined,
      );
    }
  }

  async #judge(request: RunRequest, judging: Judging): Promise<Run> {
    const { id, onEvent, signal, began, config, base } = judging;
    const { snapshot, repository, root } = judging.judged;
    const { clock, environment, history, mergeCoverage } = this.#parts;
    const lines = base === undefined ? undefined : await repository.changedLines(base, snapshot);
    const scope = scopeOf(request, base);
    const selected = await selectedFiles(request, { config, snapshot, changed: lines, repository, base });
    const { planned, learn } = await this.#plan(request, { judging, scope, selected });
    // A run of the needed tests alone is no proof of the whole.
    const selectsTests = planned.some(({ selectedTests }) => selectedTests !== undefined);
    const proven: RunScope = selectsTests ? { ...scope, kind: "changed" } : scope;
    onEvent({ type: "run-started", runId: id, checks: planned.map(inShort) });
    const surroundings = new Surroundings({ root, env: this.#parts.env, snapshot });
    const running = { request, onEvent, signal, id, config, surroundings };
    const execution = { parts: { ...this.#parts, root }, snapshot, repository, ...running };
    const changed = scope.kind === "staged" ? await repository.stagedLines() : lines;
    const judgesLines = scope.kind === "staged" || scope.kind === "changed";
    const found = await withNewness(
      { config, scope, changed: judgesLines ? changed : undefined, execution },
      async (onlyNew) => learn(await executePlan(planned, { ...execution, onlyNew })),
    );
    const results = await withCarriedCoverage(found, { root, history, planned, scope: proven });
    const measured = coverageOfRun(results, { changed, merge: mergeCoverage });
    const covered = { parts: this.#parts, config, repository, snapshot, scope: proven, results };
    const coverage = await withCodecov(measured, covered);
    const run: Run = {
      id,
      startedAtMs: began.at,
      durationMs: clock.elapsed() - began.elapsed,
      scope: proven,
      tree: await judgedTree(results, { snapshot, repository }),
      dirty: snapshot.dirty,
      commit: snapshot.commit,
      environment,
      ...judge({ checks: results, gates: config.gates, coverage, changed, scope: proven }),
      coverage,
    };
    await this.#remember(run, { request, judging, around: [...surroundings.watched, ...leftBy(planned, root)] });
    return this.#finish(run, { request, onEvent });
  }

  /** The checks to be made, and what learns from their results which tests the next change needs. */
  async #plan(
    request: RunRequest,
    { judging: { config, judged }, scope, selected }: Planning,
  ): ReturnType<typeof planImpact> {
    const { checkers, environment, stateFolder } = this.#parts;
    const { snapshot, root } = judged;
    const whole = await withoutPointers(planRun(config, { checkers, snapshot, scope, selected }), { root, snapshot });
    const mode = request.impacted === true ? "select" : config.testImpact;
    return planImpact(whole, { mode, root, stateFolder, snapshot, agentVersion: environment.agentVersion });
  }

  /** Remembers a run that asked no tool, so that the same question need not even be looked into again. */
  async #remember(run: Run, { request, judging, around }: Remembering): Promise<void> {
    const { config, memoKey, began } = judging;
    const { snapshot, repository } = judging.judged;
    if (!isFromCacheOnly(run, SUPPRESSIONS_CHECK) || holdsRepositories(snapshot)) return;
    const folders = await repository.folders();
    if (folders === undefined) return;
    const toolFiles = toolFilesOf(run.stages.flatMap(({ checks }) => checks));
    const files = [
      ...snapshot.files.map(({ path }) => path),
      config.baseline ?? "",
      ...refPlacesOf(request.base ?? config.base),
    ];
    const elsewhere = [...around, ...(config.extended ?? [])];
    await rememberRun(memoKey, run, { files, folders, toolFiles, around: elsewhere, lookedAtMs: began.at });
  }

  async #finish(
    run: Run,
    { request, onEvent }: { request: RunRequest; onEvent: (event: RunEvent) => void },
  ): Promise<Run> {
    if (request.unrecorded !== true) await (await this.#parts.history()).record(run);
    onEvent({ type: "run-finished", run });
    return run;
  }
}

interface Judging {
  readonly id: string;
  readonly onEvent: (event: RunEvent) => void;
  readonly signal: AbortSignal;
  readonly began: { readonly at: number; readonly elapsed: number };
  readonly memoKey: MemoKey;
  readonly config: ResolvedConfig;
  readonly judged: JudgedContent;
  /** The commit that changes are counted from. */
  readonly base: string | undefined;
}

interface Planning {
  readonly judging: Judging;
  readonly scope: RunScope;
  readonly selected: ReadonlySet<string> | undefined;
}

interface Remembering {
  readonly request: RunRequest;
  readonly judging: Judging;
  readonly around: readonly string[];
}

function inShort({ check, checker, files }: PlannedCheck) {
  return { id: check.id, tool: checker.id, stage: check.stage, files: files.length };
}

interface Covered {
  readonly parts: GateRunnerParts;
  readonly config: ResolvedConfig;
  readonly repository: Repository;
  readonly snapshot: Snapshot;
  readonly scope: RunScope;
  readonly results: readonly CheckResult[];
}

/** Codecov speaks of whole reports, so a run over a part of the workspace says nothing about it. */
async function withCodecov(
  measured: CoverageSummary | undefined,
  { parts, config, repository, snapshot, scope, results }: Covered,
): Promise<CoverageSummary | undefined> {
  if (measured === undefined || scope.kind !== "full") return measured;
  const codecov = await codecovOfRun(
    { root: parts.root, repository, history: parts.history, mergeCoverage: parts.mergeCoverage },
    {
      options: config.codecov,
      snapshot,
      checks: results,
      base: scope.base,
      unmeasured: measured.unmeasured,
      onlySome: scope.checks.length > 0,
    },
  );
  return codecov === undefined ? measured : { ...measured, codecov };
}

/** The programs and scripts that answered, as far as their commands name them by absolute paths. */
function toolFilesOf(results: readonly CheckResult[]): readonly string[] {
  return [...new Set(results.flatMap(({ command }) => command.slice(0, 2).filter((part) => isAbsolute(part))))];
}
