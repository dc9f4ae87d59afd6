import { isAbsolute } from "node:path";
import type { Checker } from "../checkers/checker.ts";
import type { ResolvedConfig } from "../config/resolved.ts";
import type { CheckResult } from "../core/check.ts";
import type { CoverageReport, FileCoverage } from "../core/coverage.ts";
import type { ChangedLines, CoverageSummary } from "../core/coverage-summary.ts";
import { judge } from "../core/judge.ts";
import { STAGES } from "../core/outcome.ts";
import type { Run, RunEnvironment, RunEvent, RunScope } from "../core/run.ts";
import { TrigateError } from "../errors/trigate-error.ts";
import type { History } from "../history/history.ts";
import type { Clock, Ids } from "../platform/clock.ts";
import type { ProcessRunner } from "../platform/process.ts";
import { holdsRepositories, type Repository, type Snapshot } from "../vcs/repository.ts";
import type { ResultCache } from "./cache.ts";
import { codecovOfRun } from "./codecov-of-run.ts";
import { withCarriedCoverage } from "./carried-coverage.ts";
import { coverageOfRun } from "./coverage-of-run.ts";
import { executePlan } from "./execute-plan.ts";
import type { ToolLocator } from "./locate-tool.ts";
import { planRun, selectPaths } from "./plan.ts";
import { planImpact } from "./test-impact-of-run.ts";
import { exportWorkspace, standingStill } from "./only-new-elsewhere.ts";
import { withNewness } from "./only-new-of-run.ts";
import { leftBy } from "./output-files.ts";
import { Surroundings } from "./surroundings/surroundings.ts";
import { isFromCacheOnly, type MemoKey, recallRun, rememberRun } from "./run-memo.ts";
import { questionOf, type RunHandle, type RunRequest, type RunService } from "./run-service.ts";

/** What the runner is built of; `compose.ts` puts it together. */
export interface GateRunnerParts {
  readonly root: string;
  readonly checkers: ReadonlyMap<string, Checker>;
  readonly loadConfig: () => Promise<ResolvedConfig>;
  readonly repository: () => Promise<Repository>;
  readonly processes: ProcessRunner;
  readonly locator: ToolLocator;
  readonly cache: ResultCache;
  readonly history: () => Promise<History>;
  readonly mergeCoverage: (reports: readonly CoverageReport[]) => readonly FileCoverage[];
  readonly clock: Clock;
  readonly ids: Ids;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly environment: RunEnvironment;
  readonly concurrency: number;
  /** Says what people should know and what decides nothing. */
  readonly warn?: (message: string) => void;
  readonly stateFolder: string;
}

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
    const recalled = request.summaryOnly === true && !request.noCache ? await recallRun(memoKey) : undefined;
    if (recalled !== undefined) {
      return this.#finish(
        { ...recalled, id, startedAtMs: began.at, durationMs: clock.elapsed() - began.elapsed },
        { request, onEvent },
      );
    }
    const [config, workTree] = await Promise.all([this.#parts.loadConfig(), this.#parts.repository()]);
    const judged = await contentOf(request, { root, repository: workTree });
    try {
      return await this.#judge(request, { id, onEvent, signal, began, memoKey, config, judged });
    } finally {
      await judged.close();
    }
  }

  async #judge(
    request: RunRequest,
    { id, onEvent, signal, began, memoKey, config, judged: { snapshot, repository, root } }: Judging,
  ): Promise<Run> {
    const { clock, environment } = this.#parts;
    const changes = await changesOf(request, { config, repository });
    const scope = scopeOf(request, changes.base);
    const selected = await selectedFiles(request, { snapshot, changed: changes.lines, repository });
    const whole = planRun(config, { checkers: this.#parts.checkers, snapshot, scope, selected });
    const mode = request.impacted === true ? "select" : config.testImpact;
    const { stateFolder } = this.#parts;
    const impact = await planImpact(whole, {
      mode,
      root,
      stateFolder,
      snapshot,
      agentVersion: environment.agentVersion,
    });
    const { planned } = impact;
    onEvent({
      type: "run-started",
      runId: id,
      checks: planned.map(({ check, checker, files }) => ({
        id: check.id,
        tool: checker.id,
        stage: check.stage,
        files: files.length,
      })),
    });
    const surroundings = new Surroundings({ root, env: this.#parts.env, snapshot });
    const running = { request, onEvent, signal, id, config, surroundings };
    const execution = { parts: { ...this.#parts, root }, snapshot, repository, ...running };
    const changed = scope.kind === "staged" ? await repository.stagedLines() : changes.lines;
    const judgesLines = scope.kind === "staged" || scope.kind === "changed";
    const found = await withNewness(
      { config, scope, changed: judgesLines ? changed : undefined, execution },
      async (onlyNew) => impact.learn(await executePlan(planned, { ...execution, onlyNew })),
    );
    const results = await withCarriedCoverage(found, { root, history: this.#parts.history, planned, scope });
    const measured = coverageOfRun(results, { changed, merge: this.#parts.mergeCoverage });
    const coverage = await withCodecov(measured, { parts: this.#parts, config, repository, snapshot, scope, results });
    const { verdict, stages } = judge({ checks: results, gates: config.gates, coverage, scope });
    const run: Run = {
      id,
      startedAtMs: began.at,
      durationMs: clock.elapsed() - began.elapsed,
      // A run of the needed tests alone is no proof of the whole.
      scope: planned.some(({ selectedTests }) => selectedTests !== undefined) ? { ...scope, kind: "changed" } : scope,
      tree: await judgedTree(results, { snapshot, repository }),
      dirty: snapshot.dirty,
      commit: snapshot.commit,
      environment,
      verdict,
      stages,
      coverage,
    };
    if (isFromCacheOnly(run) && !mayExpire(run) && !holdsRepositories(snapshot)) {
      const files = [...snapshot.files.map(({ path }) => path), config.baseline ?? ""];
      const folders = await repository.folders();
      if (folders !== undefined)
        await rememberRun(memoKey, run, {
          files,
          folders,
          toolFiles: toolFilesOf(results),
          around: [...surroundings.watched, ...leftBy(planned, root)],
          lookedAtMs: began.at,
        });
    }
    return this.#finish(run, { request, onEvent });
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

interface JudgedContent {
  /** Where it lies. */
  readonly root: string;
  readonly snapshot: Snapshot;
  readonly repository: Repository;
  readonly close: () => Promise<void>;
}

/** The work tree; with `--staged`, what would be committed, in a folder of its own where the work tree holds something else. */
async function contentOf(
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

/** A suppression that ends some day changes the answer although no file changes. */
function mayExpire({ stages }: Run): boolean {
  return stages.some(({ checks }) => checks.some(({ findings }) => findings.some((f) => f.suppressed?.expires)));
}

/** The tree that was judged; `undefined` when it changed while tools were looking, since nobody knows what they saw. */
async function judgedTree(
  results: readonly CheckResult[],
  { snapshot, repository }: { snapshot: Snapshot; repository: Repository },
): Promise<string | undefined> {
  if (results.every(({ cached, command }) => cached || command.length === 0)) return snapshot.tree;
  const { tree } = await repository.snapshot();
  return tree === snapshot.tree ? tree : undefined;
}

/** The programs and scripts that answered, as far as their commands name them by absolute paths. */
function toolFilesOf(results: readonly CheckResult[]): readonly string[] {
  return [...new Set(results.flatMap(({ command }) => command.slice(0, 2).filter((part) => isAbsolute(part))))];
}

function scopeOf(request: RunRequest, base: string | undefined): RunScope {
  const kind = request.paths.length > 0 ? "paths" : request.staged ? "staged" : request.changed ? "changed" : "full";
  return {
    kind,
    paths: request.paths,
    stages: request.stages.length > 0 ? request.stages : STAGES,
    checks: request.checks,
    base,
  };
}

/** Changed lines are only counted when something asks for them: a test stage with coverage, or `--changed`. */
async function changesOf(
  request: RunRequest,
  { config, repository }: { config: ResolvedConfig; repository: Repository },
): Promise<{ base: string | undefined; lines: ChangedLines | undefined }> {
  const wanted = request.changed || request.stages.length === 0 || request.stages.includes("test");
  if (!wanted) return { base: undefined, lines: undefined };
  const base = await repository.mergeBase(request.base ?? config.base);
  return { base, lines: base === undefined ? undefined : await repository.changedLines(base) };
}

async function selectedFiles(
  request: RunRequest,
  { snapshot, changed, repository }: { snapshot: Snapshot; changed: ChangedLines | undefined; repository: Repository },
): Promise<ReadonlySet<string> | undefined> {
  if (request.paths.length > 0) {
    const selected = selectPaths(snapshot, request.paths);
    if (selected.size === 0)
      throw new TrigateError("usage/bad-argument", {
        problem: `no file of the workspace lies at ${request.paths.join(", ")}`,
        hint: "give paths relative to the folder of trigate.yaml",
      });
    return selected;
  }
  if (request.staged) return new Set(await repository.stagedFiles());
  if (request.changed) return changed === undefined ? undefined : new Set(changed.keys());
  return undefined;
}
