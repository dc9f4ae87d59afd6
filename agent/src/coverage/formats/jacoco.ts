import type { BranchCoverage, FileCoverage, FunctionCoverage } from "../../core/coverage.ts";
import { MOST_BRANCHES, toCount, toLine } from "../counts.ts";
import { LineHits } from "../line-hits.ts";
import { type ParsedCoverage, toParsedCoverage } from "../parsed-coverage.ts";
import { type Attributes, type Complain, readXml, type XmlHandler } from "./xml-report.ts";

/**
 * Reads JaCoCo XML. Never throws. It tells whether a line ran, not how often, so hits are 0 or 1; and of a line's branches
 * only how many were taken, so the first so many are held for taken. A file is called package and name, since the report
 * does not know its source folder.
 */
export function parseJacoco(text: string): ParsedCoverage {
  const files: FileCoverage[] = [];
  const problems = readXml({ name: "jacoco", root: "report" }, text, (complain) => new JacocoHandler(complain, files));
  return toParsedCoverage("jacoco", { files, problems });
}

interface OpenMethod {
  readonly name: string;
  readonly line: number;
  readonly functions: FunctionCoverage[];
}

interface OpenSource {
  readonly name: string;
  readonly lines: LineHits;
  readonly branches: BranchCoverage[];
}

class JacocoHandler implements XmlHandler {
  readonly #complain: Complain;
  readonly #files: FileCoverage[];
  #package = "";
  /** Name of a source of the open package → functions of its classes. */
  #functions = new Map<string, FunctionCoverage[]>();
  #classFunctions: FunctionCoverage[] | undefined;
  #method: OpenMethod | undefined;
  #source: OpenSource | undefined;
  /** The lines of the open source; one table for all of them, since making and growing one for each takes time. */
  readonly #lines = new LineHits();

  constructor(complain: Complain, files: FileCoverage[]) {
    this.#complain = complain;
    this.#files = files;
  }

  open(name: string, attributes: Attributes): void {
    if (name === "line") this.#line(attributes);
    else if (name === "counter") this.#counter(attributes);
    else if (name === "method") this.#openMethod(attributes);
    else if (name === "class") this.#openClass(attributes);
    else if (name === "sourcefile") this.#openSource(attributes);
    else if (name === "package") this.#openPackage(attributes);
  }

  close(name: string): void {
    if (name === "method") this.#method = undefined;
    else if (name === "class") this.#classFunctions = undefined;
    else if (name === "sourcefile") this.#closeSource();
  }

  #openPackage({ name = "" }: Attributes): void {
    this.#package = name;
    this.#functions = new Map();
  }

  #openClass({ sourcefilename: source = "" }: Attributes): void {
    const functions = this.#functions.get(source) ?? [];
    if (source !== "") this.#functions.set(source, functions);
    this.#classFunctions = functions;
  }

  #openMethod(attributes: Attributes): void {
    const line = toLine(attributes["line"]) ?? 0;
    const name = attributes["name"] ?? "";
    // A method without a line was made by the compiler.
    this.#method =
      line > 0 && name !== "" && this.#classFunctions !== undefined
        ? { name, line, functions: this.#classFunctions }
        : undefined;
  }

  #counter({ type, covered }: Attributes): void {
    if (type !== "METHOD" || this.#method === undefined) return;
    const { name, line, functions } = this.#method;
    functions.push({ name, line, hits: (toCount(covered) ?? 0) > 0 ? 1 : 0 });
  }

  #openSource({ name = "" }: Attributes): void {
    if (name === "") this.#complain("a source file has no name");
    this.#lines.drain();
    this.#source = { name, lines: this.#lines, branches: [] };
  }

  #closeSource(): void {
    const source = this.#source;
    this.#source = undefined;
    if (source === undefined || source.name === "") return;
    const { name, lines, branches } = source;
    const file = this.#package === "" ? name : `${this.#package}/${name}`;
    this.#files.push({ file, lines: lines.drain(), branches, functions: this.#functions.get(name) ?? [] });
  }

  #line(attributes: Attributes): void {
    const source = this.#source;
    if (source === undefined) {
      this.#complain("a line stands outside of a source file");
      return;
    }
    const { nr, ci, mi } = attributes;
    const line = toLine(nr);
    const covered = toCount(ci);
    // Some writers leave the instructions out; then nothing tells whether the line ran.
    if (line === undefined || covered === undefined || toCount(mi) === undefined) {
      this.#complain(`line ${short(nr ?? "")} does not tell its missed and covered instructions`);
      return;
    }
    const branches = branchCounts(attributes);
    if (branches === undefined)
      this.#complain(
        `line ${line}: mb="${short(attributes["mb"])}" cb="${short(attributes["cb"])}" are no counts of branches`,
      );
    else if (line > 0) addLine(source, { line, covered, branches });
  }
}

/** A line without counts of branches has none. */
function branchCounts({ cb = "0", mb = "0" }: Attributes): CountedLine["branches"] | undefined {
  const taken = toCount(cb);
  const missed = toCount(mb);
  if (taken === undefined || missed === undefined || taken + missed > MOST_BRANCHES) return undefined;
  return { taken, missed };
}

interface CountedLine {
  readonly line: number;
  /** Instructions that ran. */
  readonly covered: number;
  readonly branches: { readonly taken: number; readonly missed: number };
}

function addLine(source: OpenSource, { line, covered, branches: { taken, missed } }: CountedLine): void {
  source.lines.add(line, covered > 0 ? 1 : 0);
  const length = taken + missed;
  if (length === 0) return;
  const wasReached = covered > 0 || taken > 0;
  for (let index = 0; index < length; index++)
    source.branches.push({ line, block: "0", branch: String(index), taken: wasReached ? Number(index < taken) : null });
}

/** A count that is not written is 0. */
function short(text = "0"): string {
  return text.slice(0, 20);
}
