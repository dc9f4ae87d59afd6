import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Task } from "../core/task.ts";
import { Estimator, type FinishedTask } from "./estimate.ts";
import { kindOf, PathIndex } from "./named-paths.ts";
import { FEATURES, FeatureReader, type FeatureSource } from "./task-features.ts";
import type { NotedTask } from "./task-material.ts";
import { hoursText, workingHours } from "./working-time.ts";

const HOUR_MS = 3_600_000;
const at = (iso: string) => Date.parse(`${iso}:00Z`);

const task = (id: string, more: Partial<Task> = {}): Task => ({
  id,
  title: `Task ${id}`,
  description: "",
  details: "",
  testStrategy: "",
  status: "pending",
  priority: "medium",
  dependencies: [],
  subtasks: [],
  ...more,
});
const noted = (id: string, more: Partial<Task> = {}): NotedTask => ({
  tag: "master",
  task: task(id, more),
  isSubtask: id.includes("."),
  record: {},
  assignee: undefined,
});
const reader = (source: Partial<FeatureSource> = {}) =>
  new FeatureReader({
    index: new PathIndex([]),
    commits: [],
    scoreOf: ({ task: { complexity } }) => complexity,
    siblings: () => [],
    finished: [],
    ...source,
  });

/** Deterministic numbers between 0 and 1. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

/** Tasks that took `hours` each, one a day. */
function finished(cases: readonly { readonly complexity?: number; readonly hours: number }[]): readonly FinishedTask[] {
  return cases.map(({ complexity, hours }, index) => {
    const one = noted(String(index + 1), { status: "done", ...(complexity === undefined ? {} : { complexity }) });
    const startedMs = index * 24 * HOUR_MS;
    const finishedMs = startedMs + HOUR_MS;
    return { noted: one, startedMs, finishedMs, logHours: Math.log(hours), features: reader().at(one, startedMs) };
  });
}

describe("working time", () => {
  test.each([
    ["within a day", "2026-11-23T09:00", "2026-11-23T11:30", 2.5],
    ["a whole day and a night", "2026-11-23T09:00", "2026-11-24T09:00", 16],
    ["nights are not worked", "2026-11-23T00:00", "2026-11-23T23:00", 8],
    ["a week-end between", "2026-11-20T18:00", "2026-11-23T02:00", 8],
    ["a week-end on which it ended", "2026-11-20T18:00", "2026-11-21T02:00", 8],
    ["two weeks", "2026-11-23T00:00", "2026-12-07T00:00", 80],
    ["backwards", "2026-11-23T09:00", "2026-11-22T09:00", 0],
  ])("%s", (...[, from, to, hours]) => {
    expect(workingHours(at(from), at(to))).toBeCloseTo(hours, 9);
  });

  test("never shrinks by going on, and never exceeds what the clock says", () => {
    const moment = fc.integer({ min: 0, max: 4e7 }).map((minutes) => minutes * 60_000);
    fc.assert(
      fc.property(moment, fc.nat({ max: 1e9 }), fc.nat({ max: 1e8 }), (from, span, more) => {
        const hours = workingHours(from, from + span);
        expect(hours).toBeLessThanOrEqual(span / HOUR_MS + 1e-9);
        expect(hours).toBeGreaterThanOrEqual(0);
        const later = workingHours(from, from + span + more);
        // A day off on which the work ended was worked on; when it goes on beyond it, it is a day off again.
        expect(later).toBeGreaterThanOrEqual(hours - 8 - 1e-9);
      }),
    );
  });

  test("is said in fitting units", () => {
    expect([0.001, 0.5, 3.25, 20, 800].map(hoursText)).toEqual(["1 min", "30 min", "3.3 h", "2.5 d", "100 d"]);
  });
});

describe("features", () => {
  test("are the same for a task whatever was written into it during the work", () => {
    const plain = noted("1", { details: "Change it." });
    const later = noted("1", {
      details:
        "Change it.<info added on 2026-01-01T00:00:00Z>\nsrc/a.ts was hard\n</info added on 2026-01-01T00:00:00Z>",
    });
    expect(reader().at(later, 0)).toEqual(reader().at(plain, 0));
  });

  test("know only what was there at the moment", () => {
    const index = new PathIndex(["src/a.ts"]);
    const commit = (atMs: number) => ({
      id: "c",
      name: "Ada",
      email: "ada@example.org",
      atMs,
      files: [{ path: "src/a.ts", added: 1, removed: 0 }],
    });
    const commits = [commit(30), commit(20), commit(10)];
    const naming = noted("9", { details: "see src/a.ts" });
    const earlier = [
      { noted: noted("1", { details: "src/a.ts" }), finishedMs: 15, logHours: 2 },
      { noted: noted("2"), finishedMs: 15, logHours: 0 },
    ];
    const look = reader({ index, commits, finished: earlier });
    expect(look.at(naming, 25).slice(-2)).toEqual([Math.log1p(2), 1]);
    expect(look.at(naming, 5).slice(-2)).toEqual([0, 0]);
  });

  test("count the longest row of dependencies, also where there is a cycle", () => {
    const rows = [task("1"), task("2", { dependencies: ["1"] }), task("3", { dependencies: ["2", "1"] })];
    const cycle = [task("4", { dependencies: ["5"] }), task("5", { dependencies: ["4"] })];
    const look = reader({ siblings: () => [...rows, ...cycle] });
    const depthOf = (id: string) => Math.round(Math.expm1(look.at(noted(id), 0)[5] ?? Number.NaN));
    expect(["1", "2", "3"].map(depthOf)).toEqual([0, 1, 2]);
    expect(depthOf("4") + depthOf("5")).toBeGreaterThan(0);
    const long = Array.from({ length: 20_000 }, (_, i) =>
      task(String(i), { dependencies: i === 0 ? [] : [String(i - 1)] }),
    );
    expect(Math.round(Math.expm1(reader({ siblings: () => long.toReversed() }).at(noted("19999"), 0)[5] ?? 0))).toBe(
      19_999,
    );
  });

  test("have words for every value", () => {
    const features = reader().at(noted("1.1", { complexity: 7, testStrategy: "run it" }), 0);
    const words = features.map((value, index) => FEATURES[index]?.words(value));
    expect(words).toContain("scored 7");
    expect(words).toContain("tests are asked for");
    expect(words.every((word) => word !== undefined && word !== "")).toBe(true);
  });
});

describe("paths in a text", () => {
  const index = new PathIndex(["src/api/user.ts", "src/web/user.ts", "src/api/index.ts", "README.md", "docs/a/b.md"]);

  test("are found whole, in part, as folders, and where they are still to be made", () => {
    const named = index.namedIn(
      "Change `src/api/user.ts:12`, api/index.ts and ./README.md; everything in docs/a/. New: src/api/token.ts. See https://example.org/src/web/user.ts, e.g. 1.5 and and/or.",
    );
    expect(named.files).toEqual(["src/api/user.ts", "src/api/index.ts", "README.md"]);
    expect(named.folders).toEqual(["docs/a"]);
    expect(named.unknown).toEqual(["src/api/token.ts"]);
  });

  test("are found in any text without a fault", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => index.namedIn(text).files.every((file) => file !== "")),
    );
  });

  test.each([
    ["src/a.test.ts", "tests"],
    ["tests/test_a.py", "tests"],
    ["docs/guide.md", "documents"],
    [".github/workflows/ci.yml", "settings"],
    ["src/index.ts", "code"],
  ])("%s is of the kind %s", (path, kind) => {
    expect(kindOf(path)).toBe(kind);
  });
});

describe("an estimate", () => {
  test("says nothing where nothing is finished, and the median where little is", () => {
    expect(new Estimator([]).learned).toMatchObject({ method: "nothing", why: "no-history" });
    expect(new Estimator([]).estimate([])).toMatchObject({ hours: undefined, score: undefined });
    const few = new Estimator(
      finished([{ hours: 1 }, { hours: 4 }, { hours: 64 }, { hours: 2 }, { hours: 16 }, { hours: 8 }, { hours: 32 }]),
    );
    expect(few.learned).toMatchObject({ method: "median", why: "history-too-short", finished: 7 });
    const said = few.estimate(reader().at(noted("9"), 0));
    expect(said.hours).toBeCloseTo(8, 9);
    expect(said.score).toBeUndefined();
    expect(said.interval?.low).toBeLessThan(8);
  });

  test("learns a law of the scores, corrects them to this repository's scale and gives reasons", () => {
    const next = numbers(7);
    const history = finished(
      Array.from({ length: 30 }, (_, i) => ({
        complexity: 1 + (i % 10),
        hours: Math.exp(0.4 * (1 + (i % 10)) + 0.3 * (next() - 0.5)),
      })),
    );
    const estimator = new Estimator(history);
    expect(estimator.learned).toMatchObject({ method: "regression", why: "better-than-median", finished: 30 });
    const { errors } = estimator.learned;
    expect(errors?.regression.factor).toBeLessThan(1.15);
    expect(errors?.median.factor).toBeGreaterThan(2);
    const [small, large] = [2, 9].map((complexity) =>
      estimator.estimate(reader().at(noted("x", { complexity }), 1e12)),
    );
    expect(Math.log(small?.hours ?? 0)).toBeCloseTo(0.8, 0);
    expect(Math.log(large?.hours ?? 0)).toBeCloseTo(3.6, 0);
    expect(small?.score).toBeLessThan(3.5);
    expect(large?.score).toBeGreaterThan(8);
    expect(large?.reasons[0]?.feature).toBe("scored 9");
    expect(large?.reasons[0]?.factor).toBeGreaterThan(2);
    const { low = 0, high = 0 } = large?.interval ?? {};
    expect(low).toBeLessThan(large?.hours ?? 0);
    expect(high).toBeGreaterThan(large?.hours ?? 0);
    const { held = 0, asked = 1 } = estimator.held() ?? {};
    expect(held / asked).toBeGreaterThanOrEqual(0.6);
  });

  test("says that it learned nothing where the features are noise, but for a few times by chance", () => {
    const next = numbers(20261122);
    const trials = Array.from({ length: 40 }, () => {
      const noise = Array.from({ length: 20 }, () => ({ complexity: next() * 10, hours: Math.exp(4 * next()) }));
      return new Estimator(finished(noise));
    });
    const fooled = trials.filter(({ learned }) => learned.method === "regression");
    expect(fooled.length).toBeLessThanOrEqual(3);
    const honest = trials.find(({ learned }) => learned.method === "median");
    expect(honest?.learned.why).toBe("not-better-than-median");
    const said = honest?.estimate(reader().at(noted("x", { complexity: 9 }), 1e12));
    expect(said).toMatchObject({ score: undefined, reasons: [] });
  });

  test("is not bent by a task that lay open for months", () => {
    const line = Array.from({ length: 24 }, (_, i) => ({
      complexity: 1 + (i % 8),
      hours: Math.exp(0.5 * (1 + (i % 8))),
    }));
    const features = reader().at(noted("x", { complexity: 2 }), 1e12);
    const before = new Estimator(finished(line)).estimate(features).hours ?? 0;
    const after = new Estimator(finished([...line, { complexity: 2, hours: 1e9 }])).estimate(features).hours ?? 0;
    expect(after / before).toBeLessThan(3);
  });

  test("is a number for any history, equal tasks among it", () => {
    const one = fc.record({ complexity: fc.integer({ min: 1, max: 10 }), hours: fc.constantFrom(0.02, 1, 1, 8, 5000) });
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 14 }), (some) => {
        const {
          hours = Number.NaN,
          interval,
          score,
        } = new Estimator(finished(some)).estimate(reader().at(noted("x"), 1e12));
        expect(hours).toBeGreaterThan(0);
        expect(Number.isFinite(hours)).toBe(true);
        if (interval !== undefined) expect(interval.low).toBeLessThanOrEqual(interval.high);
        if (score !== undefined) expect(score >= 1 && score <= 10).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});
