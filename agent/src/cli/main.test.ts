import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { RunReport, TaskList } from "../protocol/index.ts";
import { quickRun } from "../quick.ts";
import { main } from "./main.ts";

const repository = join(import.meta.dirname, "..", "..", "..");
const BIOME = "version: 1\nchecks:\n  biome: {}\n";
const UNFORMATTED = { "trigate.yaml": BIOME, "a.json": '{"a":1,\n"b":2}\n' };
const FORMATTED = { "trigate.yaml": BIOME, "a.json": '{ "a": 1 }\n' };

let root = "";
let home = { cwd: "", env: process.env, exitCode: process.exitCode };

/** A workspace in git whose node_modules is this repository's, and a state folder of its own. */
beforeEach(() => {
  home = { cwd: process.cwd(), env: process.env, exitCode: process.exitCode };
  root = realpathSync(mkdtempSync(join(tmpdir(), "trigate-cli-")));
  const { CI: _ci, ...env } = process.env;
  process.env = { ...env, TRIGATE_STATE_DIR: join(root, "..", `${root.split("/").at(-1)}-state`), NO_COLOR: "1" };
  process.chdir(root);
});

afterEach(() => {
  const state = process.env["TRIGATE_STATE_DIR"] ?? "";
  process.chdir(home.cwd);
  process.env = home.env;
  process.exitCode = home.exitCode;
  rmSync(root, { recursive: true, force: true });
  rmSync(state, { recursive: true, force: true });
});

function fill(files: Record<string, string>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  if (!existsSync(join(root, "node_modules")))
    symlinkSync(join(repository, "node_modules"), join(root, "node_modules"));
  writeFileSync(join(root, ".gitignore"), "node_modules\n");
  for (const args of [
    ["init", "-q"],
    ["add", "-A"],
    ["-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "-qm", "t", "--allow-empty"],
  ]) {
    execFileSync("git", args, { cwd: root });
  }
}

interface Ended {
  readonly exitCode: typeof process.exitCode;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process, the way bin/trigate.mjs does. */
async function trigate(...argv: string[]): Promise<Ended> {
  const printed = { out: "", err: "" };
  const spies = [
    vi.spyOn(process.stdout, "write").mockImplementation((text) => ((printed.out += String(text)), true)),
    vi.spyOn(process.stderr, "write").mockImplementation((text) => ((printed.err += String(text)), true)),
    vi.spyOn(console, "log").mockImplementation((text) => void (printed.out += `${String(text)}\n`)),
    vi.spyOn(console, "error").mockImplementation((text) => void (printed.err += `${String(text)}\n`)),
  ];
  process.exitCode = 0;
  try {
    const answered = argv[0] === "run" && (await quickRun(argv.slice(1)));
    if (!answered) await main(argv);
    return { exitCode: process.exitCode, ...printed };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

describe("trigate run", () => {
  test("asks for trust before it starts anything, and remembers it", async () => {
    fill(FORMATTED);
    expect(await trigate("run")).toMatchObject({ exitCode: 2, out: "" });
    expect(await trigate("run", "--trust")).toMatchObject({ exitCode: 0 });
    expect(await trigate("run")).toMatchObject({ exitCode: 0 });
  });

  test("says where, and ends with 1 when a gate failed", async () => {
    fill(UNFORMATTED);
    const { exitCode, out } = await trigate("run", "--trust");
    expect(exitCode).toBe(1);
    expect(out).toContain("a.json:1:1");
    expect(out).toMatch(/code_style/);
  });

  test("answers an untouched workspace from memory, and a touched one anew", async () => {
    fill(FORMATTED);
    await trigate("run", "--trust");
    await new Promise((resolve) => setTimeout(resolve, 40));
    await trigate("run");
    const remembered = await trigate("run");
    expect(remembered).toMatchObject({ exitCode: 0 });
    expect(remembered.out).toContain("cached");
    writeFileSync(join(root, "a.json"), UNFORMATTED["a.json"]);
    expect(await trigate("run")).toMatchObject({ exitCode: 1 });
  });

  test("mends what the tools can mend", async () => {
    fill(UNFORMATTED);
    const { exitCode, err } = await trigate("run", "--trust", "--fix");
    expect(exitCode).toBe(0);
    expect(err).toContain("a.json");
    expect(JSON.parse(readFileSync(join(root, "a.json"), "utf8"))).toEqual({ a: 1, b: 2 });
  });

  test("prints nothing but the report with --json, and the same run again by report", async () => {
    fill(UNFORMATTED);
    const { out } = await trigate("run", "--trust", "--json");
    const report = RunReport.parse(JSON.parse(out));
    expect(report).toMatchObject({ verdict: "failed", findings: [{ file: "a.json", check: "biome" }] });
    const again = RunReport.parse(JSON.parse((await trigate("report", "--json")).out));
    expect(again.id).toBe(report.id);
    expect(RunReport.parse(JSON.parse((await trigate("report", report.id, "--json")).out)).id).toBe(report.id);
  });

  test("writes several formats at once", async () => {
    fill(UNFORMATTED);
    const { out } = await trigate(
      "run",
      "--trust",
      "--format",
      "sarif",
      "--output",
      "out/a.sarif",
      "--format",
      "html",
      "--output",
      "out/a.html",
      "--format",
      "pretty",
      "--output",
      "-",
    );
    expect(out).toContain("failed");
    expect(JSON.parse(readFileSync(join(root, "out/a.sarif"), "utf8"))).toMatchObject({ version: "2.1.0" });
    expect(readFileSync(join(root, "out/a.html"), "utf8")).toContain("a.json");
  });

  test("a path, a stage, a check or the changes alone", async () => {
    fill({ ...UNFORMATTED, "b.json": '{ "b": 1 }\n' });
    expect(await trigate("run", "--trust", "b.json")).toMatchObject({ exitCode: 0 });
    expect(await trigate("run", "--stage", "static", "--check", "biome")).toMatchObject({ exitCode: 1 });
    expect(await trigate("run", "--changed")).toMatchObject({ exitCode: 0 });
    writeFileSync(join(root, "b.json"), '{"b":1,\n"c":1}\n');
    expect((await trigate("run", "--changed")).out).toContain("b.json");
    expect(await trigate("run", "--staged")).toMatchObject({ exitCode: 0 });
  });

  test.each([
    { argv: ["run", "--stage", "none"], because: "no such stage" },
    { argv: ["run", "--trust", "--check", "none"], because: "no such check" },
    { argv: ["run", "--trust", "no/such/file"], because: "no such file" },
    { argv: ["run", "--trust", "../outside"], because: "outside of the workspace" },
    { argv: ["run", "--trust", "--concurrency", "0"], because: "no number of checks" },
    {
      argv: ["run", "--trust", "--format", "json", "--output", "a", "--output", "b"],
      because: "outputs without formats",
    },
    { argv: ["run", "--trust", "--base", "no-such-branch"], because: "no such base" },
    { argv: ["nonsense"], because: "no such command" },
  ])("ends with 2: $because", async ({ argv }) => {
    fill(FORMATTED);
    expect(await trigate(...argv)).toMatchObject({ exitCode: 2 });
  });

  test("names every fault of the configuration, as JSON too", async () => {
    fill({ "trigate.yaml": "version: 1\nchecks:\n  biome: { cach: never }\ngates:\n  static: { code_style: lots }\n" });
    const { exitCode, err } = await trigate("run", "--trust");
    expect(exitCode).toBe(2);
    expect(err).toContain("line 3");
    expect(err).toContain("line 5");
    const { out } = await trigate("run", "--json");
    expect(JSON.parse(out)).toMatchObject({ error: { code: "config/invalid" } });
  });

  test("says why a check would run again", async () => {
    fill(FORMATTED);
    await trigate("run", "--trust");
    expect((await trigate("run", "--why", "biome")).out).toContain("from the cache");
    writeFileSync(join(root, "a.json"), '{ "a": 2 }\n');
    expect((await trigate("run", "--why", "biome")).out).toContain("content of a file");
    expect(await trigate("run", "--why", "none")).toMatchObject({ exitCode: 2 });
  });
});

describe("what the memory must see", () => {
  const remember = async () => {
    await trigate("run", "--trust");
    await new Promise((resolve) => setTimeout(resolve, 40));
    await trigate("run");
    expect(await quietQuickRun()).toBe(true);
  };
  const quietQuickRun = async () => {
    const spy = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    try {
      return await quickRun([]);
    } finally {
      spy.mockRestore();
    }
  };

  test("a source in a folder that so far held only ignored files", async () => {
    fill({ ...FORMATTED, "sub/deep/x.log": "ignored\n" });
    writeFileSync(join(root, ".gitignore"), "node_modules\n*.log\n");
    await remember();
    writeFileSync(join(root, "sub/deep/bad.json"), UNFORMATTED["a.json"]);
    expect(await trigate("run")).toMatchObject({ exitCode: 1 });
  });

  test.each([
    { change: "a new file", make: () => writeFileSync(join(root, "new.json"), "{}") },
    { change: "a deleted file", make: () => rmSync(join(root, "a.json")) },
    { change: "an empty folder", make: () => mkdirSync(join(root, "empty")) },
    {
      change: "a commit",
      make: () =>
        execFileSync(
          "git",
          ["-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "-qm", "t", "--allow-empty"],
          { cwd: root },
        ),
    },
    {
      change: "a fetched branch",
      make: () => execFileSync("git", ["update-ref", "refs/remotes/origin/main", "HEAD"], { cwd: root }),
    },
    { change: "another variable", make: () => void (process.env["PYTHONPATH"] = "x") },
  ])("$change", async ({ make }) => {
    fill(FORMATTED);
    execFileSync("git", ["update-ref", "refs/remotes/origin/other", "HEAD"], { cwd: root });
    await remember();
    make();
    expect(await quietQuickRun()).toBe(false);
  });

  test("a linked work tree is judged anew each time", async () => {
    fill(FORMATTED);
    const tree = join(root, "node_modules-not", "tree");
    execFileSync("git", ["worktree", "add", "-q", tree], { cwd: root });
    symlinkSync(join(repository, "node_modules"), join(tree, "node_modules"));
    process.chdir(tree);
    for (let time = 0; time < 3; time++) expect(await trigate("run", "--trust")).toMatchObject({ exitCode: 0 });
    expect(await quietQuickRun()).toBe(false);
    process.chdir(root);
  });
});

describe("trigate init and doctor", () => {
  test("a proposal that works at once, and is never written over another", async () => {
    fill({ "package.json": '{ "name": "x" }\n', "biome.json": "{}\n" });
    expect((await trigate("init", "--print")).out).toContain("biome");
    expect(JSON.parse((await trigate("init", "--json")).out)).toMatchObject({ version: 1 });
    expect(await trigate("init")).toMatchObject({ exitCode: 0 });
    expect(await trigate("init")).toMatchObject({ exitCode: 2 });
    expect(await trigate("init", "--force")).toMatchObject({ exitCode: 0 });
    expect((await trigate("doctor")).out).toContain("biome");
  });

  test("nothing known: said so, with the names of the checkers", async () => {
    fill({ "notes.txt": "hello\n" });
    const { exitCode, err } = await trigate("init");
    expect(exitCode).toBe(2);
    expect(err).toContain("vitest");
  });

  test("doctor ends with 3 when a tool is missing, and says how to get it", async () => {
    fill({ "trigate.yaml": "version: 1\nchecks:\n  own: { command: [./no-such-tool], report: { junit: out.xml } }\n" });
    const { exitCode, out } = await trigate("doctor", "--json");
    expect(exitCode).toBe(3);
    expect(JSON.parse(out)).toMatchObject({ tools: [{ check: "own", found: false }] });
  });
});

describe("trigate tasks", () => {
  test("add, list, next, show and set-status work without a trigate.yaml", async () => {
    expect(await trigate("tasks", "add", "First")).toMatchObject({ exitCode: 0 });
    await trigate("tasks", "add", "Second", "--depends-on", "1");
    const list = TaskList.parse(JSON.parse((await trigate("tasks", "list", "--json")).out));
    expect(list).toMatchObject({ next: "1", tasks: [{ id: "1" }, { id: "2", blockedBy: ["1"] }] });
    expect(await trigate("tasks", "set-status", "1", "in-progress")).toMatchObject({ exitCode: 0 });
    const refused = await trigate("tasks", "set-status", "1", "done");
    expect(refused).toMatchObject({ exitCode: 2, err: expect.stringContaining("trigate tasks done 1") });
    const forced = await trigate("tasks", "done", "1", "--force", "--reason", "as a test", "--unjudged", "--trust");
    expect(forced).toMatchObject({ exitCode: 0 });
    expect((await trigate("tasks", "next")).out).toContain("Second");
    expect((await trigate("tasks", "show", "2")).out).toContain("Second");
    expect(await trigate("tasks", "show", "9")).toMatchObject({ exitCode: 2 });
  });
});

test("no workspace, no daemon: said with the way out", async () => {
  expect(await trigate("run")).toMatchObject({ exitCode: 2 });
  expect((await trigate("daemon", "status")).out).toContain("no daemon");
  expect((await trigate("daemon", "stop", "--json")).out).toContain('"wasRunning":false');
  expect((await trigate("--help")).exitCode).toBe(0);
});
