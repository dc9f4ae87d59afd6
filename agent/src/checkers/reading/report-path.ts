import { isAbsolute, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { toWorkspacePath } from "../../platform/files.ts";
import type { CheckContext } from "../checker.ts";

type Place = Pick<CheckContext, "root" | "options">;

/** The absolute folder that a check runs in. */
export function workingFolder({ root, options }: Place): string {
  return join(root, options.cwd);
}

/**
 * A path of a tool's report (absolute, `file:` address, or relative to the check's folder) as one relative to the root
 * with `/`; `undefined` when it lies outside the workspace.
 */
export function workspacePathOf(place: Place, path: string): string | undefined {
  const plain = path.startsWith("file:") ? fromFileUrl(path) : path;
  if (plain === undefined || plain === "") return undefined;
  return toWorkspacePath(place.root, isAbsolute(plain) ? plain : join(workingFolder(place), plain));
}

function fromFileUrl(address: string): string | undefined {
  try {
    return fileURLToPath(address);
  } catch {
    // Not an address of this system, so not a file of the workspace either.
    return undefined;
  }
}

/** A file of the workspace as an argument for a tool in the check's folder; never mistaken for an option. */
export function asArgument(place: Place, file: string): string {
  const path = relative(workingFolder(place), join(place.root, file)).split(sep).join("/");
  return path.startsWith("-") ? `./${path}` : path;
}

/** Systems refuse longer command lines; Windows the earliest, at 32,767 characters. */
const LONGEST_ARGUMENTS = process.platform === "win32" ? 24_000 : 96_000;

/** The files in scope as arguments, in as few groups as command lines allow. Empty when there is no file. */
export function argumentBatches(context: Place & Pick<CheckContext, "files">): readonly (readonly string[])[] {
  const batches: string[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const file of context.files) {
    const argument = asArgument(context, file);
    if (length + argument.length + 1 > LONGEST_ARGUMENTS) {
      batches.push([]);
      length = 0;
    }
    batches.at(-1)?.push(argument);
    length += argument.length + 1;
  }
  return batches;
}
