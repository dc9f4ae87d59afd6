import { expect, test } from "vitest";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { parseKnip } from "./parse.ts";

const testdata = testdataOf(import.meta.url);

test.each([
  { recorded: "found-6.42.1.txt", importAt: 18 },
  { recorded: "found-5.88.1.txt", importAt: 19 },
])("$recorded", ({ recorded, importAt }) => {
  const { findings, files, problems } = parseKnip(testdata(recorded));
  expect(problems).toEqual([]);
  expect(files).toBe(3);
  const places = findings.map(({ rule, path, range }) => [rule, path, range?.start]);
  expect(places.filter(([rule]) => rule !== "configuration-hint")).toEqual(
    expect.arrayContaining([
      ["files", "src/orphan.ts", undefined],
      ["dependencies", "package.json", undefined],
      ["unlisted", "src/index.ts", { line: 2, column: importAt + 3 }],
      ["unresolved", "src/index.ts", { line: 3, column: importAt }],
      ["enumMembers", "src/a.ts", { line: 5, column: 20 }],
      ["exports", "src/a.ts", { line: 2, column: 14 }],
      ["exports", "src/a.ts", { line: 3, column: 18 }],
      ["types", "src/a.ts", { line: 4, column: 13 }],
    ]),
  );
  expect(findings.filter(({ severity }) => severity === "error")).toHaveLength(8);
  expect(findings.find(({ rule }) => rule === "dependencies")?.message).toBe(
    "left-pad is a dependency that nothing uses",
  );
});

test("hints about the configuration are information", () => {
  const hints = parseKnip(testdata("found-6.42.1.txt")).findings.filter(({ severity }) => severity === "info");
  expect(hints.map(({ message }) => message)).toContain("Knip's configuration: ignoreDependencies zzz");
  expect(hints).toHaveLength(3);
});

test("duplicates are one finding for each group", () => {
  const issue = { file: "a.ts", duplicates: [[{ name: "one", line: 1, col: 2 }, { name: "two" }]] };
  const notes = { counters: { processed: 1, total: 1 }, hints: [] };
  expect(parseKnip(`${JSON.stringify({ issues: [issue] })}\n${JSON.stringify(notes)}\n`).findings).toMatchObject([
    { rule: "duplicates", message: "one, two are exports of one and the same thing", range: { start: { line: 1 } } },
  ]);
});

test.each([
  { what: "cut off", text: testdata("truncated-6.42.1.txt") },
  { what: "without notes", text: testdata("found-6.42.1.txt").split("\n")[0] ?? "" },
  {
    what: "of another form",
    text: '{"issues":[{"file":"a","exports":3}]}\n{"counters":{"processed":1,"total":1},"hints":[]}',
  },
])("a report $what is a problem", ({ text }) => {
  expect(parseKnip(text).problems).toHaveLength(1);
});

fuzzParser("parseKnip", {
  samples: [testdata("found-6.42.1.txt"), testdata("found-5.88.1.txt"), testdata("clean-6.42.1.txt")],
  reported: (text) => parseKnip(text).findings.length,
});
