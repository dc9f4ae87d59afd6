import { expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { runChecker } from "../../testing/run-checker.ts";
import { complexityChecker } from "./adapter.ts";

const TANGLED = `export function tangled(a: number) {\n${"  if (a) a--;\n".repeat(9)}  return a;\n}\n`;

requiredCases(complexityChecker, {
  builtIn: true,
  limit: { metric: "complexity", written: "< 10" },
  red: () => runChecker(complexityChecker, { workspace: { "a.ts": TANGLED, "b.ts": "export const b = 1;\n" } }),
  clean: () => runChecker(complexityChecker, { workspace: { "a.ts": "export const f = () => 1;\n" } }),
  truncated: () => runChecker(complexityChecker, { workspace: { "a.ts": TANGLED.slice(0, 50) } }),
  empty: () => runChecker(complexityChecker, { workspace: {} }),
});

test("one figure a file and metric, and a note for what is to be shown", async () => {
  const output = await runChecker(complexityChecker, {
    workspace: { "src/a.ts": TANGLED, "b.js": "let x;\n" },
    settings: { show: { length: 12 } },
  });
  expect(output.measurements).toMatchObject([
    { benchmark: "src/a.ts:tangled", metric: "complexity", summary: { max: 10 } },
    { benchmark: "src/a.ts:tangled", metric: "function_length", summary: { max: 12 } },
    { benchmark: "b.js", metric: "complexity", summary: { max: 0 } },
    { benchmark: "b.js", metric: "function_length", summary: { max: 0 } },
  ]);
  expect(output.findings).toMatchObject([
    { rule: "complexity", severity: "info", file: "src/a.ts", range: { start: { line: 1 } } },
    { rule: "function-length", severity: "info", metric: "function_length" },
  ]);
  // What is only shown fails nothing.
  expect(statusOf(output)).toMatchObject({ outcome: "passed", message: "1 functions in 2 files" });
});

test("a file that is gone and one that cannot be parsed are problems beside what could be measured", async () => {
  const context = fakeContext(complexityChecker, {
    files: ["a.ts", "b.ts", "c.ts"],
    texts: { "a.ts": "f(", "c.ts": "const g = () => 1" },
  });
  const output = await complexityChecker.check(context);
  expect(output.problems).toEqual([
    expect.stringMatching(/^complexity: a\.ts cannot be parsed/),
    "complexity: b.ts is not there",
  ]);
  expect(output.measurements?.map(({ benchmark }) => benchmark)).toContain("c.ts:g");
});
