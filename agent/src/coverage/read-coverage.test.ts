import { describe, expect, test } from "vitest";
import { fuzzParser } from "../checkers/testing/fuzz-parser.ts";
import { parseClover } from "./formats/clover.ts";
import { parseCobertura } from "./formats/cobertura.ts";
import { parseCoveragePy } from "./formats/coverage-py.ts";
import { parseGcov } from "./formats/gcov.ts";
import { parseGoProfile } from "./formats/go-profile.ts";
import { parseIstanbul } from "./formats/istanbul.ts";
import { parseJacoco } from "./formats/jacoco.ts";
import { parseJson } from "./formats/json-report.ts";
import { parseLcov } from "./formats/lcov.ts";
import { parseLlvmCov } from "./formats/llvm-cov.ts";
import type { ParsedCoverage } from "./parsed-coverage.ts";
import { readCoverage } from "./read-coverage.ts";
import { countReported, readRecorded, recorded } from "./testing/recorded.ts";
import { readTrigateJson, toCoverageJson } from "./writers/json.ts";

const noSource = async () => undefined;

test.each([
  ["vitest-5.1.1.info", "lcov"],
  ["hardhat-3.17.0.info", "lcov"],
  ["coverage-py-7.17.3.json", "coverage.py"],
  ["coverage-py-7.17.3-cobertura.xml", "cobertura"],
  ["gcovr-8.8-cobertura.xml", "cobertura"],
  ["vitest-5.1.1-cobertura.xml", "cobertura"],
  ["gcovr-8.8-clover.xml", "clover"],
  ["vitest-5.1.1-clover.xml", "clover"],
  ["jacoco-0.8.15.xml", "jacoco"],
  ["vitest-5.1.1-istanbul.json", "istanbul"],
  ["gcov-12.2.jsonl", "gcov"],
  ["llvm-cov-14.json", "llvm-cov"],
  ["go-1.26-count.out", "go profile"],
  ["node-24-v8.json", "v8"],
])("%s is told to be %s by its content", async (name, format) => {
  const read = await readRecorded(name);
  expect([read.format, read.problems]).toEqual([format, []]);
  expect(read.files.length).toBeGreaterThan(0);
});

test("with a byte order mark and blank lines before it, a report is what it was", async () => {
  for (const name of [
    "vitest-5.1.1-clover.xml",
    "gcov-12.2.jsonl",
    "vitest-5.1.1.info",
    "vitest-5.1.1-istanbul.json",
  ]) {
    const read = await readCoverage(`\ufeff${recorded(name)}`, noSource);
    expect([name, read.problems]).toEqual([name, []]);
  }
});

describe("what is no report says so, and is never no coverage", () => {
  test.each([
    ["", "empty"],
    ["  \n", "empty"],
    ["hello\nworld\n", "lcov, line 1"],
    ["<html><body/></html>", "<html>"],
    ["<coverage line-rate='1'><packages>", "cobertura, line 1"],
    ["<report><package name='a'><sourcefile", "jacoco, line 1"],
    ["\u001f\ufffd\b", "compressed"],
    ["{}", "names no file"],
    ["[1]", "another form"],
    ['{"a":', "line 1, column 6, offset 5"],
    ['{"files":\n{"a.py": }, "meta": 1}', "line 2, column 10, offset 19"],
    ["mode: sometimes\n", "mode sometimes is not known"],
    ['{"type":"llvm.coverage.json.export","version":"2","data":[{"files":[{"filename":"a"}]}]}', "-summary-only"],
    ['{"format_version":"9","gcc_version":"30","current_working_directory":"/","files":[]}', "format_version 9"],
  ])("%j", async (text, problem) => {
    const { files, problems } = await readCoverage(text, noSource);
    expect(files).toEqual([]);
    expect(problems.join("\n")).toContain(problem);
  });
});

test.each([
  "coverage-py-7.17.3-cobertura.xml",
  "gcovr-8.8-clover.xml",
  "jacoco-0.8.15.xml",
  "vitest-5.1.1-istanbul.json",
  "coverage-py-7.17.3.json",
  "llvm-cov-14.json",
  "node-24-v8.json",
  "go-1.26-set.out",
])("every cut of %s is noticed with its place", async (name) => {
  const text = recorded(name).trimEnd();
  const step = Math.max(1, Math.floor(text.length / 150));
  for (let end = 1; end < text.length - 1; end += step) {
    const cut = text.slice(0, end);
    // A profile of Go has no end of its own: whole lines are whole profiles.
    if (name.endsWith(".out") && cut.endsWith("\n")) continue;
    const { problems } = await readCoverage(cut, noSource);
    expect(problems.join("\n"), `cut at ${end}`).toMatch(/(line|offset) \d+|names no file|begins with/);
  }
});

test("nothing is fetched for a DOCTYPE, and its entities stay unknown", async () => {
  const bomb =
    '<!DOCTYPE coverage [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><coverage line-rate="1"><sources><source>&b;';
  expect((await readCoverage(bomb, noSource)).problems.join("\n")).toContain("undefined entity");
});

describe("fuzzing", () => {
  const fuzz = (name: string, parse: (text: string) => ParsedCoverage, samples: readonly string[]) =>
    fuzzParser(name, { samples: samples.map(recorded), reported: (text) => countReported(parse(text)) });
  fuzz("lcov", parseLcov, ["vitest-5.1.1.info", "coverage-py-7.17.3.info", "llvm-cov-14.info"]);
  fuzz("coverage.py", parseCoveragePy, ["coverage-py-7.17.3.json", "coverage-py-7.17.3-contexts.json"]);
  fuzz("cobertura", parseCobertura, ["gcovr-8.8-cobertura.xml", "vitest-5.1.1-cobertura.xml"]);
  fuzz("clover", parseClover, ["gcovr-8.8-clover.xml", "vitest-5.1.1-clover.xml"]);
  fuzz("jacoco", parseJacoco, ["jacoco-0.8.15.xml", "gcovr-8.8-jacoco.xml"]);
  fuzz("istanbul", parseIstanbul, ["vitest-5.1.1-istanbul.json"]);
  fuzz("gcov", parseGcov, ["gcov-12.2.jsonl"]);
  fuzz("go profile", parseGoProfile, ["go-1.26-count.out", "go-1.26-set.out"]);
  fuzz("llvm-cov", parseLlvmCov, ["llvm-cov-14.json"]);
  const written = toCoverageJson(parseLcov(recorded("hardhat-3.17.0.info")).files);
  fuzzParser("Trigate's own JSON", {
    samples: [written],
    reported: (text) => {
      const json = parseJson("coverage", text);
      return json.ok ? countReported(readTrigateJson(json.value)) : 0;
    },
  });
});
