import { describe, expect, test } from "vitest";
import { EngineError } from "../errors/errors.ts";
import type { Files } from "../platform/files.ts";
import { parseCsvCandles, readCsvCandles } from "./csv-candles.ts";

const HEADER = "time,open,high,low,close,volume";
const read = (...lines: string[]) => parseCsvCandles(new TextEncoder().encode(lines.join("\n")), "x.csv");

function errorOf(action: () => unknown): EngineError {
  try {
    action();
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("candles from CSV", () => {
  test("come as columns of whole ticks", () => {
    const candles = read(
      ",Open,High,Low,Close,Volume",
      "2020-01-01 00:00:00,1.10,1.25,1.05,1.2,7.5",
      "2020-01-01 01:00:00,1.2,1.3,1.2,1.234,0",
      "2020-01-01 05:00:00,1.2,1.3,1.2,1.23,1",
      "",
    );
    expect(candles.tickDecimals).toBe(3);
    expect([...candles.openTicks]).toEqual([1_100, 1_200, 1_200]);
    expect([...candles.closeTicks]).toEqual([1_200, 1_234, 1_230]);
    expect([...candles.volume]).toEqual([7.5, 0, 1]);
    expect(candles.timeframeMs).toBe(3_600_000);
    expect(candles.openTimeMs[0]).toBe(Date.UTC(2020, 0, 1));
    expect(candles.dataHash).toMatch(/^[0-9a-f]{64}$/);
  });

  test("take columns in any order, other columns, Windows line ends and epoch times", () => {
    const candles = read(
      "close,extra,volume,low,high,open,timestamp\r",
      "2,x,1,1,3,2,1577836800\r",
      "2,x,1,1,3,2,1577836860000\r",
    );
    expect([...candles.openTimeMs]).toEqual([1_577_836_800_000, 1_577_836_860_000]);
  });

  test.each([
    { row: "2020-01-02,1,2,0.5,x,1", problem: /close must be a plain positive number/ },
    { row: "2020-01-02,1,2,0.5", problem: /close .*; volume / },
    { row: "yesterday,1,2,0.5,1,1", problem: /time must be ISO time/ },
    { row: "2020-13-02,1,2,0.5,1,1", problem: /time must be ISO time/ },
    { row: "2020-01-02,1,2,0.5,1,-1", problem: /volume/ },
    { row: "2020-01-02,1,0.9,0.5,0.8,1", problem: /high is below/ },
    { row: "2020-01-02,1,2,1.5,1.7,1", problem: /low is above/ },
    { row: "2020-01-02,1,2,0,1.7,1", problem: /low is 0/ },
    { row: "2020-01-02,-1,2,1,1.7,1", problem: /open must be a plain positive number/ },
    { row: "2020-01-01,1,2,0.5,1,1", problem: /time is not after the row before/ },
  ])("name line and column of a bad row: $row", ({ row, problem }) => {
    const error = errorOf(() => read(HEADER, "2020-01-01,1,2,0.5,1,1", row));
    expect(error.code).toBe("data/bad-rows");
    expect(error.details).toMatchObject({
      file: "x.csv",
      total: 1,
      problems: [{ line: 3, problem: expect.stringMatching(problem) }],
    });
  });

  test("list at most 20 problems and count all", () => {
    const error = errorOf(() => read(HEADER, ...Array.from({ length: 30 }, () => "a,b,c,d,e,f")));
    expect(error.details).toMatchObject({ total: 30, problems: { length: 20 } });
    expect(error.message).toContain("and 10 more");
  });

  test.each([
    { lines: [""], code: "data/bad-header" },
    { lines: ["time,open,high,low,volume", "1,2,3,4,5"], code: "data/bad-header" },
    { lines: [HEADER], code: "data/too-few-candles" },
    { lines: [HEADER, "2020-01-01,1,2,0.5,1,1"], code: "data/too-few-candles" },
  ])("are refused as $code", ({ lines, code }) => {
    expect(errorOf(() => read(...lines)).code).toBe(code);
  });

  test("are never rounded to a coarser tick", () => {
    const bytes = new TextEncoder().encode(`${HEADER}\n2020-01-01,1.005,2,0.5,1,1\n2020-01-02,1,2,0.5,1,1`);
    expect(errorOf(() => parseCsvCandles(bytes, "x.csv", { tickDecimals: 2 })).code).toBe("model/bad-decimal");
    expect(parseCsvCandles(bytes, "x.csv", { tickDecimals: 4 }).openTicks[0]).toBe(10_050);
    expect(errorOf(() => parseCsvCandles(bytes, "x.csv", { tickDecimals: 11 })).code).toBe("backtest/bad-settings");
  });

  test("say when the file cannot be read", async () => {
    const files: Files = { read: () => Promise.reject(new Error("ENOENT")), write: () => Promise.resolve() };
    await expect(readCsvCandles(files, "none.csv")).rejects.toMatchObject({ code: "data/unreadable-file" });
  });
});
