import type { LoggedCommit } from "../vcs/commit-log.ts";
import { isPerson } from "./authors.ts";
import { Ownership } from "./ownership.ts";

/** How often a way to name authors named the one who then made the commit. */
export interface Accuracy {
  /** Shares of the commits, 0 to 1. */
  readonly top1: number;
  readonly top3: number;
}

export interface Backtest {
  /** How many commits were asked about. */
  readonly asked: number;
  /** Of those, how many were their author's first, so that nobody could name her. */
  readonly newcomers: number;
  /** Authors among all people who committed. */
  readonly authors: number;
  readonly leftOut: { readonly bots: number; readonly tooWide: number };
  readonly halfLifeDays: number;
  readonly suggestion: Accuracy;
  /** Who committed most so far. */
  readonly mostActive: Accuracy;
  /** Who committed most in the last 90 days. */
  readonly mostActiveLately: Accuracy;
  /** Who changed most of the files last. */
  readonly lastAuthor: Accuracy;
}

/** The first commits are only learned from. */
const LEARNED_FIRST = 50;
const MOST_ASKED = 2000;
/** Whoever changes more files in one commit does not work on them: moves, formats, licences. */
const WIDEST = 50;
const LATELY_MS = 90 * 86_400_000;
const NAMED = 3;

/**
 * Replays history: before each commit, from the commits before it alone, who would have been named for its files? The files of the
 * commit stand for those that a task names. Commits may come in any order; the newest 2,000 are asked about.
 */
export function backtest(history: readonly LoggedCommit[], halfLifeDays: number): Backtest {
  const people = history.filter(isPerson);
  const usable = people
    .filter(({ files }) => files.length > 0 && files.length <= WIDEST)
    .toSorted((a, b) => a.atMs - b.atMs);
  const ways = {
    suggestion: suggestion(halfLifeDays),
    mostActive: mostActive(),
    mostActiveLately: mostActiveLately(),
    lastAuthor: lastAuthor(),
  };
  const hits = { suggestion: noHits(), mostActive: noHits(), mostActiveLately: noHits(), lastAuthor: noHits() };
  const names = ["suggestion", "mostActive", "mostActiveLately", "lastAuthor"] as const;
  const seen = new Set<string>();
  let [asked, newcomers] = [0, 0];
  for (const [at, commit] of usable.entries()) {
    if (at >= LEARNED_FIRST && at >= usable.length - MOST_ASKED) {
      asked += 1;
      if (!seen.has(commit.email)) newcomers += 1;
      for (const name of names) countHit(hits[name], ways[name].name(commit), commit.email);
    }
    seen.add(commit.email);
    for (const name of names) ways[name].learn(commit);
  }
  return {
    asked,
    newcomers,
    authors: new Set(people.map(({ email }) => email)).size,
    leftOut: {
      bots: history.length - people.length,
      tooWide: people.filter(({ files }) => files.length > WIDEST).length,
    },
    halfLifeDays,
    suggestion: accuracyOf(hits.suggestion, asked),
    mostActive: accuracyOf(hits.mostActive, asked),
    mostActiveLately: accuracyOf(hits.mostActiveLately, asked),
    lastAuthor: accuracyOf(hits.lastAuthor, asked),
  };
}

/** How many commits had their author named first, and how many among the first three. */
interface Hits {
  top1: number;
  top3: number;
}

function noHits(): Hits {
  return { top1: 0, top3: 0 };
}

function countHit(hits: Hits, named: readonly string[], author: string): void {
  const place = named.slice(0, NAMED).indexOf(author);
  if (place === 0) hits.top1 += 1;
  if (place !== -1) hits.top3 += 1;
}

function accuracyOf({ top1, top3 }: Hits, asked: number): Accuracy {
  return { top1: top1 / Math.max(1, asked), top3: top3 / Math.max(1, asked) };
}

/** A way to name authors for a commit, the likeliest first, from the commits that it learned. */
interface Way {
  readonly name: (commit: LoggedCommit) => readonly string[];
  readonly learn: (commit: LoggedCommit) => void;
}

function suggestion(halfLifeDays: number): Way {
  const ownership = new Ownership(halfLifeDays);
  return {
    name: ({ files, atMs }) =>
      ownership
        .shares(
          files.map(({ path, from }) => from ?? path),
          atMs,
        )
        .map(({ email }) => email),
    learn: (commit) => ownership.add(commit),
  };
}

function mostActive(): Way {
  const counts = new Map<string, number>();
  return {
    name: () => byCount(counts),
    learn: ({ email }) => void counts.set(email, (counts.get(email) ?? 0) + 1),
  };
}

function mostActiveLately(): Way {
  const counts = new Map<string, number>();
  const recent: LoggedCommit[] = [];
  let oldest = 0;
  return {
    name: ({ atMs }) => {
      for (let next = recent[oldest]; next !== undefined && next.atMs < atMs - LATELY_MS; next = recent[++oldest])
        counts.set(next.email, (counts.get(next.email) ?? 0) - 1);
      return byCount(counts);
    },
    learn: (commit) => {
      recent.push(commit);
      counts.set(commit.email, (counts.get(commit.email) ?? 0) + 1);
    },
  };
}

function byCount(counts: ReadonlyMap<string, number>): readonly string[] {
  return [...counts]
    .filter(([, count]) => count > 0)
    .toSorted((a, b) => b[1] - a[1])
    .map(([email]) => email);
}

function lastAuthor(): Way {
  const last = new Map<string, { readonly email: string; readonly at: number }>();
  let learned = 0;
  return {
    name: ({ files }) => {
      const found = files.flatMap(({ path, from }) => last.get(from ?? path) ?? []).toSorted((a, b) => b.at - a.at);
      // The order in which they are counted breaks ties: whoever came last stands first.
      const counts = new Map<string, number>();
      for (const { email } of found) counts.set(email, (counts.get(email) ?? 0) + 1);
      return byCount(counts);
    },
    learn: ({ files, email }) => {
      learned += 1;
      for (const { path } of files) last.set(path, { email, at: learned });
    },
  };
}
