import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lockFile } from "../../src/platform/exclusive-file.ts";
import { RunReport } from "../../src/protocol/index.ts";
import { GitFolder } from "../../src/vcs/testing/git-folder.ts";

/** The repository whose agent and whose tools are tested. */
export const REPOSITORY = fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "");
const PROGRAM = join(REPOSITORY, "agent/bin/trigate.mjs");
const BUNDLE = join(REPOSITORY, "agent/dist/main.mjs");
const BUILD_WAIT_MS = 60_000;

/** Builds the bundle that is tested when there is none or when a source is newer. Test files run at once, so only one builds. */
export async function buildAgent(): Promise<void> {
  const lock = await lockFile(join(tmpdir(), `trigate-test-build-${process.getuid?.() ?? 0}.lock`), BUILD_WAIT_MS);
  if (lock === undefined) throw new Error("another test has been building the agent for a minute");
  try {
    if (existsSync(BUNDLE) && statSync(BUNDLE).mtimeMs > newestSource()) return;
    const { status, stderr } = spawnSync(process.execPath, [join(REPOSITORY, ".github/scripts/build.mjs"), "agent"], {
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`the agent could not be built: ${stderr}`);
  } finally {
    lock.release();
  }
}

function newestSource(): number {
  const folder = join(REPOSITORY, "agent/src");
  const sources = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (path) => path.endsWith(".ts") && !/\.test\.ts$|\/testing\//.test(path),
  );
  return sources.reduce((newest, path) => Math.max(newest, statSync(join(folder, path)).mtimeMs), 0);
}

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A workspace under git with the agent at its door: everything goes through the command, as a user would have it. */
export class Workspace {
  readonly folder: GitFolder;
  readonly stateFolder = mkdtempSync(join(tmpdir(), "trigate-front-"));
  readonly #children = new Set<ChildProcess>();

  /** A copy of a sample project, committed, or an empty repository. The sample's packages are those of this repository. */
  constructor(sample?: "web" | "python") {
    this.folder = new GitFolder();
    symlinkSync(join(REPOSITORY, "node_modules"), this.folder.path("node_modules"));
    this.folder.write(
      ".gitignore",
      "node_modules\ncoverage/\n.coverage\n__pycache__/\n.pytest_cache/\n.ruff_cache/\n.cache/\n",
    );
    if (sample !== undefined)
      cpSync(fileURLToPath(new URL(`samples/${sample}`, import.meta.url)), this.folder.root, { recursive: true });
    this.folder.commit("sample");
  }

  write(path: string, content: string): void {
    this.folder.write(path, content);
  }

  /** Writes a program that a check can be told to run instead of its tool. */
  writeProgram(path: string, script: string): void {
    this.folder.write(path, script);
  }

  /** Starts `trigate ARGS`. Interactive questions are impossible: there is no terminal. */
  start(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): { child: ChildProcess; ended: Promise<Ended> } {
    const inherited = Object.entries(process.env).filter(
      ([name]) => !/^(GIT_|VITEST|CI$|NODE_ENV$|NO_COLOR$|FORCE_COLOR$|npm_)/.test(name),
    );
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      cwd: this.folder.root,
      env: {
        ...Object.fromEntries(inherited),
        VIRTUAL_ENV: join(REPOSITORY, ".tools/python"),
        TRIGATE_STATE_DIR: this.stateFolder,
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#children.add(child);
    const printed = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const)
      child[name].setEncoding("utf8").on("data", (text: string) => (printed[name] += text));
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (exitCode) => {
        this.#children.delete(child);
        resolve({ exitCode, ...printed });
      });
    });
    return { child, ended };
  }

  trigate(...args: readonly string[]): Promise<Ended> {
    return this.start(args).ended;
  }

  /** `trigate run --trust --format json ARGS` with its report, which has to be what the protocol says. */
  async run(...args: readonly string[]): Promise<{ exitCode: number | null; report: RunReport }> {
    const { exitCode, stdout, stderr } = await this.trigate("run", "--trust", "--format", "json", ...args);
    if (!stdout.startsWith("{")) throw new Error(`no report, exit code ${exitCode}: ${stdout}${stderr}`);
    return { exitCode, report: RunReport.parse(JSON.parse(stdout)) };
  }

  dispose(): void {
    for (const child of this.#children) child.kill("SIGKILL");
    this.folder.remove();
    rmSync(this.stateFolder, { recursive: true, force: true });
  }
}

/** Checks of a report as `id status reason`, in the order of the file. */
export function checksOf({ stages }: RunReport): readonly string[] {
  return stages.flatMap(({ checks }) => checks.map(({ id, status, reason }) => `${id} ${status} ${reason}`));
}

/** Gates of a report that did not pass, as `id verdict`. */
export function troubledGates({ stages }: RunReport): readonly string[] {
  return stages.flatMap(({ gates }) =>
    gates.flatMap(({ id, verdict }) => (verdict === "passed" ? [] : [`${id} ${verdict}`])),
  );
}
