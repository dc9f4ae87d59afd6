import { expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { once } from "../../testing/once.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { runChecker } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { ctestChecker } from "./adapter.ts";

const testdata = testdataOf(import.meta.url);
const recorded = (report: string) =>
  ctestChecker.check(
    fakeContext(ctestChecker, {
      settings: { build: false },
      texts: { "/scratch/ctest.xml": report },
      answers: [{ exitCode: 0, stdout: "", stderr: "" }],
    }),
  );
const lists = (...lines: readonly string[]) =>
  ["cmake_minimum_required(VERSION 3.20)", "project(t CXX)", "enable_testing()", ...lines, ""].join("\n");
const PROGRAM = "#include <cstdlib>\nint main(int, char** v) { return std::atoi(v[1]); }\n";
const TESTS = ["add_executable(t t.cc)", "add_test(NAME passes COMMAND t 0)", "add_test(NAME fails COMMAND t 1)"];

const oneFails = once(() =>
  runChecker(ctestChecker, { workspace: { "CMakeLists.txt": lists(...TESTS), "t.cc": PROGRAM } }),
);

test("configures, builds and runs", async () => {
  const output = await oneFails();
  expect(statusOf(output)).toMatchObject({ outcome: "failed", reason: "tests-failed" });
  expect(output.evidence?.summary).toBe("1 passed, 1 failed, 0 skipped");
}, 60_000);

test("tells file and line of a failed assertion", async () => {
  const program = "#include <cassert>\nint main() {\n  assert(1 + 1 == 3);\n}\n";
  const output = await runChecker(ctestChecker, {
    workspace: { "core/CMakeLists.txt": lists(...TESTS.slice(0, 2)), "core/t.cc": program },
    options: { cwd: "core" },
  });
  expect(output.tests).toMatchObject([{ name: "passes", status: "failed", file: "core/t.cc", line: 3 }]);
  expect(output.tests?.[0]?.message).toContain("1 + 1 == 3");
}, 60_000);

test("builds again, so that an old program does not speak for new sources", async () => {
  const output = await runChecker(ctestChecker, {
    workspace: { "CMakeLists.txt": lists(...TESTS.slice(0, 2)), "t.cc": "int main() { return 1; }\n" },
    prepare: async (folder, run) => {
      const { writeFile } = await import("node:fs/promises");
      await run(["cmake", "-S", ".", "-B", "build"]);
      await run(["cmake", "--build", "build"]);
      await writeFile(`${folder}/t.cc`, PROGRAM);
    },
  });
  expect(statusOf(output).outcome).toBe("passed");
}, 60_000);

test("sources that do not compile are errored", async () => {
  const run = runChecker(ctestChecker, { workspace: { "CMakeLists.txt": lists(...TESTS), "t.cc": "int main( {\n" } });
  await expect(run).rejects.toSatisfy((error) => isTrigateError(error, "checker/tool-failed"));
}, 60_000);

test("no test at all is errored", async () => {
  expect(statusOf(await runChecker(ctestChecker, { workspace: { "CMakeLists.txt": lists() } }))).toMatchObject({
    outcome: "errored",
    reason: "no-tests",
  });
}, 60_000);

const COVERED = {
  "CMakeLists.txt": lists("add_executable(t t.cc sign.cc)", "add_test(NAME passes COMMAND t)"),
  "sign.h": "#pragma once\nint sign(int x);\ninline int twice(int x) { return 2 * x; }\n",
  "sign.cc": '#include "sign.h"\nint sign(int x) {\n  if (x < 0)\n    return -1;\n  return 1;\n}\n',
  "t.cc": '#include <vector>\n#include "sign.h"\nint main() {\n  std::vector<int> v{sign(3)};\n  return v[0] - 1;\n}\n',
};
const MEASURED = { measureCoverage: true, configure: ["-DCMAKE_CXX_FLAGS=--coverage"] };

test("measures with gcov what the tests ran, in sources and headers of the workspace only", async () => {
  const output = await runChecker(ctestChecker, { workspace: COVERED, settings: MEASURED });
  expect(output.problems).toEqual([]);
  expect(output.coverage?.files.map(({ file }) => file).toSorted()).toEqual(["sign.cc", "t.cc"]);
  const sign = output.coverage?.files.find(({ file }) => file === "sign.cc");
  expect([...(sign?.lines ?? [])]).toEqual([
    [2, 1],
    [3, 1],
    [4, 0],
    [5, 1],
  ]);
  expect(sign?.functions).toMatchObject([{ name: "sign(int)", line: 2, hits: 1 }]);
  expect(sign?.branches.map(({ taken }) => taken).toSorted()).toEqual([0, 1]);
}, 60_000);

test("counts this run only, not those before", async () => {
  const output = await runChecker(ctestChecker, {
    workspace: COVERED,
    settings: MEASURED,
    prepare: async (_, run) => {
      await run(["cmake", "-S", ".", "-B", "build", "-DCMAKE_CXX_FLAGS=--coverage"]);
      await run(["cmake", "--build", "build"]);
      for (let times = 0; times < 3; times++) await run(["build/t"]);
    },
  });
  expect(output.coverage?.files.find(({ file }) => file === "sign.cc")?.lines.get(2)).toBe(1);
}, 60_000);

test("programs that leave no counters are a problem that says how", async () => {
  const output = await runChecker(ctestChecker, { workspace: COVERED, settings: { measureCoverage: true } });
  expect(statusOf(output)).toMatchObject({ outcome: "errored", message: expect.stringContaining("--coverage") });
}, 60_000);

requiredCases(ctestChecker, {
  red: oneFails,
  clean: () =>
    runChecker(ctestChecker, { workspace: { "CMakeLists.txt": lists(...TESTS.slice(0, 2)), "t.cc": PROGRAM } }),
  truncated: () => recorded(testdata("truncated-4.4.4.xml")),
  empty: () => recorded(""),
});
