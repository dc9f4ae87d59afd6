import { expect, test } from "vitest";
import { countTests } from "../../../core/test-result.ts";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { parseNodeTestEvents } from "./parse.ts";

const testdata = testdataOf(import.meta.url);
const parse = (recorded: string) => parseNodeTestEvents(testdata(recorded), (path) => path.replace("/repo/", ""));

test.each([
  { recorded: "passing-3.17.0.ndjson", files: 1, failed: 0, skipped: 0, problems: 0 },
  { recorded: "failing-3.17.0.ndjson", files: 1, failed: 2, skipped: 2, problems: 0 },
  { recorded: "import-error-3.17.0.ndjson", files: 1, failed: 1, skipped: 0, problems: 0 },
  { recorded: "no-such-file-3.17.0.ndjson", files: 1, failed: 1, skipped: 0, problems: 0 },
  { recorded: "only-none-3.17.0.ndjson", files: 1, failed: 0, skipped: 0, problems: 0 },
  { recorded: "crash-3.17.0.ndjson", files: 1, failed: 0, skipped: 0, problems: 1 },
  { recorded: "truncated-3.17.0.ndjson", files: 1, failed: 0, skipped: 0, problems: 2 },
])("$recorded", ({ recorded, files, failed, skipped, problems }) => {
  const report = parse(recorded);
  const counts = countTests(report.tests);
  expect({
    files: report.files,
    failed: counts.failed,
    skipped: counts.skipped,
    problems: report.problems.length,
  }).toEqual({ files, failed, skipped, problems });
});

test("tests are named after all suites around them, outermost first", () => {
  const { tests } = parse("passing-3.17.0.ndjson");
  expect(tests.length).toBeGreaterThan(3);
  expect(tests.every(({ name }) => name.split(" > ").length === 3)).toBe(true);
  expect(new Set(tests.map(({ name }) => name)).size).toBe(tests.length);
});

test("a failed test stands at the line that failed and says why", () => {
  expect(parse("failing-3.17.0.ndjson").tests.filter(({ status }) => status === "failed")).toMatchObject([
    { name: "a suite > fails on an assertion", file: "contracts/out/rec/failing.test.ts", line: 12 },
    { name: "a suite > throws", line: 15, message: "boom" },
  ]);
});

test("a suite whose own hook failed is a failed test", () => {
  const events = [
    { type: "start", files: ["a.ts"] },
    {
      type: "test:fail",
      kind: "suite",
      name: "with a hook",
      nesting: 0,
      error: { message: "no database", failureType: "hookFailed" },
    },
    { type: "summary", counts: { tests: 0, failed: 0 }, success: false },
  ];
  expect(
    parseNodeTestEvents(events.map((event) => JSON.stringify(event)).join("\n"), () => undefined).tests,
  ).toMatchObject([{ name: "with a hook", status: "failed" }]);
});

test("no events are a problem", () => expect(parseNodeTestEvents("", () => undefined).problems).toHaveLength(1));

fuzzParser("Hardhat's test events", {
  samples: ["passing", "failing", "import-error", "crash"].map((name) => testdata(`${name}-3.17.0.ndjson`)),
  reported: (text) => parseNodeTestEvents(text, (path) => path).tests.length,
  most: (text) => text.split("\n").length,
});
