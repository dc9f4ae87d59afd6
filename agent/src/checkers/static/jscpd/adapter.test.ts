import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { makeScratchFolder, removeFolder } from "../../../platform/files.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { once } from "../../testing/once.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { runChecker } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { jscpdChecker } from "./adapter.ts";
import { duplicateFindings, duplicationPercent, parseJscpd } from "./parse.ts";

const testdata = testdataOf(import.meta.url);
const code = (count: number, name = "v") =>
  Array.from(
    { length: count },
    (_, index) => `export const ${name}${index} = compute(${index}, "text", [1, 2]);\n`,
  ).join("");

const read = (text: string) => {
  const report = parseJscpd(text);
  if (!report.ok) throw new Error(report.problem);
  return report.value;
};

const twice = once(() =>
  runChecker(jscpdChecker, { workspace: { "a.ts": code(30), "pkg/b.ts": code(30), "c.py": "x = 1\n" } }),
);

requiredCases(jscpdChecker, {
  limit: { metric: "duplication", written: "<= 3%" },
  red: twice,
  clean: () => runChecker(jscpdChecker, { workspace: { "a.ts": code(30) } }),
  truncated: () => runJscpd(testdata("jscpd-4.3.0.json").slice(0, 700)),
  empty: () => runJscpd(""),
});

async function runJscpd(report: string) {
  const scratch = await makeScratchFolder();
  const context = fakeContext(jscpdChecker, {
    files: ["a.ts"],
    texts: { [join(scratch, "jscpd-report.json")]: report },
    answers: [{ exitCode: 0, stdout: "", stderr: "" }],
  });
  try {
    return await jscpdChecker.check({ ...context, scratch });
  } finally {
    await removeFolder(scratch);
  }
}

describe("jscpd", () => {
  test("measures the share, marks both places, and leaves nothing in the workspace", async () => {
    const output = await twice();
    expect(output.measurements).toMatchObject([{ metric: "duplication", unit: "percent" }]);
    expect(output.measurements?.[0]?.summary.value).toBeGreaterThan(40);
    expect(
      output.findings
        .map(({ file, severity }) => [file, severity])
        .toSorted(([a = ""], [b = ""]) => a.localeCompare(b)),
    ).toEqual([
      ["a.ts", "info"],
      ["pkg/b.ts", "info"],
    ]);
    expect(statusOf(output).outcome).toBe("passed");
  });

  test("looks at files that its defaults find too long", async () => {
    const output = await runChecker(jscpdChecker, { workspace: { "a.js": "a;\n".repeat(1_100) } });
    expect(output.evidence?.files).toBe(1);
  });

  test("takes the repository's own configuration, but not its limit", async () => {
    const workspace = {
      "a.ts": code(30),
      "b.ts": code(30),
      ".jscpd.json": '{"threshold":0,"exitCode":3,"ignore":["**/b.ts"]}',
    };
    const output = await runChecker(jscpdChecker, { workspace, files: ["a.ts", "b.ts"] });
    expect(output.evidence?.files).toBe(1);
    const none = await runChecker(jscpdChecker, { workspace, files: ["b.ts"] });
    expect(none.problems).toEqual([expect.stringContaining("none of 1 files")]);
  });

  test("a broken configuration of the repository is errored", async () => {
    const output = await runChecker(jscpdChecker, {
      workspace: { "a.ts": code(30), ".jscpd.json": "{" },
      files: ["a.ts"],
    });
    expect(statusOf(output)).toMatchObject({ outcome: "errored", message: expect.stringContaining(".jscpd.json") });
  });
});

test.each(["jscpd-4.3.0.json", "jscpd-5.3.3.json"])("%s: share and both places", (name) => {
  const report = read(testdata(name));
  // Version 4 does not count the last line of a duplicate.
  expect([(100 * 29) / 60, 50]).toContain(duplicationPercent(report));
  const findings = report.duplicates.flatMap((each) => duplicateFindings(each, (path) => path.replace("/repo/", "")));
  expect(findings).toMatchObject([
    {
      rule: "duplicate",
      file: "s/d1.ts",
      range: { start: { line: 1 }, end: { line: 31 } },
      message: "30 lines are the same as s/d2.ts:1-30",
    },
    { file: "s/d2.ts", message: "30 lines are the same as s/d1.ts:1-30" },
  ]);
});

fuzzParser("jscpd's JSON", {
  samples: [testdata("jscpd-4.3.0.json"), testdata("jscpd-5.3.3.json")],
  reported: (text) => {
    const report = parseJscpd(text);
    return report.ok ? report.value.duplicates.length : 0;
  },
});
