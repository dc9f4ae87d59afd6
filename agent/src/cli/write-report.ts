import { resolve } from "node:path";
import { messageOf, TrigateError } from "../errors/trigate-error.ts";
import { isSystemError, stat, writeAtomically, writeFile } from "../platform/files.ts";

/** Puts a report where the user asked for it. Throws `report/unwritable`. */
export async function writeReport(output: string, text: string): Promise<void> {
  const path = resolve(output);
  try {
    // A pipe or a device is written to; a rename would put a file in its place, as root even for /dev/null.
    if (await isOrdinary(path)) await writeAtomically(path, text);
    else await writeFile(path, text);
  } catch (error) {
    throw new TrigateError("report/unwritable", { file: output, problem: messageOf(error) }, { cause: error });
  }
}

async function isOrdinary(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return true;
    throw error;
  }
}
