import { existsSync, rmSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { openRepository } from "./open-repository.ts";
import { isRepositoryInside } from "./repository.ts";
import { GitFolder } from "./testing/git-folder.ts";

const opened: GitFolder[] = [];
function gitFolder(files?: Readonly<Record<string, string>>): GitFolder {
  const made = new GitFolder(files);
  opened.push(made);
  return made;
}
afterEach(() => {
  for (const folder of opened.splice(0)) folder.remove();
});
const open = (folder: GitFolder, ...below: string[]) => openRepository(folder.path(...below), process.env);
const headOf = (folder: GitFolder) => folder.git("rev-parse", "HEAD").trim();

/** A clone of a repository in the place of a new one. */
function cloneOf(origin: GitFolder, ...options: string[]): GitFolder {
  const clone = gitFolder();
  rmSync(clone.path(".git"), { recursive: true });
  clone.git("clone", "--quiet", ...options, `file://${origin.root}`, ".");
  return clone;
}

describe("files that are gone", () => {
  test("since a commit, from the work tree, from the index, and from other commits alike", async () => {
    const folder = gitFolder({ "a.ts": "a\n", "b.ts": "b\n", "c.ts": "c\n", "d/old.ts": "same\n", "kept.ts": "" });
    const base = headOf(folder);
    folder.git("rm", "--quiet", "a.ts");
    folder.commit("without a");
    folder.git("rm", "--quiet", "b.ts");
    rmSync(folder.path("c.ts"));
    folder.git("mv", "d/old.ts", "d/new.ts");
    const repository = await open(folder);
    const gone = ["a.ts", "b.ts", "c.ts", "d/old.ts"];
    expect(await repository.removedFiles(base)).toEqual(gone);
    expect(await repository.removedFiles(base, await repository.snapshot())).toEqual(gone);
    expect(await repository.removedFiles(undefined)).toEqual(["b.ts", "d/old.ts"]);
    expect(await (await open(folder, "d")).removedFiles(base)).toEqual(["old.ts"]);
  });

  test("a sparse check-out leaves files out, and none of them is gone or missing", async () => {
    const folder = gitFolder({ "in/a.ts": "a\n", "out/b.ts": "b\n", "out/c.ts": "c\n" });
    const base = headOf(folder);
    folder.write("out/b.ts", "b\nb\n");
    folder.commit("changed out there");
    folder.git("sparse-checkout", "set", "in");
    expect(existsSync(folder.path("out"))).toBe(false);
    const repository = await open(folder);
    const snapshot = await repository.snapshot();
    expect(snapshot.files.map(({ path }) => path)).toEqual(["in/a.ts"]);
    expect(snapshot.dirty).toBe(false);
    expect(await repository.removedFiles(base, snapshot)).toEqual([]);
    expect(await repository.removedFiles(base)).toEqual([]);
    expect(await repository.paths()).toContain("out/b.ts");
  });
});

test("a submodule is one entry that moves with its commit and with what lies in it; its files are not ours", async () => {
  const library = gitFolder({ "lib.ts": "one\n" });
  const folder = gitFolder({ "a.ts": "" });
  folder.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", library.root, "sub");
  const before = folder.commit("with a submodule");
  const repository = await open(folder);
  const look = async () => {
    const { files, dirty, tree } = await repository.snapshot();
    return { files: files.map(({ path }) => path), inside: files.filter(isRepositoryInside), dirty, tree };
  };
  const clean = await look();
  expect(clean).toMatchObject({ files: [".gitmodules", "a.ts", "sub"], inside: [{ path: "sub" }], dirty: false });
  folder.write("sub/lib.ts", "two\n");
  const edited = await look();
  expect(edited).toMatchObject({ files: clean.files, dirty: true });
  folder.git("-C", "sub", "-c", "user.name=T", "-c", "user.email=t@localhost", "commit", "--quiet", "-am", "two");
  const moved = await look();
  expect(edited.tree).not.toBe(clean.tree);
  // The same files lie there, whether they are committed or not.
  expect(moved).toEqual(edited);
  expect([...(await repository.changedLines(before)).keys()]).toEqual(["sub"]);
  folder.git("add", "sub");
  expect(await repository.stagedFiles()).toEqual(["sub"]);
});

describe("where changes are counted from", () => {
  test("a shallow clone has no base, and says how to get one", async () => {
    const origin = gitFolder({ "a.ts": "1\n" });
    origin.git("checkout", "--quiet", "-b", "feature");
    origin.write("b.ts", "2\n");
    origin.commit("on the branch");
    origin.git("checkout", "--quiet", "main");
    origin.write("c.ts", "3\n");
    origin.commit("on main");
    const clone = cloneOf(origin, "--depth=1", "--no-single-branch", "--branch=feature");
    const repository = await open(clone);
    expect(await repository.isShallow()).toBe(true);
    expect(await repository.mergeBase(undefined)).toBeUndefined();
    await expect(repository.mergeBase("origin/main")).rejects.toThrow(/--deepen.*fetch-depth: 0/);
    clone.git("fetch", "--quiet", "--unshallow");
    expect([await repository.isShallow(), await repository.mergeBase("origin/main")]).toEqual([
      false,
      origin.git("merge-base", "main", "feature").trim(),
    ]);
  });

  test("with HEAD detached, and where the main branch has another name", async () => {
    const origin = gitFolder({ "a.ts": "1\n" });
    const base = headOf(origin);
    origin.git("branch", "--quiet", "-m", "trunk");
    const clone = cloneOf(origin);
    clone.git("config", "user.name", "T");
    clone.git("config", "user.email", "t@localhost");
    clone.git("checkout", "--quiet", "--detach");
    clone.write("b.ts", "2\n");
    clone.commit("on no branch");
    const repository = await open(clone);
    expect([await repository.mergeBase(undefined), await repository.branch()]).toEqual([base, undefined]);
  });

  test("a linked work tree has an index of its own", async () => {
    const folder = gitFolder({ "a.ts": "1\n" });
    const place = `${folder.root}-linked`;
    try {
      folder.git("worktree", "add", "--quiet", "-b", "feature", place);
      const linked = await openRepository(place, process.env);
      folder.write("b.ts", "staged in the other one");
      folder.git("add", "b.ts");
      expect([await linked.stagedFiles(), (await linked.snapshot()).dirty]).toEqual([[], false]);
      expect(await linked.mergeBase(undefined)).toBe(headOf(folder));
    } finally {
      rmSync(place, { recursive: true, force: true });
    }
  });
});
