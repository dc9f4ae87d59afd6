import { describe, expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { REPOSITORY, repositoryTools, runChecker } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { tscChecker } from "./adapter.ts";

const testdata = testdataOf(import.meta.url);
/** Declarations of browsers are most of what a compiler reads by default; a project can do without. */
const OPTIONS = { strict: true, target: "es2022", lib: ["es5"], types: [] };
const TSCONFIG = JSON.stringify({ compilerOptions: OPTIONS, include: ["src"] });

/** A project that others may refer to. */
const PART =
  '{ "compilerOptions": { "composite": true, "strict": true, "lib": ["es5"], "types": [], "outDir": "out", "rootDir": "." } }';

const recorded = (exitCode: number, stdout: string) =>
  tscChecker.check(fakeContext(tscChecker, { answers: [{ exitCode, stdout, stderr: "" }] }));

requiredCases(tscChecker, {
  red: () =>
    runChecker(tscChecker, { workspace: { "tsconfig.json": TSCONFIG, "src/a.ts": "export const n: number = '';\n" } }),
  clean: () =>
    runChecker(tscChecker, {
      // With all that the compiler reads by default.
      workspace: { "tsconfig.json": TSCONFIG.replace('"lib":["es5"],', ""), "src/a.ts": "export {};\n" },
    }),
  truncated: () => recorded(1, testdata("truncated-7.0.2.txt")),
  empty: () => recorded(0, ""),
});

describe.each([
  { compiler: "native", command: undefined },
  { compiler: "classic", command: "tsc6" },
])("tsc, $compiler", ({ command }) => {
  const options = async () =>
    command === undefined ? {} : { command: (await repositoryTools().npm("typescript", command)) ?? [] };

  test("passes over a sound project and says how many files it read", async () => {
    const output = await runChecker(tscChecker, {
      workspace: { "tsconfig.json": TSCONFIG, "src/a.ts": "export const one: number = 1;\n" },
      options: await options(),
    });
    expect(statusOf(output).outcome).toBe("passed");
    expect(output.evidence?.files).toBe(1);
    expect(output.filesLookedAt).toEqual(["src/a.ts"]);
  });

  test("places a type error", async () => {
    const output = await runChecker(tscChecker, {
      workspace: { "tsconfig.json": TSCONFIG, "src/a.ts": 'export const s = "😀"; export const n: number = s;\n' },
      options: await options(),
    });
    expect(output.findings).toMatchObject([
      { rule: "TS2322", severity: "error", file: "src/a.ts", range: { start: { line: 1, column: 37 } } },
    ]);
    expect(statusOf(output).outcome).toBe("failed");
  });

  const solution = (uses: boolean) => ({
    "tsconfig.json": '// Only refers.\n{ "files": [], "references": [{ "path": "./a" }, { "path": "./b" }] }',
    "a/tsconfig.json": PART,
    "a/a.ts": "export const one: number = '';\n",
    "b/tsconfig.json": uses ? PART.replace("}", '}, "references": [{ "path": "../a" }]') : PART,
    "b/b.ts": uses ? 'import { one } from "../a/a";\nexport const s: string = one;\n' : "export const s: string = 1;\n",
  });

  test("checks the projects that a tsconfig refers to", async () => {
    const output = await runChecker(tscChecker, { workspace: solution(false), options: await options() });
    expect(output.findings.map(({ file, rule }) => [file, rule])).toEqual([
      ["a/a.ts", "TS2322"],
      ["b/b.ts", "TS2322"],
    ]);
    expect(output.evidence?.summary).toBe("2 files of tsconfig.json, 2 errors");
  });

  test("projects that need each other's declarations are errored until these may be written", async () => {
    const workspace = solution(true);
    const refused = await runChecker(tscChecker, { workspace, options: await options() });
    expect(statusOf(refused)).toMatchObject({ outcome: "errored", message: expect.stringContaining("emit: true") });
    const output = await runChecker(tscChecker, {
      workspace: { ...workspace, "a/a.ts": "export const one: number = 1;\n" },
      settings: { emit: true },
      options: await options(),
    });
    expect(output.findings.map(({ file, rule }) => [file, rule])).toEqual([["b/b.ts", "TS2322"]]);
  });

  test("a project without files is errored, not clean", async () => {
    const run = runChecker(tscChecker, { workspace: { "tsconfig.json": TSCONFIG }, options: await options() });
    await expect(run).rejects.toSatisfy((error) => isTrigateError(error, "checker/tool-failed"));
  });
});

test("names files from the root when it runs in a package", async () => {
  const workspace = { "p/tsconfig.json": TSCONFIG, "p/src/a.ts": "export const n: number = '';\n" };
  const output = await runChecker(tscChecker, { workspace, options: { cwd: "p" } });
  expect(output.findings.map(({ file }) => file)).toEqual(["p/src/a.ts"]);
});

test("checks several projects, each error once, and says which", async () => {
  const workspace = {
    "tsconfig.json": TSCONFIG,
    "tsconfig.test.json": TSCONFIG.replace('"src"', '"src", "test"'),
    "src/a.ts": "export const n: number = '';\n",
    "test/b.ts": "export const n: number = '';\n",
  };
  const settings = { project: ["tsconfig.json", "tsconfig.test.json"] };
  const output = await runChecker(tscChecker, { workspace, settings });
  expect(output.findings.map(({ file }) => file)).toEqual(["src/a.ts", "test/b.ts"]);
  expect(output.evidence?.summary).toBe("2 files of tsconfig.json, tsconfig.test.json, 2 errors");
});

test("an error in the types of a package counts, as it does by hand", async () => {
  const workspace = {
    "tsconfig.json": TSCONFIG,
    "node_modules/bad/package.json": '{"name":"bad","version":"1.0.0","types":"index.d.ts"}',
    "node_modules/bad/index.d.ts": "export declare const x: Nowhere;\n",
    "src/a.ts": 'export { x } from "bad";\n',
  };
  const config = JSON.stringify({
    compilerOptions: { ...OPTIONS, module: "nodenext", skipLibCheck: false },
    include: ["src"],
  });
  const output = await runChecker(tscChecker, { workspace: { ...workspace, "tsconfig.json": config } });
  expect(output.findings).toMatchObject([{ rule: "TS2304", file: "node_modules/bad/index.d.ts" }]);
  expect(output.filesLookedAt).toEqual(["src/a.ts"]);
});

test("one project without files makes the whole check errored", async () => {
  const workspace = { "tsconfig.json": TSCONFIG, "src/a.ts": "export {};\n", "none/tsconfig.json": TSCONFIG };
  const run = runChecker(tscChecker, { workspace, settings: { project: ["tsconfig.json", "none/tsconfig.json"] } });
  await expect(run).rejects.toSatisfy(
    (error) => isTrigateError(error, "checker/tool-failed") && error.message.includes("TS18003"),
  );
});

test("proposes the tsconfig of the root, else those of the packages", async () => {
  const facts = (files: readonly string[]) => ({ files, readText: async () => undefined });
  expect(await tscChecker.detect(facts(["tsconfig.json", "p/tsconfig.json"]))).toEqual({});
  const packages = ["a", "b", "c/d"].flatMap((folder) => [`${folder}/package.json`, `${folder}/tsconfig.json`]);
  expect(await tscChecker.detect(facts([...packages, "samples/x/y/tsconfig.json"]))).toEqual({
    project: ["a/tsconfig.json", "b/tsconfig.json", "c/d/tsconfig.json"],
  });
  expect(await tscChecker.detect(facts(["a.ts"]))).toBeUndefined();
});

test("finds the program of this repository behind its shims", async () => {
  const tool = await tscChecker.locate(repositoryTools());
  expect(tool).toHaveLength(1);
  expect(tool?.[0]?.startsWith(REPOSITORY)).toBe(true);
});

test("a broken configuration is errored", async () => {
  await expect(recorded(2, testdata("bad-config-7.0.2.txt"))).rejects.toSatisfy((error) =>
    isTrigateError(error, "checker/tool-failed"),
  );
});

test("an exit code that no error explains is a problem", async () => {
  expect(statusOf(await recorded(2, testdata("clean-7.0.2.txt"))).outcome).toBe("errored");
});
