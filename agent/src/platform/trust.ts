import { join } from "node:path";
import { readTextNowIfThere, writeAtomically } from "./files.ts";

/** Whether the user said that this workspace's configuration may start programs. Kept in the user's state folder, so no repository can say it for them. */
export async function isTrusted(stateFolder: string): Promise<boolean> {
  return readTextNowIfThere(join(stateFolder, "trusted")) !== undefined;
}

export async function trust(stateFolder: string, at: Date): Promise<void> {
  await writeAtomically(join(stateFolder, "trusted"), `${at.toISOString()}\n`);
}
