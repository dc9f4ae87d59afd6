import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Git's id of everything that lies in the work tree and is not ignored, committed or not; `undefined` outside a repository. */
export function workTreeId(root) {
  const scratch = mkdtempSync(join(tmpdir(), "trigate-index-"));
  const git = (...args) =>
    spawnSync("git", ["-c", "core.fsmonitor=false", ...args], {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, GIT_INDEX_FILE: join(scratch, "index") },
    });
  try {
    if (git("add", "--all", ".").status !== 0) return undefined;
    const { status, stdout } = git("write-tree");
    return status === 0 ? stdout.trim() : undefined;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
