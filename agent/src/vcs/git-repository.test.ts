import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { openRepository } from "./open-repository.ts";
import { PlainFolder } from "./plain-folder.ts";
import type { Repository } from "./repository.ts";
import { GitFolder } from "./testing/git-folder.ts";

const coded = (code: string) => expect.objectContaining({ code });
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
const paths = async (repository: Repository) => (await repository.snapshot()).files.map(({ path }) => path);
const tree = async (folder: GitFolder) => (await (await open(folder)).snapshot()).tree;

describe("snapshot", () => {
  test("of a clean work tree lists what is tracked and names the commit", async () => {
    const folder = gitFolder({ "b.ts": "b\n", "a/c.ts": "c\n" });
    const snapshot = await (await open(folder)).snapshot();
    expect(snapshot).toMatchObject({ dirty: false, commit: folder.git("rev-parse", "HEAD").trim() });
    expect(snapshot.files.map(({ path }) => path)).toEqual(["a/c.ts", "b.ts"]);
  });

  test("has untracked files and no ignored or deleted ones", async () => {
    const folder = gitFolder({ ".gitignore": "out/\n*.log\n", "gone.ts": "", "kept.ts": "" });
    folder.write("new/deep/file.ts", "new");
    folder.write("out/made.js", "made");
    folder.write("x.log", "log");
    rmSync(folder.path("gone.ts"));
    const repository = await open(folder);
    expect(await paths(repository)).toEqual([".gitignore", "kept.ts", "new/deep/file.ts"]);
    expect((await repository.snapshot()).dirty).toBe(true);
  });

  test.each([
    "with space.ts",
    "ünïcödé/日本.ts",
    'quote".ts',
    "tab\there.ts",
    "-dash.ts",
    "back\\slash.ts",
    "new\nline.ts",
    "$HOME.ts",
    "*.ts",
    ":(top).ts",
    " leading.ts",
  ])("knows a file called %j, untracked, staged, committed and changed", async (name) => {
    const folder = gitFolder({ "a.ts": "" });
    const repository = await open(folder);
    folder.write(name, "one\n");
    expect(await paths(repository)).toContain(name);
    folder.git("add", "--all");
    expect(await paths(repository)).toContain(name);
    expect(await repository.stagedFiles()).toEqual([name]);
    const commit = folder.commit("named");
    expect(await paths(repository)).toContain(name);
    folder.write(name, "one\ntwo\n");
    expect([...(await repository.changedLines(commit))]).toEqual([[name, new Set([2])]]);
  });

  test.each<{ name: string; change: (folder: GitFolder) => void }>([
    { name: "changing a file", change: (folder) => folder.write("a.ts", "other") },
    { name: "a new file", change: (folder) => folder.write("new.ts", "") },
    { name: "deleting a file", change: (folder) => rmSync(folder.path("a.ts")) },
    { name: "renaming a file", change: (folder) => renameSync(folder.path("a.ts"), folder.path("z.ts")) },
    { name: "making a file executable", change: (folder) => chmodSync(folder.path("a.ts"), 0o755) },
    {
      name: "a file that becomes a link",
      change: (folder) => {
        rmSync(folder.path("a.ts"));
        symlinkSync("b.ts", folder.path("a.ts"));
      },
    },
    {
      name: "a link that leads elsewhere",
      change: (folder) => {
        rmSync(folder.path("link"));
        symlinkSync("b.ts", folder.path("link"));
      },
    },
    {
      name: "a change of the same length at the same time",
      change: (folder) => {
        folder.write("a.ts", "A\n");
        utimesSync(folder.path("a.ts"), 1, 1);
      },
    },
  ])("$name changes the tree, staged and committed alike, and undoing it brings the tree back", async ({ change }) => {
    const files = { "a.ts": "a\n", "b.ts": "b\n" };
    const folder = gitFolder(files);
    symlinkSync("a.ts", folder.path("link"));
    folder.commit("with a link");
    const before = await tree(folder);
    change(folder);
    const unstaged = await tree(folder);
    folder.git("add", "--all");
    const staged = await tree(folder);
    folder.commit("changed");
    expect(unstaged).not.toBe(before);
    expect([staged, await tree(folder)]).toEqual([unstaged, unstaged]);
    folder.git("checkout", "--quiet", "HEAD~1", "--", ".");
    for (const made of ["new.ts", "z.ts"]) rmSync(folder.path(made), { force: true });
    expect(await tree(folder)).toBe(before);
  });

  test("what is staged and changed again counts as it lies there", async () => {
    const folder = gitFolder({ "a.ts": "a\n" });
    folder.write("a.ts", "b\n");
    const wanted = await tree(folder);
    folder.write("a.ts", "c\n");
    folder.git("add", "--all");
    folder.write("a.ts", "b\n");
    expect(await tree(folder)).toBe(wanted);
  });

  test("touching a file changes nothing", async () => {
    const folder = gitFolder({ "a.ts": "a\n" });
    const before = await (await open(folder)).snapshot();
    utimesSync(folder.path("a.ts"), 1_000, 1_000);
    expect(await (await open(folder)).snapshot()).toEqual(before);
  });

  test("a file in conflict is there once, as it lies there", async () => {
    const folder = gitFolder({ "a.ts": "base\n" });
    folder.git("checkout", "--quiet", "-b", "other");
    folder.write("a.ts", "other\n");
    folder.commit("other");
    folder.git("checkout", "--quiet", "main");
    folder.write("a.ts", "main\n");
    folder.commit("main");
    expect(() => folder.git("merge", "other")).toThrow(/CONFLICT|Command failed/);
    expect(await paths(await open(folder))).toEqual(["a.ts"]);
  });

  test("before the first commit there is no commit, but there are files", async () => {
    const folder = gitFolder();
    folder.write("a.ts", "a\n");
    folder.write("b.ts", "b\n");
    folder.git("add", "b.ts");
    const snapshot = await (await open(folder)).snapshot();
    expect(snapshot).toMatchObject({ dirty: true, commit: undefined, files: [{ path: "a.ts" }, { path: "b.ts" }] });
  });

  test("leaves the index of the repository alone", async () => {
    const folder = gitFolder({ "a.ts": "a\n" });
    const status = folder.git("ls-files", "--stage", "--debug");
    utimesSync(folder.path("a.ts"), 5, 5);
    await (await open(folder)).snapshot();
    expect(folder.git("ls-files", "--stage", "--debug")).toBe(status);
  });
});

describe("a workspace that is a folder of the repository", () => {
  test("sees its own files, relative to itself", async () => {
    const folder = gitFolder({ "top.ts": "t\n", "web/a.ts": "a\n", "web/deep/b.ts": "b\n" });
    const base = folder.git("rev-parse", "HEAD").trim();
    folder.write("top.ts", "changed\n");
    const web = await open(folder, "web");
    expect(await web.snapshot()).toMatchObject({ dirty: false, commit: base });
    folder.write("web/deep/b.ts", "b\nc\n");
    folder.write("web/new.ts", "1\n2\n");
    expect(await paths(web)).toEqual(["a.ts", "deep/b.ts", "new.ts"]);
    expect((await web.snapshot()).dirty).toBe(true);
    expect(await web.changedLines(base)).toEqual(
      new Map([
        ["deep/b.ts", new Set([2])],
        ["new.ts", new Set([1, 2])],
      ]),
    );
    folder.git("add", "--all");
    expect(await web.stagedFiles()).toEqual(["deep/b.ts", "new.ts"]);
  });

  test("before the first commit, too", async () => {
    const folder = gitFolder();
    folder.write("web/a.ts", "a\n");
    folder.write("web/b.ts", "b\n");
    folder.git("add", "web/b.ts");
    expect(await paths(await open(folder, "web"))).toEqual(["a.ts", "b.ts"]);
  });

  test("in a worktree of the repository, too", async () => {
    const folder = gitFolder({ "a.ts": "a\n" });
    folder.git("worktree", "add", "--quiet", folder.path("wt"));
    const worktree = await open(folder, "wt");
    expect(await paths(worktree)).toEqual(["a.ts"]);
    expect((await worktree.snapshot()).dirty).toBe(false);
  });
});

describe("changedLines", () => {
  test("counts added and altered lines, whole new files, and nothing for deleted ones", async () => {
    const folder = gitFolder({ "a.ts": "1\n2\n3\n4\n", "gone.ts": "x\n", "moved.ts": "1\n2\n" });
    const base = folder.git("rev-parse", "HEAD").trim();
    folder.write("a.ts", "1\ntwo\n3\n4\nfive");
    rmSync(folder.path("gone.ts"));
    renameSync(folder.path("moved.ts"), folder.path("to.ts"));
    folder.write("empty.ts", "");
    folder.write("binary.bin", new Uint8Array([0, 1, 2, 255]));
    const changed = await (await open(folder)).changedLines(base);
    expect(changed.get("a.ts")).toEqual(new Set([2, 5]));
    expect(changed.get("to.ts")).toEqual(new Set([1, 2]));
    expect(changed.get("empty.ts")).toEqual(new Set());
    expect(changed.has("gone.ts")).toBe(false);
    expect(changed.has("moved.ts")).toBe(false);
  });

  /** Everything that can happen to a file, each alone, since a commit that is HEAD or lies behind it. */
  const EDITS: Readonly<Record<string, (folder: GitFolder) => void>> = {
    nothing: () => undefined,
    "a changed file": (folder) => folder.write("sub/a.ts", "1\ntwo\n3\n"),
    "a staged file that was changed again": (folder) => {
      folder.write("sub/a.ts", "1\ntwo\n3\n");
      folder.git("add", "sub/a.ts");
      folder.write("sub/a.ts", "1\n2\nthree\n");
    },
    "a change that was staged and taken back": (folder) => {
      folder.write("sub/a.ts", "0\n1\n2\n3\n");
      folder.git("add", "sub/a.ts");
      folder.write("sub/a.ts", "1\n2\n3\n");
    },
    "a file that git is to add later": (folder) => {
      folder.write("sub/later.ts", "x\ny\n");
      folder.git("add", "--intent-to-add", "sub/later.ts");
    },
    "a file that git is to forget": (folder) => folder.git("rm", "--quiet", "--cached", "sub/a.ts"),
    "a deleted file": (folder) => rmSync(folder.path("sub/a.ts")),
    "a file that was moved and changed": (folder) => {
      folder.git("mv", "sub/long.ts", "sub/moved.ts");
      folder.write("sub/moved.ts", `${LONG}one more\n`);
    },
    "a file that was moved out of the folder": (folder) => folder.git("mv", "sub/long.ts", "moved.ts"),
    "files that are called like patterns": (folder) => {
      folder.write("sub/[ab].ts", "changed\n");
      folder.write("sub/:(top)x.ts", "changed\n");
      folder.write("sub/ *.ts", "new\n");
    },
    "a file in conflict": (folder) => {
      folder.git("checkout", "--quiet", "-b", "other");
      folder.write("sub/a.ts", "other\n");
      folder.commit("other");
      folder.git("checkout", "--quiet", "-");
      folder.write("sub/a.ts", "ours\n");
      folder.commit("ours");
      expect(() => folder.git("merge", "--quiet", "other")).toThrow("Command failed");
    },
    "a repository inside": (folder) => {
      folder.git("init", "--quiet", folder.path("sub/inner"));
      folder.write("sub/inner/b.ts", "b\n");
    },
  };
  const LONG = Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join("");

  test.each(Object.keys(EDITS))("a snapshot leads to the same lines as looking at everything: %s", async (name) => {
    const folder = gitFolder({
      "top.ts": "1\n",
      "sub/a.ts": "1\n2\n3\n",
      "sub/long.ts": LONG,
      "sub/[ab].ts": "1\n",
      "sub/:(top)x.ts": "1\n",
    });
    const first = folder.git("rev-parse", "HEAD").trim();
    folder.write("sub/between.ts", "1\n2\n");
    folder.write("top.ts", "2\n");
    const second = folder.commit("second");
    EDITS[name]?.(folder);
    for (const repository of [await open(folder), await open(folder, "sub")]) {
      const snapshot = await repository.snapshot();
      for (const commit of [first, second]) {
        const all = await repository.changedLines(commit);
        expect(new Map(await repository.changedLines(commit, snapshot))).toEqual(new Map(all));
        expect(name === "nothing" || commit === first || all.size + Number(name.startsWith("a ")) > 0).toBe(true);
      }
    }
  });

  test("lines that look like the diff's own marks are lines", async () => {
    const folder = gitFolder({ "a.sql": "-- one\n++ two\n-- three\nselect 1;\n" });
    const base = folder.git("rev-parse", "HEAD").trim();
    folder.write(
      "a.sql",
      "++ two\n-- three\n++ new\n@@ -1,2 +3,4 @@\ndiff --git a/x b/x\n--- a/x\n+++ b/x\nselect 2;\n",
    );
    expect([...(await (await open(folder)).changedLines(base))]).toEqual([["a.sql", new Set([3, 4, 5, 6, 7, 8])]]);
  });

  test("the user's own way to show differences does not matter", async () => {
    const folder = gitFolder({ "a.ts": "1\n" });
    const base = folder.git("rev-parse", "HEAD").trim();
    folder.write("a.ts", "1\n2\n");
    const settings = {
      "diff.noprefix": "true",
      "diff.mnemonicPrefix": "true",
      "color.ui": "always",
      "diff.interHunkContext": "10",
      "diff.renames": "copies",
      "diff.srcPrefix": "x/",
      "diff.dstPrefix": "y/",
    };
    for (const [name, value] of Object.entries(settings)) folder.git("config", name, value);
    expect([...(await (await open(folder)).changedLines(base))]).toEqual([["a.ts", new Set([2])]]);
  });

  test("agrees with what the lines say, whatever is edited", async () => {
    const folder = gitFolder({ "a.txt": "" });
    const repository = await open(folder);
    const text = fc.array(fc.constantFrom("", "a", "b", "--- a", "+++ b", "-- x", "@@", "\\ No newline"), {
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(text, text, fc.boolean(), async (before, after, newline) => {
        folder.write("a.txt", before.map((line) => `${line}\n`).join(""));
        const base = folder.commit("before");
        folder.write("a.txt", after.join("\n") + (newline && after.length > 0 ? "\n" : ""));
        const changed = (await repository.changedLines(base)).get("a.txt") ?? new Set();
        const lines = after.at(-1) === "" && !newline ? after.slice(0, -1) : after;
        // What was not changed stands in the old text in the same order.
        let at = 0;
        for (const [index, line] of lines.entries()) {
          if (changed.has(index + 1)) continue;
          at = before.indexOf(line, at) + 1;
          expect(at).toBeGreaterThan(0);
        }
        for (const line of changed) expect(line).toBeLessThanOrEqual(lines.length);
      }),
      { numRuns: 25 },
    );
  }, 60_000);
});

describe("mergeBase", () => {
  test("is where the branch left the one that was named, or the usual main branch", async () => {
    const folder = gitFolder({ "a.ts": "1\n" });
    const fork = folder.git("rev-parse", "HEAD").trim();
    folder.git("checkout", "--quiet", "-b", "feature");
    folder.write("b.ts", "2\n");
    folder.commit("on the branch");
    folder.git("checkout", "--quiet", "main");
    folder.write("c.ts", "3\n");
    folder.commit("on main");
    folder.git("checkout", "--quiet", "feature");
    const repository = await open(folder);
    expect([
      await repository.mergeBase("main"),
      await repository.mergeBase(undefined),
      await repository.mergeBase(fork),
    ]).toEqual([fork, fork, fork]);
  });

  test.each(["nowhere", "--help", "-c", "", "main..nowhere"])("%j is no base", async (base) => {
    const repository = await open(gitFolder({ "a.ts": "" }));
    await expect(repository.mergeBase(base)).rejects.toThrow(coded("usage/bad-argument"));
  });

  test("there may be none", async () => {
    const folder = gitFolder({ "a.ts": "" });
    folder.git("branch", "--quiet", "-m", "odd");
    expect(await (await open(folder)).mergeBase(undefined)).toBeUndefined();
  });
});

describe("a repository cannot make git run its programs", () => {
  test.each<{ name: string; configure: (folder: GitFolder, program: string) => void }>([
    { name: "core.fsmonitor", configure: (folder, program) => folder.git("config", "core.fsmonitor", program) },
    {
      name: "hooks",
      configure: (folder, program) => {
        for (const hook of ["post-index-change", "fsmonitor-watchman", "post-checkout"]) {
          folder.write(`hooks/${hook}`, `#!/bin/sh\n"${program}"\n`);
          chmodSync(folder.path("hooks", hook), 0o755);
        }
        folder.git("config", "core.hooksPath", folder.path("hooks"));
      },
    },
    { name: "diff.external", configure: (folder, program) => folder.git("config", "diff.external", program) },
    {
      name: "a diff driver",
      configure: (folder, program) => {
        folder.write(".gitattributes", "* diff=evil\n");
        folder.git("config", "diff.evil.command", program);
        folder.git("config", "diff.evil.textconv", program);
      },
    },
    {
      name: "a pager",
      configure: (folder, program) => {
        folder.git("config", "core.pager", program);
        folder.git("config", "pager.diff", program);
        folder.git("config", "pager.status", program);
      },
    },
    {
      name: "an alias",
      configure: (folder, program) => {
        for (const command of ["status", "diff", "ls-files", "rev-parse"])
          folder.git("config", `alias.${command}`, `!${program}`);
      },
    },
  ])("through $name", async ({ configure }) => {
    const folder = gitFolder({ "a.ts": "1\n", "b.ts": "1\n" });
    const mark = folder.path(".git", "mark");
    folder.write(".git/program", `#!/bin/sh\necho ran >> "${mark}"\ncat\n`);
    chmodSync(folder.path(".git", "program"), 0o755);
    configure(folder, folder.path(".git", "program"));
    rmSync(mark, { force: true });
    folder.write("a.ts", "1\n2\n");
    utimesSync(folder.path("b.ts"), 7, 7);
    const repository = await open(folder);
    expect(await paths(repository)).toContain("a.ts");
    const changed = await repository.changedLines(folder.git("rev-parse", "HEAD").trim());
    await repository.stagedFiles();
    await repository.mergeBase(undefined);
    expect(changed.get("a.ts")).toEqual(new Set([2]));
    expect(existsSync(mark)).toBe(false);
  });
});

describe("a folder under no version control", () => {
  test("has all of its files but what tools make", async () => {
    const folder = gitFolder();
    rmSync(folder.path(".git"), { recursive: true });
    for (const file of ["a.ts", "deep/b.ts", "node_modules/x/index.js", "dist/x.js", ".venv/bin/python"])
      folder.write(file, file);
    mkdirSync(folder.path("empty"));
    const repository = new PlainFolder(folder.root);
    const before = await repository.snapshot();
    expect(before).toMatchObject({ dirty: true, commit: undefined, files: [{ path: "a.ts" }, { path: "deep/b.ts" }] });
    folder.write("node_modules/x/index.js", "changed");
    expect((await repository.snapshot()).tree).toBe(before.tree);
    chmodSync(folder.path("a.ts"), 0o755);
    expect((await repository.snapshot()).tree).not.toBe(before.tree);
  });

  test("knows no changes and no base", async () => {
    const repository = new PlainFolder(join("/", "nowhere"));
    await expect(repository.mergeBase("main")).rejects.toThrow(coded("usage/bad-argument"));
    expect([...(await repository.stagedFiles()), ...(await repository.changedLines())]).toEqual([]);
  });
});

test("what the user's own git is told does not matter", async () => {
  const folder = gitFolder({ "a.ts": "1\n" });
  const other = gitFolder({ "b.ts": "1\n" });
  const env = {
    ...process.env,
    GIT_DIR: other.path(".git"),
    GIT_INDEX_FILE: other.path(".git/index"),
    GIT_ASKPASS: "/bin/false",
    GIT_PAGER: "less",
    PAGER: "less",
    EDITOR: "vi",
    VISUAL: "vi",
    SSH_ASKPASS: "/bin/false",
    PREFIX: "/",
  };
  const repository = await openRepository(folder.root, env);
  expect(await paths(repository)).toEqual(["a.ts"]);
  expect(await repository.treeId()).toBe(folder.git("rev-parse", "HEAD^{tree}").trim());
});

describe("treeId", () => {
  test("is git's own id of the work tree, and the index stays as it was", async () => {
    const folder = gitFolder({ ".gitignore": "*.log\n", "a.ts": "1\n" });
    const repository = await open(folder);
    const committed = folder.git("rev-parse", "HEAD^{tree}").trim();
    expect(await repository.treeId()).toBe(committed);
    folder.write("x.log", "ignored");
    expect(await repository.treeId()).toBe(committed);
    folder.write("new.ts", "new\n");
    const changed = await repository.treeId();
    expect(changed).not.toBe(committed);
    expect(await repository.stagedFiles()).toEqual([]);
    folder.commit("new");
    expect(folder.git("rev-parse", "HEAD^{tree}").trim()).toBe(changed);
  });
});

test("treeId knows a tracked file that an ignore file names, too", async () => {
  const folder = gitFolder({ "a.ts": "1\n" });
  folder.write(".gitignore", "a.ts\n");
  const repository = await open(folder);
  const before = await repository.treeId();
  folder.write("a.ts", "2\n");
  expect(await repository.treeId()).not.toBe(before);
});

test("a folder that only looks like a repository is an error of version control, not an empty one", async () => {
  const folder = gitFolder();
  rmSync(folder.path(".git"), { recursive: true });
  mkdirSync(folder.path(".git"));
  folder.write("a.ts", "");
  await expect((await open(folder)).snapshot()).rejects.toThrow(coded("vcs/failed"));
});

describe("folders", () => {
  test("all in which a new file would count, whatever they are called", async () => {
    const names = ["src/deep", "empty", 'quo"te', "new\nline", "ä😀"];
    const ignored = ["node_modules/x/y", "src/out/z", 'ig"nored/a', "ig\nnored/b"];
    const root = realpathSync(mkdtempSync(join(tmpdir(), "trigate-folders-")));
    for (const name of [...names, ...ignored]) mkdirSync(join(root, name), { recursive: true });
    writeFileSync(join(root, ".gitignore"), "node_modules/\nout\nig*\n");
    execFileSync("git", ["init", "-q"], { cwd: root });
    const repository = await openRepository(root, process.env);
    expect((await repository.folders())?.toSorted()).toEqual(["", "src", ...names].toSorted());
    rmSync(root, { recursive: true });
  });
});

test("what git prints is read to its end, although git itself has long ended", async () => {
  const folder = gitFolder({ "a.ts": "a\n" });
  const late = gitFolder();
  const git = execFileSync("which", ["git"], { encoding: "utf8" }).trim();
  // A part of the list comes long after the process that was asked is gone, as it does when this machine is busy.
  late.write("git", `#!/bin/sh\ncase "$*" in *ls-files*) (sleep 0.4; ${git} "$@") & exit 0;; esac\nexec ${git} "$@"\n`);
  chmodSync(late.path("git"), 0o755);
  const env = { ...process.env, PATH: `${late.root}:${process.env["PATH"]}` };
  const repository = await openRepository(folder.root, env);
  expect((await repository.snapshot()).files.map(({ path }) => path)).toEqual(["a.ts"]);
});
