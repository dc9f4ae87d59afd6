import type { Filtered } from "../core/codecov/comparison.ts";
import type { CodecovConfig } from "../core/codecov/config.ts";
import { type Decimal, subtract } from "../core/codecov/decimal.ts";
import { shortCommit, shown } from "../core/codecov/judging.ts";
import type { Totals } from "../core/codecov/report.ts";

type Row = readonly [title: string, before: string, after: string, change: string];

/** The totals before and after as a text table, whose signs a reader of diffs colours. */
export function diffTable({ whole, head, base }: Filtered, config: CodecovConfig): string[] {
  const before = base?.totals;
  const after = head.totals;
  const header: Row = ["##", shortCommit(whole.base.commit ?? "base"), shortCommit(whole.head.commit), "+/-"];
  const groups: Row[][] = [
    [coverageRow(before?.coverage, after.coverage, config)],
    [
      countRow({ title: "Files", of: ({ files }) => files, more: " ", less: " " }, before, after),
      countRow({ title: "Lines", of: ({ lines }) => lines, more: " ", less: " " }, before, after),
      countRow({ title: "Branches", of: ({ branches }) => branches, more: " ", less: " " }, before, after),
    ].flat(),
    [
      countRow({ title: "Hits", of: ({ hits }) => hits, more: "+", less: "-" }, before, after),
      countRow({ title: "Misses", of: ({ misses }) => misses, more: "-", less: "+" }, before, after),
      countRow({ title: "Partials", of: ({ partials }) => partials, more: "-", less: "+" }, before, after),
    ].flat(),
  ];
  const rows = [header, ...groups.flat()];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const write = (row: Row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("   ");
  const width = write(header).length + 5;
  const rule = "=".repeat(width);
  const title = "Coverage Diff".padStart(Math.floor((width - 4 + 13) / 2)).padEnd(width - 4);
  return [
    `@@${title}@@`,
    `${write(header)}   ##`,
    ...groups.flatMap((group) => (group.length === 0 ? [] : [rule, ...group.map((row) => write(row).trimEnd())])),
  ];
}

function coverageRow(before: Decimal | undefined, after: Decimal | undefined, config: CodecovConfig): Row {
  const show = (value: Decimal | undefined) => (value === undefined ? "?" : `${shown(value, config)}%`);
  if (before === undefined || after === undefined) return ["  Coverage", show(before), show(after), ""];
  const change = show(subtract(after, before));
  return [`${signOf(change, "+", "-")} Coverage`, show(before), show(after), withPlus(change)];
}

interface Count {
  readonly title: string;
  readonly of: (totals: Totals) => number;
  /** The sign of a line whose count grew, and of one whose count shrank. */
  readonly more: string;
  readonly less: string;
}

function countRow({ title, of, more, less }: Count, before: Totals | undefined, after: Totals): Row[] {
  const was = before === undefined ? undefined : of(before);
  const is = of(after);
  if (was === 0 && is === 0) return [];
  const change = was === undefined ? "" : String(is - was);
  return [
    [`${signOf(change, more, less)} ${title}`, was === undefined ? "?" : String(was), String(is), withPlus(change)],
  ];
}

function isNothing(change: string): boolean {
  return change === "" || /^-?0(\.0+)?%?$/.test(change);
}

function signOf(change: string, more: string, less: string): string {
  return isNothing(change) ? " " : change.startsWith("-") ? less : more;
}

function withPlus(change: string): string {
  return isNothing(change) ? "" : change.startsWith("-") ? change : `+${change}`;
}
