import type { LoggedCommit } from "../vcs/commit-log.ts";

const DAY_MS = 86_400_000;
/** By how many commits a place must be known before it counts as much as all that lies around it. */
const BELIEF = 1;

/** What somebody did at a place, faded with time. */
interface Work {
  /** As of `atMs`, in commits. */
  weight: number;
  atMs: number;
  commits: number;
}

type Place = Map<string, Work>;

/** What somebody did to one file. */
export interface FileWork {
  readonly path: string;
  readonly commits: number;
  readonly lastMs: number;
}

export interface OwnerShare {
  /** Address of the author, as commits have it. */
  readonly email: string;
  /** 0 to 1; those of all people together make 1. */
  readonly share: number;
}

/**
 * Whose work files are, learned commit by commit, the oldest first. Each commit counts 1 for its author at each of its files, at
 * each folder above them and in the whole, and fades to the half in a half-life. A file's share of an author is
 * `(w + κ · share of the folder above) / (W + κ)`: little work on the file itself leaves most to its folder, and so up to the
 * root. A file that does not exist yet is so judged by its folder.
 */
export class Ownership {
  readonly #halfLifeMs: number;
  readonly #places = new Map<string, Place>();

  /** `halfLifeDays` above 0. */
  constructor(halfLifeDays: number) {
    this.#halfLifeMs = halfLifeDays * DAY_MS;
  }

  add({ email, atMs, files }: LoggedCommit): void {
    const touched = new Set<string>();
    for (const { path, from } of files) {
      if (from !== undefined) this.#move(from, path);
      for (const place of placesOf(path)) touched.add(place);
    }
    for (const place of touched) this.#count(place, email, atMs);
  }

  /** Who may be asked about files at a moment, the likeliest first. */
  shares(paths: readonly string[], atMs: number): readonly OwnerShare[] {
    const root = this.#faded("", atMs);
    const asked = paths.length === 0 ? [""] : paths;
    const own = new Map<string, number>();
    let left = 0;
    for (const path of asked) {
      // How much of the root's shares remains after all places below it had their say.
      let rest = 1 / asked.length;
      for (const place of placesOf(path).toReversed()) {
        if (place === "") continue;
        const { weights, total } = this.#faded(place, atMs);
        for (const [email, weight] of weights)
          own.set(email, (own.get(email) ?? 0) + (rest * weight) / (total + BELIEF));
        rest *= BELIEF / (total + BELIEF);
      }
      left += rest;
    }
    for (const [email, weight] of root.weights) own.set(email, (own.get(email) ?? 0) + (left * weight) / root.total);
    return [...own]
      .map(([email, share]) => ({ email, share }))
      .toSorted((a, b) => b.share - a.share || (a.email < b.email ? -1 : 1));
  }

  /** What somebody did to files, the most first. */
  workOf(email: string, paths: readonly string[]): readonly FileWork[] {
    return paths
      .flatMap((path) => {
        const work = this.#places.get(path)?.get(email);
        return work === undefined ? [] : [{ path, commits: work.commits, lastMs: work.atMs }];
      })
      .toSorted((a, b) => b.commits - a.commits);
  }

  /** When somebody committed last; `undefined` who never did. */
  lastSeen(email: string): number | undefined {
    return this.#places.get("")?.get(email)?.atMs;
  }

  #count(name: string, email: string, atMs: number): void {
    let place = this.#places.get(name);
    if (place === undefined) this.#places.set(name, (place = new Map()));
    const work = place.get(email);
    if (work === undefined) place.set(email, { weight: 1, atMs, commits: 1 });
    else {
      work.weight = this.#fade(work, atMs) + 1;
      work.atMs = Math.max(work.atMs, atMs);
      work.commits += 1;
    }
  }

  #move(from: string, to: string): void {
    const place = this.#places.get(from);
    if (place === undefined || this.#places.has(to)) return;
    this.#places.delete(from);
    this.#places.set(to, place);
  }

  #faded(name: string, atMs: number): { readonly weights: ReadonlyMap<string, number>; readonly total: number } {
    const weights = new Map<string, number>();
    let total = 0;
    for (const [email, work] of this.#places.get(name) ?? []) {
      const weight = this.#fade(work, atMs);
      weights.set(email, weight);
      total += weight;
    }
    return { weights, total };
  }

  /** Clocks go backwards now and then; nothing grows by that. */
  #fade({ weight, atMs }: Work, nowMs: number): number {
    return weight * 2 ** (-Math.max(0, nowMs - atMs) / this.#halfLifeMs);
  }
}

/** The root (`""`), the folders on the way, and the path itself. */
function placesOf(path: string): readonly string[] {
  const places = [""];
  if (path === "") return places;
  for (let end = path.indexOf("/"); end !== -1; end = path.indexOf("/", end + 1)) places.push(`${path.slice(0, end)}/`);
  return [...places, path];
}
