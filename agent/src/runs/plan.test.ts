import fc from "fast-check";
import picomatch from "picomatch";
import { describe, expect, test } from "vitest";
import { FULL_SCOPE } from "../core/testing/samples.ts";
import { filesOf, planRun, selectPaths } from "./plan.ts";
import { fakeChecker, resolvedCheck, resolvedConfig, snapshotOf } from "./testing/planned.ts";

const lint = fakeChecker({ id: "lint", patterns: ["**/*.ts"] });
const types = fakeChecker({ id: "types", patterns: ["**/*.ts"], handles: "project" });
const bench = fakeChecker({ id: "bench", stage: "performance", patterns: ["**/*.cc"] });
const checkers = new Map([lint, types, bench].map((checker) => [checker.id, checker]));
const checks = [resolvedCheck("lint"), resolvedCheck("types"), resolvedCheck("bench", { stage: "performance" })];
const snapshot = snapshotOf({ "a.ts": "1", "web/b.ts": "2", "core.cc": "3" });
const plan = (different: Partial<typeof FULL_SCOPE>, selected?: readonly string[]) =>
  planRun(resolvedConfig(checks), {
    checkers,
    snapshot,
    scope: { ...FULL_SCOPE, ...different },
    selected: selected && new Set(selected),
  }).map(({ check, files, partial }) => ({ id: check.id, files, partial }));

describe("planRun", () => {
  test("a full run makes every check on all of its files", () => {
    expect(plan({})).toEqual([
      { id: "lint", files: ["a.ts", "web/b.ts"], partial: false },
      { id: "types", files: ["a.ts", "web/b.ts"], partial: false },
      { id: "bench", files: ["core.cc"], partial: false },
    ]);
  });

  test("only the stages and checks that were asked for", () => {
    expect(plan({ stages: ["performance"] }).map(({ id }) => id)).toEqual(["bench"]);
    expect(plan({ checks: ["types"] }).map(({ id }) => id)).toEqual(["types"]);
    expect(() => plan({ checks: ["typos", "types"] })).toThrow(expect.objectContaining({ code: "usage/bad-argument" }));
  });

  test("a selection reaches tools that take files; the others look at everything, or at nothing", () => {
    expect(plan({ kind: "paths" }, ["web/b.ts"])).toEqual([
      { id: "lint", files: ["web/b.ts"], partial: true },
      { id: "types", files: ["a.ts", "web/b.ts"], partial: false },
      { id: "bench", files: [], partial: true },
    ]);
    expect(plan({ kind: "paths" }, ["core.cc"]).find(({ id }) => id === "types")?.files).toEqual([]);
  });
});

test("what is gone concerns the tools that look at everything of its kind", () => {
  const files = (selected: readonly string[]) => plan({ kind: "changed" }, selected).map((each) => each.files);
  expect(files(["gone.ts"])).toEqual([[], ["a.ts", "web/b.ts"], []]);
  expect(files(["gone.md"])).toEqual([[], [], []]);
});

test("a submodule is handed to nobody; when it moves, all tools that look at everything are asked", () => {
  const submodule = { path: "sub.ts", hash: `160000:${"a".repeat(40)}` };
  const planned = (selected?: readonly string[]) =>
    planRun(resolvedConfig(checks), {
      checkers,
      snapshot: { ...snapshot, files: [...snapshot.files, submodule] },
      scope: { ...FULL_SCOPE, kind: "changed" },
      selected: selected && new Set(selected),
    }).map(({ files }) => files);
  const all = [["a.ts", "web/b.ts"], ["a.ts", "web/b.ts"], ["core.cc"]];
  expect(planned()).toEqual(all);
  expect(planned(["sub.ts"])).toEqual([[], ["a.ts", "web/b.ts"], []]);
});

describe("filesOf", () => {
  const paths = ["a.ts", "a.js", ".hidden/c.ts", "web/b.ts", "web/deep/d.ts", "web2/e.ts"];
  test.each([
    {
      name: "the checker's patterns",
      different: {},
      files: ["a.ts", ".hidden/c.ts", "web/b.ts", "web/deep/d.ts", "web2/e.ts"],
    },
    { name: "the check's own files", different: { files: ["*.js"] }, files: ["a.js"] },
    {
      name: "what lies in its folder, patterns relative to it",
      different: { cwd: "web", files: ["*.ts"] },
      files: ["web/b.ts"],
    },
    { name: "less what is excluded", different: { exclude: ["web/**", ".hidden/**"] }, files: ["a.ts", "web2/e.ts"] },
    { name: "nothing", different: { files: ["*.py"] }, files: [] },
  ])("$name", ({ different, files }) =>
    expect(filesOf(resolvedCheck("lint", different), { checker: lint, paths })).toEqual(files));
});

test("whatever the patterns are, the files are those that match one of them", () => {
  const part = fc.constantFrom(
    "a",
    "b.ts",
    "ts",
    "*",
    "**",
    ".ts",
    ".{ts,js}",
    ".{ts}",
    "{a,b}",
    ".d.ts",
    "!",
    "@(a|b)",
    ".[jt]s",
  );
  const pattern = fc
    .array(part, { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join("").replaceAll("**a", "**/a"));
  const names = fc.constantFrom(
    "a.ts",
    "b.ts",
    ".ts",
    "x.js",
    "a",
    "b.d.ts",
    "a.{ts}",
    "ts",
    "deep/a.ts",
    "deep/.js",
    "a.TS",
  );
  fc.assert(
    fc.property(fc.array(pattern, { minLength: 1, maxLength: 2 }), fc.uniqueArray(names), (files, paths) => {
      const isMatch = picomatch(files, { dot: true });
      expect(filesOf(resolvedCheck("lint", { files }), { checker: lint, paths })).toEqual(
        paths.filter((p) => isMatch(p)),
      );
    }),
    { numRuns: 500 },
  );
});

describe("selectPaths", () => {
  test.each([
    [["web"], ["web/b.ts"]],
    [["./web/"], ["web/b.ts"]],
    [["."], ["a.ts", "core.cc", "web/b.ts"]],
    [[""], ["a.ts", "core.cc", "web/b.ts"]],
    [
      ["a.ts", "core.cc"],
      ["a.ts", "core.cc"],
    ],
    [["we"], []],
    [["a"], []],
  ])("%j selects %j", (asked, files) => expect([...selectPaths(snapshot, asked)]).toEqual(files));
});
