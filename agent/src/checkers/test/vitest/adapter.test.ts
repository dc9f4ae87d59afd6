import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import type { Checker, CheckContext, CheckOptions } from "../../checker.ts";
import { type CheckerRun, REPOSITORY, runChecker } from "../../testing/run-checker.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { once } from "../../testing/once.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { vitestChecker } from "./adapter.ts";

const testdata = testdataOf(import.meta.url);

const SOURCE = "export function sign(x: number): number {\n  if (x > 0) return 1;\n  return -1;\n}\n";
const testOf = (...lines: readonly string[]) =>
  ['import { expect, test } from "vitest";', 'import { sign } from "./sign.ts";', ...lines, ""].join("\n");

/** The temporary project uses this repository's Vitest, so it needs its packages. */
const run = (workspace: Record<string, string>, request: Partial<CheckerRun> = {}, checker: Checker = vitestChecker) =>
  runChecker(checker, {
    workspace: { "package.json": '{"type":"module"}', ...workspace },
    prepare: (folder) => symlink(join(REPOSITORY, "node_modules"), join(folder, "node_modules")),
    env: { VITEST: "", VITEST_POOL_ID: "", VITEST_WORKER_ID: "", NODE_ENV: "test" },
    ...request,
  });

/** Also looks at the workspace when the check is over, before it is removed. */
async function runAndLook(
  workspace: Record<string, string>,
  { request, look }: { request: Partial<CheckerRun>; look: (readText: CheckContext["readText"]) => Promise<void> },
) {
  const looking: Checker = {
    ...vitestChecker,
    check: async (context) => {
      const output = await vitestChecker.check(context);
      await look(context.readText);
      return output;
    },
  };
  return run(workspace, request, looking);
}

const REPORT = "/scratch/vitest.json";
const recorded = (text: string, options: Partial<CheckOptions> = {}) =>
  vitestChecker.check(
    fakeContext(vitestChecker, {
      answers: [{ exitCode: 0, stdout: "", stderr: "" }],
      texts: { [REPORT]: text },
      options,
    }),
  );

const failing = once(() =>
  run(
    {
      "src/sign.ts": SOURCE,
      "src/sign.test.ts": testOf('test("negative", () => {', "  expect(sign(-2)).toBe(1);", "});"),
    },
    { options: { coverage: "coverage/lcov.info" } },
  ),
);
const passing = once(() =>
  run(
    { "src/sign.ts": SOURCE, "src/sign.test.ts": testOf('test("positive", () => expect(sign(2)).toBe(1));') },
    { options: { coverage: "coverage/lcov.info" } },
  ),
);

requiredCases(vitestChecker, {
  red: failing,
  clean: passing,
  truncated: () => recorded(testdata("truncated-5.1.1.json")),
  empty: () => recorded(""),
});

test("passes, with coverage of the lines that ran", async () => {
  const output = await passing();
  expect(statusOf(output).outcome).toBe("passed");
  expect(output.evidence?.summary).toBe("1 files: 1 passed, 0 failed, 0 skipped");
  expect(output.tests).toMatchObject([{ name: "positive", file: "src/sign.test.ts", line: 3, status: "passed" }]);
  expect(output.coverage?.files.map(({ file, lines }) => [file, [...lines]])).toEqual([
    [
      "src/sign.ts",
      [
        [2, 1],
        [3, 0],
      ],
    ],
  ]);
});

test("leaves alone what lies beside the coverage report", async () => {
  const workspace = {
    "docs/manual.md": "by hand\n",
    "src/sign.ts": SOURCE,
    "src/sign.test.ts": testOf('test("positive", () => expect(sign(2)).toBe(1));'),
  };
  const kept: (string | undefined)[] = [];
  const output = await runAndLook(workspace, {
    request: { options: { coverage: "docs/lcov.info" } },
    look: async (readText) => {
      kept.push(await readText("docs/manual.md"), await readText("docs/lcov.info"));
    },
  });
  expect(statusOf(output).outcome).toBe("passed");
  expect(kept).toEqual(["by hand\n", expect.stringContaining("SF:src/sign.ts")]);
});

test("a coverage file outside of the workspace is refused", async () => {
  const workspace = { "src/sign.ts": SOURCE, "src/sign.test.ts": testOf('test("positive", () => void sign(2));') };
  await expect(run(workspace, { options: { coverage: "../../lcov.info" } })).rejects.toSatisfy((error) =>
    isTrigateError(error, "platform/path-outside"),
  );
});

test("runs only the projects and the configuration that are asked for", async () => {
  const projects = ["one", "two"].map((name) => `{ test: { name: "${name}", include: ["src/${name}.test.ts"] } }`);
  const workspace = {
    "other.config.ts": `export default { test: { projects: [${projects.join(", ")}] } };\n`,
    "src/one.test.ts": 'import { test } from "vitest";\ntest("first", () => {});\n',
    "src/two.test.ts": 'import { test } from "vitest";\ntest("second", () => {});\n',
  };
  const names = async (settings: Readonly<Record<string, unknown>>) =>
    (await run(workspace, { settings })).tests?.map(({ name }) => name).toSorted();
  expect(await names({ config: "other.config.ts" })).toEqual(["first", "second"]);
  expect(await names({ config: "other.config.ts", project: ["two"] })).toEqual(["second"]);
});

test("fails at the line that failed and keeps the coverage", async () => {
  const output = await failing();
  expect(statusOf(output)).toMatchObject({ outcome: "failed", reason: "tests-failed" });
  expect(output.tests).toMatchObject([{ status: "failed", file: "src/sign.test.ts", line: 4 }]);
  expect(output.coverage?.files).toHaveLength(1);
});

test("a hook that throws and an import that is not there are failures with their lines", async () => {
  const workspace = {
    "src/hook.test.ts": testOf(
      'import { beforeAll } from "vitest";',
      "beforeAll(() => {",
      '  throw new Error("no set-up");',
      "});",
      'test("never", () => expect(sign).toBeDefined());',
    ),
    "src/import.test.ts": '// first\nimport { nothing } from "./nothing.ts";\nnothing();\n',
    "src/sign.ts": SOURCE,
  };
  const output = await run(workspace);
  expect(statusOf(output)).toMatchObject({ outcome: "failed", reason: "tests-failed" });
  const failed = output.tests?.filter(({ status }) => status === "failed");
  expect(failed?.toSorted((a, b) => (a.file < b.file ? -1 : 1))).toMatchObject([
    { file: "src/hook.test.ts", line: 5, message: expect.stringContaining("no set-up") },
    { file: "src/import.test.ts", line: 2, message: expect.stringContaining("nothing.ts") },
  ]);
});

test("no test at all is errored", async () => {
  expect(statusOf(await run({ "src/sign.ts": SOURCE }))).toMatchObject({ outcome: "errored", reason: "no-tests" });
});

test("an error outside of the tests is errored although every test passed", async () => {
  const late = testOf(
    'test("waits", () => new Promise((done) => {',
    '  setTimeout(() => { throw new Error("late"); }, 1);',
    "  setTimeout(done, 50);",
    "}));",
    "sign(1);",
  );
  expect(statusOf(await run({ "src/sign.ts": SOURCE, "src/late.test.ts": late }))).toMatchObject({
    outcome: "errored",
    message: expect.stringContaining("late"),
  });
});

test("a test marked only fails its file, since it hides the others", async () => {
  const focused = testOf('test.only("one", () => {});', 'test("hidden", () => expect(sign(1)).toBe(7));');
  const output = await run({ "src/sign.ts": SOURCE, "src/a.test.ts": focused });
  expect(statusOf(output)).toMatchObject({ outcome: "failed", reason: "tests-failed" });
  expect(output.tests?.find(({ status }) => status === "failed")?.message).toContain("only");
});

test("a type error in a test of types fails it", async () => {
  const workspace = {
    "tsconfig.json": '{"compilerOptions":{"strict":true,"types":[],"skipLibCheck":true},"include":["src"]}',
    "src/sign.ts": SOURCE,
    "src/sign.test-d.ts": [
      'import { expectTypeOf, test } from "vitest";',
      'import { sign } from "./sign";',
      'test("gives a number", () => expectTypeOf(sign).returns.toEqualTypeOf<string>());',
      "",
    ].join("\n"),
  };
  const args = ["--typecheck.only", "--typecheck.checker=tsc"];
  const output = await run(workspace, { options: { args } });
  expect(statusOf(output)).toMatchObject({ outcome: "failed", reason: "tests-failed" });
  expect(output.tests).toMatchObject([{ name: "gives a number", file: "src/sign.test-d.ts", status: "failed" }]);
});

test("coverage that was asked for and not made is errored although every test passed", async () => {
  expect(statusOf(await recorded(testdata("clean-5.1.1.json"), { coverage: "coverage/lcov.info" }))).toMatchObject({
    outcome: "errored",
    message: expect.stringContaining("@vitest/coverage-v8"),
  });
});

test("a broken configuration is errored", async () => {
  await expect(run({ "vitest.config.ts": "not typescript" })).rejects.toSatisfy((error) =>
    isTrigateError(error, "checker/tool-failed"),
  );
});

test("a report that was made elsewhere from the same content is read instead of running the tool", async () => {
  const texts = { "/repo/out/vitest.json": testdata("clean-5.1.1.json") };
  const context = fakeContext(vitestChecker, { texts });
  const output = await vitestChecker.check({ ...context, taken: { exitCode: 0, report: "/repo/out/vitest.json" } });
  expect(statusOf(output).outcome).toBe("passed");
  expect(context.calls).toEqual([]);
});
