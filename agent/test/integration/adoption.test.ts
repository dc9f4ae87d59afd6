import { spawnSync } from "node:child_process";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { buildAgent, checksOf, REPOSITORY, Workspace } from "./front-door.ts";

let workspace: Workspace;
beforeAll(buildAgent, 120_000);
beforeEach(() => {
  workspace = new Workspace();
});
afterEach(() => workspace.dispose());

test("from a repository with habits of its own to a commit that is judged", async () => {
  workspace.write("api/pyproject.toml", "[tool.ruff]\nline-length = 100\n");
  workspace.write("api/a.py", "import os\n");
  workspace.write("jobs/pyproject.toml", "[tool.ruff]\n");
  workspace.write("jobs/b.py", "B = 1\n");
  workspace.write(
    ".pre-commit-config.yaml",
    "repos:\n  - { repo: x, rev: v1, hooks: [{ id: shellcheck }, { id: check-yaml }] }\n",
  );
  workspace.folder.commit("habits");

  const begun = await workspace.trigate("init");
  expect(begun).toMatchObject({ exitCode: 0, stderr: "" });
  expect(begun.stdout).toContain("api-ruff");
  const { report } = await workspace.run("--stage", "static", "--check", "api-ruff", "--check", "jobs-ruff");
  expect(checksOf(report)).toEqual(["api-ruff failed findings", "jobs-ruff passed clean"]);
  expect(JSON.stringify(report)).toContain("api/a.py");

  expect(await workspace.trigate("hooks", "install", "--trust")).toMatchObject({ exitCode: 0 });
  workspace.write("jobs/b.py", "import sys\n");
  const commit = () =>
    spawnSync("git", ["commit", "--all", "--message", "x"], {
      cwd: workspace.folder.root,
      encoding: "utf8",
      env: { ...process.env, VIRTUAL_ENV: `${REPOSITORY}/.tools/python`, TRIGATE_STATE_DIR: workspace.stateFolder },
    });
  const stopped = commit();
  expect({ status: stopped.status, said: stopped.stderr }).toMatchObject({
    status: 1,
    said: expect.stringContaining("jobs/b.py:1"),
  });
  workspace.write("jobs/b.py", "B = 2\n");
  const passed = commit();
  expect({ status: passed.status, said: passed.stderr }).toMatchObject({
    status: 0,
    said: expect.stringContaining("passed"),
  });
}, 60_000);
