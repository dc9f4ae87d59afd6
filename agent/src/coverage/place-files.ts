import { isAbsolute, posix, relative, sep } from "node:path";
import type { CoverageReport, FileCoverage } from "../core/coverage.ts";
import { mergeCoverage } from "./merge.ts";

export interface Workspace {
  /** Absolute. */
  readonly root: string;
  /** Folder that the tool ran in, relative to the root. */
  readonly cwd: string;
  /** Whether a path relative to the root, with `/`, is a file of the workspace. */
  readonly isFile: (path: string) => Promise<boolean>;
}

/**
 * Finds the files of the workspace that a report speaks of. A report may name them absolutely, relative to where the tool
 * ran or to the root, or as they were called on another machine: then the longest ending of at least two parts that is a
 * file counts. What is found nowhere is told in `unplaced`.
 */
export async function placeFiles(files: readonly FileCoverage[], workspace: Workspace): Promise<CoverageReport> {
  const placed: FileCoverage[] = [];
  const unplaced: string[] = [];
  for (const file of files) {
    const path = await firstFile(candidates(file.file, workspace), workspace);
    if (path === undefined) unplaced.push(file.file);
    else placed.push({ ...file, file: path });
  }
  return { files: mergeCoverage([{ files: placed, unplaced: [] }]), unplaced };
}

async function firstFile(paths: Iterable<string>, { isFile }: Workspace): Promise<string | undefined> {
  for (const path of paths) if (await isFile(path)) return path;
  return undefined;
}

function* candidates(written: string, { root, cwd }: Workspace): Generator<string> {
  const path = fromFileAddress(written);
  if (isAbsolute(path)) {
    const inside = relative(root, path).split(sep).join("/");
    if (isInside(inside)) yield inside;
  } else {
    const fromCwd = posix.normalize(posix.join(cwd.split(sep).join("/"), path.replaceAll("\\", "/")));
    if (isInside(fromCwd)) yield fromCwd;
    const fromRoot = posix.normalize(path.replaceAll("\\", "/"));
    if (fromRoot !== fromCwd && isInside(fromRoot)) yield fromRoot;
  }
  const parts = path.split(/[\\/]+/).filter((part) => part !== "" && part !== "." && part !== "..");
  for (let from = 1; from <= parts.length - 2; from++) yield parts.slice(from).join("/");
}

function fromFileAddress(written: string): string {
  return written.startsWith("file://") ? decodeLeniently(written.slice("file://".length)) : written;
}

function decodeLeniently(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone percent sign: the path was not encoded after all.
    return text;
  }
}

function isInside(path: string): boolean {
  return path !== "" && path !== ".." && !path.startsWith("../") && !isAbsolute(path);
}
