import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { GitFolder } from "../../vcs/testing/git-folder.ts";
import { type GitHooksParts, hookStates, installHooks, uninstallHooks } from "./git-hooks.ts";
import { hookScript } from "./hook-script.ts";

let folder: GitFolder;
beforeEach(() => {
  folder = new GitFolder({ "a.txt": "1\n" });
});
afterEach(() => folder.remove());

const NO_CONFIG = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };

/** A stand-in for Trigate that notes what it was asked, and where, and ends with what the file `code` says. */
function parts(root = folder.root, env: Record<string, string> = NO_CONFIG): GitHooksParts {
  const script = join(folder.root, ".git", "stand-in.mjs");
  writeFileSync(
    script,
    `import { appendFileSync, existsSync, readFileSync } from "node:fs";
     const note = ${JSON.stringify(join(folder.root, ".git", "asked"))};
     appendFileSync(note, [process.cwd(), process.env.TRIGATE_INDEX_FILE ?? "", ...process.argv.slice(2)].join(" ") + "\\n");
     console.log("a long report");
     const code = ${JSON.stringify(join(folder.root, ".git", "code"))};
     process.exitCode = existsSync(code) ? Number(readFileSync(code, "utf8")) : 0;`,
  );
  return {
    root,
    git: async (args) => {
      const { status, stdout } = spawnSync("git", args, {
        cwd: root,
        encoding: "utf8",
        env: { ...process.env, ...env },
      });
      return status === 0 ? stdout : undefined;
    },
    self: [process.execPath, script],
  };
}

function asked(): string {
  const file = join(folder.root, ".git", "asked");
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

function commit(args: readonly string[] = [], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync("git", ["commit", "-m", "x", ...args], {
    cwd: folder.root,
    encoding: "utf8",
    env: { ...process.env, ...NO_CONFIG, ...env },
  });
  return { status, said: stdout + stderr };
}

const holders = async (given = parts()) => (await hookStates(given)).map(({ holder }) => holder);

describe("a commit", () => {
  beforeEach(async () => {
    await installHooks(parts(), { chain: false });
    folder.write("a.txt", "2\n");
    folder.git("add", "a.txt");
  });

  test("asks for what is staged and says one line", () => {
    const { status, said } = commit();
    expect({ status, said }).toMatchObject({ status: 0, said: expect.stringContaining("trigate pre-commit: passed") });
    expect(said).not.toContain("a long report");
    expect(asked()).toContain("run --trust --staged --stage static");
    expect(asked().startsWith(folder.root)).toBe(true);
  });

  test("is stopped with the report and the way out", () => {
    writeFileSync(folder.path(".git", "code"), "1");
    const { status, said } = commit();
    expect(status).toBe(1);
    expect(said).toContain("a long report");
    expect(said).toContain("--no-verify");
    expect(commit(["--no-verify"]).status).toBe(0);
  });

  test("is not stopped when somebody skips it", () => {
    writeFileSync(folder.path(".git", "code"), "1");
    expect(commit([], { SKIP: "flake8,trigate" }).status).toBe(0);
    expect(asked()).toBe("");
  });

  test("of everything, or of single files, hands over the index that is being made", () => {
    folder.write("a.txt", "3\n");
    expect(commit(["--all"]).status).toBe(0);
    expect(asked()).toMatch(/\.git\/index\.lock run/);
    folder.write("a.txt", "4\n");
    expect(commit(["a.txt"]).status).toBe(0);
    expect(asked()).toMatch(/\.git\/next-index-\d+\.lock run/);
  });

  test("in a linked work tree is judged there", () => {
    const tree = folder.path(".git", "linked");
    folder.git("worktree", "add", "-q", tree, "-b", "other");
    writeFileSync(join(tree, "a.txt"), "5\n");
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "-qam", "t"], { cwd: tree });
    expect(asked().startsWith(tree)).toBe(true);
  });

  test("is stopped when Trigate is gone, since nobody looked", () => {
    const hook = folder.path(".git", "hooks", "pre-commit");
    writeFileSync(hook, hookScript("pre-commit", { folder: "", self: undefined }));
    const { status, said } = commit([], { PATH: "/usr/bin:/bin" });
    expect(status).toBe(1);
    expect(said).toContain("trigate was not found");
  });
});

test("a push asks for what changed", async () => {
  await installHooks(parts(), { chain: false });
  const remote = new GitFolder();
  execFileSync("git", ["push", "-q", remote.root, "HEAD:refs/heads/new"], { cwd: folder.root });
  remote.remove();
  expect(asked()).toContain("run --trust --changed --stage static --stage test");
});

test("a workspace below the top is judged in its folder, whatever it is called", async () => {
  mkdirSync(folder.path("it's here"));
  await installHooks(parts(folder.path("it's here")), { chain: false });
  expect(commit(["--allow-empty"]).status).toBe(0);
  expect(asked()).toContain(`${folder.root}/it's here `);
});

describe("places that are taken", () => {
  const taken = (name: string, script: string) => {
    writeFileSync(folder.path(".git", "hooks", name), script);
    chmodSync(folder.path(".git", "hooks", name), 0o755);
  };

  test("an unknown hook is kept, called first and given back", async () => {
    taken("pre-commit", "#!/bin/sh\necho before; exit 7\n");
    await expect(installHooks(parts(), { chain: false })).rejects.toThrow(/--chain/);
    expect(await holders()).toEqual(["another", "none"]);
    expect(await installHooks(parts(), { chain: true })).toMatchObject([
      { holder: "trigate", keeps: true },
      { keeps: false },
    ]);
    expect(commit(["--allow-empty"]).status).toBe(1);
    expect(asked()).toBe("");
    taken("pre-commit.before-trigate", "#!/bin/sh\nexit 0\n");
    expect(commit(["--allow-empty"]).status).toBe(0);
    expect(asked()).not.toBe("");
    await uninstallHooks(parts());
    expect(await holders()).toEqual(["another", "none"]);
    expect(existsSync(folder.path(".git", "hooks", "pre-commit.before-trigate"))).toBe(false);
  });

  test.each([
    { by: "lefthook", script: '#!/bin/sh\ncall_lefthook() { lefthook "$@"; }\n', hint: /lefthook\.yml/ },
    {
      by: "pre-commit",
      script: "#!/usr/bin/env bash\n# File generated by pre-commit: https://pre-commit.com\n",
      hint: /pre-commit-config/,
    },
  ])("$by is told how to run Trigate itself", async ({ by, script, hint }) => {
    taken("pre-commit", script);
    expect(await holders()).toEqual([by, "none"]);
    await expect(installHooks(parts(), { chain: true })).rejects.toThrow(hint);
    expect(await holders()).toEqual([by, "none"]);
  });

  test("Husky's folder is left alone", async () => {
    folder.git("config", "core.hooksPath", ".husky/_");
    await expect(installHooks(parts(), { chain: true })).rejects.toThrow(/\.husky\/pre-commit/);
    expect(existsSync(folder.path(".husky"))).toBe(false);
  });
});

test("core.hooksPath of this repository is used, and says nothing of this machine where others get it too", async () => {
  folder.git("config", "core.hooksPath", ".githooks");
  await installHooks(parts(), { chain: false });
  const text = readFileSync(folder.path(".githooks", "pre-commit"), "utf8");
  expect(text).not.toContain(process.execPath);
  expect(statSync(folder.path(".githooks", "pre-commit")).mode & 0o111).not.toBe(0);
});

test("core.hooksPath of all repositories is not touched", async () => {
  const config = folder.path(".git", "global");
  writeFileSync(config, `[core]\n\thooksPath = ${folder.path(".git", "everywhere")}\n`);
  const global = parts(folder.root, { GIT_CONFIG_GLOBAL: config });
  await expect(installHooks(global, { chain: false })).rejects.toThrow(/all repositories/);
});

test("installed twice and taken away: nothing is left", async () => {
  await installHooks(parts(), { chain: false });
  await installHooks(parts(), { chain: false });
  expect(await holders()).toEqual(["trigate", "trigate"]);
  await uninstallHooks(parts());
  expect(await holders()).toEqual(["none", "none"]);
});

test("a folder without git is told so", async () => {
  await expect(hookStates({ ...parts(), git: async () => undefined })).rejects.toThrow(/git init/);
});

test("the script has nothing that only some shells understand", () => {
  const script = hookScript("pre-push", { folder: "", self: ["C:\\Program Files\\node.exe", "C:\\trigate.mjs"] });
  expect(script).toContain("node='C:/Program Files/node.exe'");
  expect(script).not.toMatch(/\r|\[\[|\bfunction\b|npx/);
  const { status, stderr } = spawnSync("sh", ["-n"], { input: script, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});
