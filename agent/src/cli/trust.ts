import { createInterface } from "node:readline/promises";
import { TrigateError } from "../errors/trigate-error.ts";
import { isTrusted, trust } from "../platform/trust.ts";

/** Asks once for each workspace, since its configuration decides which programs run. Throws `usage/not-trusted` where nobody can be asked. */
export async function requireTrust(
  { root, stateFolder }: { root: string; stateFolder: string },
  given: boolean,
): Promise<void> {
  if (await isTrusted(stateFolder)) return;
  if (!given && !(await askForTrust(root))) throw new TrigateError("usage/not-trusted", { root });
  await trust(stateFolder, new Date());
}

async function askForTrust(root: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(
      `Trigate will run the programs that ${root}/trigate.yaml names. Do you trust this folder? [y/N] `,
    );
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
