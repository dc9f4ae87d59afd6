import { describe, expect, test } from "vitest";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { instructionPlaces, parseMythrilJson } from "./parse.ts";

const testdata = testdataOf(import.meta.url);

describe("parseMythrilJson", () => {
  test("reads weakness, severity, offset and how much was explored", () => {
    const read = parseMythrilJson(testdata("found-0.24.8.json"));
    if (!read.ok) throw new Error(read.problem);
    expect(read.value.issues.map(({ swc, severity, offset }) => [swc, severity, offset])).toEqual([
      ["SWC-106", "High", 488],
      ["SWC-107", "Low", 331],
      ["SWC-107", "Medium", 459],
      ["SWC-114", "Medium", 331],
    ]);
    expect(read.value.explored).toBeCloseTo(619 / 636, 6);
  });

  test("a clean report has no issue, and tells of errors inside of Mythril", () => {
    expect(parseMythrilJson(testdata("clean-0.24.8.json"))).toEqual({
      ok: true,
      value: { issues: [], explored: 1, errors: [] },
    });
    const failed = [{ issues: [], meta: { logs: [{ level: "error", msg: "solver died" }] } }];
    expect(parseMythrilJson(JSON.stringify(failed))).toMatchObject({
      value: { errors: ["solver died"], explored: undefined },
    });
  });

  test.each(["", "{}", '[{"issues": []}]', testdata("truncated-0.24.8.json")])("refuses %j", (text) =>
    expect(parseMythrilJson(text).ok).toBe(false));
});

describe("instructionPlaces", () => {
  test("skips what a PUSH carries, and repeats empty fields", () => {
    // PUSH1 0x80, PUSH2 0x0102, STOP
    const places = instructionPlaces("0x608061010200", "5:10:0;7::;:3:-1");
    expect([...places]).toEqual([
      [0, { start: 5, length: 10, source: 0 }],
      [2, { start: 7, length: 10, source: 0 }],
      [5, { start: 7, length: 3, source: -1 }],
    ]);
  });

  test("finds the instruction that destroys the contract in its source", () => {
    const source = testdata("Bank.sol.txt");
    const place = instructionPlaces(testdata("bank-0.8.34.hex"), testdata("bank-0.8.34.map")).get(488);
    if (place === undefined) throw new Error("the source map has the instruction");
    expect(source.slice(place.start, place.start + place.length)).toBe("selfdestruct(to)");
  });

  test("what is no source map names no place outside", () => {
    expect(instructionPlaces("zz", "a:b:c;;;")).toEqual(new Map([[0, { start: 0, length: 0, source: -1 }]]));
  });
});

fuzzParser("Mythril's JSON", {
  samples: [testdata("found-0.24.8.json"), testdata("clean-0.24.8.json")],
  reported: (text) => {
    const read = parseMythrilJson(text);
    return read.ok ? read.value.issues.length : 0;
  },
});
fuzzParser("source maps", {
  samples: [testdata("bank-0.8.34.map").slice(0, 2_000)],
  reported: (text) => instructionPlaces(testdata("bank-0.8.34.hex"), text).size,
  most: (text) => text.split(";").length,
});
