import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { OnSaveHealth, PROTOCOL_VERSION } from "../../src/protocol/index.ts";
import { TestEditor } from "../../src/server/testing/editor.ts";
import { buildAgent, REPOSITORY, Workspace } from "./front-door.ts";

beforeAll(buildAgent, 120_000);

const CONFIG = (checks: string) => `version: 1\nchecks:\n${checks}`;
const OXLINT = '{ "rules": { "no-debugger": "error" } }\n';
const Status = z.object({ onSave: OnSaveHealth });

interface Opened {
  readonly workspace: Workspace;
  readonly editor: TestEditor;
  readonly bridge: ChildProcess;
}
const opened: Opened[] = [];
afterEach(async () => {
  for (const { workspace, bridge } of opened.splice(0)) {
    bridge.stdin?.end();
    await workspace.trigate("daemon", "stop");
    workspace.dispose();
  }
});

/** A window over a workspace, through the bridge and the daemon that a user would have. */
async function open(files: Readonly<Record<string, string>>, options: object = {}): Promise<Opened> {
  const workspace = new Workspace();
  for (const [path, content] of Object.entries(files)) workspace.write(path, content);
  workspace.folder.commit("sources");
  await workspace.run("--stage", "static");
  const env = {
    ...process.env,
    VIRTUAL_ENV: join(REPOSITORY, ".tools/python"),
    TRIGATE_STATE_DIR: workspace.stateFolder,
    VITEST: "",
  };
  const bridge = spawn(process.execPath, [join(REPOSITORY, "agent/bin/trigate.mjs"), "lsp", "--stdio"], {
    cwd: workspace.folder.root,
    env,
    stdio: ["pipe", "pipe", "ignore"],
  });
  const editor = TestEditor.overStreams({ output: bridge.stdout, input: bridge.stdin }, workspace.folder.root);
  await editor.initialize({ trusted: true, protocolVersion: PROTOCOL_VERSION, checkOnType: false, ...options });
  opened.push({ workspace, editor, bridge });
  return { workspace, editor, bridge };
}

/** Waits until what is shown for a file is this, whatever is shown before, and gives it back. */
async function shows(editor: TestEditor, file: string, rules: readonly string[]): Promise<readonly string[]> {
  for (;;) {
    const shown = (await editor.diagnostics(file)).map(({ code }) => String(code)).toSorted();
    if (JSON.stringify(shown) === JSON.stringify(rules.toSorted())) return shown;
  }
}

async function save({ workspace, editor }: Opened, file: string, text: string): Promise<void> {
  workspace.write(file, text);
  await editor.save(file);
}

async function health({ workspace }: Opened): Promise<OnSaveHealth> {
  const { stdout } = await workspace.trigate("daemon", "status", "--json");
  return Status.parse(JSON.parse(stdout)).onSave;
}

const SOURCES = { "trigate.yaml": CONFIG("  oxlint: {}\n"), ".oxlintrc.json": OXLINT, "a.ts": "export const a = 1;\n" };

describe("a saved file", { timeout: 60_000 }, () => {
  test("is answered by a tool that stays, and by the command line when that was killed", async () => {
    const made = await open(SOURCES);
    await made.editor.open("a.ts", SOURCES["a.ts"]);
    await save(made, "a.ts", "debugger;\n");
    await shows(made.editor, "a.ts", ["no-debugger"]);
    const { workers, checks } = await health(made);
    expect(workers).toMatchObject([{ tool: "oxlint", state: "ready", answers: 1, crashes: 0 }]);
    expect(checks).toMatchObject([{ check: "oxlint", count: 1, budgetMs: 300, demoted: false }]);
    process.kill(workers[0]?.pid ?? Number.NaN, "SIGKILL");
    await expect
      .poll(async () => (await health(made)).workers, { timeout: 15_000 })
      .toMatchObject([{ state: "waiting", crashes: 1 }]);
    await save(made, "a.ts", "export const b = 2;\n");
    await shows(made.editor, "a.ts", []);
    await save(made, "a.ts", "debugger; // again\n");
    await shows(made.editor, "a.ts", ["no-debugger"]);
  });

  test("is judged by the configuration of now, edited or new", async () => {
    const made = await open(SOURCES);
    await made.editor.open("a.ts", SOURCES["a.ts"]);
    await save(made, "a.ts", "var a = 1; debugger; export { a };\n");
    await shows(made.editor, "a.ts", ["no-debugger"]);
    made.workspace.write(".oxlintrc.json", '{ "rules": { "no-var": "error", "no-debugger": "off" } }\n');
    await made.editor.save("a.ts");
    await shows(made.editor, "a.ts", ["no-var"]);
    made.workspace.write("trigate.yaml", CONFIG("  oxlint: {}\n  ruff: {}\n"));
    made.workspace.write("b.py", "import os\n");
    await made.editor.open("b.py", "import os\n");
    await made.editor.save("b.py");
    await shows(made.editor, "b.py", ["F401"]);
    made.workspace.write("ruff.toml", 'lint.ignore = ["F401"]\n');
    await made.editor.save("b.py");
    expect(await shows(made.editor, "b.py", [])).toEqual([]);
  });

  test("of which another extension shows some findings has only the others", async () => {
    const files = { ...SOURCES, "trigate.yaml": CONFIG("  oxlint: {}\n  biome: {}\n"), "biome.json": "{}\n" };
    const made = await open(files, { exclude: ["oxlint"] });
    await made.editor.open("a.ts", files["a.ts"]);
    await save(made, "a.ts", "debugger ;\n");
    await shows(made.editor, "a.ts", ["format"]);
    expect((await health(made)).checks.map(({ check }) => check)).toEqual(["biome"]);
  });

  test("whose check is over its budget again and again is answered all the same, and that is said", async () => {
    const made = await open({ ...SOURCES, "trigate.yaml": CONFIG("  oxlint: { budget: 0.01ms }\n") });
    await made.editor.open("a.ts", SOURCES["a.ts"]);
    for (let round = 0; round < 4; round++) {
      await save(made, "a.ts", `debugger; // ${round}\n`);
      await shows(made.editor, "a.ts", ["no-debugger"]);
    }
    expect((await health(made)).checks).toMatchObject([{ check: "oxlint", budgetMs: 0.01, over: 4, demoted: true }]);
  });
});

describe("text that is not saved", { timeout: 60_000 }, () => {
  test("is asked about as it stands, and withdrawn answers are never shown", async () => {
    const made = await open(SOURCES, { checkOnType: true });
    const { editor, workspace } = made;
    await editor.open("a.ts", "debugger;\n");
    await shows(editor, "a.ts", ["no-debugger"]);
    for (let version = 2; version < 30; version++) await editor.change("a.ts", `debugger; // ${version}\n`, version);
    await editor.change("a.ts", "export const typed = 1;\n", 30);
    await shows(editor, "a.ts", []);
    workspace.write("a.ts", "export const typed = 1; debugger;\n");
    await editor.change("a.ts", "export const typed = 1; debugger;\n", 31);
    await editor.save("a.ts");
    expect(await shows(editor, "a.ts", ["no-debugger"])).toEqual(["no-debugger"]);
  });
});
