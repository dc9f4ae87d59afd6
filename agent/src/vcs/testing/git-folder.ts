import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";

/** What lies in `.git` of a new repository: its folders, and its files with their content. */
interface EmptyRepository {
  readonly folders: readonly string[];
  readonly files: readonly (readonly [path: string, content: Buffer])[];
}

/** Asked of git once; a repository of each test's own is then some small files instead of a process a setting. */
let made: EmptyRepository | undefined;

function emptyRepository(): EmptyRepository {
  const folder = mkdtempSync(join(tmpdir(), "trigate-git-empty-"));
  try {
    gitIn(folder, "init", "--quiet", "--initial-branch=main", "--template=");
    gitIn(folder, "config", "user.name", "Tester");
    gitIn(folder, "config", "user.email", "tester@localhost");
    gitIn(folder, "config", "commit.gpgsign", "false");
    gitIn(folder, "config", "core.autocrlf", "false");
    const entries = readdirSync(join(folder, ".git"), { recursive: true, withFileTypes: true });
    const [folders, files] = [true, false].map((isFolder) =>
      entries
        .filter((entry) => entry.isDirectory() === isFolder)
        .map((entry) => relative(folder, join(entry.parentPath, entry.name))),
    );
    // Where git's own template would have put something.
    return {
      folders: [".git", ".git/info", ".git/hooks", ...(folders ?? [])],
      files: (files ?? []).map((path) => [path, readFileSync(join(folder, path))]),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function gitIn(folder: string, ...args: readonly string[]): string {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
  return execFileSync("git", args, { cwd: folder, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** A real git repository in a temporary folder; the user's own configuration of git has no part in it. */
export class GitFolder {
  readonly root: string;

  constructor(files: Readonly<Record<string, string>> = {}) {
    this.root = realpathSync(mkdtempSync(join(tmpdir(), "trigate-git-")));
    made ??= emptyRepository();
    for (const path of made.folders) mkdirSync(this.path(path), { recursive: true });
    for (const [path, content] of made.files) writeFileSync(this.path(path), content);
    if (Object.keys(files).length > 0) {
      for (const [path, content] of Object.entries(files)) this.write(path, content);
      this.commit("first");
    }
  }

  path(...parts: string[]): string {
    return join(this.root, ...parts);
  }

  write(path: string, content: string | Uint8Array): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), content);
  }

  git(...args: string[]): string {
    return gitIn(this.root, ...args);
  }

  /** Commits everything that is there and gives the commit. */
  commit(message: string): string {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--no-verify", "--allow-empty", "--message", message);
    return this.#head();
  }

  /** The commit that was just made, which git leaves in a file of its own. */
  #head(): string {
    const head = readFileSync(this.path(".git/HEAD"), "utf8").trim();
    return head.startsWith("ref: ") ? readFileSync(this.path(".git", head.slice("ref: ".length)), "utf8").trim() : head;
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
