import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { main } from "../cli/main.ts";
import { evict } from "./eviction.ts";
import { MutableWorkspace } from "./testing/mutable-workspace.ts";

let workspace: MutableWorkspace;
beforeEach(() => {
  workspace = new MutableWorkspace();
});
afterEach(() => workspace.remove());

/** A test tool in a few lines: counts how often it ran, and fails as often as the file `failures` says. */
const TOOL = `#!/bin/sh
n=$(cat ../runs 2>/dev/null || echo 0); echo $((n + 1)) > ../runs
mkdir -p out
if [ "$n" -lt "$(cat ../failures)" ]; then body='<failure message="socket hung up">x</failure>'; else body=''; fi
echo "<testsuites><testsuite name='s'><testcase name='login' classname='c' time='0.01'>$body</testcase></testsuite></testsuites>" > out/t.xml
`;

function addTests({ failures, retries }: { failures: number; retries: number }): void {
  workspace.write("project/tests.sh", TOOL);
  chmodSync(workspace.path("project/tests.sh"), 0o755);
  workspace.write("failures", String(failures));
  workspace.configure("", `  tests: { command: [./tests.sh], report: { junit: out/t.xml }, retries: ${retries} }\n`);
  workspace.commit();
}
const testsOf = async () => (await workspace.judge(["test"]))[0];
const runs = () => readFileSync(workspace.path("runs"), "utf8").trim();

describe("a test check that is tried again", () => {
  test("and then passes is flaky, with what failed, and is not kept", async () => {
    addTests({ failures: 1, retries: 2 });
    const first = await testsOf();
    expect(first).toMatchObject({ status: "passed", reason: "flaky", cached: false });
    expect(first?.message).toBe("flaky: passed only at attempt 2; attempt 1 failed: s > c > login (socket hung up)");
    expect(runs()).toBe("2");
    expect(await testsOf()).toMatchObject({ status: "passed", reason: "clean", cached: false });
    expect(await testsOf()).toMatchObject({ cached: true });
  });

  test("and goes on failing fails after its last attempt", async () => {
    addTests({ failures: 9, retries: 2 });
    expect(await testsOf()).toMatchObject({ status: "failed", reason: "tests-failed" });
    expect(runs()).toBe("3");
  });

  test("is not, unless it is said to be", async () => {
    addTests({ failures: 1, retries: 0 });
    expect(await testsOf()).toMatchObject({ status: "failed" });
    expect(runs()).toBe("1");
  });
});

describe("the report that a tool left", () => {
  test.each<{ name: string; lose: (file: string) => void }>([
    { name: "missing", lose: (file) => rmSync(join(file, ".."), { recursive: true }) },
    { name: "of other content", lose: (file) => writeFileSync(file, "<testsuites/>") },
  ])("is written back with the answer when it is $name", async ({ lose }) => {
    addTests({ failures: 0, retries: 0 });
    await testsOf();
    const file = workspace.path("project/out/t.xml");
    const text = readFileSync(file, "utf8");
    await testsOf();
    await testsOf();
    lose(file);
    expect(await testsOf()).toMatchObject({ cached: true, status: "passed" });
    expect([readFileSync(file, "utf8"), runs()]).toEqual([text, "1"]);
  });
});

test("an answer whose report was lost with the place where it was kept is asked for again", async () => {
  addTests({ failures: 0, retries: 0 });
  await testsOf();
  const file = workspace.path("project/out/t.xml");
  const text = readFileSync(file, "utf8");
  writeFileSync(file, "<testsuites/>");
  const kept = readdirSync(workspace.env["TRIGATE_STATE_DIR"] ?? "", { recursive: true, withFileTypes: true }).filter(
    ({ name, parentPath }) => /cache.files.[0-9a-f]{2}$/.test(parentPath) && name.length === 64,
  );
  expect(kept).toHaveLength(1);
  for (const { parentPath, name } of kept) rmSync(join(parentPath, name));
  expect(await testsOf()).toMatchObject({ cached: false, status: "passed" });
  expect([readFileSync(file, "utf8"), runs()]).toEqual([text, "2"]);
});

test("more output than a check may print ends it, with the way out", async () => {
  workspace.configure("maxOutput: 0.001KB", "");
  workspace.commit();
  const ruff = (await workspace.judge()).find(({ id }) => id === "ruff");
  expect(ruff).toMatchObject({
    status: "errored",
    reason: "tool-failed",
    message: expect.stringContaining('"maxOutput"'),
  });
});

describe("eviction", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "trigate-evict-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const put = (name: string, bytes: number, ageMinutes: number) => {
    mkdirSync(join(folder, "ab"), { recursive: true });
    const file = join(folder, "ab", name);
    writeFileSync(file, "x".repeat(bytes));
    utimesSync(file, 1_000_000 - ageMinutes * 60, 1_000_000 - ageMinutes * 60);
  };
  const left = () => ["old", "used", "new", "x.tmp", "y.tmp"].filter((name) => existsSync(join(folder, "ab", name)));

  test("takes what was used least recently first, and no more than it has to", async () => {
    for (const [name, age] of [
      ["old", 30],
      ["used", 20],
      ["new", 10],
    ] as const)
      put(name, 100, age);
    const { removed } = await evict(folder, { maxBytes: 250, nowMs: 1e9 });
    expect([left(), removed]).toEqual([["used", "new"], { files: 1, bytes: 100 }]);
  });

  test("takes nothing while there is room, but for what killed processes left half-written", async () => {
    put("old", 100, 900);
    put("x.tmp", 10, 60);
    put("y.tmp", 10, 1);
    await evict(folder, { maxBytes: 1_000, nowMs: 1e9 });
    expect(left()).toEqual(["old", "y.tmp"]);
  });

  test("of a folder that is not there is nothing", async () => {
    expect((await evict(join(folder, "nowhere"), { maxBytes: 1, nowMs: 0 })).left.files).toBe(0);
  });
});

describe("trigate run --replay", () => {
  let before = { cwd: "", env: process.env, exitCode: process.exitCode };
  beforeEach(() => {
    before = { cwd: process.cwd(), env: process.env, exitCode: process.exitCode };
    process.env = { ...workspace.env };
    process.chdir(workspace.root);
  });
  afterEach(() => {
    process.chdir(before.cwd);
    process.env = before.env;
    process.exitCode = before.exitCode;
  });
  async function replay(id: string): Promise<{ exitCode: typeof process.exitCode; out: string }> {
    let out = "";
    const spies = (["log", "error"] as const).map((name) =>
      vi.spyOn(console, name).mockImplementation((text) => void (out += `${String(text)}\n`)),
    );
    process.exitCode = 0;
    try {
      await main(["run", "--replay", id]);
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
    return { exitCode: process.exitCode, out };
  }

  test("gives the same answers, says in what others differ, and what has changed since", async () => {
    addTests({ failures: 1, retries: 0 });
    await workspace.judge(["test"]);
    const other = await replay("latest");
    expect([other.exitCode, other.out]).toEqual([
      1,
      expect.stringContaining("tests: was failed (1 of 1 tests failed) and is passed"),
    ]);
    workspace.write("failures", "9");
    expect(await replay("latest")).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining("the same verdict (failed)"),
    });
    workspace.write("project/a.py", "changed = 1\n");
    const gone = await replay("latest");
    expect([gone.exitCode, gone.out]).toEqual([3, expect.stringContaining("differs: a.py")]);
    expect((await replay("nobody")).exitCode).toBe(2);
  });
});
