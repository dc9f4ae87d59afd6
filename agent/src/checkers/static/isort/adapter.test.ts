import { expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { applyFix } from "../../testing/apply-fix.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { runChecker } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { isortChecker } from "./adapter.ts";

const testdata = testdataOf(import.meta.url);
const UNSORTED = 'import sys\nimport os\n\nname = "é😀"\n';
const ORDERED = 'import os\nimport sys\n\nname = "é😀"\n';
const recorded = (exitCode: number, { stdout = "", stderr = "", files = ["is.py", "ok.py"] }) =>
  isortChecker.check(fakeContext(isortChecker, { files, answers: [{ exitCode, stdout, stderr }] }));

requiredCases(isortChecker, {
  red: () => runChecker(isortChecker, { workspace: { "a.py": UNSORTED } }),
  clean: () => runChecker(isortChecker, { workspace: { "a.py": ORDERED } }),
  // Cut off before the file that is not in order.
  truncated: () => recorded(0, { stdout: testdata("truncated-9.0.2.stdout.txt") }),
  empty: () => recorded(0, {}),
});

test("orders by the configuration of the check's folder, wherever the files lie, and heeds what it skips", async () => {
  const output = await runChecker(isortChecker, {
    workspace: {
      "pkg/.isort.cfg": "[settings]\nforce_sort_within_sections = true\n",
      ".isort.cfg": "[settings]\nskip = gen.py\nquiet = true\n",
      "pkg/a.py": UNSORTED,
      "pkg/ok.py": "from a import b\n# isort: skip_file\n",
      "gen.py": UNSORTED,
      "b.py": "import os\n",
    },
    files: ["pkg/a.py", "pkg/ok.py", "gen.py", "b.py"],
  });
  expect(output.findings).toMatchObject([
    { rule: "format", file: "pkg/a.py", range: { start: { line: 1, column: 1 } } },
  ]);
  expect(applyFix(UNSORTED, output.findings[0]?.fix)).toBe(ORDERED);
  expect(output.filesLookedAt).not.toContain("gen.py");
});

test.each([
  { text: UNSORTED, ordered: ORDERED },
  // Without an end of the last line the diff cannot be read, and the text comes with the noise in it.
  { text: "import sys\nimport os", ordered: undefined },
])("makes no fix out of a noisy configuration's words: %j", async ({ text, ordered }) => {
  const output = await runChecker(isortChecker, {
    workspace: { ".isort.cfg": "[settings]\nverbose = true\n", "a.py": text },
    files: ["a.py"],
  });
  const fix = output.findings[0]?.fix;
  expect(output.findings).toHaveLength(1);
  expect(fix && applyFix(text, fix)).toBe(ordered);
});

test("gives no evidence when all files are skipped", async () => {
  const output = await runChecker(isortChecker, {
    workspace: { ".isort.cfg": "[settings]\nskip = a.py\n", "a.py": UNSORTED },
    files: ["a.py"],
  });
  expect(statusOf(output)).toMatchObject({ outcome: "errored", reason: "no-evidence" });
});

test("a configuration that keeps it silent is errored, with the way out", async () => {
  const output = await runChecker(isortChecker, {
    workspace: { ".isort.cfg": "[settings]\nonly_modified = true\n", "a.py": ORDERED },
    files: ["a.py"],
  });
  expect(statusOf(output)).toMatchObject({ outcome: "errored", message: expect.stringContaining("only_modified") });
});

test.each(["profile = nope\n", "no_such_setting = 1\n"])("a broken configuration is errored: %s", async (line) => {
  const run = runChecker(isortChecker, {
    workspace: { ".isort.cfg": `[settings]\n${line}`, "a.py": ORDERED },
    files: ["a.py"],
  });
  await expect(run).rejects.toSatisfy((error) => isTrigateError(error, "checker/tool-failed"));
});

test("a file in another encoding is errored although isort ends with 0", async () => {
  const output = await recorded(0, { stderr: testdata("found-9.0.2.stderr.txt"), files: ["enc.py"] });
  expect(statusOf(output)).toMatchObject({ outcome: "errored", reason: "unreadable-report" });
});

test.each([
  { what: "line ends of Windows", text: "import sys\r\nimport os\r\n", ordered: "import os\r\nimport sys\r\n" },
  { what: "no end of the last line", text: "import sys\nimport os", ordered: "import os\nimport sys\n" },
])("orders $what", async ({ text, ordered }) => {
  const output = await runChecker(isortChecker, { workspace: { "a.py": text } });
  expect(applyFix(text, output.findings[0]?.fix)).toBe(ordered);
});
