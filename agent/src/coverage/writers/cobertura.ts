import { posix } from "node:path";
import type { BranchCoverage, FileCoverage } from "../../core/coverage.ts";

export interface CoberturaHead {
  /** Folder that the files are relative to, absolute. */
  readonly root: string;
  readonly version: string;
  readonly atMs: number;
}

/** Files as Cobertura XML: a package for each folder, a class for each file. */
export function toCobertura(files: readonly FileCoverage[], { root, version, atMs }: CoberturaHead): string {
  const packages = Map.groupBy(files, ({ file }) => posix.dirname(file));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<coverage ${totals(files)} complexity="0" version="${escape(`trigate ${version}`)}" timestamp="${atMs}">`,
    `<sources><source>${escape(root)}</source></sources>`,
    "<packages>",
    ...[...packages].map(
      ([folder, inside]) =>
        `<package name="${escape(folder)}" ${rates(inside)} complexity="0"><classes>\n${inside.map(toClass).join("\n")}\n</classes></package>`,
    ),
    "</packages>",
    "</coverage>",
    "",
  ].join("\n");
}

function toClass(file: FileCoverage): string {
  const branches = Map.groupBy(file.branches, ({ line }) => line);
  return [
    `<class name="${escape(posix.basename(file.file))}" filename="${escape(file.file)}" ${rates([file])} complexity="0">`,
    "<methods>",
    ...file.functions.map(
      ({ name, line, hits }) =>
        `<method name="${escape(name)}" signature="()" line-rate="${hits > 0 ? 1 : 0}" branch-rate="1" complexity="0"><lines><line number="${line}" hits="${hits}"/></lines></method>`,
    ),
    "</methods>",
    "<lines>",
    ...[...file.lines].map(
      ([line, hits]) => `<line number="${line}" hits="${hits}" ${condition(branches.get(line))}/>`,
    ),
    "</lines></class>",
  ].join("\n");
}

function condition(branches: readonly BranchCoverage[] | undefined): string {
  if (branches === undefined) return 'branch="false"';
  const taken = branches.filter((branch) => (branch.taken ?? 0) > 0).length;
  return `branch="true" condition-coverage="${Math.floor((100 * taken) / branches.length)}% (${taken}/${branches.length})"`;
}

function countsOf(files: readonly FileCoverage[]) {
  const lines = files.flatMap((file) => [...file.lines.values()]);
  // A branch on a line that is not coverable has no place in this format.
  const branches = files.flatMap((file) => file.branches.filter(({ line }) => file.lines.has(line)));
  return {
    lines: lines.length,
    hitLines: lines.filter((hits) => hits > 0).length,
    branches: branches.length,
    takenBranches: branches.filter(({ taken }) => (taken ?? 0) > 0).length,
  };
}

const rate = (part: number, whole: number) => (whole === 0 ? "1" : (part / whole).toFixed(4));

function rates(files: readonly FileCoverage[]): string {
  const { lines, hitLines, branches, takenBranches } = countsOf(files);
  return `line-rate="${rate(hitLines, lines)}" branch-rate="${rate(takenBranches, branches)}"`;
}

function totals(files: readonly FileCoverage[]): string {
  const { lines, hitLines, branches, takenBranches } = countsOf(files);
  return `${rates(files)} lines-covered="${hitLines}" lines-valid="${lines}" branches-covered="${takenBranches}" branches-valid="${branches}"`;
}

const NAMES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\n": "&#10;",
  "\t": "&#9;",
};

function escape(text: string): string {
  return text
    .replaceAll(
      /[\u0000-\u0008\u000b-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
      "\ufffd",
    )
    .replaceAll(/[&<>"\n\t]/g, (character) => NAMES[character] ?? character);
}
