import type { BranchCoverage, CoverageReport, FileCoverage, FunctionCoverage } from "../core/coverage.ts";

/** Adds reports up: a line, branch or function counts as run when any report saw it run. Files come out sorted by name. */
export function mergeCoverage(reports: readonly CoverageReport[]): readonly FileCoverage[] {
  const byFile = Map.groupBy(
    reports.flatMap(({ files }) => files),
    ({ file }) => file,
  );
  return [...byFile]
    .map(([file, parts]) => (parts.length === 1 && parts[0] !== undefined ? parts[0] : mergeFile(file, parts)))
    .toSorted((a, b) => (a.file < b.file ? -1 : 1));
}

function mergeFile(file: string, parts: readonly FileCoverage[]): FileCoverage {
  const lines = new Map<number, number>();
  const branches = new Map<string, BranchCoverage>();
  const functions = new Map<string, FunctionCoverage>();
  for (const part of parts) {
    for (const [line, hits] of part.lines) lines.set(line, (lines.get(line) ?? 0) + hits);
    for (const branch of part.branches) {
      const key = `${branch.line}\0${branch.block}\0${branch.branch}`;
      const before = branches.get(key)?.taken ?? null;
      branches.set(key, { ...branch, taken: before === null ? branch.taken : before + (branch.taken ?? 0) });
    }
    for (const entry of part.functions) {
      const key = `${entry.line}\0${entry.name}`;
      functions.set(key, { ...entry, hits: (functions.get(key)?.hits ?? 0) + entry.hits });
    }
  }
  return { file, lines, branches: [...branches.values()], functions: [...functions.values()] };
}
