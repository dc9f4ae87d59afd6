import { join } from "node:path";
import type { FileDiff } from "../core/codecov/diff.ts";
import type { ChangedLines } from "../core/coverage-summary.ts";
import type { Clock } from "../platform/clock.ts";
import { type Stamp, stampsOf } from "../platform/stamps.ts";
import { snapshotOfHashes } from "./file-tree.ts";
import { GIT_PLACES, holdsRepositories, type Repository, type Snapshot } from "./repository.ts";
import { hashOfWorkFile } from "./work-files.ts";

/** Clocks of file systems tick coarsely: what was touched this shortly before a look is looked at again the next time. */
const TICK_MS = 20;

interface Memory {
  readonly snapshot: Snapshot;
  /** Folders and git's own files: when one of these changed, files may have come or gone. */
  readonly places: readonly Stamp[];
  readonly files: ReadonlyMap<string, Stamp>;
  readonly takenAtMs: number;
}

/**
 * Remembers the last snapshot of a long-lived process and reads again only the files whose stamps changed, without asking
 * git. As soon as a folder or git's index changed, git is asked for everything.
 */
export class StampedRepository implements Repository {
  readonly #root: string;
  readonly #inner: Repository;
  readonly #clock: Clock;
  #memory: Memory | undefined;

  constructor(root: string, inner: Repository, clock: Clock) {
    this.#root = root;
    this.#inner = inner;
    this.#clock = clock;
  }

  async snapshot(): Promise<Snapshot> {
    const known = this.#memory === undefined ? undefined : await this.#refresh(this.#memory);
    if (known !== undefined) return known;
    const takenAtMs = this.#clock.now();
    const snapshot = await this.#inner.snapshot();
    const folders = await this.#inner.folders();
    if (folders === undefined || holdsRepositories(snapshot)) return snapshot;
    const paths = snapshot.files.map(({ path }) => path);
    const places = stampsOf(this.#root, [...folders, ...GIT_PLACES]);
    const files = new Map(stampsOf(this.#root, paths).map((stamp) => [stamp[0], stamp]));
    this.#memory = { snapshot, places, files, takenAtMs };
    return snapshot;
  }

  paths(): Promise<readonly string[]> {
    return this.#inner.paths();
  }

  folders(): Promise<readonly string[] | undefined> {
    return this.#inner.folders();
  }

  mergeBase(base: string | undefined): Promise<string | undefined> {
    return this.#inner.mergeBase(base);
  }

  changedLines(commit: string, known?: Snapshot): Promise<ChangedLines> {
    return this.#inner.changedLines(commit, known);
  }

  removedFiles(commit: string | undefined, known?: Snapshot): Promise<readonly string[]> {
    return this.#inner.removedFiles(commit, known);
  }

  isShallow(): Promise<boolean> {
    return this.#inner.isShallow();
  }

  diffSince(commit: string): Promise<readonly FileDiff[]> {
    return this.#inner.diffSince(commit);
  }

  ancestors(commit: string, count: number): Promise<readonly string[]> {
    return this.#inner.ancestors(commit, count);
  }

  branch(): Promise<string | undefined> {
    return this.#inner.branch();
  }

  treeId(): Promise<string | undefined> {
    return this.#inner.treeId();
  }

  stagedFiles(): Promise<readonly string[]> {
    return this.#inner.stagedFiles();
  }

  stagedLines(): Promise<ChangedLines> {
    return this.#inner.stagedLines();
  }

  stagedSnapshot(): Promise<Snapshot | undefined> {
    return this.#inner.stagedSnapshot();
  }

  exportTo(folder: string, commit?: string): Promise<string> {
    return this.#inner.exportTo(folder, commit);
  }

  snapshotAt(commit: string): Promise<Snapshot> {
    return this.#inner.snapshotAt(commit);
  }

  renames(commit: string): Promise<ReadonlyMap<string, string>> {
    return this.#inner.renames(commit);
  }

  filesWith(text: string): Promise<readonly string[]> {
    return this.#inner.filesWith(text);
  }

  /** The snapshot now, or `undefined` when files may have come or gone. */
  async #refresh({ snapshot, places, files, takenAtMs }: Memory): Promise<Snapshot | undefined> {
    const lookedAtMs = this.#clock.now();
    const placesNow = stampsOf(
      this.#root,
      places.map(([path]) => path),
    );
    if (placesNow.some((now, index) => !isSame(now, places[index]) || now[1] >= takenAtMs - TICK_MS)) return undefined;
    const filesNow = stampsOf(this.#root, [...files.keys()]);
    const touched = filesNow.filter((now) => !isSame(now, files.get(now[0])) || now[1] >= takenAtMs - TICK_MS);
    if (touched.length === 0) return snapshot;
    const hashes = new Map(snapshot.files.map(({ path, hash }) => [path, hash]));
    let { dirty } = snapshot;
    for (const [path] of touched) {
      const hash = await hashOfWorkFile(join(this.#root, path));
      if (hash === undefined) return undefined;
      dirty ||= hash !== hashes.get(path);
      hashes.set(path, hash);
    }
    const { commit } = snapshot;
    const refreshed = snapshotOfHashes(hashes, { commit, dirty, touched: touchedAlso(snapshot, touched) });
    this.#memory = {
      snapshot: refreshed,
      places,
      files: new Map(filesNow.map((stamp) => [stamp[0], stamp])),
      takenAtMs: lookedAtMs,
    };
    return refreshed;
  }
}

/** What was touched before, and these: a file that nobody knew before shows in its folder, so each of them was there. */
function touchedAlso({ touched }: Snapshot, stamps: readonly Stamp[]): Snapshot["touched"] {
  if (touched === undefined) return undefined;
  const unknown = new Set(touched.untracked);
  const paths = stamps.map(([path]) => path).filter((path) => !unknown.has(path));
  return { tracked: [...new Set([...touched.tracked, ...paths])], untracked: touched.untracked };
}

function isSame([, changedAtMs, size]: Stamp, before: Stamp | undefined): boolean {
  return before !== undefined && before[1] === changedAtMs && before[2] === size;
}
