import { describe, expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { runChecker } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { actionlintChecker } from "./adapter.ts";
import { parseActionlint } from "./parse.ts";

const RECORDED = testdataOf(import.meta.url)("actionlint-1.7.7.json");
const FILE = ".github/workflows/a.yml";
const RED = `name: x
on: push
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - run: echo "😀 \${{ github.event.head_commit.message }}" \${{ foo.bar }}
  b:
    needs: nope
    runs-on: ubuntu-lates
    steps: []
`;
const CLEAN = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo\n";

const native = (stdout: string, texts: Record<string, string> = {}) =>
  actionlintChecker.check(
    fakeContext(actionlintChecker, { files: [FILE], texts, answers: [{ exitCode: 1, stdout, stderr: "" }] }),
  );

requiredCases(actionlintChecker, {
  red: () => runChecker(actionlintChecker, { workspace: { [FILE]: RED } }),
  clean: () => runChecker(actionlintChecker, { workspace: { [FILE]: CLEAN } }),
  truncated: () => native(RECORDED.slice(0, 400)),
  empty: () => native(""),
});

describe("the npm package", () => {
  test("places its findings in UTF-16 columns", async () => {
    const output = await runChecker(actionlintChecker, { workspace: { [FILE]: RED } });
    const untrusted = output.findings.find(({ message }) => message.includes("untrusted"));
    expect(untrusted).toMatchObject({ rule: "expression", file: FILE, range: { start: { line: 7, column: 27 } } });
    expect(RED.split("\n")[6]?.slice(26)).toMatch(/^github\.event/);
    // Its list of runners is old, so what it says of them is only shown.
    expect(output.findings.find(({ rule }) => rule === "runner-label")?.severity).toBe("info");
    expect(statusOf(output).outcome).toBe("failed");
  });

  test("a file that is gone is errored", async () => {
    const run = runChecker(actionlintChecker, {
      workspace: { [FILE]: CLEAN },
      files: [FILE, ".github/workflows/gone.yml"],
    });
    await expect(run).rejects.toSatisfy((error) => isTrigateError(error, "checker/tool-failed"));
  });
});

test("the native program's report", async () => {
  const output = await native(RECORDED, { [FILE]: RED });
  expect(output.findings).toMatchObject([
    { rule: "expression", severity: "error", range: { start: { line: 7, column: 27 } } },
    { rule: "syntax-check", range: { start: { line: 8, column: 3 }, end: { line: 8, column: 5 } } },
    { rule: "job-needs" },
    { rule: "runner-label", severity: "error" },
    { rule: "syntax-check" },
  ]);
});

fuzzParser("actionlint's JSON", {
  samples: [RECORDED],
  reported: (text) => {
    const read = parseActionlint(text);
    return read.ok ? read.value.length : 0;
  },
});
