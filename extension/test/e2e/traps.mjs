// A workspace that must not be trusted: whatever an editor or agent might run of it leaves a mark.
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";

const PROGRAMS = [
  "node_modules/.bin/oxlint",
  "node_modules/.bin/tsc",
  "node_modules/.bin/vitest",
  "node_modules/.bin/trigate",
  "node_modules/@trigate/agent/bin/trigate.mjs",
  ".venv/bin/ruff",
  ".venv/bin/pytest",
  ".venv/bin/python",
  ".git/hooks/post-checkout",
  ".git/hooks/post-index-change",
];

/** Replaces every program of the sample copy in `folder` by one that writes its name into `.trap/`. */
export function layTraps(folder) {
  const trap = join(folder, ".trap", "trap.mjs");
  for (const link of ["node_modules", ".venv"]) rmSync(join(folder, link), { recursive: true, force: true });
  mkdirSync(dirname(trap), { recursive: true });
  writeFileSync(
    trap,
    `#!${process.execPath}
import { writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
writeFileSync(join(dirname(fileURLToPath(import.meta.url)), basename(process.argv[1])), process.argv.join("\\n"));
`,
  );
  chmodSync(trap, 0o755);
  for (const program of [...PROGRAMS, ".trap-fsmonitor"]) {
    mkdirSync(dirname(join(folder, program)), { recursive: true });
    symlinkSync(trap, join(folder, program));
  }
  // Git runs this program on almost every command; it is the reason that git counts as running the workspace.
  const set = spawnSync("git", ["config", "core.fsmonitor", join(folder, ".trap-fsmonitor")], { cwd: folder });
  if (set.status !== 0) throw new Error("the git trap could not be laid");
}
