import { describe, expect, test } from "vitest";
import { fakeContext } from "../../testing/fake-context.ts";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { genericChecker } from "../../static/generic/adapter.ts";
import { parseSarif } from "./sarif.ts";
import { sarifFindings } from "./findings.ts";

const recorded = testdataOf(new URL("../../static/generic/adapter.ts", import.meta.url).href);
const log = (run: object, result: object) =>
  JSON.stringify({
    version: "2.1.0",
    runs: [{ tool: { driver: { name: "t" } }, ...run, results: [{ message: { text: "m" }, ...result }] }],
  });
const place = (uri: string, region: object = {}, base: object = {}) => ({
  locations: [{ physicalLocation: { artifactLocation: { uri, ...base }, region } }],
});
const findings = async (run: object, result: object, texts: Readonly<Record<string, string>> = {}) =>
  sarifFindings(fakeContext(genericChecker, { texts }), parseSarif(log(run, result)).results);

describe("a result", () => {
  const rules = {
    tool: {
      driver: {
        name: "t",
        rules: [
          {
            id: "A",
            helpUri: "https://x.test/a",
            defaultConfiguration: { level: "error" },
            messageStrings: { m: { text: "{0} is {{bad}}" } },
          },
          { id: "B", helpUri: "javascript:x", defaultConfiguration: { level: "note" } },
        ],
      },
    },
  };
  test.each([
    { result: { ruleId: "A" }, found: { rule: "A", severity: "error", url: "https://x.test/a" } },
    { result: { ruleIndex: 1 }, found: { rule: "B", severity: "info", url: undefined } },
    { result: { ruleId: "A/sub", ruleIndex: 0 }, found: { rule: "A/sub", severity: "error" } },
    { result: { ruleId: "A", ruleIndex: 1 }, found: { rule: "A", severity: "error" } },
    { result: { rule: { index: 0 }, level: "warning" }, found: { rule: "A", severity: "warning" } },
    { result: { ruleId: "C" }, found: { rule: "C", severity: "warning" } },
    { result: { message: { id: "m", arguments: ["x"] }, ruleId: "A" }, found: { message: "x is {bad}" } },
    { result: { kind: "review" }, found: { severity: "info" } },
    {
      result: { suppressions: [{ kind: "inSource", justification: "old" }] },
      found: { severity: "info", message: "m (suppressed: old)" },
    },
    { result: { suppressions: [{ kind: "external", status: "rejected" }] }, found: { severity: "warning" } },
  ])("$result", async ({ result, found }) => expect(await findings(rules, result)).toMatchObject([found]));

  test.each([{ kind: "pass" }, { kind: "notApplicable" }, { baselineState: "absent" }])("%j is none", async (result) =>
    expect(await findings({}, result)).toEqual([]));
});

describe("places", () => {
  const bases = {
    originalUriBaseIds: {
      ROOT: { uri: "file:///repo/" },
      SRC: { uri: "src/", uriBaseId: "ROOT" },
      LOOP: { uri: "x/", uriBaseId: "LOOP" },
    },
  };
  test.each([
    { uri: "a%20b.c", base: {}, file: "a b.c" },
    { uri: "file:///repo/a%20b.c", base: {}, file: "a b.c" },
    { uri: "100%.c", base: {}, file: "100%.c" },
    { uri: "a.c", base: { uriBaseId: "SRC" }, file: "src/a.c" },
    { uri: "a.c", base: { uriBaseId: "%SRCROOT%" }, file: "a.c" },
    { uri: "a.c", base: { uriBaseId: "__proto__" }, file: "a.c" },
    { uri: "file:///etc/passwd", base: {}, file: "" },
    { uri: "../a.c", base: {}, file: "" },
    { uri: "https://x.test/a.c", base: {}, file: "https:/x.test/a.c" },
  ])("$uri of $base", async ({ uri, base, file }) => {
    const [finding] = await findings(bases, place(uri, {}, base));
    expect(finding?.file).toBe(file);
    if (file === "") expect(finding?.message).toContain("a");
  });
  test("a circle of bases ends", async () =>
    expect(await findings(bases, place("a.c", {}, { uriBaseId: "LOOP" }))).toHaveLength(1));
  test("an artifact by its index", async () =>
    expect(
      await findings(
        { artifacts: [{ location: { uri: "z.c" } }] },
        { locations: [{ physicalLocation: { artifactLocation: { index: 0 } } }] },
      ),
    ).toMatchObject([{ file: "z.c" }]));

  test.each([
    { region: { startLine: 2 }, range: { start: { line: 2, column: 1 } } },
    {
      region: { startLine: 1, startColumn: 2, endColumn: 4 },
      range: { start: { line: 1, column: 3 }, end: { line: 1, column: 5 } },
    },
    { region: { startLine: 1, startColumn: 3, endColumn: 3 }, range: { start: { line: 1, column: 4 } } },
    { region: { charOffset: 4, charLength: 1 }, range: { start: { line: 1, column: 5 }, end: { line: 2, column: 1 } } },
    { region: {}, range: undefined },
  ])("$region in code points", async ({ region, range }) =>
    expect(
      (await findings({ columnKind: "unicodeCodePoints" }, place("a.c", region), { "a.c": "😀ab\ncd" }))[0]?.range,
    ).toEqual(range));

  test("a fix of another file is left out, one of whole lines takes them", async () => {
    const fix = (uri: string) => ({
      fixes: [
        { artifactChanges: [{ artifactLocation: { uri }, replacements: [{ deletedRegion: { startLine: 1 } }] }] },
      ],
    });
    const texts = { "a.c": "one\ntwo\n" };
    expect((await findings({}, { ...place("a.c"), ...fix("b.c") }, texts))[0]?.fix).toBeUndefined();
    expect((await findings({}, { ...place("a.c"), ...fix("a.c") }, texts))[0]?.fix?.edits).toEqual([
      { range: { start: { line: 1, column: 1 }, end: { line: 2, column: 1 } }, newText: "" },
    ]);
  });
});

test.each([
  { text: "", problem: "empty" },
  { text: '{"version":"1.0.0","runs":[]}', problem: "version" },
  { text: '{"version":"2.1.0","runs":[]}', problem: "no run" },
  {
    text: JSON.stringify({
      version: "2.1.0",
      runs: [
        {
          tool: { driver: { name: "t" } },
          results: [],
          invocations: [
            {
              executionSuccessful: false,
              toolExecutionNotifications: [{ level: "error", message: { text: "out of memory" } }],
            },
          ],
        },
      ],
    }),
    problem: "out of memory",
  },
])("$problem", ({ text, problem }) =>
  expect(parseSarif(text)).toMatchObject({ tools: [], problems: [expect.stringContaining(problem)] }));

fuzzParser("SARIF", { samples: [recorded("ruff-0.17.6.sarif")], reported: (text) => parseSarif(text).results.length });
