import { expect, test } from "vitest";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { parsePrettier } from "./parse.ts";

const testdata = testdataOf(import.meta.url);
const parse = (stderr: string, stdout = "") => parsePrettier({ stdout, stderr });

test.each(["3.10.1", "2.8.8"])("tells apart what Prettier %s did with each file", (version) => {
  const report = parse(testdata(`found-${version}.stderr.txt`), testdata("found-3.10.1.stdout.txt"));
  const names = (paths: readonly string[]) => paths.map((path) => path.replace("/repo/", ""));
  expect(names(report.looked)).toEqual(["bad.ts", "good.ts", "broken.ts"]);
  expect(names(report.unknown)).toEqual(["A.sol"]);
  expect(report.unformatted).toEqual(["bad.ts"]);
  expect(report.syntaxErrors).toEqual([
    { path: "broken.ts", message: "Variable declaration expected.", line: 1, column: 7 },
  ]);
  expect(report.failures).toEqual([]);
});

test.each([
  { recorded: "clean-3.10.1.stderr.txt", looked: 1, failures: [] },
  { recorded: "ignored-3.10.1.stderr.txt", looked: 0, failures: [] },
  { recorded: "bad-config-3.10.1.stderr.txt", looked: 1, failures: [expect.stringContaining("Flow map must end")] },
])("$recorded", ({ recorded, looked, failures }) => {
  const report = parse(testdata(recorded));
  expect(report.looked).toHaveLength(looked);
  expect(report.failures).toEqual(failures);
  expect(report.syntaxErrors).toEqual([]);
});

test("a plugin says in words that it could not parse, and its stack stays out of the message", () => {
  const { syntaxErrors, failures } = parse(testdata("solidity-3.10.1.stderr.txt"));
  expect(syntaxErrors).toMatchObject([{ path: "B.sol", line: undefined }]);
  expect(syntaxErrors[0]?.message).toMatch(/^We encountered the following syntax error: Expected AddressKeyword/);
  expect(syntaxErrors[0]?.message).not.toContain("node_modules");
  expect(failures).toEqual([]);
});

test("an error inside of Prettier is no finding", () => {
  const { syntaxErrors, failures } = parse(
    "[error] a.ts: TypeError: x is not a function\n[error]     at y (z.js:1:1)\n",
  );
  expect(syntaxErrors).toEqual([]);
  expect(failures).toHaveLength(1);
});

fuzzParser("parsePrettier", {
  samples: ["found-3.10.1", "found-2.8.8", "solidity-3.10.1", "bad-config-3.10.1"].map((name) =>
    testdata(`${name}.stderr.txt`),
  ),
  reported: (text) => {
    const { looked, unknown, syntaxErrors, failures, unformatted } = parse(text, text);
    return looked.length + unknown.length + syntaxErrors.length + failures.length + unformatted.length;
  },
  // The text is given as both of the outputs.
  most: (text) => 2 * text.length,
});
