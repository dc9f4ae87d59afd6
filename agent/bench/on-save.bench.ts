// From the save in an editor to a tool's diagnostics, in turns with the tool started by hand on the same file and with the
// tool's own language server where it has one: node agent/bench/on-save.bench.ts [--json] [--rounds N]
// Prints a table, or with --json the list that the benchmark-json checker reads: how many times the budget holds the time.
import { execFile, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { createProtocolConnection, type ProtocolConnection } from "vscode-languageserver/node";
import { z } from "zod";
import { NodeToolFinder } from "../src/checkers/tool-finder.ts";
import { OnSaveHealth, PROTOCOL_VERSION } from "../src/protocol/index.ts";
import { TestEditor } from "../src/server/testing/editor.ts";

const repository = join(import.meta.dirname, "..", "..");
const trigate = join(repository, "agent", "bin", "trigate.mjs");
const run = promisify(execFile);
const asked = process.argv.indexOf("--rounds");
const ROUNDS = asked < 0 ? 31 : Number(process.argv[asked + 1]);
const WARM_UP = 3;

interface Tool {
  readonly name: string;
  readonly file: string;
  /** A text with the fault, and the same without it; `round` makes every text another. */
  readonly faulty: (text: string, round: number) => string;
  readonly clean: (text: string, round: number) => string;
  readonly command: readonly string[];
  /** How its own language server is started, when that answers for its diagnostics. */
  readonly server?: readonly string[];
}

interface Measured {
  readonly tool: string;
  readonly saved: readonly number[];
  readonly raw: readonly number[];
  readonly own: readonly number[];
  /** From the save's arrival in the daemon to the answer, as the daemon itself keeps it. */
  readonly inDaemonMs: number;
}

const root = mkdtempSync(join(tmpdir(), "trigate-on-save-"));
const env = {
  ...process.env,
  TRIGATE_STATE_DIR: join(root, ".state"),
  PATH: `${join(repository, "node_modules/.bin")}:${process.env["PATH"]}`,
  VIRTUAL_ENV: join(repository, ".tools", "python"),
};

function makeRepository(): void {
  mkdirSync(env.TRIGATE_STATE_DIR);
  cpSync(join(repository, "agent", "src"), join(root, "src"), { recursive: true });
  for (const file of ["biome.json", ".gitignore"]) cpSync(join(repository, file), join(root, file));
  symlinkSync(join(repository, "node_modules"), join(root, "node_modules"));
  const functions = Array.from(
    { length: 60 },
    (_, index) => `def function_${index}(a, b):\n    return a + b * ${index}\n`,
  );
  writeFileSync(join(root, "app.py"), functions.join("\n\n"));
  writeFileSync(join(root, "ruff.toml"), "");
  writeFileSync(join(root, ".oxlintrc.json"), '{ "rules": { "no-debugger": "error" } }\n');
  writeFileSync(
    join(root, "eslint.config.mjs"),
    'import { parser } from "typescript-eslint";\nexport default [{ files: ["**/*.ts"], languageOptions: { parser }, rules: { "no-debugger": "error", "no-undef": "off", "prefer-const": "error" } }];\n',
  );
}

async function tools(): Promise<readonly Tool[]> {
  const find = new NodeToolFinder({ root, cwd: "", env });
  const located = async (name: string, argv: Promise<readonly string[] | undefined>) => {
    const found = await argv;
    if (found === undefined) throw new Error(`${name} is not installed`);
    return found;
  };
  const oxlint = await located("oxlint", find.npm("oxlint"));
  const biome = await located("biome", find.npm("@biomejs/biome", "biome"));
  const ruff = await located("ruff", find.python("ruff"));
  const eslint = await located("eslint", find.npm("eslint"));
  const script = "src/core/glob.ts";
  const lint = {
    file: script,
    faulty: (text: string, round: number) => `${text}\ndebugger; // ${round}\n`,
    clean: (text: string, round: number) => `${text}// ${round}\n`,
  };
  return [
    { ...lint, name: "oxlint", command: [...oxlint, "--format", "json", script], server: [...oxlint, "--lsp"] },
    {
      ...lint,
      name: "biome",
      faulty: (text, round) => `${text}\nconst  spaced  =  ${round}\n`,
      command: [...biome, "format", "--reporter=json", script],
    },
    {
      name: "ruff",
      file: "app.py",
      faulty: (text, round) => `import os  # ${round}\n\n\n${text}`,
      clean: (text, round) => `${text}# ${round}\n`,
      command: [...ruff, "check", "--no-cache", "--output-format", "json", "app.py"],
      server: [...ruff, "server"],
    },
    { ...lint, name: "eslint", command: [...eslint, "--format", "json", script] },
  ];
}

async function timed(body: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await body();
  return performance.now() - began;
}

/** Takes exit code 1, which means findings. */
async function command(argv: readonly string[]): Promise<void> {
  const [program = "", ...args] = argv;
  await run(program, args, { cwd: root, env }).catch((error: unknown) => {
    if (!(error instanceof Error && "code" in error && error.code === 1)) throw error;
  });
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A tool's own language server, asked by pulling. */
class OwnServer {
  readonly #connection: ProtocolConnection;
  readonly #end: () => void;
  #version = 0;

  constructor(argv: readonly string[]) {
    const [program = "", ...args] = argv;
    const child = spawn(program, args, { cwd: root, env, stdio: ["pipe", "pipe", "ignore"] });
    this.#connection = createProtocolConnection(child.stdout, child.stdin);
    this.#connection.onRequest("client/registerCapability", () => null);
    this.#connection.onRequest("workspace/configuration", () => [null]);
    this.#connection.listen();
    this.#end = () => {
      this.#connection.dispose();
      child.kill();
    };
  }

  async open(): Promise<void> {
    const uri = pathToFileURL(root).href;
    await this.#connection.sendRequest("initialize", {
      processId: process.pid,
      rootUri: uri,
      workspaceFolders: [{ uri, name: "bench" }],
      capabilities: { general: { positionEncodings: ["utf-16"] }, textDocument: { diagnostic: {} } },
    });
    await this.#connection.sendNotification("initialized", {});
  }

  async diagnose(file: string, text: string): Promise<void> {
    const uri = pathToFileURL(join(root, file)).href;
    const version = ++this.#version;
    if (version === 1) {
      const textDocument = { uri, version, languageId: file.endsWith(".py") ? "python" : "typescript", text };
      await this.#connection.sendNotification("textDocument/didOpen", { textDocument });
    } else {
      const textDocument = { uri, version };
      await this.#connection.sendNotification("textDocument/didChange", { textDocument, contentChanges: [{ text }] });
    }
    await this.#connection.sendRequest("textDocument/diagnostic", { textDocument: { uri } });
  }

  close(): void {
    this.#end();
  }
}

const Status = z.object({ onSave: OnSaveHealth });

async function medianInDaemon(check: string): Promise<number> {
  const { stdout } = await run(process.execPath, [trigate, "daemon", "status", "--json"], { cwd: root, env });
  const { onSave } = Status.parse(JSON.parse(stdout));
  return onSave.checks.find((latency) => latency.check === check)?.p50Ms ?? Number.NaN;
}

/** One tool alone in `trigate.yaml`, so that what is measured is this tool. */
async function measure(tool: Tool, editor: TestEditor): Promise<Measured> {
  const { name, file, faulty, clean, command: argv, server } = tool;
  writeFileSync(join(root, "trigate.yaml"), `version: 1\nchecks:\n  ${name}: {}\n`);
  const text = readFileSync(join(root, file), "utf8");
  const own = server === undefined ? undefined : new OwnServer(server);
  await own?.open();
  await editor.open(file, text);
  const times = { raw: [] as number[], saved: [] as number[], own: [] as number[] };
  for (let round = 0; round < ROUNDS + WARM_UP; round++) {
    const isFaulty = round % 2 === 0;
    const now = (isFaulty ? faulty : clean)(text, round);
    writeFileSync(join(root, file), now);
    const rawMs = await timed(() => command(argv));
    const savedMs = await timed(async () => {
      await editor.save(file);
      while ((await editor.diagnostics(file)).some(({ source }) => source === `trigate/${name}`) !== isFaulty);
    });
    const ownMs = own === undefined ? Number.NaN : await timed(() => own.diagnose(file, now));
    await pause(150);
    if (round < WARM_UP) continue;
    times.raw.push(rawMs);
    times.saved.push(savedMs);
    if (own !== undefined) times.own.push(ownMs);
  }
  own?.close();
  writeFileSync(join(root, file), text);
  await editor.closeFile(file);
  return { tool: name, ...times, inDaemonMs: await medianInDaemon(name) };
}

const quantile = (values: readonly number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))] ?? Number.NaN;

interface Entry {
  readonly name: string;
  readonly ms: number;
  readonly budgetMs: number;
}

function entriesOf({ tool, saved, raw, own, inDaemonMs }: Measured): readonly Entry[] {
  const p50 = { name: `on_save/${tool}/p50`, ms: quantile(saved, 0.5), budgetMs: quantile(raw, 0.5) + 10 };
  const p95 = { name: `on_save/${tool}/p95`, ms: quantile(saved, 0.95), budgetMs: quantile(raw, 0.95) + 30 };
  if (own.length === 0) return [p50, p95];
  // What the daemon adds to the tool's own answer.
  const added = Math.max(0.1, inDaemonMs - quantile(own, 0.5));
  return [p50, p95, { name: `on_save_added/${tool}`, ms: added, budgetMs: 5 }];
}

function printTable(all: readonly Measured[]): void {
  const cell = (ms: number) => (Number.isNaN(ms) ? "-" : ms.toFixed(1)).padStart(9);
  console.log("tool      saved p50       p95 | by hand       p95 | own server       p95 | in the daemon p50   (ms)");
  for (const { tool, saved, raw, own, inDaemonMs } of all) {
    const pair = (values: readonly number[]) => `${cell(quantile(values, 0.5))} ${cell(quantile(values, 0.95))}`;
    console.log(`${tool.padEnd(9)} ${pair(saved)} |${pair(raw)} |  ${pair(own)} | ${cell(inDaemonMs)}`);
  }
}

/** Clean and faulty by turns in one window, over the bridge that an editor starts. */
async function main(): Promise<void> {
  makeRepository();
  const all = await tools();
  writeFileSync(join(root, "trigate.yaml"), "version: 1\nchecks:\n  oxlint: {}\n");
  await run("git", ["init", "-q"], { cwd: root });
  writeFileSync(join(root, ".git", "info", "exclude"), ".state\n");
  await run("git", ["add", "-A"], { cwd: root });
  await command([process.execPath, trigate, "run", "--trust", "--stage", "static"]);
  const bridge = spawn(process.execPath, [trigate, "lsp", "--stdio"], {
    cwd: root,
    env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const editor = TestEditor.overStreams({ output: bridge.stdout, input: bridge.stdin }, root);
  // Only saves are measured; asking while typing would answer some of them before.
  await editor.initialize({ trusted: true, protocolVersion: PROTOCOL_VERSION, checkOnType: false });
  const measured: Measured[] = [];
  for (const tool of all) measured.push(await measure(tool, editor));
  await editor.exit();
  bridge.stdin.end();
  if (!process.argv.includes("--json")) {
    printTable(measured);
    return;
  }
  const entries = measured.flatMap(entriesOf).map(({ name, ms, budgetMs }) => ({
    name,
    unit: "x",
    value: budgetMs / ms,
    range: `${ms.toFixed(1)} ms of ${budgetMs.toFixed(1)} ms`,
  }));
  console.log(JSON.stringify(entries));
}

try {
  await main();
} finally {
  await command([process.execPath, trigate, "daemon", "stop"]);
  rmSync(root, { recursive: true, force: true });
}
