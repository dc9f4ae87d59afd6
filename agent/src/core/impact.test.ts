import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changedRanges } from "./changed-ranges.ts";
import { type ImpactMap, pythonFunctions, selectTests } from "./impact.ts";

const SOURCE = [
  "LIMIT = 3",
  "def add(a, b):",
  "    if a > LIMIT:",
  "        return 0",
  "    return a + b",
  "def sub(a, b):",
  "    return a - b",
  "def never():",
  "    return 1",
];
const mark = (text: string) =>
  `${text.length - text.trimStart().length}:${/^\s*(#.*)?$/.test(text) ? "" : `${text.trim()}.`}`;
const map: ImpactMap = {
  tests: ["test_a.py::big", "test_a.py::small", "test_b.py::sub"],
  always: ["test_b.py::starts_a_process"],
  files: {
    "src/m.py": {
      lines: SOURCE.map(mark),
      ranBy: { 3: [0, 1], 4: [0], 5: [1], 7: [2] },
      setUp: [],
      functions: pythonFunctions(SOURCE),
    },
  },
  seen: {
    "src/m.py": "1",
    "test_a.py": "1",
    "test_b.py": "1",
    "conftest.py": "1",
    "README.md": "1",
    "poetry.lock": "1",
  },
};
function select(change: (lines: string[]) => void, seen: Record<string, string | undefined> = {}) {
  const lines = [...SOURCE];
  change(lines);
  const files = { ...map.seen, "src/m.py": lines.join() === SOURCE.join() ? "1" : "2", ...seen };
  const selection = selectTests(map, {
    files: new Map(Object.entries(files).flatMap(([path, hash]) => (hash === undefined ? [] : [[path, hash]]))),
    linesOf: (path) => (path === "src/m.py" ? lines.map(mark) : undefined),
  });
  return selection.all ? selection.why : [...selection.testFiles, ...selection.tests];
}
const ALWAYS = "test_b.py::starts_a_process";

describe("the tests that a change needs", () => {
  test.each<[string, (lines: string[]) => void, readonly string[]]>([
    ["nothing changed", () => undefined, [ALWAYS]],
    ["a line that one test ran", (lines) => (lines[3] = "        return 9"), ["test_a.py::big", ALWAYS]],
    ["a condition", (lines) => (lines[2] = "    if a < LIMIT:"), ["test_a.py::big", "test_a.py::small", ALWAYS]],
    [
      "a line more in a function",
      (lines) => lines.splice(3, 0, "        log(a)"),
      ["test_a.py::big", "test_a.py::small", ALWAYS],
    ],
    [
      "a line that moves into another block",
      (lines) => (lines[3] = "    return 0"),
      ["test_a.py::big", "test_a.py::small", ALWAYS],
    ],
    ["a function's head", (lines) => (lines[5] = "def sub(a, b=1):"), [ALWAYS, "test_b.py::sub"]],
    ["a comment and an empty line", (lines) => lines.splice(5, 0, "# said", ""), [ALWAYS]],
  ])("%s", (_, change, tests) => expect(select(change)).toEqual(tests));

  test.each<[string, (lines: string[]) => void, RegExp]>([
    ["what runs at import", (lines) => (lines[0] = "LIMIT = 4"), /src\/m\.py:1 is code that runs when it is imported/],
    ["a new function", (lines) => lines.push("def more():", "    return 2"), /imported/],
    ["a function that no test ran", (lines) => (lines[8] = "    return 2"), /no test is known/],
  ])("all of them for %s", (_, change, why) => expect(select(change)).toMatch(why));

  test.each([
    ["conftest.py", "2"],
    ["poetry.lock", "2"],
    ["poetry.lock", undefined],
    ["src/new.py", "1"],
    ["data/fixture.json", "1"],
    ["src/m.py", undefined],
  ])("all of them when %s is %s", (file, hash) => {
    expect(select(() => undefined, { [file]: hash })).toMatch(file);
  });

  test("a changed or new test file as a whole, none for prose, none of a deleted file", () => {
    const nothing = () => undefined;
    expect(select(nothing, { "test_a.py": "2", "test_c.py": "1" })).toEqual(["test_a.py", "test_c.py", ALWAYS]);
    expect(select(nothing, { "README.md": "2" })).toEqual([ALWAYS]);
    expect(select(nothing, { "test_b.py": undefined })).toEqual([]);
  });
});

test("outside of the changed ranges both texts are the same, line by line", () => {
  const text = fc.array(fc.constantFrom("a", "b", "c", "d", "e"), { maxLength: 20 });
  fc.assert(
    fc.property(text, text, (before, now) => {
      const [rest, again] = [[...before], [...now]];
      for (const { first, last, nowFirst, nowLast } of changedRanges(before, now).toReversed()) {
        rest.splice(first - 1, last - first + 1);
        again.splice(nowFirst - 1, nowLast - nowFirst + 1);
      }
      expect(rest).toEqual(again);
    }),
    { numRuns: 500 },
  );
});

test("functions of Python end where something of the same depth begins", () => {
  expect(pythonFunctions(SOURCE)).toEqual([
    [2, 5],
    [6, 7],
    [8, 9],
  ]);
  const inClass = [
    "class A:",
    "    x = 1",
    "    async def f(",
    "        self,",
    "    ):",
    "",
    "        return 1",
    "    y = 2",
  ];
  expect(pythonFunctions(inClass)).toEqual([[3, 7]]);
});

describe("the test files that a change needs, by what they load", () => {
  const tests = ["src/a.test.ts", "src/b.test.ts", "src/programs.test.ts"];
  const loaded = {
    "src/a.ts": [0, 1],
    "src/b.ts": [1],
    "src/a.test.ts": [0],
    "src/b.test.ts": [1],
    "src/setup.ts": "everywhere" as const,
    "docs/shown.md": [1],
  };
  const seen: Record<string, string> = Object.fromEntries(
    [...Object.keys(loaded), "src/programs.test.ts", "README.md", "tsconfig.json", "src/types.ts"].map((path) => [
      path,
      "1",
    ]),
  );
  const needed = (changes: Record<string, string | undefined>) => {
    const files = Object.entries({ ...seen, ...changes }).flatMap(([path, hash]) =>
      hash === undefined ? [] : [[path, hash] as const],
    );
    const known = { tests, always: ["src/programs.test.ts"], files: {}, loaded, seen };
    const selection = selectTests(known, { files: new Map(files), linesOf: () => undefined });
    return selection.all ? selection.why : [...selection.tests, ...selection.testFiles].toSorted();
  };
  const ALWAYS_TEST = "src/programs.test.ts";

  test.each<[string, Record<string, string | undefined>, readonly string[]]>([
    ["nothing", {}, [ALWAYS_TEST]],
    ["a source of two tests", { "src/a.ts": "2" }, ["src/a.test.ts", "src/b.test.ts", ALWAYS_TEST]],
    ["a source that is gone", { "src/b.ts": undefined }, ["src/b.test.ts", ALWAYS_TEST]],
    ["a test", { "src/a.test.ts": "2" }, ["src/a.test.ts", ALWAYS_TEST]],
    ["a test that is gone", { "src/a.test.ts": undefined }, [ALWAYS_TEST]],
    ["a new test", { "src/new.test.ts": "1" }, ["src/new.test.ts", ALWAYS_TEST]],
    ["the snapshot of a test", { "src/__snapshots__/b.test.ts.snap": "1" }, ["src/b.test.ts", ALWAYS_TEST]],
    ["prose", { "README.md": "2" }, [ALWAYS_TEST]],
    ["prose that a test loads", { "docs/shown.md": "2" }, ["src/b.test.ts", ALWAYS_TEST]],
  ])("%s", (_, changes, wanted) => expect(needed(changes)).toEqual(wanted));

  test.each<[string, string | undefined]>([
    ["src/setup.ts", "2"],
    ["src/setup.ts", undefined],
    ["tsconfig.json", "2"],
    ["package-lock.json", "1"],
    ["src/types.ts", "2"],
    ["src/new.ts", "1"],
    ["src/__mocks__/a.ts", "1"],
    ["src/new.spec.ts", "1"],
    ["src/__snapshots__/c.test.ts.snap", "1"],
    ["src/data.json", "1"],
    ["constructor", "1"],
  ])("all of them when %s is %s", (file, hash) => expect(needed({ [file]: hash })).toContain(file));
});

describe("the test files that a change needs, by the functions that they run", () => {
  const before = [
    "const limit = 1;",
    "export function one() {",
    "  if (limit) {",
    "    return 1;",
    "  }",
    "}",
    "class A {",
    "  #two = 2;",
    "  never() {",
    "    return 0;",
    "  }",
    "}",
  ];
  const markOf = (text: string) => `${text.length - text.trimStart().length}:${text.trim() === "" ? "" : `${text}.`}`;
  const known: ImpactMap = {
    tests: ["one.test.ts", "two.test.ts"],
    always: [],
    loaded: { "a.ts": [0, 1] },
    files: {
      "a.ts": {
        lines: before.map(markOf),
        ranBy: { 2: [0], 9: [] },
        setUp: [],
        functions: [
          [2, 6],
          [9, 11],
        ],
      },
    },
    seen: { "a.ts": "1", "one.test.ts": "1", "two.test.ts": "1" },
  };
  const needed = (change: (lines: string[]) => void, isThere = true) => {
    const lines = [...before];
    change(lines);
    const files = new Map(Object.entries({ ...known.seen, "a.ts": "2" }));
    if (!isThere) files.delete("a.ts");
    const selection = selectTests(known, { files, linesOf: () => (isThere ? lines.map(markOf) : undefined) });
    return selection.all ? selection.why : selection.tests;
  };
  const [one, both] = [["one.test.ts"], ["one.test.ts", "two.test.ts"]];

  test.each<[string, (lines: string[]) => void, readonly string[]]>([
    ["a line of a function", (lines) => (lines[3] = "    return 2;"), one],
    ["a line more in a function", (lines) => lines.splice(4, 0, "", "    again();"), one],
    ["a function's head", (lines) => (lines[1] = "export function three() {"), both],
    ["a function's end", (lines) => (lines[5] = "} export function two() {}"), both],
    ["code outside of functions", (lines) => (lines[0] = "const limit = 2;"), both],
    ["a private field", (lines) => (lines[7] = "  #two = 3;"), both],
    ["a function that no test ran", (lines) => (lines[9] = "    return 1;"), both],
    ["one more function", (lines) => lines.push("export function two() {", "}"), both],
    ["a line that ends a function", (lines) => lines.splice(3, 0, "}", "function two() {"), both],
    ["two functions at once", (lines) => [(lines[3] = "    return 2;"), (lines[9] = "    return 1;")], both],
  ])("%s", (_, change, tests) => expect(needed(change)).toEqual(tests));

  test("a source that is gone", () => expect(needed(() => undefined, false)).toEqual(both));
});
