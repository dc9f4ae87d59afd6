import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { headCommit } from "./head-commit.ts";
import { namedTasks, readTaskCommits } from "./task-commits.ts";
import { GitFolder } from "./testing/git-folder.ts";

let folder: GitFolder;
beforeEach(() => {
  folder = new GitFolder({ "a.txt": "one\n" });
});
afterEach(() => folder.remove());

test("trailers are read as git reads them, whatever their case, and nothing else in a message is", async () => {
  folder.write("b\n.txt", "1\n2\n");
  folder.write("logo.bin", new Uint8Array([0, 1]));
  const named = folder.commit("feat: x\n\nTask: 9\n\nText.\n\ntask: 1.2\nTask: #3, 4\n  5\nTask: $(rm)\n");
  const tip = folder.commit("chore: nothing");
  const { tip: end, commits } = await readTaskCommits(folder.root, "HEAD~2..", process.env);
  expect(end).toBe(tip);
  expect(commits.map(({ id, tasks }) => ({ id, tasks }))).toEqual([{ id: named, tasks: ["1.2", "3", "4", "5"] }]);
  expect(commits[0]?.files.toSorted((a, b) => b.added - a.added)).toEqual([
    { path: "b\n.txt", added: 2, removed: 0 },
    { path: "logo.bin", added: 0, removed: 0 },
  ]);
  expect((await readTaskCommits(folder.root, named, process.env)).commits).toHaveLength(1);
  expect((await readTaskCommits(folder.root, "HEAD", process.env)).commits).toEqual([]);
});

test("no text makes the reader stop, and no id is more than an id", () => {
  const piece = fc.constantFrom(
    "\0",
    "\u0001",
    "\u0002",
    "\u0003",
    "1\t2\t",
    "-\t-\tx",
    "a".repeat(40),
    "1.2",
    "#3",
    " ",
    "\n",
    "$(x)",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      for (const { id, tasks, files } of namedTasks(pieces.join(""))) {
        expect(id).toMatch(/^[0-9a-f]{40}/);
        for (const task of tasks) expect(task).toMatch(/^[\w-]+(\.[\w-]+)?$/);
        expect(files.every(({ added, removed }) => Number.isFinite(added) && Number.isFinite(removed))).toBe(true);
      }
    }),
  );
});

test("the commit that is checked out is read without git: loose, packed, detached, from below and in a linked work tree", async () => {
  const first = folder.git("rev-parse", "HEAD").trim();
  expect(await headCommit(folder.root)).toBe(first);
  folder.write("src/deep/x.ts", "1;\n");
  const second = folder.commit("second");
  folder.git("pack-refs", "--all");
  expect(await headCommit(folder.path("src/deep"))).toBe(second);
  folder.git("checkout", "--quiet", "--detach", first);
  expect(await headCommit(folder.root)).toBe(first);
  folder.git("worktree", "add", "--quiet", "-b", "side", "linked", second);
  expect(await headCommit(folder.path("linked"))).toBe(second);
  folder.write(".git/HEAD", "ref: ../../../outside\n");
  expect(await headCommit(folder.root)).toBeUndefined();
});
