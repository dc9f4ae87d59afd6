import { expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { runChecker } from "../../testing/run-checker.ts";
import { ctestChecker } from "./adapter.ts";

const lists = (...lines: readonly string[]) =>
  ["cmake_minimum_required(VERSION 3.20)", "project(t CXX)", "enable_testing()", ...lines, ""].join("\n");
const PROGRAM = "#include <cstdlib>\nint main(int, char** v) { return std::atoi(v[1]); }\n";
const TESTS = ["add_executable(t t.cc)", "add_test(NAME passes COMMAND t 0)", "add_test(NAME fails COMMAND t 1)"];

test("configures, builds and runs", async () => {
  const output = await runChecker(ctestChecker, { workspace: { "CMakeLists.txt": lists(...TESTS), "t.cc": PROGRAM } });
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
