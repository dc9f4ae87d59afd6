import { describe, expect, test } from "vitest";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { impactOf, parseSlitherJson, severityOf, slitherFinding } from "./parse.ts";

const testdata = testdataOf(import.meta.url);

function detections() {
  const read = parseSlitherJson(testdata("found-0.11.6.json"));
  if (!read.ok) throw new Error(read.problem);
  return read.value.results.detectors ?? [];
}

describe("parseSlitherJson", () => {
  test("reads the detections", () => expect(detections()).toHaveLength(4));
  test.each(["", "[]", '{"success": true}', testdata("truncated-0.11.6.json")])("refuses %j", (text) =>
    expect(parseSlitherJson(text).ok).toBe(false));
});

describe("slitherFinding", () => {
  test("stands where the first element stands", () => {
    const [first] = detections();
    if (first === undefined) throw new Error("the recording has detections");
    expect(slitherFinding(first, { file: "src/ArbExecutor.sol", least: "Low" })).toMatchObject({
      rule: "unused-return",
      severity: "error",
      file: "src/ArbExecutor.sol",
      range: { start: { line: 124, column: 5 }, end: { line: 128, column: 6 } },
      url: "https://github.com/crytic/slither/wiki/Detector-Documentation#unused-return",
    });
    expect(slitherFinding({ ...first, elements: [] }, { file: "", least: "Low" }).range).toBeUndefined();
  });

  test.each([
    ["High", "Low", "error"],
    ["Medium", "High", "info"],
    ["Low", "Low", "warning"],
    ["Informational", "Low", "info"],
    ["Optimization", "Optimization", "warning"],
  ] as const)("%s with a least of %s is %s", (impact, least, severity) =>
    expect(severityOf(impact, least)).toBe(severity));

  test("an unknown impact counts as the worst", () => {
    const [first] = detections();
    if (first === undefined) throw new Error("the recording has detections");
    expect(impactOf({ ...first, impact: "Catastrophic" })).toBe("High");
  });
});

fuzzParser("Slither's JSON", {
  samples: [testdata("found-0.11.6.json")],
  reported: (text) => {
    const read = parseSlitherJson(text);
    const found = read.ok ? (read.value.results.detectors ?? []) : [];
    return found.map((detection) => slitherFinding(detection, { file: "a.sol", least: "Low" })).length;
  },
});
