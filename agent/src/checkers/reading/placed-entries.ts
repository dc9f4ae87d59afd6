import type { CheckContext } from "../checker.ts";
import { workspacePathOf } from "./report-path.ts";
import { readSources } from "./source-texts.ts";
import type { TextPositions } from "./text-positions.ts";

/** An entry of a tool's report beside the file that it is about. */
export interface Placed<T> {
  readonly entry: T;
  /** Relative to the root; empty for a file outside of the workspace. */
  readonly file: string;
  /** The file's text; absent for one that is gone or lies outside. */
  readonly source: TextPositions | undefined;
}

/** The entries of a report with their files, in the order of the report. `pathOf` gives the path as the tool wrote it. */
export async function placeEntries<T>(
  context: Pick<CheckContext, "root" | "options" | "readText">,
  entries: readonly T[],
  pathOf: (entry: T) => string,
): Promise<readonly Placed<T>[]> {
  const placed = entries.map((entry) => ({ entry, file: workspacePathOf(context, pathOf(entry)) ?? "" }));
  const sources = await readSources(
    context,
    placed.flatMap(({ file }) => (file === "" ? [] : [file])),
  );
  return placed.map(({ entry, file }) => ({ entry, file, source: sources.get(file) }));
}
