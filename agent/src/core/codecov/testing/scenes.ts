import { readCodecov } from "../../../config/codecov.ts";
import { mergeCoverage } from "../../../coverage/merge.ts";
import type { FileCoverage } from "../../coverage.ts";
import type { Comparison } from "../comparison.ts";
import type { CodecovConfig } from "../config.ts";
import type { FileDiff } from "../diff.ts";
import { asKept, carriedUploads, CommitReport, type Upload } from "../report.ts";

/** Files with one letter for each line: h hit, m missed, p partial, . not counted; a number repeats the letter before it. */
export type Lines = Readonly<Record<string, string>>;
export type Uploads = readonly { readonly flags: readonly string[]; readonly files: Lines; readonly carried?: true }[];

/** A push in few words. What is left out: no base, no change, passed CI, a pull request from branch `feature`. */
export interface Scene {
  readonly head: Lines | Uploads | undefined;
  readonly base?: Lines | Uploads;
  readonly diff?: readonly Change[];
  readonly ci?: Comparison["ci"];
  readonly branch?: string;
  readonly pull?: boolean;
  readonly uploads?: number;
  /** Take over the flags with carryforward from the base. */
  readonly carry?: true;
  /** There is no commit to compare with either. */
  readonly noBase?: true;
}

export type Change = Partial<Omit<FileDiff, "path">> & { readonly path: string };

export function configOf(yaml: string, account: "new" | "legacy" = "new"): CodecovConfig {
  const read = readCodecov(yaml, { file: "codecov.yml", account });
  if (!read.ok) throw new Error(read.complaints.map(({ message }) => message).join("; "));
  return read.config;
}

export function comparisonOf(scene: Scene, config: CodecovConfig): Comparison {
  const diff = (scene.diff ?? []).map((change): FileDiff => ({ type: "modified", added: [], removed: [], ...change }));
  const base = scene.base === undefined ? undefined : reportOf(uploadsOf(scene.base), config);
  const own = scene.head === undefined ? undefined : uploadsOf(scene.head);
  const head =
    own === undefined ? undefined : reportOf([...own, ...carriedBy(scene, { base, own, config, diff })], config);
  return {
    head: { commit: "head567890", branch: scene.branch ?? "feature", report: head },
    base: { commit: scene.noBase ? undefined : "base123456", report: base },
    diff,
    patchDiff: diff,
    pull: scene.pull ?? true,
    ci: scene.ci ?? "passed",
    uploads: scene.uploads,
  };
}

function carriedBy(
  { carry }: Scene,
  {
    base,
    own,
    config,
    diff,
  }: { base: CommitReport | undefined; own: readonly Upload[]; config: CodecovConfig; diff: readonly FileDiff[] },
): readonly Upload[] {
  if (carry === undefined || base === undefined) return [];
  return carriedUploads(base, { config, uploaded: new Set(own.flatMap(({ flags }) => flags)), diff });
}

function reportOf(uploads: readonly Upload[], config: CodecovConfig): CommitReport {
  const kept = uploads.map((upload) => asKept(upload, config, () => true));
  return new CommitReport(kept, (files) => mergeCoverage([{ files, unplaced: [] }]));
}

function isUploads(written: Lines | Uploads): written is Uploads {
  return Array.isArray(written);
}

function uploadsOf(written: Lines | Uploads): readonly Upload[] {
  const uploads: Uploads = isUploads(written) ? written : [{ flags: [], files: written }];
  return uploads.map(({ flags, files, carried = false }) => ({
    flags,
    carried,
    files: Object.entries(files).map(([file, lines]) => fileOf(file, lines)),
  }));
}

export function fileOf(file: string, written: string): FileCoverage {
  const lines = new Map<number, number>();
  const branches: FileCoverage["branches"][number][] = [];
  let line = 0;
  for (const [, letter = "", count = ""] of written.matchAll(/([hmp.])(\d*)/g)) {
    for (let times = Number(count === "" ? 1 : count); times > 0; times--) {
      line++;
      if (letter !== ".") lines.set(line, letter === "m" ? 0 : 1);
      if (letter !== "p") continue;
      branches.push({ line, block: "0", branch: "0", taken: 1 }, { line, block: "0", branch: "1", taken: 0 });
    }
  }
  return { file, lines, branches, functions: [] };
}
