import { describe, expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { runChecker } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { cppcheckChecker } from "./adapter.ts";

const testdata = testdataOf(import.meta.url);
const BAD = 'int get(int i) {\n  const char* é = "é😀"; int a[3] = {0}; a[i] = *é; return a[5];\n}\n';

const recorded = (report: string) =>
  cppcheckChecker.check(
    fakeContext(cppcheckChecker, {
      files: ["a.cc"],
      texts: { "/scratch/cppcheck.xml": report },
      answers: [{ exitCode: 0, stdout: "Checking a.cc ...\n", stderr: "" }],
    }),
  );

requiredCases(cppcheckChecker, {
  red: () => runChecker(cppcheckChecker, { workspace: { "a.cc": BAD.replaceAll("é", "e") } }),
  clean: () => runChecker(cppcheckChecker, { workspace: { "a.cc": "int one() { return 1; }\n" } }),
  truncated: () => recorded(testdata("truncated-2.22.0.xml")),
  empty: () => recorded(""),
});

describe("cppcheck, the real one", () => {
  test("places what it finds, in a folder of a monorepo as well", async () => {
    const output = await runChecker(cppcheckChecker, {
      workspace: { "native/a.cc": testdata("a.cc.txt"), "native/ok.cc": "int main() { return 0; }\n" },
      options: { cwd: "native" },
      settings: { enable: ["style"] },
    });
    expect(output.evidence).toMatchObject({ files: 2, exitCode: 0 });
    expect(output.filesLookedAt).toEqual(["native/a.cc", "native/ok.cc"]);
    expect(output.findings).toContainEqual(
      expect.objectContaining({ rule: "memleak", file: "native/a.cc", range: { start: { line: 4, column: 58 } } }),
    );
  });

  test("looks at each configuration of a file, and counts the file once", async () => {
    const text = "#ifdef A\nint a() { int x; return x; }\n#endif\n#ifdef B\nint b() { return 1; }\n#endif\n";
    const output = await runChecker(cppcheckChecker, { workspace: { "m.cc": text, "n.cc": "int n;\n" } });
    expect(output.filesLookedAt).toEqual(["m.cc", "n.cc"]);
    expect(output.findings).toMatchObject([{ rule: "uninitvar", range: { start: { line: 2 } } }]);
  });

  test("a comment in the code suppresses", async () => {
    const text = "// cppcheck-suppress uninitvar\nint a() { int x; return x; }\n";
    const output = await runChecker(cppcheckChecker, { workspace: { "a.cc": text } });
    expect(statusOf(output).outcome).toBe("passed");
  });

  test("uses the compilation database, and says which file is not in it", async () => {
    const database = [{ directory: ".", file: "a.cc", command: "c++ -DFAULTY -c a.cc" }];
    const output = await runChecker(cppcheckChecker, {
      workspace: {
        "a.cc": "#ifdef FAULTY\nint a() { int x; return x; }\n#endif\n",
        "lost.cc": "int b() { return 1; }\n",
        "compile_commands.json": JSON.stringify(database),
      },
      files: ["a.cc", "lost.cc"],
      settings: { project: "compile_commands.json" },
    });
    expect(output.findings).toMatchObject([{ rule: "uninitvar", file: "a.cc" }]);
    expect(output.problems).toEqual(["cppcheck: it did not look at lost.cc; is it in compile_commands.json?"]);
  });

  test("a file that is gone is a problem", async () => {
    const output = await runChecker(cppcheckChecker, { workspace: { "a.cc": "int a;\n" }, files: ["a.cc", "gone.cc"] });
    expect(statusOf(output)).toMatchObject({ outcome: "errored", message: expect.stringContaining("gone.cc") });
  });

  test("an option that it does not know is errored", async () => {
    const run = runChecker(cppcheckChecker, {
      workspace: { "a.cc": "int a;\n" },
      options: { args: ["--enable=nothing"] },
    });
    await expect(run).rejects.toSatisfy((error) => isTrigateError(error, "checker/tool-failed"));
  });
});

test("is proposed where the build calls it", async () => {
  const facts = (files: readonly string[], text: string) => ({ files, readText: async () => text });
  expect(await cppcheckChecker.detect(facts(["native/CMakeLists.txt"], "set(CMAKE_CXX_CPPCHECK cppcheck)"))).toEqual({
    cwd: "native",
  });
  expect(await cppcheckChecker.detect(facts(["CMakeLists.txt"], "project(x)"))).toBeUndefined();
});
