import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { runChecker } from "../../testing/run-checker.ts";
import { clangTidyChecker } from "./adapter.ts";

const CONFIG = "Checks: '-*,modernize-use-nullptr'\nHeaderFilterRegex: '.*'\n";

async function writeDatabase(folder: string, files: readonly string[]): Promise<void> {
  const entries = files.map((file) => ({
    directory: folder,
    file,
    arguments: ["c++", "-std=c++20", "-Isrc", "-c", file],
  }));
  await writeFile(join(folder, "compile_commands.json"), JSON.stringify(entries));
}

const settings = { buildPath: "." };

test("passes over a clean file", async () => {
  const output = await runChecker(clangTidyChecker, {
    workspace: { ".clang-tidy": CONFIG, "src/a.cc": "int* p = nullptr;\n" },
    files: ["src/a.cc"],
    settings,
    prepare: (folder) => writeDatabase(folder, ["src/a.cc"]),
  });
  expect(statusOf(output).outcome).toBe("passed");
  expect(output.evidence).toMatchObject({ files: 1, exitCode: 0 });
});

test("finds in a source and, once, in the header that two sources include", async () => {
  const output = await runChecker(clangTidyChecker, {
    workspace: {
      ".clang-tidy": CONFIG,
      "src/h.h": "#pragma once\ninline int* q = 0;\n",
      "src/a.cc": '#include "h.h"\nint* p = 0;\n',
      "src/b.cc": '#include "h.h"\n',
    },
    files: ["src/a.cc", "src/b.cc"],
    settings,
    prepare: (folder) => writeDatabase(folder, ["src/a.cc", "src/b.cc"]),
  });
  expect(
    output.findings
      .map(({ rule, file, range }) => ({ rule, file, line: range?.start.line }))
      .toSorted((a, b) => a.file.localeCompare(b.file)),
  ).toEqual([
    { rule: "modernize-use-nullptr", file: "src/a.cc", line: 2 },
    { rule: "modernize-use-nullptr", file: "src/h.h", line: 2 },
  ]);
  expect(statusOf(output).outcome).toBe("failed");
});

test("a file that does not compile is a finding", async () => {
  const output = await runChecker(clangTidyChecker, {
    workspace: { ".clang-tidy": CONFIG, "a.cc": "int z( {\n" },
    files: ["a.cc"],
    settings,
    prepare: (folder) => writeDatabase(folder, ["a.cc"]),
  });
  expect(output.findings[0]).toMatchObject({ rule: "clang-diagnostic-error", severity: "error", file: "a.cc" });
});

test("a file that is gone is a problem", async () => {
  const output = await runChecker(clangTidyChecker, {
    workspace: { ".clang-tidy": CONFIG, "a.cc": "int z;\n" },
    files: ["gone.cc"],
    settings,
    prepare: (folder) => writeDatabase(folder, ["a.cc", "gone.cc"]),
  });
  expect(statusOf(output).outcome).toBe("errored");
});

test("a CMake project that was never built is configured apart", async () => {
  const output = await runChecker(clangTidyChecker, {
    workspace: {
      ".clang-tidy": CONFIG,
      "CMakeLists.txt":
        "cmake_minimum_required(VERSION 3.20)\nproject(t CXX)\nadd_library(a a.cc)\ntarget_compile_definitions(a PRIVATE FAULTY)\n",
      "a.cc": "#ifdef FAULTY\nint* p = 0;\n#endif\n",
    },
    files: ["a.cc"],
  });
  expect(output.findings).toMatchObject([{ rule: "modernize-use-nullptr", file: "a.cc" }]);
});

test("without a compilation database it says how to make one", async () => {
  const run = runChecker(clangTidyChecker, { workspace: { "a.cc": "int z;\n" } });
  await expect(run).rejects.toSatisfy(
    (error) => isTrigateError(error, "checker/tool-failed") && error.message.includes("cmake"),
  );
});

const testdata = testdataOf(import.meta.url);
const recorded = (report: string | undefined, exitCode: number) =>
  clangTidyChecker.check(
    fakeContext(clangTidyChecker, {
      files: ["a.cc"],
      settings,
      texts: {
        "/repo/compile_commands.json": "[]",
        ...(report === undefined ? {} : { "/scratch/fixes-0.yaml": report }),
      },
      answers: [{ exitCode, stdout: "", stderr: "" }],
    }),
  );
const tidy = (text: string) =>
  runChecker(clangTidyChecker, {
    workspace: { ".clang-tidy": CONFIG, "a.cc": text },
    files: ["a.cc"],
    settings,
    prepare: (folder) => writeDatabase(folder, ["a.cc"]),
  });

requiredCases(clangTidyChecker, {
  red: () => tidy("int* p = 0;\n"),
  clean: () => tidy("int* p = nullptr;\n"),
  truncated: () => recorded(testdata("truncated-23.1.4.yaml"), 0),
  // Without findings it writes nothing; with an error's exit code as well, it did not look.
  empty: () => recorded(undefined, 1),
});
