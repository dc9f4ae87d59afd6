import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { ToolFinder } from "../checkers/checker.ts";
import { CHECKERS } from "../checkers/registry.ts";
import { proposalText } from "./adopt/proposal-text.ts";
import { proposeConfig } from "./propose-config.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A machine on which exactly these programs are installed. */
function installed(...names: string[]): ToolFinder {
  const find = async (name: string) => (names.includes(name) ? [`/bin/${name}`] : undefined);
  return {
    npm: (name) => find(name),
    npmFolder: async (name) => (names.includes(name) ? `/modules/${name}` : undefined),
    python: find,
    path: find,
  };
}

async function propose(
  files: Record<string, string>,
  finder = installed("pytest", "vitest", "ruff", "jest", "ctest", "eslint"),
) {
  const root = mkdtempSync(join(tmpdir(), "trigate-propose-"));
  folders.push(root);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  const proposal = await proposeConfig({
    root,
    repository: { paths: async () => Object.keys(files).toSorted() },
    checkers: CHECKERS,
    find: () => finder,
  });
  return { ...proposal, text: proposalText(proposal, CHECKERS) };
}

describe("one project", () => {
  test("coverage is proposed where the tests measure it", async () => {
    const { checks, gates } = await propose({
      "pyproject.toml": '[project.optional-dependencies]\ntest = ["pytest-cov>=4"]\n[tool.pytest.ini_options]\n',
      "tests/test_a.py": "",
    });
    // The plug-in is not beside the program that was found.
    expect(checks["pytest"]).toEqual({ suite: "unit" });
    expect(gates).toEqual({ test: { duration: "< 5min" } });
  });

  test("a coverage provider that is installed counts, one that is only wished for does not", async () => {
    const files = { "package.json": '{"devDependencies":{"vitest":"4","@vitest/coverage-v8":"4"}}', "a.test.ts": "" };
    expect((await propose(files)).checks["vitest"]).toEqual({ suite: "unit" });
    const { checks, gates } = await propose(files, installed("vitest", "@vitest/coverage-v8"));
    expect(checks["vitest"]).toEqual({ suite: "unit", coverage: "coverage/lcov.info" });
    expect(gates?.["test"]).toMatchObject({ unit_coverage: ">= 90%" });
  });

  test("a tool that is missing is optional, and a comment has the command", async () => {
    const { checks, text } = await propose({ "pyproject.toml": "[tool.black]\n", "a.py": "" }, installed());
    expect(checks["black"]).toEqual({ optional: true });
    expect(text).toMatch(/# .*pip install black\n {2}black:\n {4}optional: true/);
  });

  test("a language without a linter gets the usual one, where it is installed and there is enough of it", async () => {
    const files = { "a.py": "", "b.py": "", "c.py": "" };
    expect((await propose(files)).text).toMatch(/# .*Python.*\n {2}ruff: \{\}/);
    expect(Object.keys((await propose(files, installed())).checks)).not.toContain("ruff");
    expect(Object.keys((await propose({ ...files, ".flake8": "" })).checks)).not.toContain("ruff");
    expect(Object.keys((await propose({ "a.py": "" })).checks)).not.toContain("ruff");
  });

  test("what tests read, and what was copied in, says nothing", async () => {
    const { checks } = await propose({ "a.sh": "", "testdata/x/biome.json": "{}", "vendor/lib/.clang-format": "" });
    expect(Object.keys(checks)).toEqual(["shellcheck"]);
  });

  test("tests that a source package leaves out are not run", async () => {
    const { checks } = await propose({ "pyproject.toml": "[tool.pytest.ini_options]\n[tool.ruff]\n", "rich/a.py": "" });
    expect(Object.keys(checks)).not.toContain("pytest");
  });

  test("Jest that is left over beside Vitest is not run", async () => {
    const { checks } = await propose({ "package.json": '{"devDependencies":{"jest":"30","vitest":"4"}}' });
    expect(Object.keys(checks)).toEqual(["vitest"]);
  });
});

describe("several projects", () => {
  const WEB = { "packages/web/package.json": '{"name":"web"}', "packages/web/vitest.config.ts": "" };
  const API = { "packages/api/package.json": '{"name":"api"}', "packages/api/vitest.config.ts": "" };

  test.each([
    { by: "npm", files: { "package.json": '{"workspaces":["packages/*"],"devDependencies":{"vitest":"4"}}' } },
    {
      by: "Yarn",
      files: { "package.json": '{"workspaces":{"packages":["./packages/*"]},"devDependencies":{"vitest":"4"}}' },
    },
    {
      by: "pnpm",
      files: {
        "package.json": '{"devDependencies":{"vitest":"4"}}',
        "pnpm-workspace.yaml": "packages:\n  - packages/*\n",
      },
    },
    {
      by: "Lerna",
      files: { "package.json": '{"devDependencies":{"vitest":"4"}}', "lerna.json": '{"packages":["packages/*"]}' },
    },
  ])("members of a workspace of $by that configure the tests have checks of their own", async ({ files }) => {
    const { checks } = await propose({ ...files, ...WEB, ...API });
    expect(checks["web-vitest"]).toEqual({ tool: "vitest", cwd: "packages/web", suite: "unit" });
    expect(checks["api-vitest"]).toEqual({ tool: "vitest", cwd: "packages/api", suite: "unit" });
    expect(checks["vitest"]).toBeUndefined();
  });

  test("members of a uv workspace are projects wherever they lie, and those that it excludes are none", async () => {
    const tools = "[tool.ruff]\n";
    const { checks } = await propose({
      "pyproject.toml": `[tool.uv.workspace]\nmembers = [\n  "libs/*/*/*", # "no/*"\n  'examples/*']\nexclude = ["examples/b"]\n\n[x]\n`,
      "libs/one/two/three/pyproject.toml": tools,
      "examples/a/pyproject.toml": tools,
      "examples/b/pyproject.toml": tools,
    });
    expect(checks["three-ruff"]).toEqual({ tool: "ruff", cwd: "libs/one/two/three" });
    expect(checks["a-ruff"]).toEqual({ tool: "ruff", cwd: "examples/a" });
    expect(JSON.stringify(checks)).not.toContain("examples/b");
  });

  test("a configuration of the root serves all, and so does a dependency when no member configures anything", async () => {
    const root = { "package.json": '{"workspaces":["packages/*"],"devDependencies":{"vitest":"4"}}' };
    expect((await propose({ ...root, ...WEB, ...API, "vitest.config.ts": "" })).checks["vitest"]).toEqual({
      suite: "unit",
    });
    const plain = { "packages/web/package.json": "{}", "packages/api/package.json": "{}" };
    expect((await propose({ ...root, ...plain })).checks).toMatchObject({ vitest: { suite: "unit" } });
  });

  test("members that were taken out are none", async () => {
    const { checks } = await propose({
      "package.json": '{"workspaces":["packages/*","!packages/api"]}',
      ...WEB,
      ...API,
    });
    expect(Object.keys(checks).filter((id) => id.includes("vitest"))).toEqual(["vitest"]);
    expect(checks["vitest"]).toMatchObject({ cwd: "packages/web" });
  });

  test("Python and CMake projects; folders of one name keep their paths", async () => {
    const { checks } = await propose({
      "a/core/pyproject.toml": "[tool.ruff]\n[tool.pytest.ini_options]\n",
      "b/core/pyproject.toml": "[tool.ruff]\n[tool.pytest.ini_options]\n",
      "a/core/tests/test_a.py": "",
      "b/core/tests/test_b.py": "",
      "native/CMakeLists.txt": "project(x)\nenable_testing()\n",
      "native/tests/CMakeLists.txt": "project(y)\nenable_testing()\n",
      "examples/demo/pyproject.toml": "[tool.ruff]\n",
    });
    expect(checks["a-core-ruff"]).toEqual({ tool: "ruff", cwd: "a/core" });
    expect(checks["b-core-pytest"]).toEqual({ tool: "pytest", cwd: "b/core", suite: "unit" });
    expect(checks["ctest"]).toEqual({ cwd: "native", suite: "unit" });
    expect(JSON.stringify(checks)).not.toContain("examples");
  });

  test("a tool for a kind of file is proposed once", async () => {
    const { checks } = await propose({
      "package.json": '{"workspaces":["p/*"]}',
      "p/a/package.json": "{}",
      "p/a/x.sh": "",
      "p/a/y.js": "",
      "b/setup.py": "",
    });
    expect(checks["shellcheck"]).toEqual({ optional: true });
    expect(checks["complexity"]).toEqual({});
  });

  test("files that are no JSON and no YAML are nobody's workspace", async () => {
    const { checks } = await propose({
      "package.json": "{",
      "pnpm-workspace.yaml": "a: [",
      "p/a/package.json": "{",
      "p/setup.py": "",
      "a.sh": "",
    });
    expect(Object.keys(checks)).toContain("shellcheck");
  });
});

test("nothing known: an error that names the checkers", async () => {
  await expect(propose({ "notes.txt": "" })).rejects.toMatchObject({ code: "usage/bad-argument" });
});
