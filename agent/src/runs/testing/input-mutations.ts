import { execFileSync } from "node:child_process";
import { appendFileSync, chmodSync, renameSync, rmSync, utimesSync } from "node:fs";
import type { Mutation } from "./mutable-workspace.ts";

const touchLater = (path: string) => utimesSync(path, 2_000_000_000, 2_000_000_000);

/** What no answer depends on. */
export const NO_MUTATIONS: readonly Mutation[] = [
  { part: "-", name: "nothing", missing: undefined, change: () => undefined },
  {
    part: "-",
    name: "a file touched without a change",
    missing: undefined,
    change: (w) => touchLater(w.path("project/a.py")),
  },
  {
    part: "-",
    name: "a commit of what was there",
    missing: undefined,
    change: (w) =>
      w.git("-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "-q", "--allow-empty", "-m", "e"),
  },
  {
    part: "-",
    name: "an ignored file that nothing names",
    missing: undefined,
    change: (w) => w.write("project/local/unrelated.txt", "x"),
  },
  { part: "-", name: "a variable that no tool sees", missing: undefined, change: (w) => (w.env["MY_SECRET"] = "1") },
];

/** Files of the workspace, changed by every means that there is, also by those that git does not see. */
export const INPUT_MUTATIONS: readonly Mutation[] = [
  {
    part: "inputs",
    name: "content of a file in scope",
    missing: "ruff",
    change: (w) => appendFileSync(w.path("project/a.py"), "y = 2\n"),
  },
  {
    part: "inputs",
    name: "content of equal length, time set back",
    missing: "ruff",
    change: (w) => {
      w.write("project/a.py", "x = 2\ny = 3\n");
      utimesSync(w.path("project/a.py"), 1, 1);
    },
  },
  {
    part: "inputs",
    name: "mode of a file in scope",
    missing: "ruff",
    change: (w) => chmodSync(w.path("project/a.py"), 0o755),
  },
  {
    part: "inputs",
    name: "mode, where git is told to ignore it",
    missing: "ruff",
    change: (w) => {
      w.git("config", "core.fileMode", "false");
      chmodSync(w.path("project/b.json"), 0o755);
    },
  },
  {
    part: "inputs",
    name: "a file marked as unchanged for git",
    missing: "ruff",
    change: (w) => {
      w.commit();
      w.git("update-index", "--assume-unchanged", "a.py");
      w.write("project/a.py", "z = 9\n");
    },
  },
  {
    part: "inputs",
    name: "a file that git is to skip",
    missing: "ruff",
    change: (w) => {
      w.git("update-index", "--no-assume-unchanged", "a.py");
      w.git("update-index", "--skip-worktree", "a.py");
      w.write("project/a.py", "z = 10\n");
    },
  },
  {
    part: "inputs",
    name: "a new untracked file",
    missing: "ruff",
    change: (w) => w.write("project/new.py", "n = 1\n"),
  },
  {
    part: "inputs",
    name: "a file renamed",
    missing: "ruff",
    change: (w) => renameSync(w.path("project/new.py"), w.path("project/newer.py")),
  },
  {
    part: "inputs",
    name: "a file deleted",
    missing: "ruff",
    change: (w) => rmSync(w.path("project/package-lock.json")),
  },
  {
    part: "inputs",
    name: "a file out of scope",
    missing: "ruff",
    change: (w) => w.write("project/data.txt", "other\n"),
  },
  {
    part: "inputs",
    name: "a lockfile",
    missing: "ruff",
    change: (w) => w.write("project/package-lock.json", '{ "v": 2 }\n'),
  },
  {
    part: "inputs",
    name: "a configuration file",
    missing: "biome",
    change: (w) => appendFileSync(w.path("project/biome.json"), " "),
  },
  {
    part: "inputs",
    name: "what is ignored",
    missing: "biome",
    change: (w) => appendFileSync(w.path("project/.gitignore"), "x.y\n"),
  },
  {
    part: "inputs",
    name: "a nested repository's file",
    missing: "ruff",
    change: (w) => {
      w.write("project/nested/n.py", "n = 1\n");
      execFileSync("git", ["init", "-q"], { cwd: w.path("project/nested") });
    },
  },
  {
    part: "inputs",
    name: "a nested repository's file again",
    missing: "ruff",
    change: (w) => w.write("project/nested/n.py", "n = 2\n"),
  },
];
