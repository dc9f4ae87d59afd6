import { expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { applyFix } from "../../testing/apply-fix.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { runChecker } from "../../testing/run-checker.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { clangFormatChecker } from "./adapter.ts";

const testdata = testdataOf(import.meta.url);
const CONFIG = "BasedOnStyle: Google\n";

test("passes over formatted files", async () => {
  const output = await runChecker(clangFormatChecker, {
    workspace: { ".clang-format": CONFIG, "src/a.cc": "int x;\n", "src/a.h": "int y;\n" },
    files: ["src/a.cc", "src/a.h"],
  });
  expect(statusOf(output).outcome).toBe("passed");
  expect(output.evidence?.files).toBe(2);
});

test("finds an unformatted file at its first difference and formats it", async () => {
  const text = 'int x;\nint  main( ){ const char*s="é😀";return 0;}\nint y;\n';
  const output = await runChecker(clangFormatChecker, {
    workspace: { ".clang-format": CONFIG, "src/a.cc": text },
    files: ["src/a.cc"],
  });
  expect(output.findings).toMatchObject([
    { rule: "format", file: "src/a.cc", range: { start: { line: 2, column: 1 } } },
  ]);
  expect(applyFix(text, output.findings[0]?.fix)).toBe(
    'int x;\nint main() {\n  const char* s = "é😀";\n  return 0;\n}\nint y;\n',
  );
});

test("a file that is gone is a problem", async () => {
  const output = await runChecker(clangFormatChecker, {
    workspace: { "a.cc": "int x;\n" },
    files: ["a.cc", "gone.cc"],
  });
  expect(statusOf(output).outcome).toBe("errored");
});

test("a broken configuration is errored", async () => {
  const run = runChecker(clangFormatChecker, {
    workspace: { ".clang-format": "BasedOnStyle: X\n", "a.cc": "int x;\n" },
    files: ["a.cc"],
  });
  await expect(run).rejects.toSatisfy((error) => isTrigateError(error, "checker/tool-failed"));
});

test("output cut off before the first finding is errored", async () => {
  const answers = [{ exitCode: 1, stdout: "", stderr: testdata("truncated-23.1.5.txt") }];
  const run = clangFormatChecker.check(fakeContext(clangFormatChecker, { files: ["a.cc"], answers }));
  await expect(run).rejects.toSatisfy((error) => isTrigateError(error, "checker/tool-failed"));
});

requiredCases(clangFormatChecker, {
  red: () =>
    runChecker(clangFormatChecker, { workspace: { ".clang-format": CONFIG, "a.cc": "int  x ;\n" }, files: ["a.cc"] }),
  clean: () =>
    runChecker(clangFormatChecker, { workspace: { ".clang-format": CONFIG, "a.cc": "int x;\n" }, files: ["a.cc"] }),
  truncated: () =>
    clangFormatChecker.check(
      fakeContext(clangFormatChecker, {
        files: ["a.cc"],
        answers: [{ exitCode: 1, stdout: "", stderr: testdata("truncated-23.1.5.txt") }],
      }),
    ),
  empty: () =>
    clangFormatChecker.check(
      fakeContext(clangFormatChecker, { files: ["a.cc"], answers: [{ exitCode: 0, stdout: "", stderr: "" }] }),
    ),
});
