import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { RunReport } from "../protocol/index.ts";
import { GitFolder } from "../vcs/testing/git-folder.ts";
import { main } from "./main.ts";

const repository = join(import.meta.dirname, "..", "..", "..");
// Longer than what it replaces: of a source of the same size, changed within the same second, Python runs the old bytecode.
const FAULT = "b - a + 0";
const CONFIG = "version: 1\nchecks:\n  pytest: { coverage: coverage.json, contexts: true, source: src }\n";
const MODULE = "def add(a, b):\n    return a + b\n\n\ndef sub(a, b):\n    return a - b\n";

let folder: GitFolder;
let home = { cwd: "", env: process.env, exitCode: process.exitCode };
beforeEach(() => {
  home = { cwd: process.cwd(), env: process.env, exitCode: process.exitCode };
  folder = new GitFolder({
    ".gitignore": ".tools\n__pycache__\n.pytest_cache\ncoverage.json\n",
    "trigate.yaml": CONFIG,
    "pytest.ini": "[pytest]\npythonpath = src\n",
    "src/m.py": MODULE,
    "tests/test_add.py": "from m import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n",
    "tests/test_sub.py": "from m import sub\n\n\ndef test_sub():\n    assert sub(1, 2) == -1\n",
  });
  const { CI: _ci, ...env } = process.env;
  process.env = { ...env, TRIGATE_STATE_DIR: `${folder.root}-state`, NO_COLOR: "1", PYTHONDONTWRITEBYTECODE: "1" };
  process.chdir(folder.root);
  symlinkSync(join(repository, ".tools"), folder.path(".tools"));
});
afterEach(() => {
  process.chdir(home.cwd);
  process.env = home.env;
  process.exitCode = home.exitCode;
  rmSync(`${folder.root}-state`, { recursive: true, force: true });
  folder.remove();
});

async function judged(...argv: string[]): Promise<RunReport> {
  let out = "";
  const spies = [
    vi.spyOn(process.stdout, "write").mockImplementation((text) => ((out += String(text)), true)),
    vi.spyOn(console, "error").mockImplementation(() => undefined),
  ];
  try {
    await main(["run", "--trust", "--json", "--stage", "test", ...argv]);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return RunReport.parse(JSON.parse(out));
}
const ran = ({ tests }: RunReport) => tests.cases.map(({ name, status }) => `${name} ${status}`).toSorted();

test("--impacted runs all tests once, then those that a change needs, and all again when nobody can tell", {
  timeout: 60_000,
}, async () => {
  const first = await judged("--impacted");
  expect(ran(first)).toEqual(["test_add passed", "test_sub passed"]);
  expect(first.tests.impact).toEqual([
    { check: "pytest", mode: "select", selected: 0, total: 0, why: "no whole run has been recorded yet" },
  ]);

  folder.write("src/m.py", MODULE.replace("a - b", FAULT));
  const second = await judged("--impacted");
  expect(ran(second)).toEqual(["test_sub failed"]);
  expect(second).toMatchObject({ verdict: "failed", scope: { kind: "changed" } });
  expect(second.tests.impact).toEqual([{ check: "pytest", mode: "select", selected: 1, total: 2 }]);

  folder.write("tests/conftest.py", "");
  const third = await judged("--impacted");
  expect(ran(third)).toEqual(["test_add passed", "test_sub failed"]);
  expect(third.tests.impact?.[0]?.why).toContain("tests/conftest.py");
});

test("shadow mode runs all tests, names what would have been missed, and counts it", { timeout: 60_000 }, async () => {
  folder.write("trigate.yaml", `${CONFIG}testImpact: { mode: shadow }\n`);
  // A test that depends on time or on another one fails without any line of its own having changed.
  folder.write(
    "tests/test_flaky.py",
    "import os\n\nfrom m import add\n\n\ndef test_flaky():\n    assert add(1, 1) == 2 and not os.path.exists('coverage.json')\n",
  );
  await judged();
  folder.write("src/m.py", MODULE.replace("a - b", FAULT));
  const { tests } = await judged();
  expect(tests.total).toBe(3);
  expect(tests.impact).toEqual([
    {
      check: "pytest",
      mode: "shadow",
      selected: 1,
      total: 3,
      missed: ["tests/test_flaky.py::test_flaky"],
      tally: { runs: 2, failures: 2, missed: 1 },
    },
  ]);
});

test("pytest in a package of a monorepo is handed the tests that a change needs", { timeout: 60_000 }, async () => {
  mkdirSync(folder.path("api"));
  folder.git("mv", "src", "tests", "pytest.ini", "api/");
  folder.write(".gitignore", ".tools\n__pycache__\n.pytest_cache\n.coverage\n*.info\n");
  folder.write(
    "trigate.yaml",
    "version: 1\nchecks:\n  pytest: { cwd: api, coverage: cov.info, contexts: true, source: src }\n",
  );
  await judged("--impacted");
  folder.write("api/src/m.py", MODULE.replace("a - b", FAULT));
  const second = await judged("--impacted");
  expect(second.tests.impact).toEqual([{ check: "pytest", mode: "select", selected: 1, total: 2 }]);
  expect(ran(second)).toEqual(["test_sub failed"]);
});

describe("Vitest", () => {
  const testOf = (source: string) =>
    `import { expect, test } from "vitest";\nimport { value } from "./${source}.ts";\ntest("${source}", async () => expect(await value()).toBe(1));\n`;
  beforeEach(() => {
    rmSync(folder.path("src"), { recursive: true });
    for (const [path, content] of Object.entries({
      ".gitignore": "node_modules\n.tools\n",
      "package.json": '{ "type": "module" }\n',
      "trigate.yaml": "version: 1\nchecks:\n  vitest: {}\n",
      "vitest.config.mjs": 'export default { test: { include: ["src/*.test.ts"], setupFiles: ["src/setup.ts"] } };\n',
      "src/setup.ts": 'import "./set-up-of-it.ts";\n',
      "src/set-up-of-it.ts": "export {};\n",
      "src/a.ts": "export const value = () => 1;\n",
      "src/b.ts": 'export const value = async () => (await import("./lazy.ts")).one;\n',
      "src/lazy.ts": "export const one: number = 1;\n",
      "src/a.test.ts": testOf("a"),
      "src/b.test.ts": testOf("b"),
      "src/starts.test.ts": `import "node:child_process";\n${testOf("a").replace('"a"', '"starts"')}`,
    }))
      folder.write(path, content);
    symlinkSync(join(repository, "node_modules"), folder.path("node_modules"));
    folder.commit("with Vitest");
  });

  test("runs the test files that load what changed, or depend on it all the same", { timeout: 60_000 }, async () => {
    const first = await judged("--impacted");
    expect(ran(first)).toEqual(["a passed", "b passed", "starts passed"]);
    expect(first.tests.impact?.[0]?.why).toBe("no whole run has been recorded yet");

    folder.write("src/lazy.ts", "export const one: number = 2;\n");
    const second = await judged("--impacted");
    expect(ran(second)).toEqual(["b failed", "starts passed"]);
    expect(second.tests.impact).toEqual([{ check: "vitest", mode: "select", selected: 2, total: 3 }]);
    expect(second).toMatchObject({ verdict: "failed", scope: { kind: "changed" } });

    folder.write("src/set-up-of-it.ts", "export {};\n\n");
    const third = await judged("--impacted");
    expect(ran(third)).toEqual(["a passed", "b failed", "starts passed"]);
    expect(third.tests.impact?.[0]?.why).toContain("src/set-up-of-it.ts changed, and every test depends on it");
  });
});

describe("node:test", () => {
  const testOf = (source: string) =>
    `import assert from "node:assert";\nimport { test } from "node:test";\nimport { ${source} } from "../src/both.ts";\ntest("${source}", () => assert.equal(${source}(), 1));\n`;
  const BOTH = [1, 2].map((n) => `export function f${n}(): number {\n  return 1;\n}\n`).join("");
  beforeEach(() => {
    rmSync(folder.path("src"), { recursive: true });
    rmSync(folder.path("tests"), { recursive: true });
    for (const [path, content] of Object.entries({
      ".gitignore": "node_modules\n.tools\n*.info\nseen\n",
      "package.json": '{ "type": "module" }\n',
      "trigate.yaml": "version: 1\nchecks:\n  node-test: { coverage: cov.info }\n",
      "src/both.ts": BOTH,
      "data.json": "{}\n",
      "test/f1.test.ts": testOf("f1"),
      "test/f2.test.ts": testOf("f2"),
    }))
      folder.write(path, content);
    symlinkSync(join(repository, "node_modules"), folder.path("node_modules"));
    folder.commit("with node:test");
  });

  test("runs the test files that run the function that changed, and all where nobody can tell", {
    timeout: 60_000,
  }, async () => {
    const first = await judged("--impacted");
    expect(ran(first)).toEqual(["f1 passed", "f2 passed"]);
    expect(first.tests.impact?.[0]?.why).toBe("no whole run has been recorded yet");

    folder.write("src/both.ts", BOTH.replace(/return 1;(?![^]*return)/, "return 2;"));
    const second = await judged("--impacted");
    expect(ran(second)).toEqual(["f2 failed"]);
    expect(second.tests.impact).toEqual([{ check: "node-test", mode: "select", selected: 1, total: 2 }]);

    folder.write("src/both.ts", `export const more = 1;\n${BOTH}`);
    expect(ran(await judged("--impacted"))).toEqual(["f1 passed", "f2 passed"]);
    folder.write("src/both.ts", BOTH);
    for (const path of ["data.json", "package.json", "package-lock.json", "src/new.ts"]) {
      folder.write(path, '{ "type": "module", "x": 1 }\n');
      const again = await judged("--impacted");
      expect(again.tests.impact?.[0]?.why).toBe(`${path} changed, and no test is known to load it`);
      expect(ran(again)).toEqual(["f1 passed", "f2 passed"]);
    }
  });

  test("shadow mode names the test that the selection would have missed", { timeout: 60_000 }, async () => {
    folder.write("trigate.yaml", "version: 1\nchecks:\n  node-test: {}\ntestImpact: { mode: shadow }\n");
    // What an ignored file says is no change that anybody sees.
    folder.write(
      "test/f1.test.ts",
      testOf("f1")
        .replace("f1(), 1", 'existsSync("seen") ? 2 : f1(), 1')
        .replace(/^/, 'import { existsSync } from "node:fs";\n'),
    );
    await judged();
    folder.write("seen", "");
    folder.write("src/both.ts", BOTH.replace(/return 1;(?![^]*return)/, "return 2;"));
    const { tests } = await judged();
    expect(tests.impact).toEqual([
      {
        check: "node-test",
        mode: "shadow",
        selected: 1,
        total: 2,
        missed: ["test/f1.test.ts::f1"],
        tally: { runs: 2, failures: 2, missed: 1 },
      },
    ]);
  });
});

describe("Jest", () => {
  const testOf = (name: string) =>
    `const { value } = require("./${name}");\ntest("${name}", () => expect(value).toBe(1));\n`;
  beforeEach(() => {
    rmSync(folder.path("src"), { recursive: true });
    rmSync(folder.path("tests"), { recursive: true });
    for (const [path, content] of Object.entries({
      ".gitignore": "node_modules\n.tools\n",
      "package.json": "{}\n",
      "trigate.yaml": "version: 1\nchecks:\n  jest: { args: [--runInBand] }\n",
      "jest.config.js": "module.exports = {};\n",
      "src/a.js": "exports.value = 1;\n",
      "src/b.js": 'exports.value = require("./c").one;\n',
      "src/c.js": "exports.one = 1;\n",
      "src/a.test.js": testOf("a"),
      "src/b.test.js": testOf("b"),
    }))
      folder.write(path, content);
    symlinkSync(join(repository, "node_modules"), folder.path("node_modules"));
    folder.commit("with Jest");
  });

  test("runs the test files that load what changed, and all where nobody can tell", { timeout: 120_000 }, async () => {
    expect(ran(await judged("--impacted"))).toEqual(["a passed", "b passed"]);

    folder.write("src/c.js", "exports.one = 2;\n");
    const second = await judged("--impacted");
    expect(ran(second)).toEqual(["b failed"]);
    expect(second.tests.impact).toEqual([{ check: "jest", mode: "select", selected: 1, total: 2 }]);

    folder.write("jest.config.js", "module.exports = { verbose: true };\n");
    folder.write("src/data.json", "{}\n");
    const third = await judged("--impacted");
    expect(ran(third)).toEqual(["a passed", "b failed"]);
    expect(third.tests.impact?.[0]?.why).toContain("jest.config.js changed, and no test is known to load it");
  });
});
