import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { COMPILED_SOURCES, type TestFolder } from "../../../server/testing/test-daemon.ts";

export interface CliResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the program of `cli-process.ts` in a workspace. */
export function startCli(
  { root, stateFolder }: TestFolder,
  args: readonly string[],
  env: Record<string, string> = {},
): ChildProcess {
  const { NO_COLOR: _noColor, FORCE_COLOR: _forceColor, CI: _ci, ...rest } = process.env;
  return spawn(process.execPath, [fileURLToPath(new URL("cli-process.ts", import.meta.url)), ...args], {
    cwd: root,
    env: { ...COMPILED_SOURCES, ...rest, TRIGATE_STATE_DIR: stateFolder, ...env },
    stdio: "pipe",
  });
}

/** Runs it to its end. */
export function runCli(
  folder: TestFolder,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<CliResult> {
  const child = startCli(folder, args, env);
  const printed = { stdout: "", stderr: "" };
  child.stdin?.end();
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.on("data", (chunk: Buffer) => {
      printed[name] += chunk.toString("utf8");
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => resolve({ exitCode, ...printed }));
  });
}
