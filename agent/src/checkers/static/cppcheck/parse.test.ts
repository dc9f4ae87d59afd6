import { describe, expect, test } from "vitest";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { parseCppcheckXml } from "./parse.ts";

const testdata = testdataOf(import.meta.url);

describe("parseCppcheckXml", () => {
  test("reads id, severity, place and weakness of each error", () => {
    const { errors, problems } = parseCppcheckXml(testdata("found-2.22.0.xml"));
    expect(problems).toEqual([]);
    expect(errors).toHaveLength(9);
    expect(errors[0]).toEqual({
      id: "arrayIndexOutOfBounds",
      severity: "error",
      message: "Array 'a[3]' accessed at index 5, which is out of bounds.",
      cwe: 788,
      path: "a.cc",
      line: 3,
      column: 57,
    });
    expect(errors.map(({ severity }) => severity)).not.toContain("info");
  });

  test("takes the first location, where the fault shows", () => {
    const text = testdata("found-2.22.0.xml");
    const uninitialized = parseCppcheckXml(text).errors.find(({ message }) => message === "Uninitialized variable: a");
    expect(uninitialized).toMatchObject({ line: 3, column: 56 });
  });

  test("a clean report has nothing, and what it tells of itself is no finding", () => {
    expect(parseCppcheckXml(testdata("clean-2.22.0.xml"))).toEqual({ errors: [], problems: [] });
    expect(parseCppcheckXml(testdata("syntax-2.22.0.xml")).errors.map(({ id }) => id)).toEqual(["syntaxError"]);
  });

  test("trouble of its own is a problem", () => {
    const text = testdata("clean-2.22.0.xml").replace(
      "<errors>",
      '<errors><error id="internalError" severity="error" msg="stopped"><location file="a.cc" line="1"/></error>',
    );
    expect(parseCppcheckXml(text)).toEqual({ errors: [], problems: ["cppcheck: a.cc stopped"] });
  });

  test.each([
    "",
    "<results/>",
    '<results version="3"></results>',
    testdata("truncated-2.22.0.xml"),
    "{}",
  ])("refuses %j", (text) => expect(parseCppcheckXml(text).problems).not.toEqual([]));
});

fuzzParser("Cppcheck's XML", {
  samples: ["found", "clean", "syntax"].map((name) => testdata(`${name}-2.22.0.xml`)),
  reported: (text) => parseCppcheckXml(text).errors.length,
  most: (text) => text.split("<error ").length - 1,
});
