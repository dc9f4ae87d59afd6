// How long it takes until a run with --changed is planned in a repository of 100,000 files: node agent/bench/large-repository.bench.ts [--json]
// Prints a table, or with --json the list that the benchmark-json checker reads: how many times the budget holds the time.
import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServices } from "../src/compose.ts";
import { systemClock } from "../src/platform/clock.ts";

const FILES = 100_000;
const FILES_A_FOLDER = 100;
const ROUNDS = 9;
const BUDGET_MS = 300;

const root = mkdtempSync(join(tmpdir(), "trigate-large-"));
const env = { ...process.env, TRIGATE_STATE_DIR: join(root, ".state") };

function git(...args: string[]): void {
  execFileSync("git", ["-c", "user.name=bench", "-c", "user.email=bench@localhost", ...args], { cwd: root, env });
}

function makeRepository(): void {
  for (let folder = 0; folder < FILES / FILES_A_FOLDER; folder++) {
    const path = join(root, `package${folder % 20}`, `folder${folder}`);
    mkdirSync(path, { recursive: true });
    for (let file = 0; file < FILES_A_FOLDER; file++)
      writeFileSync(join(path, `file${file}.${["ts", "py", "md", "json", "cc"][file % 5]}`), `${folder} ${file}\n`);
  }
  writeFileSync(join(root, ".gitignore"), ".state\n");
  writeFileSync(
    join(root, "trigate.yaml"),
    "version: 1\nchecks: { ruff: {}, biome: {}, oxlint: {}, clang-format: {}, tsc: {}, pytest: {} }\n",
  );
  git("init", "-q", "-b", "main");
  git("add", "-A");
  git("commit", "-qm", "all");
  git("checkout", "-qb", "work");
  for (let file = 0; file < 20; file++) appendFileSync(join(root, `package0/folder0/file${file * 5}.ts`), "changed\n");
}

/** From the question to the plan, then the run is cancelled: what tools take is not the agent's. */
async function planned(round: number): Promise<number> {
  appendFileSync(join(root, "package0/folder0/file0.ts"), `${round}\n`);
  const services = await createServices({ cwd: root, env });
  const request = { paths: [], stages: [], checks: [], changed: true, staged: false, base: undefined };
  const began = systemClock.elapsed();
  let elapsedMs = Number.NaN;
  const handle = services
    .runs()
    .start({ ...request, noCache: true, fix: false, failFast: false, unrecorded: true }, (event) => {
      if (event.type !== "run-started") return;
      elapsedMs = systemClock.elapsed() - began;
      queueMicrotask(() => handle.cancel());
    });
  await handle.finished.then(
    () => undefined,
    () => undefined,
  );
  await services.close();
  return elapsedMs;
}

/** What git itself takes to say what changed; nobody who asks git can be faster. */
function gitAlone(): number {
  const began = systemClock.elapsed();
  execFileSync("git", ["--no-optional-locks", "status", "--porcelain=v1", "-z", "--untracked-files=all"], {
    cwd: root,
    env,
  });
  return systemClock.elapsed() - began;
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const least = (values: readonly number[]) => Math.min(...values);

try {
  makeRepository();
  const [plans, bare]: [number[], number[]] = [[], []];
  await planned(-1);
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(gitAlone());
    plans.push(await planned(round));
  }
  const row = { name: "plan_changed/100000_files", ms: median(plans), leastMs: least(plans) };
  if (process.argv.includes("--json"))
    console.log(
      JSON.stringify([
        { name: row.name, unit: "x", value: BUDGET_MS / row.ms, range: `${row.ms.toFixed(1)} ms of ${BUDGET_MS} ms` },
      ]),
    );
  else
    console.log(
      `plan --changed, ${FILES} files: median ${row.ms.toFixed(0)} ms, least ${row.leastMs.toFixed(0)} ms of ${BUDGET_MS} ms; git status alone: median ${median(bare).toFixed(0)} ms, least ${least(bare).toFixed(0)} ms`,
    );
} finally {
  rmSync(root, { recursive: true, force: true });
}
