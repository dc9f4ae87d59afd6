import type { Command } from "commander";
import pc from "picocolors";
import type { RunEvent } from "../../core/run.ts";
import { TrigateError } from "../../errors/trigate-error.ts";
import { systemClock } from "../../platform/clock.ts";
import { plainText } from "../../report/plain-text.ts";
import type { Finished } from "../../tasks/proof/task-finisher.ts";
import { EXIT } from "../exit-codes.ts";
import { lineProgress, liveProgress } from "../progress.ts";
import { requireTrust } from "../trust.ts";
import { warnOfDelivery } from "./hook-command.ts";
import { gatesText } from "./proof-text.ts";
import { type Common, type Open, print, subcommand } from "./task-subcommand.ts";
import type { TextStyle } from "./task-text.ts";

interface DoneOptions extends Common {
  readonly withSubtasks?: true;
  readonly strict?: true;
  readonly run?: string;
  readonly cache: boolean;
  readonly force?: true;
  readonly reason?: string;
  readonly unjudged?: true;
  readonly trust?: true;
}

const RULES = `
The task asks for the stages in "tasks.require" of trigate.yaml (by default all three), or for what its own
metadata.trigate.requires names: { "stages": [...], "checks": [...], "paths": [...], "benchmarks": [...] }.
A recorded run of the very same content that passed is proof; else the gates are run, and answers of the cache count.

Exit codes: 0 done, 1 a gate failed, 2 bad usage, configuration or task, 3 a gate could not be judged, 130 interrupted.
Nothing is written but with 0.`;

/** `trigate tasks done`: a task is done when its gates say so. */
export function addDone(parent: Command, open: Open): void {
  subcommand(parent, "done", "trigate tasks done 5.2")
    .description("prove a task by its gates, and write that it is done with the evidence")
    .argument("<id>", "such as 5, or 5.2 for a subtask")
    .option("--with-subtasks", "prove and finish its open subtasks, too")
    .option("--strict", "refuse while something that it depends on is not done, instead of warning")
    .option("--run <run>", "take this recorded run as the proof; it must have judged this very content")
    .option("--no-cache", "ask every tool again")
    .option("--force", "call it done whatever the gates say; the task shows it for ever")
    .option("--reason <text>", "why it is forced")
    .option("--unjudged", "with --force: do not even run the gates")
    .option("--trust", "trust this workspace: its configuration decides which programs run")
    .addHelpText("after", RULES)
    .action(async (id: string, options: DoneOptions) => {
      const force = forceOf(options);
      const services = await open();
      await requireTrust(services, options.trust === true);
      const { finisher } = await services.proof();
      const { tag, run, cache, withSubtasks, strict } = options;
      const wish = {
        id,
        tag,
        runId: run,
        noCache: !cache,
        withSubtasks: withSubtasks === true,
        strict: strict === true,
      };
      const finished = await withRunProgress((ask) => finisher.finish({ ...wish, force }, ask));
      for (const warning of finished.warnings) console.error(`trigate: ${plainText(warning)}`);
      warnOfDelivery(finished.delivery);
      const { delivery: _delivery, ...told } = finished;
      print(options.json, { id, done: finished.changes.length > 0, ...told }, (style) =>
        finishedText(id, finished, style),
      );
      process.exitCode = exitCodeOfFinished(finished);
    });
}

function forceOf({ force, reason, unjudged }: DoneOptions): { reason: string; run: boolean } | undefined {
  if (force === true && reason !== undefined) return { reason, run: unjudged !== true };
  if (force === undefined && reason === undefined && unjudged === undefined) return undefined;
  throw new TrigateError("usage/bad-argument", {
    problem: force === true ? "--force needs a reason" : "--reason and --unjudged belong to --force",
    hint: `such as: trigate tasks done 5 --force --reason "the benchmark machine is down"`,
  });
}

function exitCodeOfFinished({ changes, verdict }: Finished): number {
  if (changes.length > 0) return EXIT.passed;
  return verdict === "failed" ? EXIT.failed : EXIT.errored;
}

/** Shows the checks as they end, on standard error; Ctrl-C ends the run as `run/cancelled`. */
async function withRunProgress<Result>(
  ask: (options: { signal: AbortSignal; onEvent: (event: RunEvent) => void }) => Promise<Result>,
): Promise<Result> {
  const progress = process.stderr.isTTY
    ? await liveProgress(process.stderr, pc, systemClock)
    : lineProgress((line) => console.error(line), pc);
  const stop = new AbortController();
  const onSignal = () => stop.abort(new TrigateError("run/cancelled", {}));
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.once(signal, onSignal);
  try {
    return await ask({ signal: stop.signal, onEvent: (event) => progress.onEvent(event) });
  } finally {
    for (const signal of signals) process.removeListener(signal, onSignal);
    progress.clear();
  }
}

function finishedText(id: string, finished: Finished, { colors }: TextStyle): string {
  const { changes, causes, findings, runId, reused, evidence, forced } = finished;
  const isDone = changes.length > 0;
  const head = isDone
    ? changes.map((change) => `${plainText(change.id)}: ${change.previous} -> ${colors.bold(change.status)}`)
    : [colors.bold(`${plainText(id)} is not done: its status stays as it was`)];
  const run =
    runId === undefined ? "no gate was run" : `run ${runId}${reused ? ", made before on this very content" : ""}`;
  const proof = evidence === undefined ? [] : [`proven: ${gatesText(evidence.gates.length)} (${run})`];
  const byForce =
    forced === undefined ? [] : [colors.yellow(`forced without proof, since: ${plainText(forced.reason)} (${run})`)];
  return [
    ...head,
    ...proof,
    ...byForce,
    ...causes.map(
      ({ id: name, verdict, message }) =>
        `  ${verdict === "failed" ? colors.red("failed") : colors.yellow("cannot be told")}  ${plainText(name)}: ${plainText(message)}`,
    ),
    ...findings.map(
      ({ file, line, rule, message }) =>
        `    ${plainText(`${file}${line === undefined ? "" : `:${line}`} ${rule}: ${message}`.trim())}`,
    ),
    ...(isDone || runId === undefined ? [] : [colors.dim(run)]),
  ].join("\n");
}
