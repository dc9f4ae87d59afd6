import { blankResult } from "../core/blank-result.ts";
import type { CheckOutput, CheckResult } from "../core/check.ts";
import { statusOf } from "../core/check-status.ts";
import { suppressedInWords } from "../core/only-new.ts";
import { onlyPointers } from "../core/lfs-pointer.ts";
import type { ReportedMeasurement } from "../core/measurement.ts";
import type { Outcome, Reason } from "../core/outcome.ts";
import { redactor, secretValues } from "../core/redaction.ts";
import { isTrigateError, messageOf, TrigateError } from "../errors/trigate-error.ts";
import type { Clock } from "../platform/clock.ts";
import type { ProcessRunner } from "../platform/process.ts";
import type { Repository } from "../vcs/repository.ts";
import { type AnswerContext, keepAnswer, keyOf, storedAnswer } from "./answers.ts";
import type { CacheEntry } from "./cache.ts";
import { identifyFindings } from "./findings.ts";
import type { Fingerprint } from "./fingerprint.ts";
import type { LocatedTool, ToolLocator } from "./locate-tool.ts";
import type { OnlyNew } from "./only-new.ts";
import type { PlannedCheck } from "./plan.ts";
import { attempt, type Attempts, flakyInWords } from "./retries.ts";
import { runAdapter } from "./run-adapter.ts";
import { takeIn, type TakenReport } from "./take-in.ts";

export interface ExecutionContext extends AnswerContext {
  readonly processes: ProcessRunner;
  readonly locator: ToolLocator;
  readonly clock: Clock;
  readonly repository: Repository;
  readonly noCache: boolean;
  readonly withoutFixes: boolean;
  /** Starts the services that a check needs, where they do not run yet, and gives the variables that lead to them. */
  readonly services?: ((needs: readonly string[]) => Promise<Readonly<Record<string, string>>>) | undefined;
  /** Work that belongs to the run but that no answer waits for. */
  readonly afterwards: (work: () => Promise<void>) => void;
  readonly signal: AbortSignal;
  /** Says which findings count; without it, all do. */
  readonly onlyNew?: OnlyNew | undefined;
}

/** Makes one check, from the cache where its fingerprint is known. Only a cancellation is thrown; every other failure is an outcome. */
export async function executeCheck(planned: PlannedCheck, context: ExecutionContext): Promise<CheckResult> {
  const start = { startedAtMs: context.clock.now(), elapsed: context.clock.elapsed() };
  const finish = (result: Partial<CheckResult> & Ending): CheckResult => ({
    ...resultBefore(planned),
    startedAtMs: start.startedAtMs,
    durationMs: context.clock.elapsed() - start.elapsed,
    ...result,
  });
  if (planned.files.length === 0 && planned.check.command === undefined) return finish(nothingToDo(planned));
  try {
    const tool = await context.locator.locate(planned.check, planned.checker, context.signal);
    if (tool === undefined) return finish(missingTool(planned, context.env));
    return finish(await answer(planned, { context, tool }));
  } catch (error) {
    if (context.signal.aborted) throw new TrigateError("run/cancelled", {}, { cause: error });
    const ending = endingOf(error);
    // What a tool printed before it broke stands in the message.
    return finish({ ...ending, message: redactor(secretValues(context.env))(ending.message) });
  }
}

/** A check that was planned but never began, since the run was to stop at the first failure. */
export function notStarted(planned: PlannedCheck, startedAtMs: number): CheckResult {
  const message = "not started, since another check failed before (--fail-fast)";
  return { ...resultBefore(planned), startedAtMs, status: "errored", reason: "cancelled", message };
}

function nothingToDo({ pointers }: PlannedCheck): Ending {
  return pointers === undefined
    ? { status: "skipped", reason: "nothing-in-scope", message: "no file in scope" }
    : { status: "errored", reason: "no-evidence", message: `nothing could be looked at: ${onlyPointers(pointers)}` };
}

type Ending = { readonly status: Outcome; readonly reason: Reason; readonly message: string };

function missingTool({ check, checker }: PlannedCheck, env: ExecutionContext["env"]): Ending {
  const how =
    check.command === undefined
      ? `${checker.title} was not found; install it with: ${checker.install}`
      : `${check.command[0]} was not found; build or install it first`;
  if (check.optional && env["CI"] !== "true")
    return { status: "skipped", reason: "optional-tool-missing", message: how };
  return { status: "errored", reason: "tool-missing", message: how };
}

function endingOf(error: unknown): Ending {
  const reason: Reason = isTrigateError(error, "checker/timed-out")
    ? "timed-out"
    : isTrigateError(error, "checker/tool-missing") || isTrigateError(error, "service/missing")
      ? "tool-missing"
      : error instanceof TrigateError
        ? "tool-failed"
        : "internal-error";
  return { status: "errored", reason, message: messageOf(error) };
}

type Answer = Partial<CheckResult> & Ending;

async function answer(
  planned: PlannedCheck,
  { context, tool }: { context: ExecutionContext; tool: LocatedTool },
): Promise<Answer> {
  if (planned.check.cache !== "content") return answerAnew(planned, { context, tool, fingerprint: undefined });
  const fingerprint = keyOf(planned, tool, context);
  const stored = context.noCache ? undefined : await storedAnswer(fingerprint, context);
  return stored === undefined
    ? answerAnew(planned, { context, tool, fingerprint })
    : answerAgain(planned, stored, context);
}

/** An answer that was kept, judged by what counts now. */
async function answerAgain(planned: PlannedCheck, stored: CacheEntry, context: ExecutionContext): Promise<Answer> {
  const { output, toolVersion, command, durationMs } = stored;
  const evidence = output.evidence && { ...output.evidence, source: "cache" as const };
  const result = await toResult(planned, { ...output, evidence }, context);
  return { ...result, cached: true, toolVersion, command, durationMs };
}

/** Takes in a report that is there or asks the tool, and keeps the answer under its fingerprint where it may be kept. */
async function answerAnew(
  planned: PlannedCheck,
  {
    context,
    tool,
    fingerprint,
  }: { context: ExecutionContext; tool: LocatedTool; fingerprint: Fingerprint | undefined },
): Promise<Answer> {
  const began = context.clock.elapsed();
  const taken = await takenReport(planned, context);
  const { output, command, failures } = await ask(planned, { context, tool, taken });
  const durationMs = taken?.durationMs ?? context.clock.elapsed() - began;
  const result = await toResult(planned, output, context);
  const fresh = { ...withAttempts(result, failures), toolVersion: tool.version, command, durationMs };
  if (fingerprint === undefined) return fresh;
  // An answer without its fixes is only half of one, and never kept.
  if (context.withoutFixes && planned.checker.fixesApart === true)
    return result.status === "failed" ? { ...fresh, fixesLeftOut: true } : fresh;
  if (result.status !== "errored" && failures.length === 0) {
    const answered = { output, toolVersion: tool.version, command, durationMs };
    context.afterwards(() => keepAnswer(planned, answered, { fingerprint, tool, context }));
  }
  return fresh;
}

async function takenReport({ check }: PlannedCheck, context: ExecutionContext): Promise<TakenReport | undefined> {
  return check.takeIn === undefined || context.noCache ? undefined : takeIn(check.takeIn, context);
}

/** What passed only when it was tried again says so. */
function withAttempts(result: Answer, failures: Attempts["failures"]): Answer {
  const isFlaky = failures.length > 0 && result.status === "passed";
  return isFlaky ? { ...result, reason: "flaky", message: flakyInWords(failures) } : result;
}

/** Asks the tool, again where the check may be tried again, with the services that it needs. */
async function ask(
  planned: PlannedCheck,
  { context, tool, taken }: { context: ExecutionContext; tool: LocatedTool; taken: TakenReport | undefined },
): Promise<Attempts> {
  const { check } = planned;
  const provided = check.needs.length === 0 ? undefined : await context.services?.(check.needs);
  const { root, env, processes, withoutFixes, signal } = context;
  const once = () => runAdapter(planned, { root, env, processes, withoutFixes, signal, tool, taken, provided });
  const mayGoOn = (error: unknown) => !signal.aborted && !isTrigateError(error, "checker/tool-missing");
  return attempt(once, { retries: taken === undefined ? check.retries : 0, mayGoOn });
}

async function toResult(
  planned: PlannedCheck,
  output: CheckOutput,
  { root, onlyNew }: Pick<ExecutionContext, "root" | "onlyNew">,
): Promise<Answer> {
  const { check } = planned;
  const identified = await identifyFindings(check.id, output.findings, root);
  const isWhole = statusOf(output).outcome !== "errored";
  const findings = (await onlyNew?.suppress(planned, identified, isWhole)) ?? identified;
  // What was set aside makes no check fail, so the status comes after it.
  const { outcome, reason, message } = statusOf({ ...output, findings });
  const aside = suppressedInWords(findings);
  return {
    status: outcome,
    reason,
    message: aside === "" ? message : `${message}; ${aside}`,
    evidence: output.evidence && { source: "tool", ...output.evidence },
    findings,
    measurements: (output.measurements ?? []).map((measurement) => ({ ...onlyNumbers(measurement), check: check.id })),
    coverage: output.coverage,
    tests: output.tests ?? [],
    ...(output.testInputs === undefined ? {} : { testInputs: output.testInputs }),
    problems: output.problems,
    ...(output.filesLookedAt === undefined ? {} : { filesInScope: output.filesLookedAt }),
  };
}

/** A figure that is no number is as good as not reported; nothing may compare with it. */
function onlyNumbers(measurement: ReportedMeasurement): ReportedMeasurement {
  const summary = Object.fromEntries(Object.entries(measurement.summary).filter(([, value]) => Number.isFinite(value)));
  const samples = measurement.samples?.filter((sample) => Number.isFinite(sample));
  return { ...measurement, summary, ...(samples === undefined ? {} : { samples }) };
}

function resultBefore({ check, checker, files }: PlannedCheck): CheckResult {
  return blankResult({
    id: check.id,
    tool: checker.id,
    stage: check.stage,
    suite: checker.stage === "test" ? check.suite : undefined,
    feeds: check.feeds ?? checker.feeds,
    advisory: check.advisory,
    optional: check.optional,
    filesInScope: files,
  });
}
