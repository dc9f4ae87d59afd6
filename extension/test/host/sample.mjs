// A fresh copy of the sample workspace, with its own git repository and this repository's tools.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const extension = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const root = join(extension, "..");

function git(folder, ...args) {
  const identity = ["-c", "user.name=Sample", "-c", "user.email=sample@example.invalid", "-c", "commit.gpgsign=false"];
  const result = spawnSync("git", [...identity, ...args], { cwd: folder, encoding: "utf8" });
  if (result.error) throw result.error;
  if (result.status !== 0) throw new Error(`git ${args.join(" ")} failed: ${result.stderr}`);
}

/**
 * Puts the sample into `folder`, which is emptied first, and commits it there. Its `node_modules` is this repository's,
 * so oxlint, tsc, vitest and the agent are found as in any installed project; the Python tools likewise when installed.
 * Returns `folder`.
 */
export function copySample(folder) {
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(extension, "samples", "workspace"), folder, { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  const python = join(root, ".tools", "python");
  if (existsSync(python)) symlinkSync(python, join(folder, ".venv"), "junction");
  git(folder, "init", "--quiet", "--initial-branch=main");
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--message=The parcel desk");
  return folder;
}
