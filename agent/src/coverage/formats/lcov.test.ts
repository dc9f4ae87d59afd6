import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FileCoverage } from "../../core/coverage.ts";
import { parseLcov } from "./lcov.ts";

const testdata = (name: string) => readFileSync(new URL(`testdata/${name}`, import.meta.url), "utf8");

function only(text: string): FileCoverage {
  const { files, problems } = parseLcov(text);
  expect(problems).toEqual([]);
  const [file, ...others] = files;
  if (file === undefined || others.length > 0) throw new Error(`${files.length} files instead of one`);
  return file;
}

const record = (...lines: readonly string[]) => ["SF:a.ts", ...lines, "end_of_record", ""].join("\n");

describe("reports of real tools", () => {
  test("Vitest", () => {
    const file = only(testdata("vitest-5.1.1.info"));
    expect([...file.lines]).toEqual([
      [2, 2],
      [3, 0],
      [5, 1],
    ]);
    expect(file.branches).toEqual([
      { line: 2, block: "0", branch: "0", taken: 2 },
      { line: 2, block: "0", branch: "1", taken: 0 },
    ]);
    expect(file.functions).toEqual([
      { name: "f", line: 1, hits: 2 },
      { name: "(anonymous_1)", line: 5, hits: 0 },
    ]);
  });

  test("coverage.py, with ends of functions and branches in words", () => {
    const { files, problems } = parseLcov(testdata("coverage-py-7.17.3.info"));
    expect(problems).toEqual([]);
    expect(files.map(({ file, lines }) => [file, lines.size])).toEqual([
      ["pkg/__init__.py", 0],
      ["pkg/core.py", 10],
    ]);
    expect(files[1]?.functions[0]).toEqual({ name: "A.both", line: 2, hits: 1 });
    expect(files[1]?.branches[0]).toEqual({ line: 3, block: "0", branch: "jump to line 4", taken: 1 });
  });

  test("Hardhat", () => {
    const { files, problems } = parseLcov(testdata("hardhat-3.17.0.info"));
    expect(problems).toEqual([]);
    expect(files.map(({ file }) => file)).toContain("src/ArbExecutor.sol");
    expect(files[0]?.lines.get(29)).toBe(0);
  });
});

describe("traps of the format", () => {
  test("line ends of Windows, comments, a byte order mark, blank lines", () => {
    expect([
      ...only(`\ufeff# made by hand\r\n\r\n${record("DA:1,2", "BRDA:1,0,0,-").replaceAll("\n", "\r\n")}`).lines,
    ]).toEqual([[1, 2]]);
  });

  test("checksums behind the hits", () => expect(only(record("DA:3,4,Wn8mFX0")).lines.get(3)).toBe(4));

  test("counts beyond 2^53, in digits and as Perl writes them", () => {
    const file = only(
      record(
        "DA:1,18446744073709551615",
        "DA:2,1.84467440737096e+19",
        "FN:1,f",
        "FNDA:99999999999999999999,f",
        "BRDA:1,0,0,99999999999999999999",
      ),
    );
    expect([...file.lines.values()]).toEqual([Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]);
    expect(file.functions[0]?.hits).toBe(Number.MAX_SAFE_INTEGER);
    expect(file.branches[0]?.taken).toBe(Number.MAX_SAFE_INTEGER);
  });

  test("branches in free text with commas, exceptional and unreachable ones", () => {
    expect(only(record("BRDA:5,e0,a(b,c),3", "BRDA:5,0,x == 1,-", "BRDA:6,U1,0,0", "BRDA:6,U1,1,2")).branches).toEqual([
      { line: 5, block: "e0", branch: "a(b,c)", taken: 3 },
      { line: 5, block: "0", branch: "x == 1", taken: null },
      { line: 6, block: "U1", branch: "1", taken: 2 },
    ]);
  });

  test("what is numbered 0 has no place", () => {
    const file = only(record("DA:0,1", "DA:1,1", "BRDA:0,0,0,1", "FN:0,f"));
    expect({ lines: [...file.lines], branches: file.branches, functions: file.functions }).toEqual({
      lines: [[1, 1]],
      branches: [],
      functions: [],
    });
  });

  test("functions with an end line, commas in names, aliases, and two of one name", () => {
    expect(
      only(record("FN:1,5,foo", "FN:7,std::pair<int, int> bar()", "FNDA:2,foo", "FNDA:3,std::pair<int, int> bar()"))
        .functions,
    ).toEqual([
      { name: "foo", line: 1, hits: 2 },
      { name: "std::pair<int, int> bar()", line: 7, hits: 3 },
    ]);
    expect(only(record("FNL:0,3,9", "FNA:0,4,f<int>", "FNA:0,0,f<long>")).functions).toEqual([
      { name: "f<int>", line: 3, hits: 4 },
      { name: "f<long>", line: 3, hits: 0 },
    ]);
    expect(only(record("FN:1,f", "FN:8,f", "FNDA:0,f", "FNDA:6,f")).functions).toEqual([
      { name: "f", line: 1, hits: 0 },
      { name: "f", line: 8, hits: 6 },
    ]);
  });

  test("records of the same file are added up", () => {
    const file = only(
      record("DA:1,2", "DA:2,0", "FN:1,f", "FNDA:1,f", "BRDA:1,0,0,-") +
        record("DA:1,3", "DA:3,1", "FN:1,f", "FNDA:4,f", "BRDA:1,0,0,2"),
    );
    expect([...file.lines]).toEqual([
      [1, 5],
      [2, 0],
      [3, 1],
    ]);
    expect(file.functions).toEqual([{ name: "f", line: 1, hits: 5 }]);
    expect(file.branches).toEqual([{ line: 1, block: "0", branch: "0", taken: 2 }]);
  });

  test("totals and records of later versions are passed over", () => {
    expect([...only(record("VER:1", "MCDC:1,2,t,1,0,a && b", "LF:1", "LH:1", "NEW2:x", "DA:1,1")).lines]).toEqual([
      [1, 1],
    ]);
  });
});

describe("broken reports", () => {
  test.each([
    ["", "names no file"],
    ["SF:a.ts\nDA:1,1\n", "line 2: the record of a.ts, begun in line 1, has no end_of_record"],
    ["SF:a.ts\nDA:1,1\nSF:b.ts\nend_of_record\n", "line 3: the record of a.ts"],
    ["DA:1,1\n", "line 1: DA stands outside"],
    ["BRDA:1,0,0,1\n", "line 1: BRDA stands outside"],
    ["FN:1,f\n", "line 1: FN stands outside"],
    ["end_of_record\n", "line 1: end_of_record without"],
    [record("DA:1,-1"), "line 2: DA:1,-1"],
    [record("DA:x,1"), "line 2: DA:x,1"],
    [record("DA:1,"), "line 2: DA:1,"],
    [record("DA:99999999999,1"), "line 2: 99999999999 is no line number"],
    [record("BRDA:1,0,1"), "line 2: BRDA:1,0,1"],
    [record("FNDA:x,f"), "line 2: FNDA:x,f"],
    [record("FNA:7,1,f"), "line 2: FNA:7,1,f"],
    [record("<html>"), "line 2: this is no LCOV"],
    ["SF:\nDA:1,1\nend_of_record\n", "line 1: SF names no file"],
  ])("%j says so", (text, problem) => {
    const { problems } = parseLcov(text);
    expect(problems.join("\n")).toContain(problem);
  });

  test("every cut of a report is noticed, but one at the end of a record", () => {
    const text = testdata("vitest-5.1.1.info");
    for (let end = 0; end < text.length - 1; end++)
      expect(parseLcov(text.slice(0, end)).problems, `cut at ${end}`).not.toEqual([]);
  });

  test("complaints about a report of rubbish stay few", () =>
    expect(parseLcov("rubbish\n".repeat(10_000)).problems.length).toBeLessThan(10));
});

describe("properties", () => {
  const word = fc.constantFrom(
    "SF:a",
    "SF:b",
    "DA:",
    "BRDA:",
    "FN:",
    "FNDA:",
    "FNL:",
    "FNA:",
    "end_of_record",
    "#",
    "1",
    "0",
    "77",
    ",",
    "-",
    "e0",
    "\n",
    "\r\n",
    "x(1,2)",
    " ",
  );

  test("never throws, whatever the text", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word).map((words) => words.join("")),
        ),
        (text) => {
          const { files } = parseLcov(text);
          for (const { lines, branches, functions } of files) {
            for (const [line, hits] of lines) expect(line >= 1 && hits >= 0 && Number.isSafeInteger(hits)).toBe(true);
            for (const each of [...branches, ...functions]) expect(each.line).toBeGreaterThanOrEqual(1);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test("what is written is read", () => {
    const lines = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 5_000 }), fc.nat()), {
      selector: ([line]) => line,
    });
    fc.assert(
      fc.property(lines, fc.constantFrom("\n", "\r\n"), (entries, end) => {
        const text = record(...entries.map(([line, hits]) => `DA:${line},${hits}`)).replaceAll("\n", end);
        expect([...only(text).lines]).toEqual(entries.toSorted(([a], [b]) => a - b));
      }),
    );
  });
});
