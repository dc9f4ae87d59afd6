import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loggedCommits, readCommits } from "./commit-log.ts";
import { GitFolder } from "./testing/git-folder.ts";

let folder: GitFolder;
beforeEach(() => {
  folder = new GitFolder();
});
afterEach(() => folder.remove());

const read = (root = folder.root, most = 100) => readCommits(root, { env: process.env, most });

test("commits come newest first, with their files, moves, and authors as .mailmap has them", async () => {
  folder.write("src/a b\n.ts", "one\ntwo\n");
  folder.write("logo.bin", new Uint8Array([0, 1, 2]));
  folder.write(".mailmap", "Ada Lovelace <ada@example.org> <ADA@old.example.org>\n");
  const first = folder.commit("first");
  folder.git("config", "user.name", "A. L.");
  folder.git("config", "user.email", "ada@old.example.org");
  folder.git("mv", "src/a b\n.ts", "src/moved.ts");
  const second = folder.commit("second");
  folder.git("commit", "--allow-empty", "--quiet", "-m", "nothing");
  const [empty, moved, made] = await read();
  expect(empty?.files).toEqual([]);
  expect(moved).toMatchObject({ id: second, name: "Ada Lovelace", email: "ada@example.org" });
  expect(moved?.files).toEqual([{ path: "src/moved.ts", from: "src/a b\n.ts", added: 0, removed: 0 }]);
  expect(made).toMatchObject({ id: first, name: "Tester" });
  expect(made?.files).toContainEqual({ path: "src/a b\n.ts", from: undefined, added: 2, removed: 0 });
  expect(made?.files).toContainEqual({ path: "logo.bin", from: undefined, added: 0, removed: 0 });
  expect(Math.abs((made?.atMs ?? 0) - Date.now())).toBeLessThan(600_000);
});

test("a workspace inside of a repository sees its own files, by its own paths", async () => {
  folder.write("web/a.ts", "1\n");
  folder.write("api/b.ts", "1\n");
  folder.commit("both");
  const [commit] = await read(folder.path("web"));
  expect(commit?.files.map(({ path }) => path)).toEqual(["a.ts"]);
});

test("merges do not count, and no more is read than is asked for", async () => {
  folder.write("a", "1\n");
  folder.commit("one");
  folder.git("checkout", "-q", "-b", "side");
  folder.write("b", "1\n");
  const side = folder.commit("two");
  folder.git("checkout", "-q", "main");
  folder.write("c", "1\n");
  const main = folder.commit("three");
  folder.git("merge", "-q", "--no-edit", "side");
  const all = await read();
  expect(all.map(({ id }) => id).toSorted()).toHaveLength(3);
  expect(all.map(({ id }) => id)).toEqual(expect.arrayContaining([side, main]));
  expect(await read(folder.root, 2)).toHaveLength(2);
});

test("where there is no commit there are none", async () => {
  expect(await read()).toEqual([]);
});

test("no text makes the reader stop", () => {
  const piece = fc.constantFrom("\0", "\u0001", "\u0002", "1\t2\t", "-\t-\tx", "a".repeat(40), "Ada", "7", "\n");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      for (const { id, files } of loggedCommits(pieces.join(""))) {
        expect(id).toMatch(/^[0-9a-f]{40}/);
        expect(files.every(({ added, removed }) => Number.isFinite(added) && Number.isFinite(removed))).toBe(true);
      }
    }),
  );
});
