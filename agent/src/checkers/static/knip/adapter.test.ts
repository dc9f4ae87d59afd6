import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { once } from "../../testing/once.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { type CheckerRun, REPOSITORY, runChecker } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { knipChecker } from "./adapter.ts";

const testdata = testdataOf(import.meta.url);
const MANIFEST = '{"name":"x","version":"1.0.0","type":"module","main":"src/index.js"}';
const CLEAN = {
  "package.json": MANIFEST,
  "src/index.js": 'import { a } from "./a.js";\na();\n',
  "src/a.js": "export const a = () => 1;\n",
};
const RED = {
  ...CLEAN,
  "src/a.js": "export const a = () => 1;\nexport const b = 2;\n",
  "src/orphan.js": "export {};\n",
};

const run = (workspace: Record<string, string>, request: Partial<CheckerRun> = {}) =>
  runChecker(knipChecker, {
    workspace,
    prepare: (folder) => symlink(join(REPOSITORY, "node_modules"), join(folder, "node_modules")),
    ...request,
  });
const recorded = (exitCode: number, stdout: string) =>
  knipChecker.check(fakeContext(knipChecker, { answers: [{ exitCode, stdout, stderr: "" }] }));

const found = once(() =>
  run(Object.fromEntries(Object.entries(RED).map(([path, text]) => [`p/${path}`, text])), {
    options: { cwd: "p" },
    prepare: (folder) => symlink(join(REPOSITORY, "node_modules"), join(folder, "p", "node_modules")),
  }),
);

requiredCases(knipChecker, {
  red: found,
  clean: () => run(CLEAN),
  truncated: () => recorded(1, testdata("truncated-6.42.1.txt")),
  empty: () => recorded(0, ""),
});

test("places unused files and exports, also in a package of a monorepo", async () => {
  const output = await found();
  expect(output.findings.map(({ rule, file, range }) => [rule, file, range?.start])).toEqual([
    ["files", "p/src/orphan.js", undefined],
    ["exports", "p/src/a.js", { line: 2, column: 14 }],
  ]);
  expect(output.evidence).toMatchObject({ files: 3, exitCode: 1 });
});

test("only the kinds that are asked for", async () => {
  expect((await run(RED, { settings: { include: ["files"] } })).findings.map(({ rule }) => rule)).toEqual(["files"]);
  expect((await run(RED, { settings: { exclude: ["files"] } })).findings.map(({ rule }) => rule)).toEqual(["exports"]);
});

test("what the project's rules only warn about is a warning", async () => {
  const workspace = { ...RED, "knip.json": '{"rules":{"files":"warn","exports":"warn"}}' };
  const output = await run(workspace);
  expect(output.evidence?.exitCode).toBe(0);
  expect(output.findings.map(({ severity }) => severity)).toEqual(["warning", "warning"]);
});

test("a project of which it goes through no file is errored, not clean", async () => {
  expect(statusOf(await run({ "package.json": MANIFEST }))).toMatchObject({
    outcome: "errored",
    reason: "no-evidence",
  });
});

test.each([
  { what: "no package.json", workspace: { "a.js": "export {};\n" } },
  { what: "a broken configuration", workspace: { ...CLEAN, "knip.json": '{"entry":3}' } },
])("$what is errored", async ({ workspace }) => {
  await expect(run(workspace)).rejects.toSatisfy((error) => isTrigateError(error, "checker/tool-failed"));
});

test("proposes itself where it is configured", async () => {
  const facts = (files: readonly string[], manifest = "{}") => ({ files, readText: async () => manifest });
  expect(await knipChecker.detect(facts(["knip.jsonc"]))).toEqual({});
  expect(await knipChecker.detect(facts([], '{"devDependencies":{"knip":"6"}}'))).toEqual({});
  expect(await knipChecker.detect(facts(["a.ts"]))).toBeUndefined();
});
