import type { BranchCoverage, FileCoverage, FunctionCoverage } from "../../core/coverage.ts";
import { LAST_LINE, LineHits } from "../line-hits.ts";
import { mergeCoverage } from "../merge.ts";
import { MOST_PROBLEMS, type ParsedCoverage } from "../parsed-coverage.ts";

const CODE = {
  lf: 10,
  cr: 13,
  hash: 35,
  comma: 44,
  dash: 45,
  zero: 48,
  nine: 57,
  colon: 58,
  A: 65,
  B: 66,
  D: 68,
  R: 82,
} as const;

/**
 * Reads LCOV tracefiles up to version 2.2 in one pass. Never throws. Records of the same file are added up; lines and
 * branches numbered 0, which some writers use for what has no place, are left out, and so are MC/DC records and branches
 * marked unreachable that were not taken. What is cut off or unreadable is named in `problems` with its line.
 */
export function parseLcov(text: string): ParsedCoverage {
  return new LcovScanner(text).scan();
}

interface OpenRecord {
  readonly file: string;
  readonly startedAtLine: number;
  readonly branches: BranchCoverage[];
  /** Name → lines, from FN; functions of one name are counted in the order in which they are introduced. */
  readonly functionLines: Map<string, number[]>;
  readonly functionHits: Map<string, number[]>;
  /** Index → line, from FNL. */
  readonly groupLines: Map<string, number>;
  readonly aliases: FunctionCoverage[];
}

class LcovScanner {
  readonly #text: string;
  readonly #problems: string[] = [];
  readonly #files: FileCoverage[] = [];
  readonly #names = new Set<string>();
  /** The lines of the open record; one table for all records, since making and growing one for each costs most of the time. */
  readonly #lines = new LineHits();
  #record: OpenRecord | undefined;
  #line = 0;

  constructor(text: string) {
    this.#text = text;
  }

  scan(): ParsedCoverage {
    const text = this.#text;
    const { length } = text;
    let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
    while (at < length) {
      this.#line++;
      const afterNumbers = this.#plainLine(at) || this.#plainBranch(at);
      if (afterNumbers !== 0) {
        at = afterNumbers;
        continue;
      }
      const lf = text.indexOf("\n", at);
      const next = lf === -1 ? length : lf + 1;
      let end = lf === -1 ? length : lf;
      if (end > at && text.charCodeAt(end - 1) === CODE.cr) end--;
      if (end > at && text.charCodeAt(at) !== CODE.hash) this.#other(text.slice(at, end));
      at = next;
    }
    if (this.#record !== undefined) this.#unended(this.#record);
    if (this.#files.length === 0 && this.#problems.length === 0) this.#complain("the report names no file");
    const repeated = this.#names.size < this.#files.length;
    return {
      files: repeated ? mergeCoverage([{ files: this.#files, unplaced: [] }]) : this.#files,
      problems: this.#problems,
    };
  }

  /** `DA:<line>,<hits>` makes up most of a report, so it is read digit by digit. Gives the start of the next line, or 0 for anything else. */
  #plainLine(start: number): number {
    const text = this.#text;
    if (
      text.charCodeAt(start) !== CODE.D ||
      text.charCodeAt(start + 1) !== CODE.A ||
      text.charCodeAt(start + 2) !== CODE.colon
    )
      return 0;
    let at = start + 3;
    let line = 0;
    let code = text.charCodeAt(at);
    while (code >= CODE.zero && code <= CODE.nine) {
      line = line * 10 + (code - CODE.zero);
      code = text.charCodeAt(++at);
    }
    if (code !== CODE.comma || at === start + 3) return 0;
    const hitsStart = ++at;
    let hits = 0;
    code = text.charCodeAt(at);
    while (code >= CODE.zero && code <= CODE.nine) {
      hits = hits * 10 + (code - CODE.zero);
      code = text.charCodeAt(++at);
    }
    if (at === hitsStart) return 0;
    if (code === CODE.cr) code = text.charCodeAt(++at);
    // A checksum behind the hits, or a number of another form, is for the slow path.
    if (code !== CODE.lf && at < text.length) return 0;
    this.#addLine(line, hits);
    return at + 1;
  }

  /** `BRDA:<line>,<block>,<branch>,<taken>` of digits alone, as most are; 0 leaves it to {@link LcovScanner.#branch}. */
  #plainBranch(start: number): number {
    const text = this.#text;
    if (
      text.charCodeAt(start) !== CODE.B ||
      text.charCodeAt(start + 1) !== CODE.R ||
      text.charCodeAt(start + 2) !== CODE.D
    )
      return 0;
    const record = this.#record;
    if (record === undefined || text.charCodeAt(start + 3) !== CODE.A || text.charCodeAt(start + 4) !== CODE.colon)
      return 0;
    const afterLine = this.#endOfDigits(start + 5);
    const afterBlock = this.#endOfDigits(afterLine + 1);
    const afterBranch = this.#endOfDigits(afterBlock + 1);
    const takenStart = afterBranch + 1;
    const reached = text.charCodeAt(takenStart) !== CODE.dash;
    const end = reached ? this.#endOfDigits(takenStart) : takenStart + 1;
    const commas =
      text.charCodeAt(afterLine) === CODE.comma &&
      text.charCodeAt(afterBlock) === CODE.comma &&
      text.charCodeAt(afterBranch) === CODE.comma;
    const line = this.#number(start + 5, afterLine);
    const next = text.charCodeAt(end) === CODE.cr ? end + 1 : end;
    if (!commas || end === takenStart || text.charCodeAt(next) !== CODE.lf || line === 0 || line > LAST_LINE) return 0;
    const taken = reached ? Math.min(this.#number(takenStart, end), Number.MAX_SAFE_INTEGER) : null;
    record.branches.push({
      line,
      block: text.slice(afterLine + 1, afterBlock),
      branch: text.slice(afterBlock + 1, afterBranch),
      taken,
    });
    return next + 1;
  }

  #endOfDigits(start: number): number {
    let at = start;
    for (let code = this.#text.charCodeAt(at); code >= CODE.zero && code <= CODE.nine; code = this.#text.charCodeAt(at))
      at++;
    return at;
  }

  #number(start: number, end: number): number {
    let value = 0;
    for (let at = start; at < end; at++) value = value * 10 + (this.#text.charCodeAt(at) - CODE.zero);
    return value;
  }

  #addLine(line: number, hits: number): void {
    if (this.#record === undefined) this.#complain("DA stands outside of a file's record");
    else if (line > LAST_LINE) this.#complain(`${line} is no line number`);
    else if (line > 0) this.#lines.add(line, hits);
  }

  #complain(problem: string): void {
    if (this.#problems.length < MOST_PROBLEMS) this.#problems.push(`lcov, line ${this.#line}: ${problem}`);
  }

  #unended(record: OpenRecord): void {
    this.#complain(
      `the record of ${record.file}, begun in line ${record.startedAtLine}, has no end_of_record; the report may be cut off`,
    );
    this.#close(record);
  }

  #other(line: string): void {
    const colon = line.indexOf(":");
    if (colon === -1) {
      const word = line.trim();
      if (word === "") return;
      if (word !== "end_of_record") this.#complain("this is no LCOV record");
      else if (this.#record === undefined) this.#complain("end_of_record without a record");
      else this.#close(this.#record);
      return;
    }
    const key = line.slice(0, colon);
    const value = line.slice(colon + 1);
    if (key === "SF") this.#open(value.trim());
    else if (key === "DA") this.#oddLine(value);
    else if (key === "BRDA") this.#branch(value);
    else if (key === "FN" || key === "FNDA" || key === "FNL" || key === "FNA") this.#function(key, value);
    // Totals, test names, versions and records of later versions of the format say nothing that is needed here.
    else if (!/^[A-Z][A-Z0-9_]*$/.test(key)) this.#complain("this is no LCOV record");
  }

  #open(file: string): void {
    if (this.#record !== undefined) this.#unended(this.#record);
    if (file === "") this.#complain("SF names no file");
    this.#record = {
      file,
      startedAtLine: this.#line,
      branches: [],
      functionLines: new Map(),
      functionHits: new Map(),
      groupLines: new Map(),
      aliases: [],
    };
  }

  #close({ file, branches, functionLines, functionHits, aliases }: OpenRecord): void {
    const lines = this.#lines.drain();
    this.#record = undefined;
    if (file === "") return;
    const functions: FunctionCoverage[] = [];
    for (const [name, at] of functionLines) {
      const counts = functionHits.get(name) ?? [];
      at.forEach((line, index) => {
        // More counts than functions are those of further tests or aliases of the last one.
        const own = index === at.length - 1 ? counts.slice(index) : counts.slice(index, index + 1);
        functions.push({ name, line, hits: own.reduce(add, 0) });
      });
    }
    this.#names.add(file);
    this.#files.push({ file, lines, branches, functions: [...functions, ...aliases] });
  }

  /** With a checksum behind the hits, or hits that Perl wrote as `1.8e+19`. */
  #oddLine(value: string): void {
    const [line = "", hits = ""] = value.split(",");
    const count = countOf(hits.trim());
    if (!isDigits(line) || count === undefined) this.#complain(`DA:${value.slice(0, 40)} is not a line and its hits`);
    else this.#addLine(Number(line), count);
  }

  /** `<line>,[e or f][U]<block>,<branch>,<taken>`, where the branch may be an expression with commas. */
  #branch(value: string): void {
    const afterLine = value.indexOf(",");
    const afterBlock = value.indexOf(",", afterLine + 1);
    const beforeTaken = value.lastIndexOf(",");
    const line = value.slice(0, Math.max(0, afterLine));
    const takenText = value.slice(beforeTaken + 1).trim();
    const taken = takenText === "-" ? null : countOf(takenText);
    if (
      afterLine === -1 ||
      afterBlock === -1 ||
      beforeTaken <= afterBlock ||
      !isDigits(line) ||
      taken === undefined ||
      Number(line) > LAST_LINE
    ) {
      this.#complain(`BRDA:${value.slice(0, 40)} is not a line, block, branch and count`);
      return;
    }
    if (this.#record === undefined) {
      this.#complain("BRDA stands outside of a file's record");
      return;
    }
    const block = value.slice(afterLine + 1, afterBlock);
    const unreachable = /^[ef]?U/.test(block) && !taken;
    if (Number(line) > 0 && !unreachable)
      this.#record.branches.push({
        line: Number(line),
        block,
        branch: value.slice(afterBlock + 1, beforeTaken),
        taken,
      });
  }

  #function(key: "FN" | "FNDA" | "FNL" | "FNA", value: string): void {
    const record = this.#record;
    if (record === undefined) {
      this.#complain(`${key} stands outside of a file's record`);
      return;
    }
    const understood = { FN: declareFunction, FNDA: countFunction, FNL: declareGroup, FNA: countAlias }[key](
      record,
      value,
    );
    if (!understood) this.#complain(`${key}:${value.slice(0, 40)} cannot be read`);
  }
}

/** `<start>,<name>` or `<start>,<end>,<name>`; a name may have commas, but digits before a second comma are the end. */
function declareFunction({ functionLines }: OpenRecord, value: string): boolean {
  const comma = value.indexOf(",");
  const second = value.indexOf(",", comma + 1);
  const hasEnd = second !== -1 && isDigits(value.slice(comma + 1, second));
  const line = comma === -1 ? "" : value.slice(0, comma);
  const name = value.slice((hasEnd ? second : comma) + 1);
  if (!isDigits(line) || name === "") return false;
  if (Number(line) > 0 && Number(line) <= LAST_LINE) append(functionLines, name, Number(line));
  return true;
}

function countFunction({ functionHits }: OpenRecord, value: string): boolean {
  const comma = value.indexOf(",");
  const hits = comma === -1 ? undefined : countOf(value.slice(0, comma));
  const name = value.slice(comma + 1);
  if (hits === undefined || name === "") return false;
  append(functionHits, name, hits);
  return true;
}

function declareGroup({ groupLines }: OpenRecord, value: string): boolean {
  const [index, line] = value.split(",");
  if (index === undefined || line === undefined || !isDigits(line)) return false;
  groupLines.set(index, Number(line));
  return true;
}

function countAlias({ groupLines, aliases }: OpenRecord, value: string): boolean {
  const comma = value.indexOf(",");
  const second = value.indexOf(",", comma + 1);
  const line = groupLines.get(value.slice(0, Math.max(0, comma)));
  const hits = second === -1 ? undefined : countOf(value.slice(comma + 1, second));
  const name = value.slice(second + 1);
  if (line === undefined || hits === undefined || name === "") return false;
  if (line > 0 && line <= LAST_LINE) aliases.push({ name, line, hits });
  return true;
}

function append(map: Map<string, number[]>, key: string, value: number): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

function add(a: number, b: number): number {
  return Math.min(a + b, Number.MAX_SAFE_INTEGER);
}

function isDigits(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < CODE.zero || code > CODE.nine) return false;
  }
  return text !== "";
}

/** A count, which large ones may be written as `1.8e+19`; beyond 2^53 − 1 it is that. */
function countOf(text: string): number | undefined {
  if (!isDigits(text) && !/^\d+(\.\d+)?(e\+?\d+)?$/i.test(text)) return undefined;
  return Math.min(Math.trunc(Number(text)), Number.MAX_SAFE_INTEGER);
}
