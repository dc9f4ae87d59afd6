import { dirname, join, resolve } from "node:path";
import { STAGES, type Stage } from "./core/outcome.ts";
import type { Run } from "./core/run.ts";
import { mergeCoverage } from "./coverage/merge.ts";
import { SqliteHistory } from "./history/sqlite-history.ts";
import { randomIds, systemClock } from "./platform/clock.ts";
import { existsNow } from "./platform/files.ts";
import { isPlainOutput, writePlainly } from "./platform/plain-output.ts";
import { stateFolderOf } from "./platform/state-folder.ts";
import { isTrusted } from "./platform/trust.ts";
import { type Palette, toPretty } from "./report/pretty.ts";
import { recallRun } from "./runs/run-memo.ts";
import { questionOf, type RunRequest } from "./runs/run-service.ts";
import { agentVersion } from "./version.ts";
import { exitCodeOf } from "./cli/exit-codes.ts";

/** Given by a command that has a process to itself. */
interface OwnProcess {
  /** Called before Node's stream for standard output is used. */
  readonly guardStream: () => void;
}

/**
 * Answers `trigate run` from memory when nothing that the last answer rests on was touched: no git, no tool, no
 * configuration and none of the libraries for them is loaded. Gives `false` when the ordinary way has to be gone.
 * Where the process is its own, it ends it as soon as the answer is written.
 */
export async function quickRun(argv: readonly string[], own?: OwnProcess): Promise<boolean> {
  const began = systemClock.elapsed();
  const request = plainRequest(argv);
  const root = request && rootAbove(process.cwd());
  if (request === undefined || root === undefined) return false;
  const stateFolder = stateFolderOf(root, process.env);
  if (!(await isTrusted(stateFolder))) return false;
  const recalled = recallRun({
    stateFolder,
    root,
    agentVersion: agentVersion(),
    question: questionOf(request),
    env: process.env,
  });
  if (recalled === undefined) return false;
  const run = {
    ...recalled,
    id: randomIds.runId(),
    startedAtMs: systemClock.now(),
    durationMs: systemClock.elapsed() - began,
  };
  const history = new SqliteHistory(join(stateFolder, "history.sqlite"), {
    warn: (message) => process.stderr.write(`trigate: ${message}\n`),
    mergeCoverage,
  });
  await history.record(run);
  const isShown = await show(run, own);
  process.exitCode = exitCodeOf(run.verdict);
  // To end at once takes less than to take everything apart. The history is not closed either: it would be copied from its
  // log and wait for the disk; the next to open it reads the log, as after any end.
  if (isShown) process.exit();
  history.close();
  return true;
}

const FINDINGS_PER_CHECK = 20;
const PLAIN_WIDTH = 120;

const asItIs = (text: string | number | null | undefined) => String(text);
const COLOURLESS: Palette = { green: asItIs, red: asItIs, yellow: asItIs, dim: asItIs, bold: asItIs };

/** Gives `false` while Node's stream may not have written all of it. */
async function show(run: Run, own: OwnProcess | undefined): Promise<boolean> {
  if (own !== undefined && isPlainOutput(process.env))
    return writePlainly(
      toPretty(run, { colors: COLOURLESS, width: PLAIN_WIDTH, findingsPerCheck: FINDINGS_PER_CHECK }),
    );
  own?.guardStream();
  const { default: colors } = await import("picocolors");
  const width = process.stdout.columns ?? PLAIN_WIDTH;
  process.stdout.write(toPretty(run, { colors, width, findingsPerCheck: FINDINGS_PER_CHECK }));
  return false;
}

/** The request of a command line that asks for nothing special; `undefined` for every other. */
function plainRequest(argv: readonly string[]): RunRequest | undefined {
  const stages: Stage[] = [];
  const checks: string[] = [];
  const rest = [...argv];
  while (rest.length > 0) {
    const flag = rest.shift();
    if (flag === "--trust") continue;
    const value = rest.shift();
    const stage = STAGES.find((name) => name === value);
    if (flag === "--stage" && stage !== undefined) stages.push(stage);
    else if (flag === "--check" && value !== undefined) checks.push(value);
    else return undefined;
  }
  return {
    paths: [],
    stages,
    checks,
    changed: false,
    staged: false,
    base: undefined,
    noCache: false,
    fix: false,
    failFast: false,
    summaryOnly: true,
  };
}

function rootAbove(folder: string): string | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsNow(join(at, "trigate.yaml"))) return at;
    if (dirname(at) === at) return undefined;
  }
}
