import { join } from "node:path";
import type { CheckContext } from "../checker.ts";
import { TextPositions } from "./text-positions.ts";

/** The texts of files of the workspace, read once each. A file that is gone is left out. */
export async function readSources(
  context: Pick<CheckContext, "root" | "readText">,
  files: Iterable<string>,
): Promise<ReadonlyMap<string, TextPositions>> {
  const sources = new Map<string, TextPositions>();
  for (const file of new Set(files)) {
    const text = await context.readText(join(context.root, file));
    if (text !== undefined) sources.set(file, new TextPositions(text));
  }
  return sources;
}
