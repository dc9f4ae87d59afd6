import { renameSync, rmSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { openRepository } from "./open-repository.ts";
import { GitFolder } from "./testing/git-folder.ts";

const opened: GitFolder[] = [];
afterEach(() => {
  for (const folder of opened.splice(0)) folder.remove();
});
function gitFolder(files: Readonly<Record<string, string>>): GitFolder {
  const made = new GitFolder(files);
  opened.push(made);
  return made;
}

test("lines added and removed, files that came, went and moved, tracked or not", async () => {
  const long = Array.from({ length: 20 }, (_, at) => `line ${at}\n`).join("");
  const folder = gitFolder({ "a.ts": "1\n2\n3\n4\n", "gone.ts": "x\ny\n", "moved.ts": long, "same.ts": "s\n" });
  const base = folder.git("rev-parse", "HEAD").trim();
  folder.write("a.ts", "0\n1\n3\nfour\n");
  rmSync(folder.path("gone.ts"));
  renameSync(folder.path("moved.ts"), folder.path("to.ts"));
  folder.write("to.ts", `first\n${long}`);
  folder.git("add", "-A");
  folder.write("ünknown file.ts", "1\n2\n");
  const diffs = await (await openRepository(folder.path(), process.env)).diffSince(base);
  expect(diffs.toSorted((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
    { path: "a.ts", before: undefined, type: "modified", added: [1, 4], removed: [2, 4] },
    { path: "gone.ts", type: "deleted", added: [], removed: [1, 2] },
    { path: "to.ts", before: "moved.ts", type: "modified", added: [1], removed: [] },
    { path: "ünknown file.ts", type: "new", added: [1, 2], removed: [] },
  ]);
});

test("the commits before, and the branch", async () => {
  const folder = gitFolder({ "a.ts": "1\n" });
  const first = folder.git("rev-parse", "HEAD").trim();
  folder.git("checkout", "-qb", "feature/x");
  folder.git("commit", "-qm", "second", "--allow-empty");
  const second = folder.git("rev-parse", "HEAD").trim();
  const repository = await openRepository(folder.path(), process.env);
  expect(await repository.ancestors(second, 11)).toEqual([second, first]);
  expect(await repository.ancestors(second, 1)).toEqual([second]);
  expect(await repository.branch()).toBe("feature/x");
  folder.git("checkout", "-q", "--detach");
  expect(await repository.branch()).toBeUndefined();
});
