import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Ratio } from "../core/coverage.ts";
import type { CoverageSummary } from "../core/coverage-summary.ts";
import type { Run } from "../core/run.ts";
import { systemClock } from "../platform/clock.ts";
import { readTextNowIfThere, sha256, writeAtomically } from "../platform/files.ts";
import { parseOwnJson } from "../platform/own-json.ts";
import { GIT_PLACES } from "../vcs/repository.ts";
import { ComparedStamps, type Stamp, stampsOf } from "../platform/stamps.ts";

/** Raise it when the form of a memo changes. */
const MEMO_VERSION = "5";

/** Places where tools appear and vanish without any source changing. */
const TOOL_PLACES = [
  "node_modules/.package-lock.json",
  ".venv/pyvenv.cfg",
  "venv/pyvenv.cfg",
  ".tools/python/pyvenv.cfg",
];
/**
 * A whole run that was answered from the cache, with the stamps of everything that it rests on. While none of them
 * changed, the same question has the same answer, and neither git nor a tool nor the configuration has to be asked.
 */
export interface RunMemo {
  readonly version: string;
  readonly agentVersion: string;
  readonly environment: string;
  /** The day, as YYYY-MM-DD in UTC: suppressions end with one although nothing is touched. */
  readonly day: string;
  readonly stamps: readonly Stamp[];
  /** Absolute paths of the tools that answered, and of everything else outside of version control. */
  readonly tools: readonly Stamp[];
  /** Without the coverage of single files. */
  readonly run: StoredRun;
}

type StoredRun = Omit<Run, "coverage"> & {
  readonly coverage?: Pick<CoverageSummary, "lines" | "branches" | "functions" | "unmeasured" | "codecov"> & {
    readonly patch?: Ratio;
  };
};

export interface MemoKey {
  readonly stateFolder: string;
  readonly root: string;
  readonly agentVersion: string;
  /** The question: command-line arguments or the request, as text. */
  readonly question: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const fileOf = ({ stateFolder, question }: MemoKey): string => join(stateFolder, "cache", "memo", sha256(question));

/** Any variable could be one that a tool sees, so all but the fleeting ones count. */
function environmentHash(env: MemoKey["env"]): string {
  const fleeting = /^(_|SHLVL|PWD|OLDPWD|COLUMNS|LINES|npm_.*|INIT_CWD|TERM.*|SSH_.*|WINDOWID|VSCODE_.*)$/;
  const hash = createHash("sha256");
  for (const name of Object.keys(env)
    .filter((key) => !fleeting.test(key))
    .toSorted())
    hash.update(`${name}=${env[name]}\0`);
  return hash.digest("hex");
}

/** The run that answers the question, or `undefined` when anything that it rests on was touched. */
export function recallRun(key: MemoKey, shelf?: MemoShelf): Run | undefined {
  const file = fileOf(key);
  const memo = shelf === undefined ? memoIn(readTextNowIfThere(file), key.root) : shelf.memo(file, key.root);
  if (memo === undefined) return undefined;
  const isSame =
    memo.version === MEMO_VERSION &&
    memo.agentVersion === key.agentVersion &&
    memo.day === dayOf(systemClock.now()) &&
    memo.environment === environmentHash(key.env);
  return isSame && memo.restsOn.areUntouched() ? memo.run : undefined;
}

/** A memo that was read, its run ready to be given again. */
interface Recalled extends Pick<RunMemo, "version" | "agentVersion" | "environment" | "day"> {
  readonly restsOn: ComparedStamps;
  readonly run: Run;
}

function memoIn(text: string | undefined, root: string): Recalled | undefined {
  if (text === undefined) return undefined;
  const newline = text.indexOf("\n");
  const payload = text.slice(newline + 1);
  if (text.slice(0, newline) !== sha256(payload)) return undefined;
  const { version, agentVersion, environment, day, stamps, tools, run } = parseOwnJson<RunMemo>(payload);
  const restsOn = new ComparedStamps([
    { root, stamps },
    { root: "", stamps: tools },
  ]);
  return { version, agentVersion, environment, day, restsOn, run: revive(run) };
}

/** As many questions as an editor and a person ask in turns. */
const SHELF_MEMOS = 4;
/** Memos of larger repositories would take more memory than reading them again takes time. */
const SHELF_BYTES = 4 * 2 ** 20;

/**
 * The memos that a long-lived process read last. One that was written anew is read again; one that was not noticed to be
 * would still be right, as long as nothing that it rests on was touched.
 */
export class MemoShelf {
  readonly #memos = new Map<string, { readonly stamp: string; readonly memo: Recalled | undefined }>();

  memo(file: string, root: string): Recalled | undefined {
    const stamp = JSON.stringify(stampsOf("", [file]));
    const known = this.#memos.get(file);
    if (known?.stamp === stamp) return known.memo;
    const text = readTextNowIfThere(file);
    const memo = memoIn(text, root);
    this.#memos.delete(file);
    if (text !== undefined && text.length <= SHELF_BYTES) this.#memos.set(file, { stamp, memo });
    const [oldest] = this.#memos.keys();
    if (this.#memos.size > SHELF_MEMOS && oldest !== undefined) this.#memos.delete(oldest);
    return memo;
  }
}

function revive({ coverage, ...run }: StoredRun): Run {
  if (coverage === undefined) return { ...run, coverage: undefined };
  const patch = coverage.patch && { ...coverage.patch, missed: new Map() };
  return { ...run, coverage: { ...coverage, patch, files: [] } };
}

export interface MemoInputs {
  /** Paths of all files that the run judged, relative to the root. */
  readonly files: readonly string[];
  /** All folders in which a new file would count. */
  readonly folders: readonly string[];
  /** Absolute paths of the tools' files. */
  readonly toolFiles: readonly string[];
  /** Absolute paths outside of version control that the answers rest on, there or not. */
  readonly around: readonly string[];
  /** When the run began to look, in milliseconds since 1970. */
  readonly lookedAtMs: number;
}

/** Clocks of file systems tick coarsely: a file touched this shortly before the look could have been touched after it, too. */
const TICK_MS = 20;

/** Whether a run rests on answers from the cache alone. `own` is the check that no tool answers. */
export function isFromCacheOnly({ stages }: Run, own: string): boolean {
  const checks = stages.flatMap((stage) => stage.checks).filter(({ id }) => id !== own);
  return checks.length > 0 && checks.every(({ cached, reason }) => cached || reason === "nothing-in-scope");
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, "YYYY-MM-DD".length);
}

/** Remembers a run that {@link isFromCacheOnly}, if none of the files was touched while it went on. */
export async function rememberRun(
  key: MemoKey,
  run: Run,
  { files, folders, toolFiles, around, lookedAtMs }: MemoInputs,
): Promise<void> {
  const sources = stampsOf(key.root, [...files, ...folders]);
  const others = stampsOf("", [...new Set([...toolFiles, ...around])]);
  if ([...sources, ...others].some(([, changedAtMs]) => changedAtMs >= lookedAtMs - TICK_MS)) return;
  const { coverage, ...rest } = run;
  const slim: StoredRun = {
    ...rest,
    ...(coverage === undefined ? {} : { coverage: totalsOf(coverage) }),
    stages: run.stages.map((stage) => ({
      ...stage,
      checks: stage.checks.map((check) => ({ ...check, coverage: undefined, filesInScope: [] })),
    })),
  };
  const memo: RunMemo = {
    version: MEMO_VERSION,
    agentVersion: key.agentVersion,
    environment: environmentHash(key.env),
    day: dayOf(lookedAtMs),
    stamps: [...sources, ...stampsOf(key.root, [...TOOL_PLACES, ...GIT_PLACES])],
    tools: others,
    run: slim,
  };
  const payload = JSON.stringify(memo);
  await writeAtomically(fileOf(key), `${sha256(payload)}\n${payload}`);
}

function totalsOf({
  lines,
  branches,
  functions,
  unmeasured,
  patch,
  codecov,
}: CoverageSummary): NonNullable<StoredRun["coverage"]> {
  const totals = { lines, branches, functions, unmeasured, ...(codecov === undefined ? {} : { codecov }) };
  return patch === undefined ? totals : { ...totals, patch: { covered: patch.covered, total: patch.total } };
}
