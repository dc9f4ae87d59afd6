import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { main } from "./main.ts";

let folder = "";
let csv = "";

/** Candles whose price swings, so that averages cross. */
function candleFile(count: number): string {
  const rows = Array.from({ length: count }, (_, index) => {
    const price = (at: number) => 100 + 20 * Math.sin(at / 9);
    const [open, close] = [price(index), price(index + 1)];
    const cells = [open, Math.max(open, close) + 1, Math.min(open, close) - 1, close].map((value) => value.toFixed(2));
    return [1_577_836_800 + index * 3_600, ...cells, 10].join(",");
  });
  return ["time,open,high,low,close,volume", ...rows].join("\n");
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "trigate-engine-"));
  csv = join(folder, "swing.csv");
  writeFileSync(csv, candleFile(400));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(args: readonly string[], signal = new AbortController().signal) {
  const said = { out: "", error: "" };
  const output = { out: (text: string) => void (said.out += text), error: (text: string) => void (said.error += text) };
  return { code: await main(args, output, signal), ...said };
}

const backtest = (...more: string[]) => ["backtest", "--data", csv, "--strategy", "ema-cross", ...more];
const Report = z.object({
  schemaVersion: z.literal(1),
  fingerprint: z.string(),
  end: z.string().regex(/^\d+\.\d\d$/),
  metrics: z.object({ trades: z.number() }),
  manifest: z.object({ seed: z.number(), parameters: z.record(z.string(), z.unknown()) }),
});

describe("trigate-engine backtest", () => {
  test("prints JSON and nothing else", async () => {
    const { code, out, error } = await run(
      backtest("--json", "--seed", "9", "--param", "fast=5", "--param", "short=true"),
    );
    expect(error).toBe("");
    expect(code).toBe(0);
    const report = Report.parse(JSON.parse(out));
    expect(report.metrics.trades).toBeGreaterThan(5);
    expect(report.manifest).toMatchObject({ seed: 9, parameters: { fast: 5, short: true } });
  });

  test("prints a table for people", async () => {
    const { code, out } = await run(backtest("--taker-fee-pips", "500"));
    expect(code).toBe(0);
    expect(out).toMatch(/^net profit +-?\d+\.\d\d \(/m);
    expect(out).toMatch(/^kernels +(addon|wasm)$/m);
  });

  test("judges a fingerprint: 0 when it is the expected one, 1 when not", async () => {
    const { fingerprint } = Report.parse(JSON.parse((await run(backtest("--json"))).out));
    expect((await run(backtest("--expect", fingerprint))).code).toBe(0);
    const differs = await run(backtest("--expect", fingerprint, "--taker-fee-pips", "1"));
    expect(differs.code).toBe(1);
    expect(differs.error).toContain("backtest/fingerprint-differs");
  });

  test("writes the journal, one JSON object a line", async () => {
    const file = join(folder, "journal.jsonl");
    expect((await run(backtest("--journal", file))).code).toBe(0);
    const kinds = readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map((line) => z.object({ kind: z.string() }).parse(JSON.parse(line)).kind);
    expect(new Set(kinds)).toEqual(new Set(["ordered", "executed", "closed"]));
  });

  test("runs a strategy of the user's own module", async () => {
    const file = join(folder, "mine.mjs");
    const engine = new URL("../index.ts", import.meta.url).href;
    writeFileSync(
      file,
      `import { Strategy } from "${engine}";
       class Mine extends Strategy {
         name = "mine";
         constructor(lots) { super(); this.lots = lots; }
         shouldLong({ index }) { return index === 3; }
         goLong() { return { lots: this.lots }; }
       }
       export default ({ lots }) => new Mine(lots);`,
    );
    const { code, out } = await run(["backtest", "--data", csv, "--strategy", file, "--param", "lots=7", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ openPosition: "7" });
  });

  test.each([
    { what: "no arguments", args: () => ["backtest"], said: "--data" },
    { what: "an unknown command", args: () => ["trade"], said: "unknown command" },
    { what: "an unknown option", args: () => backtest("--sed", "1"), said: "--sed" },
    {
      what: "an unknown strategy",
      args: () => ["backtest", "--data", csv, "--strategy", "magic"],
      said: "strategy/not-found",
    },
    {
      what: "a module that is not there",
      args: () => ["backtest", "--data", csv, "--strategy", "no.mjs"],
      said: "strategy/not-found",
    },
    { what: "a bad parameter", args: () => backtest("--param", "fast=50"), said: "slow must be more than fast" },
    { what: "an unknown parameter", args: () => backtest("--param", "fats=5"), said: "fats" },
    { what: "a parameter without a value", args: () => backtest("--param", "fast"), said: "name=value" },
    { what: "a bad number", args: () => backtest("--seed", "x"), said: "seed must be a number" },
    { what: "a bad amount", args: () => backtest("--cash", "lots"), said: "cash must be" },
    {
      what: "a missing file",
      args: () => ["backtest", "--data", "none.csv", "--strategy", "ema-cross"],
      said: "data/unreadable-file",
    },
    { what: "a bad fingerprint", args: () => backtest("--expect", "12"), said: "64 hex digits" },
  ])("answers $what with exit code 2 and the reason", async ({ args, said }) => {
    const { code, out, error } = await run(args());
    expect(code).toBe(2);
    expect(error).toContain(said);
    expect(out).toBe("");
  });

  test("names the candle at which a strategy of the user's own fails", async () => {
    const file = join(folder, "failing.mjs");
    const engine = new URL("../index.ts", import.meta.url).href;
    writeFileSync(
      file,
      `import { Strategy } from "${engine}";
       class Failing extends Strategy {
         name = "failing";
         onCandle({ index }) { if (index === 5) throw new TypeError("no such level"); }
       }
       export default () => new Failing();`,
    );
    const { code, error } = await run(["backtest", "--data", csv, "--strategy", file]);
    expect(code).toBe(2);
    expect(error).toContain("strategy/failed: failing failed at candle 5: no such level");
  });

  test("answers a module that makes no strategy with exit code 2", async () => {
    const [nothing, other] = [join(folder, "nothing.mjs"), join(folder, "other.mjs")];
    writeFileSync(nothing, "export const strategy = 1;");
    writeFileSync(other, "export default () => ({});");
    for (const file of [nothing, other]) {
      const { code, error } = await run(["backtest", "--data", csv, "--strategy", file]);
      expect(code).toBe(2);
      expect(error).toContain("strategy/not-found");
    }
  });

  test("answers a journal that cannot be written with exit code 2", async () => {
    const { code, error } = await run(backtest("--journal", join(folder, "no-folder", "journal.jsonl")));
    expect(code).toBe(2);
    expect(error).toContain("data/unwritable-file");
  });

  test("answers what nobody foresaw with exit code 70", async () => {
    let error = "";
    const output = {
      out() {
        throw new Error("the pipe is gone");
      },
      error: (text: string) => void (error += text),
    };
    expect(await main(backtest(), output, new AbortController().signal)).toBe(70);
    expect(error).toContain("internal error");
  });

  test("names file, line and column of bad data", async () => {
    const file = join(folder, "bad.csv");
    writeFileSync(file, `${candleFile(3)}\n1577847600,1,2,x,1,1`);
    const { code, error } = await run(["backtest", "--data", file, "--strategy", "ema-cross"]);
    expect(code).toBe(2);
    expect(error).toContain("line 5: low must be a plain positive number");
  });

  test("shows help with an example", async () => {
    const { code, out } = await run(["backtest", "--help"]);
    expect(code).toBe(0);
    expect(out).toContain("Example:");
    expect(out).toContain("--seed");
  });

  test("stops when it is interrupted, with exit code 130", async () => {
    const long = join(folder, "long.csv");
    writeFileSync(long, candleFile(60_000));
    const { code, out, error } = await run(
      ["backtest", "--data", long, "--strategy", "buy-and-hold"],
      AbortSignal.abort(),
    );
    expect(code).toBe(130);
    expect(error).toContain("stopped after 50000 of 60000 candles");
    expect(out).toBe("");
  });

  test("works as the installed command", async () => {
    const bin = fileURLToPath(new URL("../../bin/trigate-engine.mjs", import.meta.url));
    const child = spawn(process.execPath, [bin, ...backtest("--json")], { stdio: ["ignore", "pipe", "pipe"] });
    let out = "";
    child.stdout.on("data", (chunk: Buffer) => void (out += chunk.toString()));
    const code = await new Promise((resolve) => child.once("close", resolve));
    expect(code).toBe(0);
    expect(() => Report.parse(JSON.parse(out))).not.toThrow();
  });
});
