import { join } from "node:path";
import { TrigateError } from "../errors/trigate-error.ts";
import type { Clock } from "../platform/clock.ts";
import {
  copyAtomically,
  readdirOrEmpty,
  readFile,
  rename,
  rm,
  sha256,
  stat,
  writeAtomically,
} from "../platform/files.ts";
import type { FileState } from "./file/task-file.ts";

/** One of the last good states of the task file. */
export interface TaskVersion {
  /** When it was kept, as ISO text: what `trigate tasks restore` is told. */
  readonly version: string;
  readonly bytes: number;
  /** Absolute. */
  readonly path: string;
}

export interface TaskVersionsOptions {
  /** Absolute folder for the versions of one workspace. It is made when the first one is kept. */
  readonly folder: string;
  readonly clock: Clock;
}

/** Of the states within such a time only the last one stays, unless much was changed after it. */
const APART_MS = 60_000;
/** So many characters, or such a share of all, that go at once are much: what one change of a task touches is not. */
const MUCH = 4_000;
const MUCH_SHARE = 0.02;
/** How many versions stay, and how many of them whatever their size. */
const KEPT = 20;
const KEPT_AT_LEAST = 3;
const KEPT_BYTES = 64 * 2 ** 20;

/** `<milliseconds>-<hash of the stamp>.json`, with `-kept` before the dot where much was changed afterwards. */
const NAME = /^(?<keptAtMs>\d{13})-(?<stamp>[0-9a-f]{16})(?<isKept>-kept)?\.json$/;

interface KeptFile {
  readonly name: string;
  readonly keptAtMs: number;
  readonly stamp: string;
  readonly isKept: boolean;
}

/** A write of the task file, as it is told after it. */
export interface Written {
  /** Absolute path of the task file. */
  readonly path: string;
  readonly before: { readonly text: string; readonly content: string; readonly state: FileState } | undefined;
  readonly text: string;
  /** The file as it stands now. */
  readonly state: FileState;
  /** Keep the state before however little was changed. */
  readonly keepBefore?: boolean;
}

/**
 * The last good states of one task file, outside the repository: what is in the file after each write, and what was in it
 * before when somebody else wrote that. To be called under the lock of the file.
 */
export class TaskVersions {
  readonly #folder: string;
  readonly #clock: Clock;

  constructor({ folder, clock }: TaskVersionsOptions) {
    this.#folder = folder;
    this.#clock = clock;
  }

  /** Keeps the state after a write, and the one before where it is not kept yet or much of it went. */
  async keep({ path, before, text, state, keepBefore }: Written): Promise<void> {
    const kept = await this.#files();
    const newest = kept[0];
    const isMuch = before !== undefined && (keepBefore === true || isMuchOf(before.text, text));
    if (before !== undefined && newest?.stamp !== stampHash(before.state)) {
      const name = this.#nameFor(before.state, { after: newest, isKept: isMuch });
      await writeAtomically(join(this.#folder, name), before.content, { mode: 0o600 });
    } else if (newest !== undefined && isMuch && !newest.isKept) {
      await rename(join(this.#folder, newest.name), join(this.#folder, newest.name.replace(".json", "-kept.json")));
    }
    const [last] = await this.#files();
    await copyAtomically(path, join(this.#folder, this.#nameFor(state, { after: last, isKept: false })));
    await this.#thin();
  }

  /** The versions, the newest first. */
  async list(): Promise<readonly TaskVersion[]> {
    const files = await this.#files();
    return Promise.all(
      files.map(async ({ name, keptAtMs }) => {
        const path = join(this.#folder, name);
        return { version: new Date(keptAtMs).toISOString(), bytes: (await stat(path)).size, path };
      }),
    );
  }

  /** The version whose time begins like this. Throws `tasks/no-version`. */
  async find(asked: string): Promise<TaskVersion> {
    const versions = await this.list();
    const found = versions.filter(({ version }) => version.startsWith(asked));
    const [first] = found;
    if (first !== undefined && found.length === 1) return first;
    const problem =
      first === undefined ? `no version "${asked}" is kept` : `"${asked}" is the beginning of several versions`;
    throw new TrigateError("tasks/no-version", { problem });
  }

  read({ path }: TaskVersion): Promise<Uint8Array> {
    return readFile(path);
  }

  async #files(): Promise<readonly KeptFile[]> {
    const names = await readdirOrEmpty(this.#folder);
    return names.flatMap(keptFile).toSorted((a, b) => b.keptAtMs - a.keptAtMs);
  }

  #nameFor(state: FileState, { after, isKept }: { after: KeptFile | undefined; isKept: boolean }): string {
    const keptAtMs = Math.max(this.#clock.now(), (after?.keptAtMs ?? 0) + 1);
    return `${keptAtMs}-${stampHash(state)}${isKept ? "-kept" : ""}.json`;
  }

  /** Takes away the second newest where a newer one follows it closely, and the oldest of too many. */
  async #thin(): Promise<void> {
    const files = await this.#files();
    const close = closelyFollowed(files);
    const tooMany = await this.#tooManyOf(files.filter((file) => !close.includes(file)));
    const gone = [...close, ...tooMany];
    await Promise.all(gone.map(({ name }) => rm(join(this.#folder, name), { force: true })));
  }

  /** Those beyond the number and the size of what stays, of files with the newest first. */
  async #tooManyOf(files: readonly KeptFile[]): Promise<readonly KeptFile[]> {
    const tooMany: KeptFile[] = [];
    let bytes = 0;
    for (const [index, file] of files.entries()) {
      bytes += (await stat(join(this.#folder, file.name))).size;
      if (index >= KEPT || (index >= KEPT_AT_LEAST && bytes > KEPT_BYTES)) tooMany.push(file);
    }
    return tooMany;
  }
}

/** The second newest, where it stands for a moment only: it came shortly after the third, and not much was changed since. */
function closelyFollowed([, second, third]: readonly KeptFile[]): readonly KeptFile[] {
  if (second === undefined || third === undefined || second.isKept) return [];
  return second.keptAtMs - third.keptAtMs < APART_MS ? [second] : [];
}

function keptFile(name: string): readonly KeptFile[] {
  const { keptAtMs, stamp, isKept } = NAME.exec(name)?.groups ?? {};
  if (keptAtMs === undefined || stamp === undefined) return [];
  return [{ name, keptAtMs: Number(keptAtMs), stamp, isKept: isKept !== undefined }];
}

function stampHash({ stamp }: FileState): string {
  return sha256(stamp).slice(0, 16);
}

function isMuchOf(before: string, after: string): boolean {
  return changedLength(before, after) > Math.max(MUCH, MUCH_SHARE * before.length);
}

/** How many characters of a text are no longer there, or not at their place, in what became of it. */
function changedLength(before: string, after: string): number {
  const shorter = Math.min(before.length, after.length);
  const start = equalLength(shorter, (from, to) => before.slice(from, to) === after.slice(from, to));
  const end = equalLength(shorter - start, (from, to) => {
    return endSlice(before, { from, to }) === endSlice(after, { from, to });
  });
  return before.length - start - end;
}

function endSlice(text: string, { from, to }: { from: number; to: number }): string {
  return text.slice(text.length - to, text.length - from);
}

/** How far two texts are equal: whole stretches are compared, and halved where they differ, which is faster than letters. */
function equalLength(limit: number, isEqual: (from: number, to: number) => boolean): number {
  let at = 0;
  for (let step = 2 ** 16; step >= 1; step = Math.floor(step / 2)) {
    while (at + step <= limit && isEqual(at, at + step)) at += step;
  }
  return at;
}
