import { symlink } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CheckerRun, REPOSITORY, runChecker } from "../../testing/run-checker.ts";
import { jestChecker } from "./adapter.ts";
import { readModuleGraph } from "./test-inputs.ts";

const passing = (...lines: readonly string[]) => [...lines, 'test("passes", () => {});', ""].join("\n");
const WORKSPACE = {
  "package.json": '{"name":"x"}',
  "jest.config.js":
    'module.exports = { setupFiles: ["./setup.js"], moduleNameMapper: { "^@/(.*)$": "<rootDir>/src/$1" } };\n',
  "setup.js": 'require("./setup-more");\n',
  "setup-more.js": "",
  "src/a.js": 'exports.a = () => require("./lazy");\n',
  "src/lazy.js": "",
  "src/mapped.js": "",
  "src/__mocks__/mapped.js": "",
  "src/a.test.js": passing('require("./a");'),
  "src/mapped.test.js": passing('require("@/mapped");', 'require("node:fs");', 'require("picomatch");'),
  "src/made-up.test.js": passing('require("./" + "a");'),
  "src/missing.test.js": passing('jest.mock("nowhere", () => ({}), { virtual: true });', 'require("nowhere");'),
  "src/starts.test.js": passing('require("node:child_process");'),
  "src/reads.test.js": passing("__dirname;"),
};
const run = (request: Partial<CheckerRun>) =>
  runChecker(jestChecker, {
    workspace: WORKSPACE,
    prepare: (folder) => symlink(join(REPOSITORY, "node_modules"), join(folder, "node_modules")),
    env: { NODE_ENV: "test", JEST_WORKER_ID: "" },
    options: { args: ["--runInBand"] },
    ...request,
  });

describe("what test files load", () => {
  test("is what Jest's own resolver says", async () => {
    const { testInputs, tests } = await run({ notesInputs: true });
    expect(tests?.every(({ status }) => status === "passed")).toBe(true);
    expect(testInputs?.loadedBy).toMatchObject({
      "src/a.js": ["src/a.test.js"],
      "src/lazy.js": ["src/a.test.js"],
      "src/mapped.js": ["src/mapped.test.js"],
      "src/__mocks__/mapped.js": ["src/mapped.test.js"],
      "src/a.test.js": ["src/a.test.js"],
    });
    expect(testInputs?.everywhere.toSorted()).toEqual(["setup-more.js", "setup.js"]);
    expect(testInputs?.untraced.toSorted()).toEqual(
      ["made-up", "missing", "reads", "starts"].map((name) => `src/${name}.test.js`),
    );
  });

  test("only the selected test files are run", async () => {
    const { tests } = await run({ selectedTests: ["src/a.test.js"] });
    expect(tests?.map(({ file }) => file)).toEqual(["src/a.test.js"]);
  });

  test("is not known from anything else", async () => {
    const read = (text: string) => readModuleGraph(text, { placed: () => undefined, textOf: async () => undefined });
    expect(await read('{"version":1,"tests":[],"everywhere":[]}\n')).toBeDefined();
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (text) => {
        expect(await read(text)).toBeUndefined();
      }),
    );
  });
});
