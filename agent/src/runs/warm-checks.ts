import { join } from "node:path";
import type { Checker, CheckContext } from "../checkers/checker.ts";
import type { WarmDocument } from "../checkers/warm-tool.ts";
import type { ResolvedCheck, ResolvedConfig } from "../config/resolved.ts";
import type { CheckOutput, CheckResult } from "../core/check.ts";
import { statusOf } from "../core/check-status.ts";
import { isLfsPointer } from "../core/lfs-pointer.ts";
import { redactor, secretValues } from "../core/redaction.ts";
import { messageOf, TrigateError } from "../errors/trigate-error.ts";
import type { Clock } from "../platform/clock.ts";
import { readTextIfThere, readTextNowIfThere } from "../platform/files.ts";
import { readBaseline } from "./baseline.ts";
import { identifyFindings } from "./findings.ts";
import type { ToolLocator } from "./locate-tool.ts";
import { OnlyNew } from "./only-new.ts";
import { filesOf } from "./plan.ts";
import { toolEnvironment } from "./tool-environment.ts";
import type { WarmFiles } from "./warm-files.ts";
import type { LatencyBook } from "./warm-latency.ts";
import type { WarmPool } from "./warm-pool.ts";
import { withoutSecrets } from "./without-secrets.ts";

/** What is made for one saved or edited file, by the ids of the checks. */
export interface FilePlan {
  /** Answered by a worker. */
  readonly warm: readonly string[];
  /** Started as from the command line. */
  readonly started: readonly string[];
  /** Over budget too often: made after the others. */
  readonly demoted: readonly string[];
}

export interface FileQuestion {
  /** Relative to the root. */
  readonly file: string;
  /** The text of the editor where it is not the one on disk. */
  readonly unsavedText?: string | undefined;
  readonly checks: readonly string[];
}

/** An answer as it comes; not whole where the command line would say more. */
export type OnAnswer = (result: CheckResult, isWhole: boolean) => void;

/** The static checks of single files while somebody edits. Everything about limits stays with the gates. */
export interface FileChecks {
  /** Throws `config/invalid`. `exclude` names tools whose findings somebody else shows. */
  plan(file: string, exclude: ReadonlySet<string>): Promise<FilePlan>;
  /**
   * Asks the workers and tells each answer as it comes. Resolves with the checks that the command line has yet to be asked
   * for. Never rejects: a worker that fails is a reason to ask the command line.
   */
  answer(question: FileQuestion, onResult: OnAnswer, signal: AbortSignal): Promise<readonly string[]>;
  /** What a started check said: which files belong to a project, for one. */
  learn(result: CheckResult): void;
  /** Takes down what a check took from the save to its answer; true when its place in the order changed. */
  took(check: string, ms: number): Promise<boolean>;
  /** Starts the workers for a file, so that its first save finds them ready. */
  prepare(file: string, exclude: ReadonlySet<string>): Promise<void>;
  /** An editor closed the file. */
  forget(file: string): void;
  /** The file changed on disk. */
  touch(file: string): void;
}

/** The pool, made when somebody first asks for it. */
export interface LazyPool {
  readonly get: () => Promise<WarmPool>;
  readonly current: () => WarmPool | undefined;
}

export interface WarmChecksParts {
  readonly root: string;
  readonly checkers: ReadonlyMap<string, Checker>;
  readonly loadConfig: () => Promise<ResolvedConfig>;
  readonly locator: ToolLocator;
  readonly files: WarmFiles;
  readonly pool: LazyPool;
  readonly latency: LatencyBook;
  /** Files of each project that a check was seen to look at, by the check's id. */
  readonly projects: Map<string, ReadonlySet<string>>;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: (line: string) => void;
}

/** What a check may take from save to answer where neither its tool nor `trigate.yaml` says so. */
const DEFAULT_BUDGET_MS = 5_000;

interface Candidate {
  readonly check: ResolvedCheck;
  readonly checker: Checker;
}

interface Asked {
  readonly onResult: OnAnswer;
  readonly signal: AbortSignal;
}

/** {@link FileChecks} over the pool of workers of this workspace, with the environment of one client. */
export class WarmChecks implements FileChecks {
  readonly #parts: WarmChecksParts;
  readonly #located = new Map<string, LocatedFor>();
  readonly #redact: (text: string) => string;

  constructor(parts: WarmChecksParts) {
    this.#parts = parts;
    this.#redact = redactor(secretValues(parts.env));
  }

  async plan(file: string, exclude: ReadonlySet<string>): Promise<FilePlan> {
    const candidates = await this.#candidates(file, exclude);
    const idsOf = (some: readonly Candidate[]) => some.map(({ check }) => check.id);
    const isDemoted = ({ check }: Candidate) => this.#parts.latency.isDemoted(check.id);
    const prompt = candidates.filter((candidate) => !isDemoted(candidate));
    return {
      warm: idsOf(prompt.filter(({ check, checker }) => canBeWarm(check, checker))),
      started: idsOf(prompt.filter(({ check, checker }) => !canBeWarm(check, checker))),
      demoted: idsOf(candidates.filter(isDemoted)),
    };
  }

  async answer(
    { file, unsavedText, checks }: FileQuestion,
    onResult: OnAnswer,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const { root } = this.#parts;
    const path = join(root, file);
    const text = unsavedText ?? readTextNowIfThere(path);
    // What is wrong with a pointer of Git LFS, the command line says.
    if (text === undefined || isLfsPointer(text)) return checks;
    const document: WarmDocument = { file, path, text };
    const candidates = await this.#candidates(file, new Set());
    const asked = candidates.filter(
      ({ check, checker }) =>
        checks.includes(check.id) && (unsavedText === undefined || checker.warm?.unsaved === true),
    );
    const left = await Promise.all(
      asked.map(async (candidate) => {
        const isWhole = await this.#ask(candidate, document, { onResult, signal });
        return isWhole ? [] : [candidate.check.id];
      }),
    );
    return left.flat();
  }

  learn({ id, status, filesInScope }: CheckResult): void {
    if (status === "passed" || status === "failed") this.#parts.projects.set(id, new Set(filesInScope));
  }

  async took(check: string, ms: number): Promise<boolean> {
    const { loadConfig, checkers, latency, log } = this.#parts;
    const resolved = (await loadConfig()).checks.find(({ id }) => id === check);
    if (resolved === undefined) return false;
    const budgetMs = resolved.budgetMs ?? checkers.get(resolved.tool)?.warm?.budgetMs ?? DEFAULT_BUDGET_MS;
    const hasMoved = latency.record(check, { ms, budgetMs });
    if (hasMoved)
      log(
        latency.isDemoted(check)
          ? `${check} took ${Math.round(ms)} ms, over its budget of ${budgetMs} ms again: it waits for the other checks from now on`
          : `${check} keeps its budget of ${budgetMs} ms again`,
      );
    return hasMoved;
  }

  async prepare(file: string, exclude: ReadonlySet<string>): Promise<void> {
    const candidates = await this.#candidates(file, exclude);
    for (const { check, checker } of candidates)
      if (canBeWarm(check, checker))
        await this.#workerFor({ check, checker }, this.#context(check, file)).catch(() => undefined);
  }

  forget(file: string): void {
    this.#parts.pool.current()?.forget(join(this.#parts.root, file));
  }

  touch(file: string): void {
    this.#parts.pool.current()?.touch(join(this.#parts.root, file));
  }

  async #candidates(file: string, exclude: ReadonlySet<string>): Promise<readonly Candidate[]> {
    const { loadConfig, checkers, files } = this.#parts;
    const [config, paths] = await Promise.all([loadConfig(), files.paths(file)]);
    if (!paths.has(file)) return [];
    return config.checks.flatMap((check) => {
      const checker = checkers.get(check.tool);
      if (checker === undefined || check.stage !== "static" || exclude.has(checker.id)) return [];
      const covers = check.command !== undefined || filesOf(check, { checker, paths: [file] }).length > 0;
      return covers ? [{ check, checker }] : [];
    });
  }

  /** True when the command line need not be asked. */
  async #ask(candidate: Candidate, document: WarmDocument, asked: Asked): Promise<boolean> {
    const { check, checker } = candidate;
    if (checker.warm === undefined || this.#isOutside(candidate, document)) return false;
    try {
      return await this.#answer({ ...candidate, warm: checker.warm }, document, asked);
    } catch (error) {
      if (!asked.signal.aborted)
        this.#parts.log(this.#redact(`${check.id} is started instead of asked: ${messageOf(error)}`));
      return false;
    }
  }

  async #answer(
    { check, checker, warm }: Candidate & { readonly warm: NonNullable<Checker["warm"]> },
    document: WarmDocument,
    { onResult, signal }: Asked,
  ): Promise<boolean> {
    const { clock, root } = this.#parts;
    const began = { at: clock.now(), elapsed: clock.elapsed() };
    const context = this.#context(check, document.file, { signal, text: document.text });
    const worker = await this.#workerFor({ check, checker }, context);
    if (worker === undefined) return false;
    // Made ready while the tool thinks; a failure is thrown where it is awaited.
    const onlyNew = this.#onlyNew(document.file);
    onlyNew.catch(() => undefined);
    const answer = await worker.use(signal, async (session) => {
      const tool = worker.argv;
      return warm.check({ context: { ...context, tool }, document, session, adapter: checker.check });
    });
    if (answer === undefined || signal.aborted) return false;
    const timing = { startedAtMs: began.at, durationMs: clock.elapsed() - began.elapsed };
    const output = withoutSecrets(answer.output, this.#redact);
    const result = await resultOf({ check, checker }, { output, document, root, onlyNew: await onlyNew });
    // An answer that is none, such as one without evidence, is for the command line to explain.
    if (result.status === "errored" || signal.aborted) return false;
    onResult({ ...result, ...timing, command: worker.argv }, answer.isWhole);
    return answer.isWhole;
  }

  #isOutside({ check, checker }: Candidate, { file }: WarmDocument): boolean {
    return checker.handles === "project" && this.#parts.projects.get(check.id)?.has(file) !== true;
  }

  /** What says which findings count, as in a run of this file. */
  async #onlyNew(file: string): Promise<OnlyNew> {
    const { root, loadConfig, files, clock } = this.#parts;
    const config = await loadConfig();
    const baseline = config.baseline === undefined ? undefined : await readBaseline(join(root, config.baseline));
    return new OnlyNew({
      root,
      config,
      changed: undefined,
      baseline: baseline ?? [],
      files: await files.paths(file),
      today: new Date(clock.now()).toISOString().slice(0, 10),
    });
  }

  async #workerFor({ check, checker }: Candidate, context: CheckContext): Promise<UsableWorker | undefined> {
    const { root, env, files, pool } = this.#parts;
    const [file = ""] = context.files;
    const configs = await files.configIdentity(file, checker.configFiles);
    const argv = await this.#locate({ check, checker }, configs);
    if (argv === undefined) return undefined;
    const start = await checker.warm?.start({ ...context, tool: argv });
    if (start === undefined) return undefined;
    const worker = (await pool.get()).worker({
      tool: checker.id,
      start,
      folder: join(root, check.cwd),
      env: toolEnvironment(env, { root, names: check.env }),
      identity: configs,
    });
    return { argv, use: (signal, body) => worker.use(signal, body) };
  }

  /** Looked for again when something was installed or configured: the look alone takes longer than some tools. */
  async #locate({ check, checker }: Candidate, identity: string): Promise<readonly string[] | undefined> {
    const known = this.#located.get(check.id);
    if (known?.check === check && known.identity === identity) return known.argv;
    const argv = await this.#parts.locator.find(check, checker);
    if (argv !== undefined) this.#located.set(check.id, { check, identity, argv });
    return argv;
  }

  #context(
    check: ResolvedCheck,
    file: string,
    { signal, text }: { readonly signal?: AbortSignal; readonly text?: string } = {},
  ): CheckContext {
    const { root } = this.#parts;
    const cwd = join(root, check.cwd);
    const { id, suite, command, args, coverage, report, timeoutMs } = check;
    return {
      root,
      files: [file],
      partial: true,
      options: { id, cwd: check.cwd, suite, command, args, coverage, report, timeoutMs },
      settings: check.settings,
      tool: [],
      scratch: join(cwd, "no-scratch-folder"),
      run: () => Promise.reject(new TrigateError("run/cancelled", {}, { cause: "a warm check starts nothing" })),
      readText: async (path) => {
        const absolute = path.startsWith("/") ? path : join(cwd, path);
        return text !== undefined && absolute === join(root, file) ? text : readTextIfThere(absolute);
      },
      signal: signal ?? new AbortController().signal,
    };
  }
}

interface LocatedFor {
  readonly check: ResolvedCheck;
  readonly identity: string;
  readonly argv: readonly string[];
}

interface UsableWorker {
  /** How the tool itself is started. */
  readonly argv: readonly string[];
  readonly use: ReturnType<WarmPool["worker"]>["use"];
}

/** What a user's own command or arguments of his own do, no worker knows. */
function canBeWarm({ command, args }: ResolvedCheck, { warm }: Pick<Checker, "warm">): boolean {
  return warm !== undefined && command === undefined && args.length === 0;
}

interface Answered {
  readonly output: CheckOutput;
  readonly document: WarmDocument;
  readonly root: string;
  readonly onlyNew: OnlyNew;
}

async function resultOf(
  { check, checker }: Candidate,
  { output, document, root, onlyNew }: Answered,
): Promise<CheckResult> {
  const strip = (text: string) => text.replaceAll(`${root}/`, "");
  const reported = output.findings.map((finding) => ({ ...finding, message: strip(finding.message) }));
  const identified = await identifyFindings(check.id, reported, root);
  const planned = { check, checker, files: [document.file], partial: true };
  const findings = await onlyNew.suppress(planned, identified, false);
  const { outcome, reason, message } = statusOf({ ...output, findings });
  return {
    id: check.id,
    tool: checker.id,
    toolVersion: undefined,
    stage: check.stage,
    suite: undefined,
    feeds: checker.feeds,
    advisory: check.advisory,
    optional: check.optional,
    status: outcome,
    reason,
    message,
    cached: false,
    startedAtMs: 0,
    durationMs: 0,
    command: [],
    evidence: output.evidence && { source: "tool", ...output.evidence },
    filesInScope: [document.file],
    findings,
    measurements: [],
    coverage: undefined,
    tests: [],
    problems: output.problems.map(strip),
  };
}
