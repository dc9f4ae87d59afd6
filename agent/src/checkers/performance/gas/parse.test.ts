import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { testdataOf } from "../../testing/testdata.ts";
import { parseGasStats } from "./parse.ts";

const testdata = testdataOf(import.meta.url);
const gas = { min: 1, max: 3, avg: 2, median: 2, count: 2 };
const contract = (
  sourceName: string,
  contractName: string,
  functions: Record<string, unknown> | null = { f: gas },
) => ({
  sourceName,
  contractName,
  proxyChain: [],
  deployment: null,
  functions,
});
const names = (contracts: Record<string, unknown>) =>
  parseGasStats(JSON.stringify({ contracts })).entries.map(({ measurement }) => measurement.benchmark);

describe("recorded reports", () => {
  test("each function with its statistics, deployments apart", () => {
    const { entries, problems } = parseGasStats(testdata("found-3.17.0.json"));
    expect(problems).toEqual([]);
    expect(entries.map(({ measurement, source }) => `${source} ${measurement.benchmark}`)).toEqual([
      "src/ArbExecutor.sol ArbExecutor.tradeFlashSwap",
      "src/ArbExecutor.sol ArbExecutor.tradeOwnFunds",
      "src/ArbExecutor.sol ArbExecutor.constructor",
      "test/solidity/RouterArb.sol RouterArb.trade",
      "test/solidity/RouterArb.sol RouterArb.constructor",
      "test/solidity/TestToken.sol TestToken.approve",
      "test/solidity/TestToken.sol TestToken.balanceOf",
      "test/solidity/TestToken.sol TestToken.mint",
      "test/solidity/TestToken.sol TestToken.transfer",
      "test/solidity/TestToken.sol TestToken.constructor",
    ]);
    expect(entries[1]?.measurement).toEqual({
      benchmark: "ArbExecutor.tradeOwnFunds",
      metric: "gas",
      unit: "gas",
      better: "lower",
      summary: { min: 138_769, mean: 138_769, p50: 138_769, max: 138_769 },
    });
    expect(entries.filter(({ deployment }) => deployment)).toHaveLength(3);
  });

  test("overloaded functions keep their types", () => {
    const { entries } = parseGasStats(testdata("overloaded-3.17.0.json"));
    expect(entries.map(({ measurement }) => measurement.benchmark)).toEqual([
      "Counter.add(uint256)",
      "Counter.add(uint256,uint256)",
      "Counter.count",
      "Counter.constructor",
    ]);
    expect(entries[0]?.measurement.summary).toEqual({ min: 26_837, mean: 35_387, p50: 35_387, max: 43_937 });
  });

  test("nothing called gives no entry", () =>
    expect(parseGasStats(testdata("nothing-3.17.0.json"))).toEqual({ entries: [], problems: [] }));
});

test("contracts of one name are told apart", () =>
  expect(names({ "a.sol:Same": contract("a.sol", "Same"), "b.sol:Same": contract("b.sol", "Same") })).toEqual([
    "a.sol:Same.f",
    "b.sol:Same.f",
  ]));

test("calls through a proxy are another entry", () =>
  expect(
    names({ "a.sol:Impl": contract("a.sol", "Impl"), "a.sol:Impl (via Proxy)": contract("a.sol", "Impl") }),
  ).toEqual(["Impl.f", "Impl (via Proxy).f"]));

test.each([
  testdata("truncated-3.17.0.json"),
  "",
  "{}",
  JSON.stringify({ contracts: { "a:B": contract("a", "B", { f: { ...gas, max: -1 } }) } }),
  JSON.stringify({ contracts: { "a:B": contract("a", "B", { f: { min: 1 } }) } }),
])("%j is a problem", (text) =>
  expect(parseGasStats(text)).toMatchObject({ entries: [], problems: [expect.any(String)] }));

test("never throws", () => {
  fc.assert(fc.property(fc.string(), (text) => void parseGasStats(text)));
  fc.assert(fc.property(fc.json(), (text) => void parseGasStats(`{"contracts":${text}}`)));
});
