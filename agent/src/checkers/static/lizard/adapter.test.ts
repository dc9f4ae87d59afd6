import { describe, expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { runChecker } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { lizardChecker } from "./adapter.ts";
import { parseLizard } from "./parse.ts";

const testdata = testdataOf(import.meta.url);
const TANGLED = `def tangled(a):\n${"    if a:\n        a -= 1\n".repeat(9)}    return a\n`;

const answer = (stdout: string) =>
  lizardChecker.check(
    fakeContext(lizardChecker, { files: ["src/a.py"], answers: [{ exitCode: 0, stdout, stderr: "" }] }),
  );

requiredCases(lizardChecker, {
  limit: { metric: "complexity", written: "< 10" },
  red: () => runChecker(lizardChecker, { workspace: { "a.py": TANGLED } }),
  clean: () => runChecker(lizardChecker, { workspace: { "a.py": "def f():\n    return 1\n", "b.py": "x = 1\n" } }),
  truncated: () => answer(testdata("lizard-1.24.3.txt").slice(0, 900)),
  empty: () => answer(""),
});

describe("lizard", () => {
  test("measures functions of several languages, in files with any name", async () => {
    const output = await runChecker(lizardChecker, {
      workspace: {
        "py/a.py": TANGLED,
        "b, 1@2-3@c.cpp": "namespace n { struct S { int g(int a) {\n  return a ? 1 : 2;\n} }; }\n",
        "c.sol": "contract C { function f(uint a) public { if (a > 1) { a = 2; } } }\n",
      },
      settings: { show: { length: 20 } },
    });
    const figures = output.measurements?.map(
      ({ benchmark, metric, summary }) => `${benchmark} ${metric} ${summary.max}`,
    );
    expect(figures).toEqual([
      "py/a.py:tangled complexity 10",
      "py/a.py:tangled function_length 20",
      "b, 1@2-3@c.cpp:n::S::g complexity 2",
      "b, 1@2-3@c.cpp:n::S::g function_length 3",
      "c.sol:f complexity 2",
      "c.sol:f function_length 1",
    ]);
    expect(output.findings).toMatchObject([
      { rule: "complexity", severity: "info", file: "py/a.py", range: { start: { line: 1 } } },
      { rule: "function-length", severity: "info" },
    ]);
    expect(output.evidence).toMatchObject({ files: 3, summary: "3 functions in 3 files" });
  });

  test("a file that it passes over is a problem, not silence", async () => {
    const output = await runChecker(lizardChecker, { workspace: { "a.py": "x = 1\n" }, files: ["a.py", "gone.py"] });
    expect(statusOf(output)).toMatchObject({ outcome: "errored", message: expect.stringContaining("such as gone.py") });
  });
});

test("a recorded report: functions, files, operators and blanks in paths", () => {
  const { functions, files, problems } = parseLizard(testdata("lizard-1.24.3.txt"));
  expect(problems).toEqual([]);
  expect(files).toEqual(["src/a.py", "src/b 1.cpp", "src/c.sol", "src/empty.py", "src/bad.py"]);
  expect(functions.map(({ name, file, complexity }) => `${file} ${name} ${complexity}`)).toContain(
    "src/b 1.cpp n::S::operator ( ) 1",
  );
});

fuzzParser("Lizard's tables", {
  samples: [testdata("lizard-1.24.3.txt")],
  reported: (text) => {
    const { functions, files } = parseLizard(text);
    return functions.length + files.length;
  },
  most: (text) => text.split("\n").length,
});
