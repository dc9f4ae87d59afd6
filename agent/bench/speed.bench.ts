// How fast the agent answers, each figure beside its yardstick in the same run: node agent/bench/speed.bench.ts [--json]
// Prints a table, or with --json the list that the benchmark-json checker reads: how many times the budget holds the time.
import { execFile, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { NodeToolFinder } from "../src/checkers/tool-finder.ts";
import { stateFolderOf } from "../src/platform/state-folder.ts";
import { joinDaemon } from "../src/server/lifecycle/start-or-join.ts";
import { TestEditor } from "../src/server/testing/editor.ts";

const repository = join(import.meta.dirname, "..", "..");
const trigate = join(repository, "agent", "bin", "trigate.mjs");
const run = promisify(execFile);
const ROUNDS = 21;

/** A repository of some 200 files with ten checks, all of them fast tools, so that what is measured is the agent. */
function makeRepository(): string {
  const root = mkdtempSync(join(tmpdir(), "trigate-speed-"));
  cpSync(join(repository, "agent", "src"), join(root, "src"), { recursive: true });
  for (const file of ["biome.json", ".gitignore", "tsconfig.base.json"])
    cpSync(join(repository, file), join(root, file));
  symlinkSync(join(repository, "node_modules"), join(root, "node_modules"));
  writeFileSync(join(root, ".oxlintrc.json"), '{ "rules": { "no-debugger": "error" } }\n');
  const rooms = ["core", "config", "runs", "report", "vcs"];
  const checks = rooms.flatMap((room) => [
    `  biome-${room}: { tool: biome, files: ["src/${room}/**/*.ts"] }`,
    `  oxlint-${room}: { tool: oxlint, files: ["src/${room}/**/*.ts"] }`,
  ]);
  writeFileSync(join(root, "trigate.yaml"), ["version: 1", "checks:", ...checks, ""].join("\n"));
  return root;
}

const root = makeRepository();
const env = {
  ...process.env,
  TRIGATE_STATE_DIR: join(root, ".state"),
  PATH: `${join(repository, "node_modules/.bin")}:${process.env["PATH"]}`,
};
mkdirSync(env.TRIGATE_STATE_DIR);
writeFileSync(join(root, ".git-ignored"), "");

async function timed(body: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await body();
  return performance.now() - began;
}

/** Runs the command and takes any exit code: findings are no failure of the benchmark. */
async function command(argv: readonly string[]): Promise<void> {
  const [program = "", ...args] = argv;
  await run(program, args, { cwd: root, env }).catch((error: unknown) => {
    if (!(error instanceof Error && "code" in error && typeof error.code === "number" && error.code <= 1)) throw error;
  });
}

const quantile = (values: readonly number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))] ?? Number.NaN;
const median = (values: readonly number[]) => quantile(values, 0.5);

interface Row {
  readonly name: string;
  readonly ms: number;
  readonly yardstick: string;
  readonly yardstickMs: number;
  readonly budgetMs: number;
}

/** The full cache hit as a command, in turns with `node -e 0`. */
async function cacheHitAsCommand(): Promise<Row> {
  for (let warm = 0; warm < 3; warm++) await command([process.execPath, trigate, "run", "--trust"]);
  const hits: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await timed(() => command([process.execPath, "-e", "0"])));
    hits.push(await timed(() => command([process.execPath, trigate, "run"])));
  }
  return {
    name: "cache_hit/command",
    ms: median(hits),
    yardstick: "node -e 0",
    yardstickMs: median(bare),
    budgetMs: 1.5 * median(bare) + 30,
  };
}

/** The full cache hit through the daemon's socket. */
async function cacheHitOverDaemon(): Promise<Row> {
  const client = await joinDaemon({
    stateFolder: stateFolderOf(root, env),
    client: { client: "bench", trusted: true, env: {} },
  });
  if (client === undefined) throw new Error("no daemon answers");
  for (let warm = 0; warm < 4; warm++) await client.call("run/verdict", {});
  const hits: number[] = [];
  for (let round = 0; round < ROUNDS; round++) hits.push(await timed(() => client.call("run/verdict", {})));
  client.close();
  return { name: "cache_hit/daemon", ms: median(hits), yardstick: "-", yardstickMs: Number.NaN, budgetMs: 10 };
}

/** From the save in an editor to the linter's diagnostics, in turns with the linter started by hand on the same file. */
async function saveToDiagnostics(): Promise<Row> {
  const file = "src/core/glob.ts";
  const linter = await new NodeToolFinder({ root, cwd: "", env }).npm("oxlint");
  if (linter === undefined) throw new Error("oxlint is not installed");
  const bridge = spawn(process.execPath, [trigate, "lsp", "--stdio"], {
    cwd: root,
    env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const editor = TestEditor.overStreams({ output: bridge.stdout, input: bridge.stdin }, root);
  await editor.initialize();
  const text = readFileSync(join(root, file), "utf8");
  await editor.open(file, text);
  const raw: number[] = [];
  const saved: number[] = [];
  for (let round = 0; round < ROUNDS + 2; round++) {
    const faulty = round % 2 === 0;
    writeFileSync(join(root, file), faulty ? `${text}\ndebugger; // ${round}\n` : `${text}// ${round}\n`);
    const rawMs = await timed(() => command([...linter, "--format", "json", file]));
    const savedMs = await timed(async () => {
      await editor.save(file);
      while ((await editor.diagnostics(file)).some(({ source }) => source?.includes("oxlint")) !== faulty);
    });
    if (round < 2) continue;
    raw.push(rawMs);
    saved.push(savedMs);
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
  await editor.exit();
  bridge.stdin.end();
  return {
    name: "save_to_diagnostics",
    ms: median(saved),
    yardstick: "oxlint by hand",
    yardstickMs: median(raw),
    budgetMs: median(raw) + 10,
  };
}

try {
  await run("git", ["init", "-q"], { cwd: root });
  writeFileSync(join(root, ".git", "info", "exclude"), ".state\n");
  await run("git", ["add", "-A"], { cwd: root });
  await run("git", ["-c", "user.name=bench", "-c", "user.email=bench@localhost", "commit", "-qm", "bench"], {
    cwd: root,
  });
  const rows = [await cacheHitAsCommand()];
  await command([process.execPath, trigate, "daemon", "start"]);
  rows.push(await cacheHitOverDaemon());
  writeFileSync(join(root, "trigate.yaml"), "version: 1\nchecks:\n  oxlint: {}\n");
  rows.push(await saveToDiagnostics());
  if (process.argv.includes("--json")) {
    console.log(
      JSON.stringify(
        rows.map(({ name, ms, budgetMs }) => ({
          name,
          unit: "x",
          value: budgetMs / ms,
          range: `${ms.toFixed(1)} ms of ${budgetMs.toFixed(1)} ms`,
        })),
      ),
    );
  } else {
    console.log("what                     median ms   budget ms   yardstick");
    for (const { name, ms, budgetMs, yardstick, yardstickMs } of rows) {
      console.log(
        `${name.padEnd(24)} ${ms.toFixed(1).padStart(9)} ${budgetMs.toFixed(1).padStart(11)}   ${yardstick}${Number.isNaN(yardstickMs) ? "" : ` ${yardstickMs.toFixed(1)} ms`}`,
      );
    }
  }
} finally {
  await command([process.execPath, trigate, "daemon", "stop"]);
  rmSync(root, { recursive: true, force: true });
}
