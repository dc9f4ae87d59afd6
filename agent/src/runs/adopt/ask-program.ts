import { TrigateError } from "../../errors/trigate-error.ts";
import type { ProcessRunner } from "../../platform/process.ts";
import { toolEnvironment } from "../tool-environment.ts";

const TIMEOUT_MS = 30_000;
const MAX_OUTPUT_BYTES = 10_000_000;

export interface AskParts {
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly processes: ProcessRunner;
}

/** What a program printed in the root, or `undefined` when it failed or is not there. */
export async function askProgram(
  argv: readonly string[],
  { processes, root, env }: AskParts,
): Promise<string | undefined> {
  try {
    const { exitCode, stdout } = await processes.run({
      argv,
      cwd: root,
      env: toolEnvironment(env, { root, names: [] }),
      timeoutMs: TIMEOUT_MS,
      maxOutputBytes: MAX_OUTPUT_BYTES,
      signal: new AbortController().signal,
    });
    return exitCode === 0 ? stdout : undefined;
  } catch (error) {
    if (error instanceof TrigateError) return undefined;
    throw error;
  }
}
