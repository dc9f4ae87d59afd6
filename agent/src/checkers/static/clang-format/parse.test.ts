import { expect, test } from "vitest";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { isConfigurationFailure, parseClangFormat } from "./parse.ts";

const testdata = testdataOf(import.meta.url);

test.each([
  { recorded: "clean-23.1.5.txt", files: 1, unformatted: [], problems: 0, broken: false },
  { recorded: "found-23.1.5.txt", files: 2, unformatted: ["a.cc"], problems: 0, broken: false },
  { recorded: "no-files-23.1.5.txt", files: 1, unformatted: [], problems: 1, broken: false },
  { recorded: "broken-config-23.1.5.txt", files: 1, unformatted: [], problems: 0, broken: true },
  { recorded: "truncated-23.1.5.txt", files: 1, unformatted: [], problems: 0, broken: false },
])("$recorded", ({ recorded, files, unformatted, problems, broken }) => {
  const text = testdata(recorded);
  const output = parseClangFormat(text);
  expect(output).toMatchObject({ files, unformatted });
  expect(output.problems).toHaveLength(problems);
  expect(isConfigurationFailure(text)).toBe(broken);
});

test("no output is no evidence", () => expect(parseClangFormat("").files).toBe(0));

fuzzParser("clang-format's messages", {
  samples: ["clean", "found", "no-files", "broken-config"].map((name) => testdata(`${name}-23.1.5.txt`)),
  reported: (text) => {
    const { unformatted, problems } = parseClangFormat(text);
    return unformatted.length + problems.length;
  },
  most: (text) => text.split("\n").length,
});
