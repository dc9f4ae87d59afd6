import { describe, expect, test } from "vitest";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { parseTscOutput } from "./parse.ts";

const testdata = testdataOf(import.meta.url);

describe.each(["7.0.2", "6.0.3"])("parseTscOutput, TypeScript %s", (version) => {
  test("reads errors with their places", () => {
    const { diagnostics, listedFiles, problems } = parseTscOutput(testdata(`errors-${version}.txt`));
    expect(problems).toEqual([]);
    expect(listedFiles.filter((file) => !file.includes("node_modules"))).toEqual(["/repo/src/a.ts", "/repo/src/b.ts"]);
    expect(diagnostics.map(({ rule, path, range }) => ({ rule, path, at: range?.start }))).toEqual([
      { rule: "TS2322", path: "src/a.ts", at: { line: 1, column: 46 } },
      { rule: "TS2322", path: "src/a.ts", at: { line: 2, column: 40 } },
      { rule: "TS2552", path: "src/a.ts", at: { line: 3, column: 29 } },
    ]);
  });

  test("a clean program lists its files", () => {
    const { diagnostics, listedFiles } = parseTscOutput(testdata(`clean-${version}.txt`));
    expect(diagnostics).toEqual([]);
    expect(listedFiles).toContain("/repo/src/b.ts");
  });
});

test("indented lines belong to the message above", () => {
  const { diagnostics } = parseTscOutput(testdata("nested-7.0.2.txt"));
  expect(diagnostics).toHaveLength(1);
  expect(diagnostics[0]?.message.split("\n").length).toBeGreaterThan(2);
});

test("faults of the configuration belong to no file or to the configuration", () => {
  const { diagnostics, listedFiles } = parseTscOutput(testdata("bad-config-7.0.2.txt"));
  expect(diagnostics.map(({ rule, path }) => `${rule} ${path}`)).toEqual([
    "TS18003 ",
    "TS5024 bad.json",
    "TS5023 bad.json",
  ]);
  expect(listedFiles).toEqual([]);
});

test("a line of unknown form is a problem", () => {
  expect(parseTscOutput("panic: something broke").problems).toHaveLength(1);
});

fuzzParser("parseTscOutput", {
  samples: ["errors-7.0.2", "errors-6.0.3", "nested-7.0.2", "bad-config-7.0.2", "clean-7.0.2"].map((name) =>
    testdata(`${name}.txt`),
  ),
  reported: (text) => {
    const { diagnostics, listedFiles, problems } = parseTscOutput(text);
    return diagnostics.length + listedFiles.length + problems.length;
  },
  // A line can be as short as one character.
  most: (text) => text.length,
});
