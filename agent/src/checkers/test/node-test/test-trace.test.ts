import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CheckerRun, runChecker } from "../../testing/run-checker.ts";
import { nodeTestChecker } from "./adapter.ts";
import { readTrace } from "./test-trace.ts";

const SOURCE = `type Größe = { a: "é😀ü" };
const top: number = 1;
export function one(x: Größe | number): number {
  if (x === 1) {
    return 7;
  }
  return top;
}
export function two() {
  const f = () => {
    return 2;
  };
  return f();
}
export class Counter {
  #n = 1;
  later = () => {
    return this.#n;
  };
  static from(n = 1) {
    return n;
  }
}
`;
const testOf = (name: string, ...body: readonly string[]) =>
  [
    'import { test } from "node:test";',
    ...body.slice(0, -1),
    `test("${name}", async () => { ${body.at(-1)} });`,
    "",
  ].join("\n");
const WORKSPACE = {
  "src/a.ts": SOURCE,
  "src/old.cjs": "exports.old = function () {\n  return 1;\n};\n",
  "src/lazy.mjs": "export const lazy = 1;\n",
  "src/child.mjs": 'import "./lazy.mjs";\n',
  "test/one.test.ts": testOf("one", 'import { one } from "../src/a.ts";', "one(1);"),
  "test/two.test.mjs": testOf(
    "two",
    'import { two } from "../src/a.ts";',
    'import c from "../src/old.cjs";',
    'two(); c.old(); await import("../src/la" + "zy.mjs");',
  ),
  "test/starts.test.mjs": testOf(
    "starts",
    'import { execFileSync } from "node:child_process";',
    "execFileSync(process.execPath, ['src/child.mjs']);",
  ),
  "test/reads.test.mjs": testOf("reads", 'import { readFileSync } from "node:fs";', 'readFileSync("src/a.ts");'),
};
const traced = async (workspace: Record<string, string>, { options = {}, ...more }: Partial<CheckerRun> = {}) =>
  (await runChecker(nodeTestChecker, { workspace, options, ...more, notesInputs: true })).testInputs;

describe("what test files load and run", () => {
  test("is what V8 saw in the process of each", async () => {
    const inputs = await traced(WORKSPACE, { options: { coverage: "lcov.info" } });
    const [one, two] = ["test/one.test.ts", "test/two.test.mjs"];
    expect(inputs?.loadedBy).toMatchObject({
      "src/a.ts": expect.arrayContaining([one, two]),
      "src/old.cjs": [two],
      "src/lazy.mjs": [two],
      [one]: [one],
    });
    expect(inputs?.untraced.toSorted()).toEqual(["test/reads.test.mjs", "test/starts.test.mjs"]);
    expect(inputs?.everywhere.toSorted()).toEqual(["src/child.mjs", "src/lazy.mjs"]);
    expect(inputs?.functions?.["src/a.ts"]).toEqual([
      { first: 3, last: 8, ranBy: [one] },
      { first: 9, last: 14, ranBy: [two] },
      { first: 20, last: 22, ranBy: [] },
    ]);
    expect(inputs?.functions?.["src/old.cjs"]).toEqual([{ first: 1, last: 3, ranBy: [two] }]);
  });

  test("nobody knows where all tests share one process or a set-up", async () => {
    const workspace = { "b.test.mjs": testOf("b", ""), "setup.mjs": "export function globalSetup() {}\n" };
    for (const args of [["--experimental-test-isolation=none"], ["--test-global-setup=setup.mjs"]])
      expect(await traced(workspace, { options: { args } })).toBeUndefined();
  });
});

const URL_OF_A = pathToFileURL("/repo/a.ts").href;
const reading = (
  coverage: string,
  { text = "function f() {\n\n}\n", names = ["coverage-7-1-0.json", "started-7.txt"] } = {},
) =>
  readTrace({
    names,
    read: async (name) => (name.startsWith("started") ? "/repo/a.test.ts" : coverage),
    placed: (path) => (path.startsWith("/repo/") ? path.slice("/repo/".length) : undefined),
    textOf: async () => text,
  });
const coverageOf = (endOffset: number) =>
  JSON.stringify({
    result: [
      {
        url: URL_OF_A,
        functions: [
          { functionName: "", ranges: [{ startOffset: 0, endOffset, count: 1 }] },
          { functionName: "f", ranges: [{ startOffset: 0, endOffset: 17, count: 1 }] },
        ],
      },
    ],
  });

test("functions of a source that was changed on its way into Node are not known, but who loads it is", async () => {
  expect((await reading(coverageOf(18)))?.functions).toEqual({ "a.ts": [{ first: 1, last: 3, ranBy: ["a.test.ts"] }] });
  const changed = await reading(coverageOf(400));
  expect(changed?.functions).toEqual({});
  expect(changed?.loadedBy["a.ts"]).toEqual(["a.test.ts"]);
});

test("a process without coverage that can be read is untraced, whatever stands there", async () => {
  expect((await reading("{"))?.untraced).toEqual(["a.test.ts"]);
  expect(await reading(coverageOf(18), { names: ["coverage-8-1-0.json"] })).toBeUndefined();
  const parts = fc.constantFrom(
    '"result"',
    '"url"',
    `"${URL_OF_A}"`,
    "[",
    "]",
    "{",
    "}",
    ":",
    ",",
    "0",
    "-1",
    "\0",
    '"functions"',
    '"ranges"',
  );
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.json(),
        fc.array(parts).map((some) => some.join("")),
      ),
      async (text) => {
        expect((await reading(text))?.untraced).toEqual(["a.test.ts"]);
      },
    ),
  );
});

test("only the selected test files are run, by their names as they are; one that is not run is a problem", async () => {
  const workspace = { "test/[id].test.mjs": testOf("id", ""), "test/other.test.mjs": testOf("other", "") };
  const selected = await runChecker(nodeTestChecker, { workspace, selectedTests: ["test/[id].test.mjs"] });
  expect(selected).toMatchObject({ tests: [{ name: "id", status: "passed" }], problems: [] });
  const gone = ["test/other.test.mjs", "test/gone.test.mjs"];
  expect((await runChecker(nodeTestChecker, { workspace, selectedTests: gone })).problems).toEqual([
    "node:test: test/gone.test.mjs was asked for and not run",
  ]);
});
