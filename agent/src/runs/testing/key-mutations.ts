import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  cpSync,
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
import { dirname, join } from "node:path";
import { createServices } from "../../compose.ts";
import type { CheckResult } from "../../core/check.ts";
import type { Stage } from "../../core/outcome.ts";
import { trust } from "../../platform/trust.ts";

const repository = join(import.meta.dirname, "..", "..", "..", "..");

/** A workspace in git with real tools of its own, a home folder of its own and folders above it. */
export class MutableWorkspace {
  readonly #base = realpathSync(mkdtempSync(join(tmpdir(), "trigate-key-")));
  readonly root = join(this.#base, "home", "group", "project");
  readonly home = join(this.#base, "home");
  env: Record<string, string | undefined>;

  constructor() {
    this.env = {
      PATH: process.env["PATH"],
      HOME: this.home,
      LANG: "C",
      TRIGATE_STATE_DIR: join(this.#base, "state"),
      TEAM_SETTING: "1",
    };
    this.write("project/a.py", "x = 1\n");
    this.write("project/b.json", '{ "b": 1 }\n');
    this.write("project/data.txt", "data\n");
    this.write("project/package-lock.json", "{}\n");
    this.write("project/.gitignore", "node_modules\n.venv\nlocal/\n*.secret\nout/\n");
    this.write("project/ruff.toml", 'extend = "../shared/ruff.toml"\n');
    this.write("shared/ruff.toml", 'extend = "deeper.toml"\nline-length = 100\n');
    this.write("shared/deeper.toml", "indent-width = 4\n");
    this.write("project/biome.json", '{ "extends": ["./config/strict.json"]}\n');
    this.write("project/config/strict.json", "{}\n");
    this.write("project/local/extra.toml", "[lint]\n");
    this.write("shared/linked.txt", "linked\n");
    symlinkSync("../shared/linked.txt", join(this.root, "linked.txt"));
    this.write("shared/folder/inside.txt", "inside\n");
    symlinkSync("../shared/folder", join(this.root, "linked-folder"));
    this.write("project/node_modules/.package-lock.json", '{ "packages": {} }\n');
    for (const scope of ["@biomejs"])
      symlinkSync(join(repository, "node_modules", scope), join(this.root, "node_modules", scope));
    this.#installPython();
    this.configure("args: [--line-length, '120']");
    this.git("init", "-q");
    this.commit();
  }

  #installPython(): void {
    const packages = ".venv/lib/python3.11/site-packages";
    const ruff = process.env["TRIGATE_TEST_RUFF"] ?? join(repository, ".tools", "python", "bin", "ruff");
    mkdirSync(join(this.root, ".venv", "bin"), { recursive: true });
    cpSync(realpathSync(ruff), join(this.root, ".venv", "bin", "ruff"));
    this.write(`project/${packages}/plugin-1.0.dist-info/RECORD`, "plugin.py,sha256=1,1\n");
    this.write(`project/${packages}/editable.pth`, `${join(this.home, "group", "library")}\n`);
    this.write("library/library.py", "value = 1\n");
  }

  /** Writes `trigate.yaml` with these further settings of ruff, and these further lines. */
  configure(ruff: string, more = ""): void {
    const text = `version: 1
checks:
  ruff: { env: [TEAM_SETTING], ${ruff} }
  biome: { files: ["*.json"], exclude: [package-lock.json] }
${more}`;
    this.write("project/trigate.yaml", text);
  }

  path(file: string): string {
    return join(this.home, "group", file);
  }

  /** Writes a file relative to the folder above the workspace. */
  write(file: string, text: string): void {
    mkdirSync(dirname(this.path(file)), { recursive: true });
    writeFileSync(this.path(file), text);
  }

  inHome(file: string, text: string): void {
    mkdirSync(dirname(join(this.home, file)), { recursive: true });
    writeFileSync(join(this.home, file), text);
  }

  git(...args: string[]): void {
    execFileSync("git", args, { cwd: this.root, env: { ...process.env, HOME: this.home } });
  }

  commit(): void {
    this.git("add", "-A");
    this.git("-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "-qm", "t");
  }

  /** Judges the workspace as the command does; each run has a process's worth of new objects. */
  async judge(stages: readonly Stage[] = ["static"]): Promise<readonly CheckResult[]> {
    const services = await createServices({ cwd: this.root, env: this.env });
    try {
      await trust(services.stateFolder, new Date());
      const request = {
        paths: [],
        stages,
        checks: [],
        changed: false,
        staged: false,
        base: undefined,
      };
      const run = await services
        .runs(1)
        .start({ ...request, noCache: false, fix: false, failFast: false, summaryOnly: true }, () => undefined)
        .finished;
      return run.stages.flatMap((stage) => stage.checks);
    } finally {
      await services.close();
    }
  }

  remove(): void {
    rmSync(this.#base, { recursive: true, force: true });
  }
}

export interface Mutation {
  /** The part of the key that it is about. */
  readonly part: string;
  readonly name: string;
  /** The check whose answer must not come from the cache after it; `undefined` for a change that no answer depends on. */
  readonly missing: "ruff" | "biome" | undefined;
  readonly change: (workspace: MutableWorkspace) => void;
}

const touchLater = (path: string) => utimesSync(path, 2_000_000_000, 2_000_000_000);

/** Every part of the key, changed once by the means that change it in real life. */
export const MUTATIONS: readonly Mutation[] = [
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
  {
    part: "outside",
    name: "a file that configuration extends, in the workspace",
    missing: "biome",
    change: (w) => appendFileSync(w.path("project/config/strict.json"), " "),
  },
  {
    part: "outside",
    name: "a file that configuration extends, outside",
    missing: "ruff",
    change: (w) => w.write("shared/ruff.toml", 'extend = "deeper.toml"\nline-length = 90\n'),
  },
  {
    part: "outside",
    name: "a file that the extended one extends",
    missing: "ruff",
    change: (w) => w.write("shared/deeper.toml", "indent-width = 2\n"),
  },
  {
    part: "outside",
    name: "configuration above the workspace, new",
    missing: "ruff",
    change: (w) => w.write("ruff.toml", "line-length = 70\n"),
  },
  {
    part: "outside",
    name: "configuration above the workspace, changed",
    missing: "ruff",
    change: (w) => w.write("ruff.toml", "line-length = 71\n"),
  },
  {
    part: "outside",
    name: "configuration above the workspace, gone",
    missing: "ruff",
    change: (w) => {
      rmSync(w.path("ruff.toml"));
      w.write("project/late.py", "late = 1\n");
    },
  },
  {
    part: "outside",
    name: ".editorconfig above the workspace",
    missing: "biome",
    change: (w) => w.write(".editorconfig", "root = true\n"),
  },
  {
    part: "outside",
    name: "package.json above the workspace",
    missing: "biome",
    change: (w) => w.write("package.json", '{ "type": "module" }\n'),
  },
  {
    part: "outside",
    name: "the user's configuration, new",
    missing: "ruff",
    change: (w) => w.inHome(".config/ruff/ruff.toml", "line-length = 60\n"),
  },
  {
    part: "outside",
    name: "the user's configuration, changed",
    missing: "ruff",
    change: (w) => w.inHome(".config/ruff/ruff.toml", "line-length = 61\n"),
  },
  {
    part: "outside",
    name: "the user's ignored files",
    missing: "ruff",
    change: (w) => w.inHome(".config/git/ignore", "*.tmp\n"),
  },
  {
    part: "outside",
    name: "the repository's own ignored files",
    missing: "ruff",
    change: (w) => w.write("project/.git/info/exclude", "*.bak\n"),
  },
  {
    part: "outside",
    name: "what a link leads to",
    missing: "ruff",
    change: (w) => w.write("shared/linked.txt", "changed\n"),
  },
  {
    part: "outside",
    name: "a file in a folder that a link leads to",
    missing: "ruff",
    change: (w) => w.write("shared/folder/inside.txt", "changed\n"),
  },
  {
    part: "outside",
    name: "an ignored file that an argument names",
    missing: "ruff",
    change: (w) => w.configure("args: [--config, local/extra.toml]"),
  },
  {
    part: "outside",
    name: "its content",
    missing: "ruff",
    change: (w) => w.write("project/local/extra.toml", "[lint]\nselect = ['E']\n"),
  },
  {
    part: "installed",
    name: "npm's record of what is installed",
    missing: "biome",
    change: (w) => w.write("project/node_modules/.package-lock.json", '{ "packages": { "a": {} } }\n'),
  },
  {
    part: "installed",
    name: "npm's record above the workspace",
    missing: "biome",
    change: (w) => w.write("node_modules/.package-lock.json", "{}\n"),
  },
  {
    part: "installed",
    name: "a Python package of another version",
    missing: "ruff",
    change: (w) =>
      renameSync(
        w.path("project/.venv/lib/python3.11/site-packages/plugin-1.0.dist-info"),
        w.path("project/.venv/lib/python3.11/site-packages/plugin-1.1.dist-info"),
      ),
  },
  {
    part: "installed",
    name: "a Python package of the same version, other content",
    missing: "ruff",
    change: (w) =>
      w.write("project/.venv/lib/python3.11/site-packages/plugin-1.1.dist-info/RECORD", "plugin.py,sha256=2,1\n"),
  },
  {
    part: "installed",
    name: "a library that is installed editable",
    missing: "ruff",
    change: (w) => w.write("library/library.py", "value = 2\n"),
  },
  {
    part: "tool",
    name: "the tool's file, with its time and size kept",
    missing: "ruff",
    change: (w) => {
      const file = w.path("project/.venv/bin/ruff");
      cpSync(file, `${file}.new`, { preserveTimestamps: true });
      renameSync(`${file}.new`, file);
    },
  },
  {
    part: "tool",
    name: "another version of the tool",
    missing: "ruff",
    change: (w) => {
      const file = w.path("project/.venv/bin/ruff");
      renameSync(file, `${file}-real`);
      w.write(
        "project/.venv/bin/ruff",
        `#!/bin/sh\n[ "$1" = --version ] && echo "ruff 99.0" || exec "${file}-real" "$@"\n`,
      );
      chmodSync(file, 0o755);
    },
  },
  { part: "check", name: "arguments", missing: "ruff", change: (w) => w.configure("args: [--preview]") },
  { part: "check", name: "files that are left out", missing: "ruff", change: (w) => w.configure("exclude: [zzz.py]") },
  {
    part: "scope",
    name: "which files are in scope",
    missing: "ruff",
    change: (w) => w.write("project/more.py", "m = 1\n"),
  },
  {
    part: "environment",
    name: "a variable that the check names",
    missing: "ruff",
    change: (w) => (w.env["TEAM_SETTING"] = "2"),
  },
  { part: "environment", name: "the language", missing: "ruff", change: (w) => (w.env["LANG"] = "de_DE.UTF-8") },
  {
    part: "environment",
    name: "where Python looks for modules",
    missing: "ruff",
    change: (w) => (w.env["PYTHONPATH"] = "/elsewhere"),
  },
  {
    part: "environment",
    name: "where programs are looked for",
    missing: "ruff",
    change: (w) => (w.env["PATH"] = `${w.env["PATH"]}:/elsewhere`),
  },
];

export interface MutationResult {
  readonly mutation: Mutation;
  /** Whether the check that has to look again did so; for a change without effect, whether all came from the cache. */
  readonly isRight: boolean;
  /** Whether the same question had its answer in the cache the next time. */
  readonly hitAfterwards: boolean;
}

/** Makes each mutation in one workspace after the other: a question before, a question after, and the same once more. */
export async function tryMutations(workspace: MutableWorkspace): Promise<readonly MutationResult[]> {
  const allCached = (checks: readonly CheckResult[]) => checks.length > 0 && checks.every(({ cached }) => cached);
  const settle = async () => {
    // What was just written has to be older than a tick of the file system's clock before it counts as known.
    for (let round = 0; round < 4; round++) if (allCached(await workspace.judge())) return true;
    return false;
  };
  await settle();
  const results: MutationResult[] = [];
  for (const mutation of MUTATIONS) {
    mutation.change(workspace);
    const after = await workspace.judge();
    const isRight =
      mutation.missing === undefined
        ? allCached(after)
        : after.some(({ id, cached }) => id === mutation.missing && !cached);
    results.push({ mutation, isRight, hitAfterwards: await settle() });
  }
  return results;
}
