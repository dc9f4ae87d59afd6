import { createHash } from "node:crypto";
import { basename } from "node:path";
import { z } from "zod";
import { EngineError, type RowProblem } from "../errors/errors.ts";
import type { Candles } from "../model/candles.ts";
import { decimalsOf, parseDecimal } from "../model/decimal.ts";
import type { Files } from "../platform/files.ts";

const COLUMNS = ["time", "open", "high", "low", "close", "volume"] as const;
type Column = (typeof COLUMNS)[number];

/** Names that sources give to the columns; an unnamed first column is the time, as data frames write it. */
const ALIASES: Readonly<Record<string, Column>> = {
  "": "time",
  time: "time",
  date: "time",
  datetime: "time",
  timestamp: "time",
  open_time: "time",
  open: "open",
  high: "high",
  low: "low",
  close: "close",
  volume: "volume",
  vol: "volume",
};

const MAX_LISTED_PROBLEMS = 20;
const MAX_TICK_DECIMALS = 10;

const PRICE = /^\d{1,15}(\.\d{1,10})?$/;
const price = z.string().regex(PRICE, "must be a plain positive number with at most 10 decimals");

const Row = z.object({
  time: z.string().transform((text, context) => {
    const time = parseTime(text);
    if (time !== undefined) return time;
    context.addIssue({
      code: "custom",
      message: `must be ISO time in UTC or epoch seconds or milliseconds, got "${text}"`,
    });
    return z.NEVER;
  }),
  open: price,
  high: price,
  low: price,
  close: price,
  volume: z.coerce.number("must be a number").nonnegative(),
});
type Row = z.output<typeof Row>;

/** How a file is read. */
export interface CsvOptions {
  /** Decimals of one tick, 0 to 10; the most that any price of the file shows unless given. */
  readonly tickDecimals?: number;
}

/**
 * Reads candles from a CSV file with a header line (time, open, high, low, close, volume in any order and case; an unnamed
 * first column is the time). Errors: data/unreadable-file, data/bad-header, data/bad-rows (with line numbers),
 * data/too-few-candles.
 */
export async function readCsvCandles(files: Files, file: string, options: CsvOptions = {}): Promise<Candles> {
  const bytes = await files.read(file).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError("data/unreadable-file", { file, reason }, { cause: error });
  });
  return parseCsvCandles(bytes, file, options);
}

/** Reads candles from the bytes of a CSV file; `file` is named in errors. Errors as readCsvCandles. */
export function parseCsvCandles(bytes: Uint8Array, file: string, options: CsvOptions = {}): Candles {
  const lines = new TextDecoder().decode(bytes).split(/\r?\n/);
  const positions = readHeader(lines[0] ?? "", file);
  const rows = readRows(lines, { file, positions });
  if (rows.length < 2) throw new EngineError("data/too-few-candles", { file, found: rows.length, needed: 2 });
  const dataHash = createHash("sha256").update(bytes).digest("hex");
  return toColumns(rows, { file, dataHash, tickDecimals: options.tickDecimals ?? mostDecimals(rows) });
}

interface CsvHeader {
  readonly file: string;
  readonly positions: ReadonlyMap<Column, number>;
}

/** The rows below the header. Errors: data/bad-rows. */
function readRows(lines: readonly string[], { file, positions }: CsvHeader): readonly Row[] {
  const problems: RowProblem[] = [];
  const rows: Row[] = [];
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line.trim() === "") continue;
    const problem = readRow(line, positions, rows);
    if (problem !== undefined) problems.push({ line: index + 1, problem });
  }
  if (problems.length === 0) return rows;
  throw new EngineError("data/bad-rows", {
    file,
    problems: problems.slice(0, MAX_LISTED_PROBLEMS),
    total: problems.length,
  });
}

function readHeader(line: string, file: string): ReadonlyMap<Column, number> {
  const found = line.replace(/^\uFEFF/, "").split(",");
  const positions = new Map<Column, number>();
  for (const [index, name] of found.entries()) {
    const column = ALIASES[name.trim().toLowerCase()];
    if (column !== undefined && !positions.has(column) && (name.trim() !== "" || index === 0))
      positions.set(column, index);
  }
  const missing = COLUMNS.filter((column) => !positions.has(column));
  if (missing.length > 0) throw new EngineError("data/bad-header", { file, missing, found });
  return positions;
}

/** Appends the row of a line, or says what is wrong with it. */
function readRow(line: string, positions: ReadonlyMap<Column, number>, rows: Row[]): string | undefined {
  const cells = line.split(",");
  const cell = (column: Column) => cells[positions.get(column) ?? -1]?.trim();
  const parsed = plainRow(cell) ?? Row.safeParse(Object.fromEntries(COLUMNS.map((column) => [column, cell(column)])));
  if (!parsed.success) {
    return parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`).join("; ");
  }
  const row = parsed.data;
  const previous = rows.at(-1);
  rows.push(row);
  if (previous !== undefined && row.time <= previous.time) return "time is not after the row before";
  const [open, high, low, close] = [Number(row.open), Number(row.high), Number(row.low), Number(row.close)];
  if (low === 0) return "low is 0: a price must be positive";
  if (high < Math.max(open, close, low)) return "high is below open, close or low";
  if (low > Math.min(open, close)) return "low is above open or close";
  return undefined;
}

/**
 * A row whose cells all have their plainest form. The schema would say the same of it, a few microseconds later: over a
 * million candles that is most of the time a backtest takes. Anything else is left to the schema.
 */
function plainRow(cell: (column: Column) => string | undefined): { success: true; data: Row } | undefined {
  const text = (column: Column) => cell(column) ?? "";
  const [open, high, low, close, volume] = [text("open"), text("high"), text("low"), text("close"), text("volume")];
  const isPlain = PRICE.test(open) && PRICE.test(high) && PRICE.test(low) && PRICE.test(close) && PRICE.test(volume);
  const time = isPlain ? parseTime(text("time")) : undefined;
  return time === undefined
    ? undefined
    : { success: true, data: { time, open, high, low, close, volume: Number(volume) } };
}

/** Milliseconds since 1970. Texts without a zone are UTC: the local zone of a machine must not change results. */
function parseTime(text: string): number | undefined {
  if (/^\d{9,10}$/.test(text)) return Number(text) * 1_000;
  if (/^\d{12,13}$/.test(text)) return Number(text);
  const iso = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?))?(?:Z|\+00:00)?$/.exec(text);
  if (iso === null) return undefined;
  const time = Date.parse(`${iso[1]}T${iso[2] ?? "00:00"}Z`);
  return Number.isNaN(time) ? undefined : time;
}

function mostDecimals(rows: readonly Row[]): number {
  let most = 0;
  for (const row of rows) {
    for (const text of [row.open, row.high, row.low, row.close]) most = Math.max(most, decimalsOf(text) ?? 0);
  }
  return most;
}

interface ColumnsInput {
  readonly file: string;
  readonly dataHash: string;
  readonly tickDecimals: number;
}

function toColumns(rows: readonly Row[], { file, dataHash, tickDecimals }: ColumnsInput): Candles {
  if (!Number.isInteger(tickDecimals) || tickDecimals < 0 || tickDecimals > MAX_TICK_DECIMALS) {
    throw new EngineError("backtest/bad-settings", {
      problems: [`tickDecimals must be 0 to ${MAX_TICK_DECIMALS}, got ${tickDecimals}`],
    });
  }
  const ticks = (column: "open" | "high" | "low" | "close") =>
    Float64Array.from(rows, (row) => {
      const value = parseDecimal(row[column], tickDecimals);
      if (value !== undefined) return value;
      throw new EngineError("model/bad-decimal", {
        what: `a price of ${file}`,
        text: row[column],
        decimals: tickDecimals,
      });
    });
  const openTimeMs = Float64Array.from(rows, (row) => row.time);
  return {
    source: basename(file),
    dataHash,
    tickDecimals,
    timeframeMs: shortestStep(openTimeMs),
    openTimeMs,
    openTicks: ticks("open"),
    highTicks: ticks("high"),
    lowTicks: ticks("low"),
    closeTicks: ticks("close"),
    volume: Float64Array.from(rows, (row) => row.volume),
  };
}

/** Gaps (nights, weekends, missing candles) only make steps longer, so the shortest one is how long a candle lasts. */
function shortestStep(times: Float64Array): number {
  let shortest = Number.POSITIVE_INFINITY;
  for (let i = 1; i < times.length; i++) shortest = Math.min(shortest, (times[i] ?? 0) - (times[i - 1] ?? 0));
  return shortest;
}
