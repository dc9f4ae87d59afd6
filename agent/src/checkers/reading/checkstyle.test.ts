import { expect, test } from "vitest";
import { fuzzParser } from "../testing/fuzz-parser.ts";
import { testdataOf } from "../testing/testdata.ts";
import { parseCheckstyle } from "./checkstyle.ts";

const recorded = testdataOf(new URL("../static/generic/adapter.ts", import.meta.url).href);
const JAVA =
  '<checkstyle version="10.0"><file name="A.java"><error line="3" severity="warning" message="Too long" source="com.puppycrawl.tools.checkstyle.checks.sizes.LineLengthCheck"/><error line="0" severity="ignore" message="x" source="y"/></file><file name="B.java"/></checkstyle>';

test("rules, severities, files without entries and places that nobody named", () => {
  expect(parseCheckstyle(JAVA)).toMatchObject({
    entries: [{ file: "A.java", line: 3, column: 0, severity: "warning", rule: "LineLength", message: "Too long" }],
    files: ["A.java", "B.java"],
    problems: [],
  });
  expect(
    parseCheckstyle('<checkstyle><file name="a"><error line="x" message="m"/></file></checkstyle>').entries,
  ).toMatchObject([{ line: 0, severity: "error", rule: "checkstyle" }]);
});

fuzzParser("Checkstyle", {
  samples: [recorded("shellcheck-0.11.0.checkstyle.xml"), JAVA],
  reported: (text) => parseCheckstyle(text).entries.length,
});
