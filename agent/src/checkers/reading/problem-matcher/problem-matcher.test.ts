import { describe, expect, test } from "vitest";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { matchProblems } from "./budget.ts";
import { problemFinding } from "./findings.ts";
import { problemMatchers, WrittenMatcher } from "./form.ts";
import { NAMED_MATCHER_NAMES } from "./named.ts";
import { type MatchedProblem, ProblemMatching } from "./problem-matcher.ts";

const recorded = testdataOf(new URL("../../static/generic/adapter.ts", import.meta.url).href);

function matched(written: unknown, text: string): readonly MatchedProblem[] {
  const lines = text.split("\n");
  return problemMatchers(WrittenMatcher.parse(written)).flatMap((matcher) => {
    const matching = new ProblemMatching(matcher);
    for (let at = 0; at < lines.length; ) at = matching.step(lines, at);
    return matching.problems;
  });
}

const brief = (problems: readonly MatchedProblem[]) =>
  problems.map(({ file, line, column, severity, code }) => `${file}:${line}:${column} ${severity} ${code}`);

describe("named matchers", () => {
  test.each([
    {
      name: "$gcc",
      text: recorded("gcc-12.txt"),
      found: ["a.c:2:38 error undefined", "a.c:2:19 warning -Wunused-variable"],
    },
    { name: "$tsc", text: recorded("tsc-7.txt"), found: ["a.ts:1:7 error TS2322", "a.ts:2:18 error TS2304"] },
    { name: "$tsc", text: "src/a.ts:1:7 - error TS2322: No.", found: ["src/a.ts:1:7 error TS2322"] },
    {
      name: "$eslint-stylish",
      text: recorded("eslint-10.txt"),
      found: [
        "/repo/b.js:1:1 error no-undef",
        "/repo/b.js:2:5 warning no-unused-vars",
        "/repo/c.js:1:1 error no-undef",
      ],
    },
    {
      name: "$eslint-compact",
      text: "/r/b.js: line 2, col 5, Warning - 'y' is unused. (no-unused-vars)\n\n1 problem",
      found: ["/r/b.js:2:5 warning no-unused-vars"],
    },
    {
      name: "$go",
      text: recorded("go-1.26.8.txt"),
      found: ["./a.go:3:8 error undefined", "./a.go:5:23 error undefined"],
    },
    { name: "$rustc", text: recorded("rustc-1.95.0.txt"), found: ["a.rs:1:42 error E0308"] },
    {
      name: "$msCompile",
      text: "C:\\p\\A.cs(5,10): error CS1002: ; expected [C:\\p\\A.csproj]\n  3>b.cpp(7): warning C4101: 'x': unreferenced\n",
      found: ["C:\\p\\A.cs:5:10 error CS1002", "b.cpp:7:undefined warning C4101"],
    },
    {
      name: "$lessc",
      text: "NameError: variable @x is undefined in a.less on line 1, column 13:\n1 .a {",
      found: ["a.less:1:13 error undefined"],
    },
    { name: "$jshint", text: "a.js: line 3, col 9, Missing semicolon. (W033)", found: ["a.js:3:9 warning 033"] },
    {
      name: "$jshint-stylish",
      text: "a.js\n  line 3  col 9  Missing semicolon.  (W033)\n  line 4  col 1  Bad.  (E001)\n",
      found: ["a.js:3:9 warning 033", "a.js:4:1 error 001"],
    },
  ])("$name", ({ name, text, found }) => expect(brief(matched(name, text))).toEqual(found));

  test.each(NAMED_MATCHER_NAMES)("%s is a matcher, and finds nothing in prose", (name) =>
    expect(matched(name, "Everything was built.\n\nDone in 3 s.\n")).toEqual([]));
});

describe("patterns", () => {
  const one = (pattern: object, more: object = {}) => ({
    pattern: { regexp: "^(.*?):(.*?):(.*)$", ...pattern },
    ...more,
  });
  test("name file, line and column where they say nothing", () =>
    expect(matched({ pattern: { regexp: "^(\\w+) (\\d+) (\\d+)$" } }, "a 3 4")).toMatchObject([
      { file: "a", line: 3, column: 4, message: "a 3 4", severity: "error" },
    ]));
  test("take a location of four numbers", () =>
    expect(matched(one({ location: 2, message: 3 }), "a:3,4,5,6:no")).toMatchObject([
      { line: 3, column: 4, endLine: 5, endColumn: 6 },
    ]));
  test("of kind file need no line", () =>
    expect(matched(one({ kind: "file", message: 3 }), "a:b:no")).toMatchObject([{ line: undefined, message: "no" }]));
  test("that fill no line give no problem", () => expect(matched(one({ line: 2, message: 3 }), "a:b:no")).toEqual([]));
  test("take flags, severities of the matcher and a base", () => {
    const written = {
      base: "$gcc",
      severity: "warning",
      pattern: { regexp: "^BAD (\\S+) (\\d+)$", flags: "i", file: 1, line: 2 },
    };
    expect(matched(written, "bad x 3")).toMatchObject([{ file: "x", line: 3, severity: "warning" }]);
  });
  test("of several lines join their messages and begin anew behind a miss", () => {
    const pattern = [
      { regexp: "^start (.*)$", message: 1 },
      { regexp: "^at (\\w+):(\\d+) (.*)$", file: 1, line: 2, message: 3 },
    ];
    expect(matched({ pattern }, "start one\nstart two\nat f:7 more\nat g:8 lost")).toMatchObject([
      { file: "f", line: 7, message: "two\nmore" },
    ]);
  });

  test.each([
    { what: "an unknown name", written: "$nope" },
    { what: "a broken expression", written: { pattern: { regexp: "(" } } },
    { what: "no pattern", written: { owner: "x" } },
    {
      what: "a loop in the middle",
      written: { pattern: [{ regexp: "a", file: 1, line: 1, message: 1, loop: true }, { regexp: "b" }] },
    },
    {
      what: "several patterns without a file",
      written: { pattern: [{ regexp: "a" }, { regexp: "b", line: 1, message: 1 }] },
    },
    { what: "a stray key", written: { pattern: { regexp: "a", lines: 1 } } },
    { what: "an empty list", written: [] },
  ])("$what is refused", ({ written }) => expect(WrittenMatcher.safeParse(written).success).toBe(false));
});

describe("places", () => {
  const problem = {
    line: 1,
    column: 2,
    endLine: undefined,
    endColumn: 9,
    severity: "error",
    code: undefined,
    message: "no",
  } as const;
  const context = {
    root: "/repo",
    files: ["pkg/a.c", "lib/deep/b.c", "x/c.c", "y/c.c"],
    options: {
      id: "it",
      cwd: "pkg",
      suite: "unit",
      command: undefined,
      args: [],
      coverage: undefined,
      report: {},
      timeoutMs: 1,
    },
  } as const;
  test.each([
    { file: "a.c", fileLocation: undefined, placed: "pkg/a.c" },
    { file: "/repo/x/c.c", fileLocation: undefined, placed: "x/c.c" },
    { file: "/repo/x/c.c", fileLocation: "absolute", placed: "x/c.c" },
    { file: "x/c.c", fileLocation: ["relative", "${workspaceFolder}"], placed: "x/c.c" },
    { file: "c.c", fileLocation: ["relative", "${workspaceFolder}/x"], placed: "x/c.c" },
    { file: "a.c", fileLocation: ["autoDetect", "${cwd}"], placed: "pkg/a.c" },
    { file: "deep/b.c", fileLocation: "search", placed: "lib/deep/b.c" },
    { file: "c.c", fileLocation: "search", placed: "" },
    { file: "c.c", fileLocation: ["search", { include: ["${workspaceFolder}/y"] }], placed: "y/c.c" },
    { file: "/usr/include/x.h", fileLocation: undefined, placed: "" },
    { file: "../../x.h", fileLocation: undefined, placed: "" },
  ] as const)("$file by $fileLocation is $placed", ({ file, fileLocation, placed }) => {
    const [matcher] = problemMatchers(WrittenMatcher.parse({ base: "$gcc", fileLocation }));
    if (matcher === undefined) throw new Error("a matcher was written");
    const finding = problemFinding(context, { ...problem, file }, matcher);
    expect(finding).toMatchObject({ file: placed, rule: "gcc" });
    if (placed === "") expect(finding.message).toContain(file);
    else expect(finding.range).toEqual({ start: { line: 1, column: 2 }, end: { line: 1, column: 9 } });
  });
});

describe("expressions that do not end", () => {
  const evil = problemMatchers(WrittenMatcher.parse({ pattern: { regexp: "^(\\w+\\s?)*:$", file: 1, line: 1 } }));
  test("are stopped and named", async () => {
    const lines = ["fine", `${"word ".repeat(40)}!`];
    expect(await matchProblems(evil, lines, { budgetMs: 50 })).toEqual({
      ok: false,
      problem: expect.stringMatching(/stopped after 50 ms on line 2 of the output, "word /),
    });
  });
  test("leave the next check alone", async () => {
    const gcc = problemMatchers(WrittenMatcher.parse("$gcc"));
    expect(await matchProblems(gcc, ["a.c:1:2: error: no"])).toMatchObject({ ok: true, problems: [{ file: "a.c" }] });
  });
  test("a cancelled check stops between lines", async () =>
    expect(matchProblems(evil, ["a"], { signal: AbortSignal.abort() })).rejects.toThrow("aborted"));
});

const SAMPLES = ["gcc-12.txt", "tsc-7.txt", "eslint-10.txt", "go-1.26.8.txt", "rustc-1.95.0.txt"].map(recorded);
fuzzParser("problem matchers", {
  samples: SAMPLES,
  reported: (text) =>
    Math.max(...["$gcc", "$tsc", "$eslint-stylish", "$rustc", "$msCompile"].map((name) => matched(name, text).length)),
  most: (text) => text.split("\n").length,
});
