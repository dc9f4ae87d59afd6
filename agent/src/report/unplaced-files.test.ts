import pc from "picocolors";
import { expect, test } from "vitest";
import { sampleRun } from "../core/testing/samples.ts";
import { toHtml } from "./html.ts";
import { toMarkdown } from "./markdown.ts";
import { toPretty } from "./pretty.ts";
import { unplacedInWords } from "./unplaced-files.ts";

const unplaced = ["a", "b", "c", "d"].map((name) => ({ file: `/x/<${name}>.ts`, reason: "no such\u001b[31m file" }));
const none = { covered: 0, total: 0 };
const run = sampleRun({
  coverage: { lines: none, branches: none, functions: none, patch: undefined, unmeasured: [], files: [], unplaced },
});

test("all, or the first of them", () => {
  expect(unplacedInWords(undefined)).toBeUndefined();
  expect(unplacedInWords({ unplaced: [] })).toBeUndefined();
  expect(unplacedInWords({ unplaced: [{ file: "a.ts", reason: "gone" }] })).toBe(
    "1 file of coverage reports not counted: a.ts (gone)",
  );
});

test.each([
  ["pretty", toPretty(run, { colors: pc.createColors(false), width: 200, findingsPerCheck: 1 }), "/x/<a>.ts"],
  ["HTML", toHtml(run), "/x/&lt;a&gt;.ts"],
  ["Markdown", toMarkdown(run, { limit: 60_000 }), "/x/"],
])("%s says so, in text that does nothing", (name, text, first) => {
  expect(text).toContain("4 files of coverage reports not counted");
  expect(text).toContain(first);
  expect(text).toContain("and 1 more");
  expect(text).not.toContain("\u001b");
  if (name !== "pretty") expect(text).not.toContain("<a>");
});
