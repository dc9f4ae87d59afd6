import { describe, expect, test } from "vitest";
import { branchesOf, functionsOf, linesOf, readRecorded, recorded } from "../testing/recorded.ts";
import { parseClover } from "./clover.ts";
import { parseCobertura } from "./cobertura.ts";
import { parseGcov } from "./gcov.ts";
import { parseGoProfile } from "./go-profile.ts";
import { parseIstanbul } from "./istanbul.ts";
import { parseJacoco } from "./jacoco.ts";

describe("one run of Vitest, four formats", () => {
  test.each([
    "vitest-5.1.1-ts.info",
    "vitest-5.1.1-istanbul.json",
    "vitest-5.1.1-cobertura.xml",
    "vitest-5.1.1-clover.xml",
  ])("%s", async (name) => {
    const [file] = (await readRecorded(name)).files;
    expect(linesOf(file)).toBe("3:1 4:0 6:1 14:1 18:0");
    expect(branchesOf(file)).toBe("3:1/2 14:0/2");
    if (!name.includes("clover")) expect(functionsOf(file)).toBe("double@2:1 (anonymous_1)@14:0 never@17:0");
  });
});

describe("one run of a C++ program", () => {
  test.each([
    "gcov-12.2.jsonl",
    "gcovr-8.8-cobertura.xml",
    "gcovr-8.8-clover.xml",
  ])("%s adds templates up", async (name) => {
    const { files } = await readRecorded(name);
    expect(files.map((file) => linesOf(file))).toEqual([
      "3:1 4:1 5:1 7:0 9:0 10:0",
      "3:2 4:2 5:2 6:1 8:1 10:2",
      "3:1 4:1 5:1",
    ]);
  });

  test("branches of gcov", async () => {
    const { files } = await readRecorded("gcov-12.2.jsonl");
    expect(files.map((file) => branchesOf(file))).toEqual(["4:2/4", "4:1/2 5:2/2", ""]);
    expect(functionsOf(files[0])).toBe("a(int)@3:1 never(int)@9:0");
  });

  test("llvm-cov tells in JSON what it tells in LCOV", async () => {
    const json = await readRecorded("llvm-cov-14.json");
    const lcov = await readRecorded("llvm-cov-14.info");
    expect(json.files.map((file) => [file.file, linesOf(file)])).toEqual(
      lcov.files.map((file) => [file.file, linesOf(file)]),
    );
    expect(functionsOf(json.files[1])).toBe(functionsOf(lcov.files[1]));
    // LCOV lists the branches of each instance of a template, JSON those of the source.
    expect(json.files.map((file) => branchesOf(file))).toEqual(["4:2/4", "4:1/2 5:2/2", ""]);
  });
});

describe("coverage.py", () => {
  test("tells the same in XML and JSON, and in JSON by which tests", async () => {
    const xml = await readRecorded("coverage-py-7.17.3-cobertura.xml");
    const json = await readRecorded("coverage-py-7.17.3-contexts.json");
    expect(xml.sources).toEqual(["/repo/pkg"]);
    expect(linesOf(xml.files[1])).toBe(linesOf(json.files[1]));
    expect(branchesOf(xml.files[1])).toBe(branchesOf(json.files[1]));
    const names = ["tests/test_core.py::test_positive", "tests/test_core.py::test_negative"];
    expect(json.files[1]?.tests?.names).toEqual(names);
    expect(json.files[1]?.tests?.byLine.get(3)).toEqual([1]);
  });
});

describe("Go", () => {
  test("blocks that several packages report are one", async () => {
    const count = await readRecorded("go-1.26-count.out");
    const set = await readRecorded("go-1.26-set.out");
    expect(count.files.map(({ file }) => file)).toEqual(["example.com/mod/a.go", "example.com/mod/pkg/b.go"]);
    expect(linesOf(count.files[1])).toBe("3:0 4:0 5:0 7:1 8:3 9:3 10:3 11:1");
    expect(linesOf(set.files[1])).toBe("3:0 4:0 5:0 7:1 8:1 9:1 10:1 11:1");
  });

  test("mode set stays 1 and mode count adds up", () => {
    const profile = (mode: string) => `mode: ${mode}\na.go:1.1,2.2 1 1\na.go:1.1,2.2 1 1\n`;
    expect(linesOf(parseGoProfile(profile("set")).files[0])).toBe("1:1 2:1");
    expect(linesOf(parseGoProfile(profile("atomic")).files[0])).toBe("1:2 2:2");
  });

  test.each([
    "a.go:0.1,2.2 1 1\n",
    "a.go:5.1,2.2 1 1\n",
    "a.go:1.1,999999999.2 1 1\n",
    "a.go:1.1,2.2 1\n",
    "a.go:1.1,2.2 1 1",
  ])("%j is a problem with its line", (block) =>
    expect(parseGoProfile(`mode: set\n${block}`).problems[0]).toMatch(/line [23], offset \d+/));
});

describe("JaCoCo", () => {
  test("lines, branches and methods, under the name of the package", async () => {
    const [file] = (await readRecorded("jacoco-0.8.15.xml")).files;
    expect(file?.file).toBe("x/Sign.java");
    expect(linesOf(file)).toBe("3:0 5:1 6:0 8:1 12:0 16:1 17:1");
    expect(branchesOf(file)).toBe("5:1/2 8:1/2");
    expect(functionsOf(file)).toBe("<init>@3:0 of@5:1 never@12:0 main@16:1");
  });

  test("lines without instructions, as another writer leaves them, are no coverage of 0", () => {
    expect(parseJacoco(recorded("gcovr-8.8-jacoco.xml")).problems[0]).toContain("line 3 does not tell");
  });

  test("groups within groups", () => {
    const source = '<sourcefile name="A.kt"><line nr="1" mi="0" ci="2" mb="0" cb="0"/></sourcefile>';
    const text = `<report name="r"><group name="a"><group name="b"><package name="p/q">${source}</package></group></group></report>`;
    expect(parseJacoco(text).files[0]?.file).toBe("p/q/A.kt");
  });
});

describe("Cobertura", () => {
  const cobertura = (classes: string, sources = "") =>
    parseCobertura(
      `<coverage line-rate="1"><sources>${sources}</sources><packages><package><classes>${classes}</classes></package></packages></coverage>`,
    );

  test("a file in several classes is added up, and methods do not count twice", () => {
    const one =
      '<class filename="A.cs"><methods><method name="f"><lines><line number="1" hits="2"/></lines></method></methods><lines><line number="1" hits="2"/><line number="2" hits="0"/></lines></class>';
    const other = '<class filename="A.cs"><methods/><lines><line number="2" hits="3"/></lines></class>';
    const { files } = cobertura(one + other);
    expect(files).toHaveLength(1);
    expect([linesOf(files[0]), functionsOf(files[0])]).toEqual(["1:2 2:3", "f@1:2"]);
  });

  test("lines that only methods list count", () => {
    const methods =
      '<class filename="A.cs"><methods><method name="f"><lines><line number="4" hits="1"/></lines></method></methods><lines/></class>';
    expect(linesOf(cobertura(methods).files[0])).toBe("4:1");
  });

  test("every source is kept", () => {
    const line = '<class filename="a.py"><lines><line number="1" hits="1"/></lines></class>';
    expect(cobertura(line, "<source>/a</source><source> /b </source><source/>").sources).toEqual(["/a", "/b"]);
  });

  test.each([
    ['number="1"', "hits"],
    ['number="x" hits="1"', "number"],
    ['number="1" hits="-1"', "hits"],
    ['number="1" hits="1" branch="true" condition-coverage="50% (3/2)"', "condition-coverage"],
    ['number="1" hits="1" branch="true" condition-coverage="50% (1/99999)"', "condition-coverage"],
  ])("<line %s> is a problem with line and offset", (attributes, word) => {
    const { problems } = cobertura(`<class filename="a"><lines><line ${attributes}/></lines></class>`);
    expect(problems[0]).toMatch(/^cobertura, line 1, column \d+, offset \d+: /);
    expect(problems[0]).toContain(word);
  });
});

describe("Clover", () => {
  const clover = (lines: string) =>
    parseClover(
      `<coverage clover="4.4"><project><package><file path="A.java">${lines}</file></package></project></coverage>`,
    );

  test("its own conditions count how often they were true and false, which Istanbul's do not", () => {
    const [file] = clover(
      '<metrics conditionals="2" coveredconditionals="1"/><line num="3" type="cond" truecount="7" falsecount="0"/>',
    ).files;
    expect([linesOf(file), branchesOf(file)]).toEqual(["3:7", "3:1/2"]);
  });

  test("methods are functions, not lines", () => {
    const [file] = clover(
      '<line num="1" type="method" signature="f()" count="2"/><line num="2" type="stmt" count="2"/>',
    ).files;
    expect([linesOf(file), functionsOf(file)]).toEqual(["2:2", "f()@1:2"]);
  });

  test("what lies under testproject is left out", async () => {
    expect((await readRecorded("gcovr-8.8-clover.xml")).files.map(({ file }) => file)).not.toContain("dummy");
  });
});

describe("traps", () => {
  test("entries of Istanbul that wait for their source map claim no lines", () => {
    const entry = JSON.parse(recorded("vitest-5.1.1-istanbul.json"))["/repo/src/a.ts"];
    const { files, problems, unmapped } = parseIstanbul(
      JSON.stringify({ a: { ...entry, inputSourceMap: { version: 3 } } }),
    );
    expect([files, problems]).toEqual([[], []]);
    expect(unmapped?.["/repo/src/a.ts"]).toContain("source map");
  });

  test("Istanbul's empty places of an else that is not written", () => {
    const empty = { start: {}, end: {} };
    const file = {
      path: "/a.ts",
      statementMap: {},
      fnMap: {},
      branchMap: { 0: { loc: { start: { line: 4 }, end: { line: 4 } }, locations: [{ start: { line: 4 } }, empty] } },
      s: {},
      f: {},
      b: { 0: [1, 0] },
    };
    expect(branchesOf(parseIstanbul(JSON.stringify({ "/a.ts": file })).files[0])).toBe("4:1/2");
  });

  test("a counter of gcov that wrapped around ran", () => {
    const line = { line_number: 1, count: -5, unexecuted_block: false, branches: [] };
    const text = JSON.stringify({
      format_version: "2",
      gcc_version: "14",
      current_working_directory: "/r",
      files: [{ file: "a.c", functions: [], lines: [line] }],
    });
    const [file] = parseGcov(text).files;
    expect([file?.file, linesOf(file)]).toEqual(["/r/a.c", "1:1"]);
  });
});
