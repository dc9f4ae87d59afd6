import type { BranchCoverage, FileCoverage, FunctionCoverage } from "../../core/coverage.ts";
import { MOST_BRANCHES, toCount, toLine } from "../counts.ts";
import { LineHits } from "../line-hits.ts";
import { type ParsedCoverage, toParsedCoverage } from "../parsed-coverage.ts";
import { type Attributes, type Complain, readXml, type XmlHandler } from "./xml-report.ts";

/**
 * Reads Clover XML. Never throws. Statements and conditions are lines; methods are functions alone. A condition has two
 * branches with the times that each was taken, as Clover means it; Istanbul writes how many branches were and were not
 * taken instead, which the file's own totals tell apart. What lies under `testproject` is test code and left out.
 */
export function parseClover(text: string): ParsedCoverage {
  const files: FileCoverage[] = [];
  const problems = readXml(
    { name: "clover", root: "coverage" },
    text,
    (complain) => new CloverHandler(complain, files),
  );
  return toParsedCoverage("clover", { files, problems });
}

interface Condition {
  readonly line: number;
  readonly hits: number;
  readonly yes: number;
  readonly no: number;
}

interface OpenFile {
  readonly file: string;
  readonly lines: LineHits;
  readonly conditions: Condition[];
  readonly functions: FunctionCoverage[];
  totals: { readonly conditionals: number; readonly covered: number } | undefined;
}

class CloverHandler implements XmlHandler {
  readonly #complain: Complain;
  readonly #files: FileCoverage[];
  readonly #path: string[] = [];
  #file: OpenFile | undefined;
  #isTestCode = false;

  constructor(complain: Complain, files: FileCoverage[]) {
    this.#complain = complain;
    this.#files = files;
  }

  open(name: string, attributes: Attributes): void {
    const parent = this.#path.at(-1);
    this.#path.push(name);
    if (name === "testproject") this.#isTestCode = true;
    if (this.#isTestCode) return;
    if (name === "line") this.#line(attributes);
    else if (name === "file") this.#openFile(attributes);
    else if (name === "metrics" && parent === "file") this.#metrics(attributes);
  }

  close(name: string): void {
    this.#path.pop();
    if (name === "testproject") this.#isTestCode = false;
    if (name === "file") this.#closeFile();
  }

  #openFile({ path, name }: Attributes): void {
    const file = path || name || "";
    if (file === "") this.#complain("a file has no name");
    this.#file = { file, lines: new LineHits(), conditions: [], functions: [], totals: undefined };
  }

  #metrics(attributes: Attributes): void {
    const conditionals = toCount(attributes["conditionals"]);
    const covered = toCount(attributes["coveredconditionals"]);
    if (this.#file !== undefined && conditionals !== undefined && covered !== undefined)
      this.#file.totals = { conditionals, covered };
  }

  #line(attributes: Attributes): void {
    const file = this.#file;
    if (file === undefined) {
      this.#complain("a line stands outside of a file");
      return;
    }
    if (attributes["type"] === "cond") this.#condition(file, attributes);
    else this.#counted(file, attributes);
  }

  #counted(file: OpenFile, attributes: Attributes): void {
    const { type = "" } = attributes;
    const line = toLine(attributes["num"]);
    const hits = toCount(attributes["count"]);
    if (line === undefined || hits === undefined) this.#complain(`${type.slice(0, 40)} is not a line and its count`);
    else if (line === 0) return;
    else if (type === "stmt") file.lines.add(line, hits);
    else if (type === "method") file.functions.push({ name: methodName(attributes, line), line, hits });
    else this.#complain(`type="${type.slice(0, 40)}" is neither stmt, cond nor method`);
  }

  #condition(file: OpenFile, attributes: Attributes): void {
    const line = toLine(attributes["num"]);
    const yes = toCount(attributes["truecount"]);
    const no = toCount(attributes["falsecount"]);
    if (line === undefined || yes === undefined || no === undefined) {
      this.#complain("a condition without line, truecount or falsecount");
      return;
    }
    // Clover itself writes no count for a condition: it ran as often as it was true or false.
    const hits = toCount(attributes["count"]) ?? Math.min(yes + no, Number.MAX_SAFE_INTEGER);
    if (line === 0) return;
    file.lines.add(line, hits);
    file.conditions.push({ line, hits, yes, no });
  }

  #closeFile(): void {
    const open = this.#file;
    this.#file = undefined;
    if (open === undefined || open.file === "") return;
    const { file, lines, conditions, functions, totals } = open;
    const countsBranches =
      totals !== undefined &&
      sum(conditions, ({ yes, no }) => yes + no) === totals.conditionals &&
      sum(conditions, ({ yes }) => yes) === totals.covered &&
      conditions.every(({ yes, no }) => yes + no <= MOST_BRANCHES);
    const branches = conditions.flatMap((condition, index) =>
      countsBranches ? takenOfMany(condition, index) : takenOfTwo(condition, index),
    );
    this.#files.push({ file, lines: lines.drain(), branches, functions });
  }
}

function methodName({ name, signature }: Attributes, line: number): string {
  return name || signature || `line ${line}`;
}

function takenOfMany({ line, hits, yes, no }: Condition, index: number): BranchCoverage[] {
  return Array.from({ length: yes + no }, (_, branch) => ({
    line,
    block: String(index),
    branch: String(branch),
    taken: hits === 0 && yes === 0 ? null : branch < yes ? 1 : 0,
  }));
}

function takenOfTwo({ line, hits, yes, no }: Condition, index: number): BranchCoverage[] {
  const reached = hits > 0 || yes > 0 || no > 0;
  const branch = (name: string, taken: number) => ({
    line,
    block: String(index),
    branch: name,
    taken: reached ? taken : null,
  });
  return [branch("true", yes), branch("false", no)];
}

function sum<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((total, value) => total + of(value), 0);
}
