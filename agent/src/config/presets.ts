import { join } from "node:path";
import { readdirOrEmpty } from "../platform/files.ts";
import { nearest } from "./complaints.ts";

/** What stands before the name of a preset in `extends`. */
const PREFIX = "trigate:";
const ENDING = ".yaml";
/** The build copies the folder beside what it makes of this file. */
const FOLDER = join(import.meta.dirname, "presets");

export function isPreset(name: string): boolean {
  return name.startsWith(PREFIX);
}

/** Names of the presets that there are, as `extends` writes them. */
export async function presetNames(): Promise<readonly string[]> {
  const files = await readdirOrEmpty(FOLDER);
  return files
    .filter((file) => file.endsWith(ENDING))
    .map((file) => PREFIX + file.slice(0, -ENDING.length))
    .toSorted();
}

/** The file of a preset, or what is wrong with its name. */
export async function locatePreset(name: string): Promise<{ readonly file: string } | { readonly problem: string }> {
  const names = await presetNames();
  if (names.includes(name)) return { file: join(FOLDER, name.slice(PREFIX.length) + ENDING) };
  const near = nearest(name, names);
  const hint = near === undefined ? "" : `, did you mean "${near}"?`;
  return { problem: `there is no preset "${name}"${hint}; there are: ${names.join(", ")}` };
}
