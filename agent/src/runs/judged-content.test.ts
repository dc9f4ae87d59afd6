import { afterEach, describe, expect, test } from "vitest";
import { openRepository } from "../vcs/open-repository.ts";
import { GitFolder } from "../vcs/testing/git-folder.ts";
import { selectedFiles } from "./judged-content.ts";
import { resolvedCheck, resolvedConfig } from "./testing/planned.ts";

let folder: GitFolder;
afterEach(() => folder.remove());

/** The files that `trigate run PATHS` looks at, in a workspace with the checks ruff and complexity. */
async function selected(...paths: string[]): Promise<readonly string[]> {
  const repository = await openRepository(folder.root, process.env);
  const request = {
    paths,
    stages: [],
    checks: [],
    changed: false,
    staged: false,
    base: undefined,
    noCache: false,
    fix: false,
    failFast: false,
  };
  const files = await selectedFiles(request, {
    config: resolvedConfig([resolvedCheck("ruff"), resolvedCheck("complexity")]),
    snapshot: await repository.snapshot(),
    changed: undefined,
    repository,
    base: undefined,
  });
  return [...(files ?? [])].toSorted();
}

describe("paths that are given", () => {
  test("select files and what lies in folders", async () => {
    folder = new GitFolder({ "a.py": "", "src/b.py": "", "src/c.py": "" });
    await expect(selected("src")).resolves.toEqual(["src/b.py", "src/c.py"]);
    await expect(selected("src/c.py", "a.py")).resolves.toEqual(["a.py", "src/c.py"]);
  });

  test("are a mistake where nothing lies", async () => {
    folder = new GitFolder({ "a.py": "" });
    await expect(selected("b.py")).rejects.toMatchObject({
      code: "usage/bad-argument",
      details: { problem: "no file of the workspace lies at b.py" },
    });
  });

  test.each([[["complexity"]], [["a.py", "complexity"]]])("%j: the name of a check leads to --check", async (paths) => {
    folder = new GitFolder({ "a.py": "" });
    await expect(selected(...paths)).rejects.toMatchObject({
      code: "usage/bad-argument",
      details: { problem: "complexity is a check, not a file: trigate run --check complexity" },
    });
  });

  test("select a folder that is called as a check is", async () => {
    folder = new GitFolder({ "complexity/a.py": "", "b.py": "" });
    await expect(selected("complexity")).resolves.toEqual(["complexity/a.py"]);
  });
});
