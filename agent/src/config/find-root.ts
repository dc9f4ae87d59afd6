import { dirname, join, resolve } from "node:path";
import { readTextIfThere } from "../platform/files.ts";

export const CONFIG_FILE = "trigate.yaml";

/** The nearest folder upward that holds a `trigate.yaml`, or `undefined`. */
export async function findRoot(startAt: string): Promise<string | undefined> {
  for (let folder = resolve(startAt); ; folder = dirname(folder)) {
    if ((await readTextIfThere(join(folder, CONFIG_FILE))) !== undefined) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}
