import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
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
