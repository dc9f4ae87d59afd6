import { dirname, join, resolve } from "node:path";
import pc from "picocolors";
import { STAGES, type Stage } from "./core/outcome.ts";
import { mergeCoverage } from "./coverage/merge.ts";
import { SqliteHistory } from "./history/sqlite-history.ts";
import { randomIds, systemClock } from "./platform/clock.ts";
import { existsNow } from "./platform/files.ts";
import { stateFolderOf } from "./platform/state-folder.ts";
import { isTrusted } from "./platform/trust.ts";
import { toPretty } from "./report/pretty.ts";
import { recallRun } from "./runs/run-memo.ts";
import { questionOf, type RunRequest } from "./runs/run-service.ts";
import { agentVersion } from "./version.ts";
import { exitCodeOf } from "./cli/exit-codes.ts";

/**
 * Answers `trigate run` from memory when nothing that the last answer rests on was touched: no git, no tool, no
 * configuration and none of the libraries for them is loaded. Gives `false` when the ordinary way has to be gone.
 */
export async function quickRun(argv: readonly string[]): Promise<boolean> {
  const began = systemClock.elapsed();
  const request = plainRequest(argv);
  const root = request && rootAbove(process.cwd());
  if (request === undefined || root === undefined) return false;
  const stateFolder = stateFolderOf(root, process.env);
  if (!(await isTrusted(stateFolder))) return false;
  const recalled = await recallRun({
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
  history.close();
  process.stdout.write(toPretty(run, { colors: pc, width: process.stdout.columns ?? 120, findingsPerCheck: 20 }));
  process.exitCode = exitCodeOf(run.verdict);
  return true;
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
