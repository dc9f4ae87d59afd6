import { spawn } from "node:child_process";

export interface TasksCliOptions {
  readonly root: string;
  readonly stateFolder: string;
  /** A program that starts ours, with its arguments: what takes rights or room away from it. */
  readonly through?: readonly string[];
}

/** Runs `trigate tasks …` from its sources as a process of its own. */
export function tasksCli(
  { root, stateFolder, through = [] }: TasksCliOptions,
  args: readonly string[],
): Promise<{ readonly exitCode: number | null; readonly stdout: string; readonly stderr: string }> {
  const main = new URL("../../cli/main.ts", import.meta.url).href;
  const script = `await (await import(${JSON.stringify(main)})).main(process.argv.slice(1))`;
  const node = [process.execPath, "--input-type=module", "--eval", script, "--", "tasks", ...args];
  const [program = "", ...rest] = [...through, ...node];
  const child = spawn(program, rest, {
    cwd: root,
    env: { ...process.env, TRIGATE_STATE_DIR: stateFolder, NODE_DISABLE_COMPILE_CACHE: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].on("data", (chunk: Buffer) => (printed[name] += chunk.toString("utf8")));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => resolve({ exitCode, ...printed }));
  });
}
