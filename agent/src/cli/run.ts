import { resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import pc from "picocolors";
import { STAGES, type Stage } from "../core/outcome.ts";
import type { Run } from "../core/run.ts";
import { TrigateError } from "../errors/trigate-error.ts";
import { randomIds, systemClock } from "../platform/clock.ts";
import { toWorkspacePath } from "../platform/files.ts";
import { applyFixes } from "../runs/apply-fixes.ts";
import type { RunHandle, RunRequest, RunService } from "../runs/run-service.ts";
import { EXIT, exitCodeOf } from "./exit-codes.ts";
import { appendStepSummary, withoutWorkflowCommands } from "./github-actions.ts";
import { lineProgress, liveProgress, type Progress } from "./progress.ts";
import { type Format, FORMATS, render } from "./render.ts";
import { replay } from "./replay.ts";
import type { Services } from "./services.ts";
import { requireTrust } from "./trust.ts";
import { whyNotCached } from "./why.ts";
import { writeReport } from "./write-report.ts";

interface RunOptions {
  readonly stage: readonly Stage[];
  readonly check: readonly string[];
  readonly changed?: true;
  readonly staged?: true;
  readonly impacted?: true;
  readonly base?: string;
  readonly fix?: true;
  readonly failFast?: true;
  readonly cache: boolean;
  readonly why?: string;
  readonly replay?: string;
  readonly concurrency?: number;
  readonly format: readonly Format[];
  readonly output: readonly string[];
  readonly trust?: true;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  trigate run                               all three gates over the whole repository
  trigate run --stage static --changed      only the static gate, on what changed since the base
  trigate run src/app.py                    the checks that concern one file
  trigate run --format pretty --format html --output - --output out/report.html
  trigate run --format github --format sarif --output - --output out/trigate.sarif

Exit codes: 0 passed, 1 a gate failed, 2 bad usage or configuration, 3 could not be judged, 70 internal error, 130 interrupted.`;

const MAX_FIX_ROUNDS = 4;

const collect = <T>(value: T, before: readonly T[] = []): readonly T[] => [...before, value];

/** `trigate run`: the gates over this workspace. */
export function runCommand(services: () => Promise<Services>): Command {
  return new Command("run")
    .description("judge this workspace: run its checks and decide its gates")
    .argument("[paths...]", "only what concerns these files or folders")
    .addOption(
      new Option("--stage <stage>", "only this stage (may be repeated)")
        .choices(STAGES)
        .argParser(parseStage)
        .default([]),
    )
    .option("--check <id>", "only this check (may be repeated)", collect<string>, [])
    .option("--changed", "judge what changed since the base")
    .option("--staged", "judge what is staged, as it is staged")
    .option("--impacted", "run only the tests that the change since the last whole run needs")
    .option("--base <ref>", "branch or commit that changes are counted from")
    .option("--fix", "apply the fixes that the tools offer, then judge")
    .option("--fail-fast", "stop at the first check that fails")
    .option("--no-cache", "ask every tool again")
    .option("--replay <run>", "ask the question of a recorded run again, by its id or latest, and compare")
    .option("--why <id>", "say what made the cached answer of a check unusable")
    .addOption(new Option("--concurrency <n>", "checks at the same time").argParser(parseCount))
    .addOption(
      new Option("--format <format>", "form of the report (may be repeated, in pairs with --output)")
        .choices(FORMATS)
        .argParser(parseFormat)
        .default([]),
    )
    .option("--output <file>", "where the report goes; - is standard output", collect<string>, [])
    .option("--json", "the same as --format json")
    .option("--trust", "trust this workspace: its configuration decides which programs run")
    .addHelpText("after", EXAMPLES)
    .action(async (paths: string[], options: RunOptions) => {
      process.exitCode = await judgeWorkspace(await services(), paths, options);
    });
}

function parseStage(value: string, before: readonly Stage[]): readonly Stage[] {
  const stage = STAGES.find((name) => name === value);
  if (stage === undefined) throw new InvalidArgumentError(`allowed: ${STAGES.join(", ")}`);
  return collect(stage, before);
}

function parseFormat(value: string, before: readonly Format[]): readonly Format[] {
  const format = FORMATS.find((name) => name === value);
  if (format === undefined) throw new InvalidArgumentError(`allowed: ${FORMATS.join(", ")}`);
  return collect(format, before);
}

function parseCount(value: string): number {
  const count = Number(value);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError("a whole number from 1");
  return count;
}

async function judgeWorkspace(services: Services, paths: readonly string[], options: RunOptions): Promise<number> {
  await requireTrust(services, options.trust === true);
  const formats = formatsOf(options);
  if (options.why !== undefined) {
    console.log(await whyNotCached(services, options.why));
    return EXIT.passed;
  }
  if (options.replay !== undefined) {
    const progress = progressFor(["pretty"], []);
    return replay(services, options.replay, (runs, request) => runWithProgress(runs, request, progress));
  }
  const request = toRequest(services.root, paths, options);
  const runs = services.runs(options.concurrency);
  if (options.fix) await fixFirst(services, request);
  const result = await runWithProgress(runs, request, progressFor(formats, options.output));
  if (result === undefined) return EXIT.interrupted;
  await writeReports(result, { formats, outputs: options.output, env: services.env });
  if (formats.includes("github")) await appendStepSummary(result, services.env);
  return exitCodeOf(result.verdict);
}

/** Throws `usage/bad-argument` where the outputs are not one for each format. */
function formatsOf({ json, format, output }: RunOptions): readonly Format[] {
  const asked: readonly Format[] = json ? ["json"] : format;
  const formats: readonly Format[] = asked.length > 0 ? asked : ["pretty"];
  if (output.length === 0 || output.length === formats.length) return formats;
  throw new TrigateError("usage/bad-argument", {
    problem: `${formats.length} formats but ${output.length} outputs`,
    hint: "give one --output for each --format",
  });
}

function toRequest(root: string, paths: readonly string[], options: RunOptions): RunRequest {
  return {
    paths: paths.map((path) => workspacePath(root, path)),
    stages: options.stage,
    checks: options.check,
    changed: options.changed === true,
    staged: options.staged === true,
    impacted: options.impacted === true,
    base: options.base,
    noCache: !options.cache,
    fix: options.fix === true,
    failFast: options.failFast === true,
  };
}

/** Paths on the command line start at the current folder, in a run at the root. */
function workspacePath(root: string, path: string): string {
  const inside = toWorkspacePath(root, resolve(path));
  if (inside === undefined) throw new TrigateError("platform/path-outside", { path, root });
  return inside;
}

/** Fixes of one round can make room for others, so a few rounds are made. */
async function fixFirst(services: Services, request: RunRequest): Promise<void> {
  for (let round = 0; round < MAX_FIX_ROUNDS; round++) {
    const { finished } = services.runs().start({ ...request, stages: ["static"] }, () => undefined);
    const findings = (await finished).stages.flatMap(({ checks }) => checks.flatMap((check) => check.findings));
    const { fixes, files } = await applyFixes(services.root, findings);
    if (fixes === 0) return;
    console.error(`fixed ${fixes} ${fixes === 1 ? "finding" : "findings"} in ${files.join(", ")}`);
  }
}

/** Progress goes to standard error, and only when standard output carries a report for people. */
async function progressFor(formats: readonly Format[], outputs: readonly string[]): Promise<Progress | undefined> {
  const toScreen = formats.some((format, index) => format !== "pretty" && (outputs[index] ?? "-") === "-");
  if (toScreen) return undefined;
  return process.stderr.isTTY
    ? liveProgress(process.stderr, pc, systemClock)
    : lineProgress((line) => console.error(line), pc);
}

/** `undefined` when the user interrupted it; a second interrupt ends the process at once. */
async function runWithProgress(
  runs: RunService,
  request: RunRequest,
  showing: Promise<Progress | undefined>,
): Promise<Run | undefined> {
  const progress = await showing;
  const handle: RunHandle = runs.start(request, (event) => progress?.onEvent(event));
  const onSignal = () => handle.cancel();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, onSignal);
  try {
    return await handle.finished;
  } catch (error) {
    if (!(error instanceof TrigateError && error.code === "run/cancelled")) throw error;
    console.error("interrupted: the tools were ended and nothing was recorded");
    return undefined;
  } finally {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.removeListener(signal, onSignal);
    progress?.clear();
  }
}

interface ReportWishes {
  readonly formats: readonly Format[];
  readonly outputs: readonly string[];
  readonly env: Services["env"];
}

async function writeReports(run: Run, { formats, outputs, env }: ReportWishes): Promise<void> {
  for (const [index, format] of formats.entries()) {
    const output = outputs[index] ?? "-";
    const text = await render(run, format, { toTerminal: output === "-" });
    const token = randomIds.runId();
    if (output === "-")
      process.stdout.write(format === "pretty" ? withoutWorkflowCommands(text, { env, token }) : text);
    else await writeReport(output, text);
  }
}
