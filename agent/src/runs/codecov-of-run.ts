import { join } from "node:path";
import { CODECOV_FILES, readCodecov } from "../config/codecov.ts";
import type { ResolvedCodecov } from "../config/resolved.ts";
import type { CheckResult } from "../core/check.ts";
import type { Comparison } from "../core/codecov/comparison.ts";
import type { CodecovConfig } from "../core/codecov/config.ts";
import type { FileDiff } from "../core/codecov/diff.ts";
import {
  addedLines,
  type CodecovJudgement,
  flagRatios,
  type UnmeasuredCode,
  unmeasuredStatus,
} from "../core/codecov/judgement.ts";
import { UploadFilter } from "../core/codecov/patterns.ts";
import { asKept, carriedUploads, CommitReport, type MergeFiles, type Upload } from "../core/codecov/report.ts";
import { judgeStatuses } from "../core/codecov/statuses.ts";
import type { CoverageReport, FileCoverage } from "../core/coverage.ts";
import type { History } from "../history/history.ts";
import { readTextIfThere } from "../platform/files.ts";
import type { Repository, Snapshot } from "../vcs/repository.ts";
import { uploadsOfChecks } from "./codecov-uploads.ts";

/** The service looks no further back for a report. */
const ANCESTORS = 10;

/** What the judgement reads. */
export interface CodecovParts {
  readonly root: string;
  readonly repository: Repository;
  readonly history: () => Promise<History>;
  readonly mergeCoverage: (reports: readonly CoverageReport[]) => readonly FileCoverage[];
}

/** What was measured, and what it is to be compared with. */
export interface CodecovQuestion {
  readonly options: ResolvedCodecov;
  readonly snapshot: Snapshot;
  /** All checks that ran; those without coverage tell whether CI would pass. */
  readonly checks: readonly CheckResult[];
  /** Where the branch began; `undefined` when no base is known. */
  readonly base: string | undefined;
  /** Changed files that no report mentions. */
  readonly unmeasured: readonly string[];
  /** Whether only some checks were asked for, so that the base is cut down to the same ones. */
  readonly onlySome: boolean;
}

/** The judgement with all that it was made of, for the comment. */
export interface PreparedCodecov {
  readonly config: CodecovConfig;
  readonly comparison: Comparison;
  readonly judgement: CodecovJudgement;
}

/** The first of the places where the service looks, with its text. */
async function codecovFile(root: string): Promise<{ file: string; text: string } | undefined> {
  for (const file of CODECOV_FILES) {
    const text = await readTextIfThere(join(root, file));
    if (text !== undefined) return { file, text };
  }
  return undefined;
}

/** What the service would say; `undefined` without a `codecov.yml` or without coverage. */
export async function codecovOfRun(
  parts: CodecovParts,
  question: CodecovQuestion,
): Promise<CodecovJudgement | undefined> {
  return (await prepareCodecov(parts, question))?.judgement;
}

/** The same with the comparison. The judgement of a file with faults has no statuses, and no comparison is made. */
export async function prepareCodecov(
  parts: CodecovParts,
  question: CodecovQuestion,
): Promise<PreparedCodecov | { readonly judgement: CodecovJudgement } | undefined> {
  const written = question.checks.some(({ coverage }) => coverage !== undefined)
    ? await codecovFile(parts.root)
    : undefined;
  if (written === undefined) return undefined;
  const read = readCodecov(written.text, { file: written.file, account: question.options.account });
  if (!read.ok)
    return {
      judgement: { file: written.file, complaints: read.complaints, statuses: [], flags: {}, notJudged: [], notes: [] },
    };
  const { config } = read;
  const { comparison, notes } = await compare(parts, question, config);
  const judgement: CodecovJudgement = {
    file: written.file,
    complaints: [],
    statuses: [
      ...judgeStatuses(config, comparison),
      unmeasuredStatus(unmeasuredCode(question, { config, comparison }), question.options.unmeasured),
    ],
    flags: comparison.head.report === undefined ? {} : flagRatios(comparison.head.report),
    notJudged: config.notJudged,
    notes,
  };
  return { config, comparison, judgement };
}

async function compare(
  parts: CodecovParts,
  question: CodecovQuestion,
  config: CodecovConfig,
): Promise<{ comparison: Comparison; notes: readonly string[] }> {
  const { repository, mergeCoverage } = parts;
  const { snapshot, checks, base, options } = question;
  const merge: MergeFiles = (files) => mergeCoverage([{ files, unplaced: [] }]);
  const paths = new Set(snapshot.files.map(({ path }) => path));
  const uploadsOf = (measured: readonly CheckResult[], there: ReadonlySet<string>) =>
    uploadsOfChecks(measured, { config, options, merge: mergeCoverage }).map((upload) =>
      asKept(upload, config, (path) => there.has(path)),
    );
  const found = base === undefined ? undefined : await measuredBase(parts, base, question);
  const { patchDiff, diff } = await diffsOf(repository, base, found?.commit);
  const before = found && new CommitReport(uploadsOf(found.checks, found.paths), merge);
  const own = uploadsOf(checks, paths);
  const head = new CommitReport([...own, ...carried(before, own, { config, diff })], merge);
  const comparison: Comparison = {
    head: { ...(await placeOf(snapshot, repository)), report: head },
    base: { commit: found?.commit ?? base, report: before },
    diff,
    patchDiff,
    pull: true,
    ci: checks.some(isBlocking) ? "failed" : "passed",
    uploads: undefined,
  };
  return { comparison, notes: notesOn(question, { config, found: found?.commit, head }) };
}

/** Where the work tree stands, in the words of a status. */
async function placeOf(
  { dirty, commit = "changes" }: Snapshot,
  repository: Repository,
): Promise<Pick<Comparison["head"], "commit" | "branch">> {
  return { commit: dirty ? "changes" : commit, branch: (await repository.branch()) ?? "" };
}

/** What changed since the branch began, and since the commit whose report stands for that one. */
async function diffsOf(
  repository: Repository,
  base: string | undefined,
  measured: string | undefined,
): Promise<{ readonly patchDiff: readonly FileDiff[]; readonly diff: readonly FileDiff[] }> {
  if (base === undefined) return { patchDiff: [], diff: [] };
  const [patchDiff, diff] = await Promise.all([
    repository.diffSince(base),
    measured === undefined || measured === base ? undefined : repository.diffSince(measured),
  ]);
  return { patchDiff, diff: diff ?? patchDiff };
}

/** Whether a check would keep CI from passing. */
function isBlocking({ status, advisory }: CheckResult): boolean {
  return !advisory && (status === "failed" || status === "errored");
}

function carried(
  before: CommitReport | undefined,
  own: readonly Upload[],
  { config, diff }: { config: CodecovConfig; diff: readonly FileDiff[] },
): readonly Upload[] {
  if (before === undefined) return [];
  const uploaded = new Set(own.filter(({ files }) => files.length > 0).flatMap(({ flags }) => flags));
  return carriedUploads(before, { config, uploaded, diff });
}

interface MeasuredBase {
  readonly commit: string;
  readonly checks: readonly CheckResult[];
  readonly paths: ReadonlySet<string>;
}

/** The nearest commit from the base backwards whose content some recorded run measured; of each check the newest result. */
async function measuredBase(
  { repository, history }: CodecovParts,
  base: string,
  { checks, onlySome }: CodecovQuestion,
): Promise<MeasuredBase | undefined> {
  const asked = new Set(checks.map(({ id }) => id));
  const recorded = await history();
  for (const commit of await repository.ancestors(base, ANCESTORS + 1)) {
    const { tree, files } = await repository.snapshotAt(commit);
    const measured = new Map<string, CheckResult>();
    for (const run of await recorded.measuredAt(tree)) {
      for (const check of run.stages.flatMap((stage) => stage.checks)) {
        const counts = check.coverage !== undefined && (!onlySome || asked.has(check.id));
        if (counts && !measured.has(check.id)) measured.set(check.id, check);
      }
    }
    if (measured.size > 0)
      return { commit, checks: [...measured.values()], paths: new Set(files.map(({ path }) => path)) };
  }
  return undefined;
}

function unmeasuredCode(
  { unmeasured }: CodecovQuestion,
  { config, comparison }: { config: CodecovConfig; comparison: Comparison },
): readonly UnmeasuredCode[] {
  const filter = new UploadFilter({ ignore: config.ignore.map(({ expression }) => expression), paths: [] });
  const files = unmeasured
    .filter((path) => filter.keeps(path))
    .map((path): UnmeasuredCode => ({ path, lines: addedLines(comparison.patchDiff, path), kind: "file" }));
  const stale = (comparison.head.report?.uploads ?? [])
    .filter((upload) => !upload.carried)
    .flatMap((upload) => upload.files)
    .flatMap(({ file, stale: ranges = [] }): UnmeasuredCode[] => {
      const added = new Set(addedLines(comparison.patchDiff, file));
      const lines = ranges.flatMap(([first, last]) => [...added].filter((line) => line >= first && line <= last));
      return lines.length === 0 ? [] : [{ path: file, lines, kind: "stale" }];
    });
  return [...files, ...stale];
}

function notesOn(
  { base, onlySome }: CodecovQuestion,
  { config, found, head }: { config: CodecovConfig; found: string | undefined; head: CommitReport },
): readonly string[] {
  const carriedFlags = head.flags().filter((flag) => head.isCarried(flag));
  return [
    ...(base === undefined ? ["no base is known, so nothing is compared; name one with --base"] : []),
    ...(base !== undefined && found === undefined
      ? [
          `no recorded run measured ${base.slice(0, 7)} or the ${ANCESTORS} commits before it; check it out, run "trigate run --stage test" and come back`,
        ]
      : []),
    ...(found !== undefined && found !== base ? [`the base's report is that of ${found.slice(0, 7)}`] : []),
    ...(onlySome ? ["only some checks were asked for, so the base is cut down to the same ones"] : []),
    ...(carriedFlags.length > 0 ? [`carried over from the base: ${carriedFlags.join(", ")}`] : []),
    ...(config.afterBuilds > 0 ? ["judged as if all uploads that are waited for had come in"] : []),
  ];
}
