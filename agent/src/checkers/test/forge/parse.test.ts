import { describe, expect, test } from "vitest";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { durationMs, parseForgeJson } from "./parse.ts";

const testdata = testdataOf(import.meta.url);

function tests(text: string) {
  const read = parseForgeJson(text);
  if (!read.ok) throw new Error(read.problem);
  return read.value;
}

describe("parseForgeJson", () => {
  test("reads tests with their outcome, and the counterexample of a fuzz test", () => {
    expect(
      tests(testdata("found-1.7.1.json")).map(({ signature, status, message }) => [signature, status, message]),
    ).toEqual([
      ["testFuzz_add(uint256)", "failed", "seventy\ncounterexample: 77"],
      ["test_add()", "passed", undefined],
      ["test_skipped()", "skipped", undefined],
      ["test_wrong()", "failed", "not eight"],
    ]);
    expect(tests(testdata("found-1.7.1.json"))[0]).toMatchObject({
      path: "test/Counter.t.sol",
      contract: "CounterTest",
    });
  });

  test("names the calls that break an invariant", () => {
    const call = (func_name: string) => ({ func_name, args: "1, 2" });
    const results = {
      "invariant_x()": { status: "Failure", reason: "broken", counterexample: { Sequence: [call("a"), call("b")] } },
    };
    expect(tests(JSON.stringify({ "a.sol:A": { test_results: results } }))[0]?.message).toBe(
      "broken\ncounterexample: a(1, 2), b(1, 2)",
    );
  });

  test.each(["", "[]", '{"a": {}}', testdata("truncated-1.7.1.json")])("refuses %j", (text) =>
    expect(parseForgeJson(text).ok).toBe(false));
});

test.each([
  ["5ms 410µs 723ns", 5.410723],
  ["1m 2s", 62_000],
  ["", 0],
  ["soon", 0],
])("%j takes %d ms", (text, expected) => expect(durationMs(text)).toBeCloseTo(expected, 6));

fuzzParser("Forge's JSON", {
  samples: [testdata("found-1.7.1.json")],
  reported: (text) => {
    const read = parseForgeJson(text);
    return read.ok ? read.value.length : 0;
  },
});
