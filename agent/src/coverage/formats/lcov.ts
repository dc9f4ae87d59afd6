import type { BranchCoverage, FileCoverage, FunctionCoverage } from "../../core/coverage.ts";
import { LAST_LINE, LineHits } from "../line-hits.ts";
import { mergeCoverage } from "../merge.ts";
import { MOST_PROBLEMS, type ParsedCoverage } from "../parsed-coverage.ts";
import { LineBytes, NO_NUMBER } from "./lcov-bytes.ts";

const COMMA = 44;
const DASH = 45;
const COLON = 58;
const A = 65;

/** What the lines of a report begin with, as {@link LineBytes.head} gives it. */
const HEAD = {
  /** `DA:` */
  line: 0x44_41_3a,
  /** `BRD`, of which `A:` follows. */
  branch: 0x42_52_44,
  /** `FN:` */
  function: 0x46_4e_3a,
  /** `FND`, of which `A:` follows. */
  functionHits: 0x46_4e_44,
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
  readonly #bytes: LineBytes;
  readonly #problems: string[] = [];
  readonly #files: FileCoverage[] = [];
  readonly #names = new Set<string>();
  /** The lines of the open record; one table for all records, since making and growing one for each costs most of the time. */
  readonly #lines = new LineHits();
  #record: OpenRecord | undefined;
  #line = 0;

  constructor(text: string) {
    this.#bytes = new LineBytes(text);
  }

  scan(): ParsedCoverage {
    const bytes = this.#bytes;
    while (bytes.nextLine()) {
      this.#line++;
      if (!this.#plain(bytes.head())) this.#other(bytes.wholeLine());
    }
    if (this.#record !== undefined) this.#unended(this.#record);
    if (this.#files.length === 0 && this.#problems.length === 0) this.#complain("the report names no file");
    const repeated = this.#names.size < this.#files.length;
    return {
      files: repeated ? mergeCoverage([{ files: this.#files, unplaced: [] }]) : this.#files,
      problems: this.#problems,
    };
  }

  /** Reads a line of one of the kinds that most lines are of, in its most common form; leaves any other. */
  #plain(head: number): boolean {
    switch (head) {
      case HEAD.line:
        return this.#plainLine();
      case HEAD.branch:
        return this.#plainBranch();
      case HEAD.function:
        return this.#plainFunction();
      case HEAD.functionHits:
        return this.#plainFunctionHits();
      default:
        return false;
    }
  }

  /** `DA:<line>,<hits>` of digits. A checksum behind the hits, or a number of another form, is left to {@link LcovScanner.#oddLine}. */
  #plainLine(): boolean {
    const bytes = this.#bytes;
    const line = bytes.number();
    if (line === NO_NUMBER || !bytes.skip(COMMA)) return false;
    const hits = bytes.number();
    if (hits === NO_NUMBER || !bytes.skipEnd()) return false;
    this.#addLine(line, hits);
    return true;
  }

  /** `BRDA:<line>,<block>,<branch>,<taken>` of digits alone; any other is left to {@link LcovScanner.#branch}. */
  #plainBranch(): boolean {
    const branch = this.#skipTail() ? plainBranch(this.#bytes) : undefined;
    if (branch === undefined || this.#record === undefined) return false;
    this.#record.branches.push(branch);
    return true;
  }

  /** `FN:<start>,<name>` or `FN:<start>,<end>,<name>`. */
  #plainFunction(): boolean {
    const bytes = this.#bytes;
    const line = bytes.number();
    if (line === NO_NUMBER || !bytes.skip(COMMA)) return false;
    bytes.skipNumber(COMMA);
    const name = bytes.rest();
    if (name === "" || this.#record === undefined) return false;
    addFunction(this.#record, name, line);
    return true;
  }

  /** `FNDA:<hits>,<name>` */
  #plainFunctionHits(): boolean {
    const bytes = this.#bytes;
    const hits = this.#skipTail() ? bytes.number() : NO_NUMBER;
    const name = hits !== NO_NUMBER && bytes.skip(COMMA) ? bytes.rest() : "";
    if (name === "" || this.#record === undefined) return false;
    append(this.#record.functionHits, name, Math.min(hits, Number.MAX_SAFE_INTEGER));
    return true;
  }

  /** The `A:` of `BRDA:` and `FNDA:`. */
  #skipTail(): boolean {
    return this.#bytes.skip(A) && this.#bytes.skip(COLON);
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
    if (line === "" || line.startsWith("#")) return;
    const colon = line.indexOf(":");
    if (colon === -1) this.#word(line.trim());
    else this.#keyed(line.slice(0, colon), line.slice(colon + 1));
  }

  #word(word: string): void {
    if (word === "") return;
    if (word !== "end_of_record") this.#complain("this is no LCOV record");
    else if (this.#record === undefined) this.#complain("end_of_record without a record");
    else this.#close(this.#record);
  }

  #keyed(key: string, value: string): void {
    const readFunction = FUNCTION_RECORDS.get(key);
    if (readFunction !== undefined) this.#function({ key, value, read: readFunction });
    else if (key === "SF") this.#open(value.trim());
    else if (key === "DA") this.#oddLine(value);
    else if (key === "BRDA") this.#branch(value);
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

  #branch(value: string): void {
    const branch = writtenBranch(value);
    if (branch === undefined) this.#complain(`BRDA:${value.slice(0, 40)} is not a line, block, branch and count`);
    else if (this.#record === undefined) this.#complain("BRDA stands outside of a file's record");
    else if (branch.line > 0 && !isUnreachable(branch)) this.#record.branches.push(branch);
  }

  #function({ key, value, read }: { key: string; value: string; read: ReadFunction }): void {
    const record = this.#record;
    if (record === undefined) this.#complain(`${key} stands outside of a file's record`);
    else if (!read(record, value)) this.#complain(`${key}:${value.slice(0, 40)} cannot be read`);
  }
}

/** A branch of digits alone, from behind its `BRDA:` to the end of the line; `undefined` for any other. */
function plainBranch(bytes: LineBytes): BranchCoverage | undefined {
  const line = bytes.number();
  const block = bytes.skip(COMMA) ? bytes.digits() : "";
  const branch = bytes.skip(COMMA) ? bytes.digits() : "";
  if (line < 1 || line > LAST_LINE || branch === "" || !bytes.skip(COMMA)) return undefined;
  const taken = plainTaken(bytes);
  return taken === undefined ? undefined : { line, block, branch, taken };
}

/** The count that ends a line; `null` for a branch that was not reached, `undefined` for what is no count. */
function plainTaken(bytes: LineBytes): number | null | undefined {
  const taken = bytes.skip(DASH) ? null : bytes.number();
  if (taken === NO_NUMBER || !bytes.skipEnd()) return undefined;
  return taken === null ? null : Math.min(taken, Number.MAX_SAFE_INTEGER);
}

/** `<line>,[e or f][U]<block>,<branch>,<taken>`, where the branch may be an expression with commas. */
function writtenBranch(value: string): BranchCoverage | undefined {
  const [, lineText, block = "", branch = "", takenText = ""] = /^(\d+),([^,]*),(.*),([^,]*)$/s.exec(value) ?? [];
  const line = Number(lineText);
  const taken = takenText.trim() === "-" ? null : countOf(takenText.trim());
  if (lineText === undefined || taken === undefined || line > LAST_LINE) return undefined;
  return { line, block, branch, taken };
}

/** Marked so by the writer, and not taken either. */
function isUnreachable({ block, taken }: BranchCoverage): boolean {
  return /^[ef]?U/.test(block) && !taken;
}

function addFunction({ functionLines }: OpenRecord, name: string, line: number): void {
  if (line > 0 && line <= LAST_LINE) append(functionLines, name, line);
}

/** `<hits>,<name>` */
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

/** Takes the value of a record into the file's; tells whether it could be read. */
type ReadFunction = (record: OpenRecord, value: string) => boolean;

const FUNCTION_RECORDS: ReadonlyMap<string, ReadFunction> = new Map([
  // Its one form was looked for before; whatever else begins so cannot be read.
  ["FN", () => false],
  ["FNDA", countFunction],
  ["FNL", declareGroup],
  ["FNA", countAlias],
]);

function append(map: Map<string, number[]>, key: string, value: number): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

function add(a: number, b: number): number {
  return Math.min(a + b, Number.MAX_SAFE_INTEGER);
}

function isDigits(text: string): boolean {
  return /^\d+$/.test(text);
}

/** A count, which large ones may be written as `1.8e+19`; beyond 2^53 − 1 it is that. */
function countOf(text: string): number | undefined {
  if (!isDigits(text) && !/^\d+(\.\d+)?(e\+?\d+)?$/i.test(text)) return undefined;
  return Math.min(Math.trunc(Number(text)), Number.MAX_SAFE_INTEGER);
}
