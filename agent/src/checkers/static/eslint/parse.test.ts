import { expect, test } from "vitest";
import { TextPositions } from "../../reading/text-positions.ts";
import { applyFix } from "../../testing/apply-fix.ts";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { eslintFinding, isExplained, parseEslintJson } from "./parse.ts";

const testdata = testdataOf(import.meta.url);

test.each([
  { recorded: "clean-10.15.0.json", files: ["src/clean.ts"], ignored: [], problems: 0 },
  {
    recorded: "found-10.15.0.json",
    files: ["src/broken.js", "src/clean.ts", "src/found.ts"],
    ignored: ["ignored/a.js", "src/no.vue"],
    problems: 0,
  },
  { recorded: "found-8.57.1.json", files: ["a.js", "c.ts"], ignored: ["b.js"], problems: 0 },
  { recorded: "truncated-10.15.0.json", files: [], ignored: [], problems: 1 },
])("$recorded", ({ recorded, files, ignored, problems }) => {
  const report = parseEslintJson(testdata(recorded));
  expect(report.files.map(({ path }) => path.replace("/repo/", ""))).toEqual(files);
  expect(report.ignored.map((path) => path.replace("/repo/", ""))).toEqual(ignored);
  expect(report.problems).toHaveLength(problems);
});

function findingsOf(text: string, source: string) {
  const file = parseEslintJson(testdata("found-10.15.0.json")).files.find(({ path }) => path.endsWith(text));
  return (file?.messages ?? []).map((message) =>
    eslintFinding(message, { file: text, source: new TextPositions(source), suggestions: false }),
  );
}

test("findings have ESLint's rules, severities and places", () => {
  expect(findingsOf("src/found.ts", testdata("found.ts.txt"))).toMatchObject([
    { rule: "no-var", severity: "error", range: { start: { line: 1, column: 25 }, end: { line: 1, column: 35 } } },
    { rule: "prefer-const", severity: "warning", range: { start: { line: 1, column: 40 } } },
    { rule: "unused-directive", severity: "warning", range: { start: { line: 5, column: 1 } } },
  ]);
  expect(findingsOf("src/broken.js", "const = 1;\n")).toMatchObject([
    { rule: "syntax", severity: "error", range: { start: { line: 1, column: 7 } } },
  ]);
});

test("a fix is placed by its offsets, also behind a byte order mark, but not on the line of the mark", () => {
  const text = testdata("found.ts.txt");
  expect(applyFix(text, findingsOf("src/found.ts", text)[0]?.fix)).toBe(text.replace("var x", "let x"));
  const marked = `\ufeff${text}`;
  const [onFirstLine, , later] = findingsOf("src/found.ts", marked);
  expect(onFirstLine?.fix).toBeUndefined();
  expect(applyFix(marked, later?.fix)).toBe(marked.replace("// eslint-disable-next-line no-var", " "));
});

test("an edit beyond the text, or in front of it, is no fix", () => {
  const source = new TextPositions("var x;");
  const fixOf = (range: [number, number]) =>
    eslintFinding({ severity: 2, message: "m", fix: { range, text: "" } }, { file: "a.js", source, suggestions: false })
      .fix;
  expect([fixOf([-1, 0]), fixOf([2, 7]), fixOf([3, 2])]).toEqual([undefined, undefined, undefined]);
});

test("what a comment suppresses is kept apart, with its reason", () => {
  const found = parseEslintJson(testdata("found-10.15.0.json")).files.find(({ path }) => path.endsWith("found.ts"));
  expect(found?.suppressed.map((message) => [message.ruleId, isExplained(message)])).toEqual([["no-empty", true]]);
});

fuzzParser("parseEslintJson", {
  samples: [testdata("found-10.15.0.json"), testdata("found-8.57.1.json"), testdata("clean-10.15.0.json")],
  reported: (text) => {
    const source = new TextPositions("var x = 1;\nvar y = 2;\n");
    return parseEslintJson(text)
      .files.flatMap(({ messages }) => messages)
      .map((message) => eslintFinding(message, { file: "a.ts", source, suggestions: true })).length;
  },
});
