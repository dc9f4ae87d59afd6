import { describe, expect, test } from "vitest";
import type { Outcome, Reason } from "../core/outcome.ts";
import { ERROR_CODES, TrigateError } from "../errors/trigate-error.ts";
import { exitCodeOf, exitCodeOfError } from "./exit-codes.ts";

describe("the exit code", () => {
  test.each<[Outcome, Reason, number]>([
    ["passed", "within-limit", 0],
    ["failed", "findings", 1],
    ["errored", "tool-missing", 3],
    ["skipped", "nothing-in-scope", 0],
    ["skipped", "optional-tool-missing", 3],
    ["skipped", "not-selected", 3],
  ])("of %s because of %s is %d", (outcome, reason, code) =>
    expect(exitCodeOf({ outcome, reason, message: "" })).toBe(code));

  test.each([
    ["bad usage", new TrigateError("usage/bad-argument", { problem: "", hint: "" }), 2],
    ["a faulty configuration", new TrigateError("config/invalid", { file: "", complaints: [] }), 2],
    ["an untrusted workspace", new TrigateError("usage/not-trusted", { root: "" }), 2],
    ["an interruption", new TrigateError("run/cancelled", {}), 130],
    ["a mistake in the program", new TypeError("x"), 70],
    ["something that is no error", "text", 70],
  ])("of %s", (_, error, code) => expect(exitCodeOfError(error)).toBe(code));
});

test("error codes are area/reason, and configuration faults are told with their lines", () => {
  expect(ERROR_CODES.filter((code) => !/^[a-z]+\/[a-z-]+$/.test(code))).toEqual([]);
  const complaints = [
    { path: "checks.a", line: 3, message: "no" },
    { path: "", line: undefined, message: "all wrong" },
  ];
  expect(new TrigateError("config/invalid", { file: "trigate.yaml", complaints }).message.split("\n")).toEqual([
    "trigate.yaml has 2 faults:",
    "  line 3: checks.a: no",
    "  all wrong",
  ]);
});
