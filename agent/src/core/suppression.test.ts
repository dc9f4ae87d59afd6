import { describe, expect, test } from "vitest";
import { ignoreComments, isDay, isExpired, isMeantBy } from "./suppression.ts";

// The word is put together here, so that this file's own lines are no such comments.
const WORD = ["trigate", "ignore"].join("-");
const read = (text: string) => ignoreComments(text.replaceAll("@@", WORD));

describe("a comment that takes findings out of the count", () => {
  test.each([
    ["// @@ lint/no-var: it is old", "it is old"],
    ["var a; // @@ lint/no-var: it is old", "it is old"],
    ["# @@ lint/no-var: it is old until 2027-01-31", "it is old"],
    ["x = 1  # noqa @@ lint/no-var: it is old [until 2027-01-31]", "it is old"],
    ["/* @@ lint/no-var: it is old */", "it is old"],
    [" * @@ lint/no-var: it is old", "it is old"],
    ["<!-- @@ lint/no-var: it is old -->", "it is old"],
    ["{/* @@ lint/no-var: it is old */}", "it is old"],
    ["-- @@ lint/no-var: it is old", "it is old"],
    ["; @@ lint/no-var: it is old: and has a colon", "it is old: and has a colon"],
    ["% @@ lint/no-var: it is old", "it is old"],
  ])("%s", (text, reason) => {
    const [comment, ...more] = read(text);
    expect(more).toEqual([]);
    expect(comment).toMatchObject({ check: "lint", rule: "no-var", reason, problem: undefined, line: 1 });
    expect(comment?.expires).toBe(text.includes("until") ? "2027-01-31" : undefined);
  });

  test.each([
    ["// @@ lint: all of it", { check: "lint", rule: undefined }],
    [
      "// @@ eslint/@typescript-eslint/no-unused-vars: r",
      { check: "eslint", rule: "@typescript-eslint/no-unused-vars" },
    ],
    ["// @@ cpp/bugprone-*: r", { check: "cpp", rule: "bugprone-*" }],
    ["// @@ scan/aws:key: r", { check: "scan", rule: "aws:key" }],
  ])("names a check and a rule: %s", (text, named) => {
    expect(read(text)).toMatchObject([{ ...named, reason: expect.any(String), problem: undefined }]);
  });

  test.each([
    ["// @@ lint/no-var", /no reason/],
    ["// @@ lint/no-var:", /no reason/],
    ["// @@ lint/no-var: until 2027-01-31", /no reason/],
    ["// @@ lint/no-var: because until 2027-02-30", /no day/],
    ["// @@ lint/no-var: because until tomorrow", /no day/],
    ["// @@ : because", /no check/],
  ])("suppresses nothing: %s", (text, problem) => {
    expect(read(text)).toMatchObject([{ problem: expect.stringMatching(problem) }]);
  });

  test.each([`const word = "@@ lint: r";`, "// @@-next lint: r", "@@", "the word // @@"])("is none: %s", (text) => {
    expect(read(text)).toEqual([]);
  });

  test("means its own line, or the next line of code when it has its line to itself", () => {
    const text = "// @@ lint/a: r\n\n// @@ lint/b: r\nvar a; // @@ lint/c: r\nvar b;\n";
    expect(read(text).map(({ line, target }) => [line, target])).toEqual([
      [1, 4],
      [3, 4],
      [4, 4],
    ]);
  });

  test("means findings of its check and rule on that line, and no other", () => {
    const [comment] = read("// @@ lint/no-*: r\nvar a;\n");
    const at = (line: number, check = "lint", rule = "no-var") => ({
      check,
      rule,
      range: { start: { line, column: 1 } },
    });
    if (comment === undefined) throw new Error("the comment was not read");
    expect([at(2), at(1), at(3), at(2, "types"), at(2, "lint", "other")].map((one) => isMeantBy(comment, one))).toEqual(
      [true, false, false, false, false],
    );
  });
});

test("the last day is part of the time, and only days of the calendar are days", () => {
  expect([
    isExpired("2027-01-31", "2027-01-31"),
    isExpired("2027-01-31", "2027-02-01"),
    isExpired(undefined, "9999-01-01"),
  ]).toEqual([false, true, false]);
  expect(["2027-01-31", "2024-02-29", "2027-02-29", "2027-13-01", "27-1-1", ""].map(isDay)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});
