import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A real git repository in a temporary folder; the user's own configuration of git has no part in it. */
export class GitFolder {
  readonly root: string;

  constructor(files: Readonly<Record<string, string>> = {}) {
    this.root = realpathSync(mkdtempSync(join(tmpdir(), "trigate-git-")));
    this.git("init", "--quiet", "--initial-branch=main");
    this.git("config", "user.name", "Tester");
    this.git("config", "user.email", "tester@localhost");
    this.git("config", "commit.gpgsign", "false");
    this.git("config", "core.autocrlf", "false");
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
    const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
    return execFileSync("git", args, { cwd: this.root, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  }

  /** Commits everything that is there and gives the commit. */
  commit(message: string): string {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--no-verify", "--allow-empty", "--message", message);
    return this.git("rev-parse", "HEAD").trim();
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
