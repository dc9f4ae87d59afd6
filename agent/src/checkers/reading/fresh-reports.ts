import { join } from "node:path";
import { isSystemError, stat, toWorkspacePath } from "../../platform/files.ts";
import type { CheckContext } from "../checker.ts";
import { workingFolder } from "./report-path.ts";

type Place = Pick<CheckContext, "root" | "options" | "readText" | "taken">;

export type ReportText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: string };

/**
 * Reports that a tool leaves in the workspace. One that was there before the run and was not written again is old: it must
 * not speak for this run.
 */
export class FreshReports {
  readonly #place: Place;
  readonly #before: ReadonlyMap<string, number | undefined>;

  private constructor(place: Place, before: ReadonlyMap<string, number | undefined>) {
    this.#place = place;
    this.#before = before;
  }

  /** To be called before the tool is started. Paths are relative to the check's folder. */
  static async watch(place: Place, paths: readonly string[]): Promise<FreshReports> {
    // What is taken in was made before this run, and the runner has seen that it fits the content.
    if (place.taken !== undefined) return new FreshReports(place, new Map());
    const entries = await Promise.all(
      paths.map(async (path) => [path, await writtenAtMs(join(workingFolder(place), path))] as const),
    );
    return new FreshReports(place, new Map(entries));
  }

  async read(path: string): Promise<ReportText> {
    const absolute = join(workingFolder(this.#place), path);
    if (toWorkspacePath(this.#place.root, absolute) === undefined)
      return { ok: false, problem: `the report ${path} lies outside the workspace` };
    const text = await this.#place.readText(path);
    if (text === undefined) return { ok: false, problem: `the tool left no report at ${path}` };
    const before = this.#before.get(path);
    const after = await writtenAtMs(absolute);
    if (before !== undefined && before === after)
      return { ok: false, problem: `the report at ${path} is from before this run` };
    return { ok: true, text };
  }
}

async function writtenAtMs(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (isSystemError(error, "ENOENT") || isSystemError(error, "ENOTDIR")) return undefined;
    throw error;
  }
}
