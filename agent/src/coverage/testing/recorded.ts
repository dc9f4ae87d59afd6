import { readFileSync } from "node:fs";
import type { BranchCoverage, FileCoverage } from "../../core/coverage.ts";
import { type ReadCoverage, readCoverage } from "../read-coverage.ts";

/** A recorded report. */
export function recorded(name: string): string {
  return readFileSync(new URL(`../formats/testdata/${name}`, import.meta.url), "utf8");
}

/** The sources that the recorded V8 report speaks of. */
async function recordedSource(path: string): Promise<string | undefined> {
  if (path.endsWith("/run.ts")) return recorded("run.ts.txt");
  return path.endsWith("/src/a.ts") ? recorded("measured.ts.txt") : undefined;
}

export async function readRecorded(name: string): Promise<ReadCoverage> {
  return readCoverage(recorded(name), recordedSource);
}

/** Lines as text, such as `3:1 4:0`. */
export function linesOf(file: FileCoverage | undefined): string {
  return [...(file?.lines ?? [])].map(([line, hits]) => `${line}:${hits}`).join(" ");
}

/** How many branches each line has, and how many of them were taken, such as `3:1/2`. */
export function branchesOf(file: FileCoverage | undefined): string {
  const taken = (branches: readonly BranchCoverage[]) => branches.filter((branch) => (branch.taken ?? 0) > 0).length;
  return [...Map.groupBy(file?.branches ?? [], ({ line }) => line)]
    .toSorted(([a], [b]) => a - b)
    .map(([line, branches]) => `${line}:${taken(branches)}/${branches.length}`)
    .join(" ");
}

export function functionsOf(file: FileCoverage | undefined): string {
  return (file?.functions ?? []).map(({ name, line, hits }) => `${name}@${line}:${hits}`).join(" ");
}

/** How many things were reported, of which a text can hold only so many. */
export function countReported({ files }: Pick<ReadCoverage, "files">): number {
  const inFiles = files.map(({ functions, tests }) => functions.length + (tests?.names.length ?? 0));
  return files.length + inFiles.reduce((sum, count) => sum + count, 0);
}
