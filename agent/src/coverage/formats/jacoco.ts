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
  const problems = readXml("jacoco", text, (complain) => new JacocoHandler(complain, files));
  return toParsedCoverage("jacoco", { files, problems });
}

interface OpenMethod {
  readonly name: string;
  readonly line: number;
  readonly functions: FunctionCoverage[];
}

class JacocoHandler implements XmlHandler {
  readonly #complain: Complain;
  readonly #files: FileCoverage[];
  #isFirst = true;
  #package = "";
  /** Name of a source of the open package → functions of its classes. */
  #functions = new Map<string, FunctionCoverage[]>();
  #classFunctions: FunctionCoverage[] | undefined;
  #method: OpenMethod | undefined;
  #source: { readonly name: string; readonly lines: LineHits; readonly branches: BranchCoverage[] } | undefined;

  constructor(complain: Complain, files: FileCoverage[]) {
    this.#complain = complain;
    this.#files = files;
  }

  open(name: string, attributes: Attributes): void {
    if (this.#isFirst && name !== "report") this.#complain(`it begins with <${name.slice(0, 40)}>, not <report>`);
    this.#isFirst = false;
    if (name === "line") this.#line(attributes);
    else if (name === "counter") this.#counter(attributes);
    else if (name === "method") this.#openMethod(attributes);
    else if (name === "class") this.#openClass(attributes["sourcefilename"] ?? "");
    else if (name === "sourcefile") this.#openSource(attributes["name"] ?? "");
    else if (name === "package") {
      this.#package = attributes["name"] ?? "";
      this.#functions = new Map();
    }
  }

  close(name: string): void {
    if (name === "method") this.#method = undefined;
    else if (name === "class") this.#classFunctions = undefined;
    else if (name === "sourcefile" && this.#source !== undefined) {
      const { name: source, lines, branches } = this.#source;
      this.#source = undefined;
      const file = this.#package === "" ? source : `${this.#package}/${source}`;
      if (source !== "")
        this.#files.push({ file, lines: lines.drain(), branches, functions: this.#functions.get(source) ?? [] });
    }
  }

  #openClass(source: string): void {
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

  #openSource(name: string): void {
    if (name === "") this.#complain("a source file has no name");
    this.#source = { name, lines: new LineHits(), branches: [] };
  }

  #line(attributes: Attributes): void {
    const source = this.#source;
    if (source === undefined) {
      this.#complain("a line stands outside of a source file");
      return;
    }
    const { ci, mi, cb = "0", mb = "0" } = attributes;
    const line = toLine(attributes["nr"]);
    const covered = toCount(ci);
    const taken = toCount(cb);
    const missed = toCount(mb);
    // Some writers leave the instructions out; then nothing tells whether the line ran.
    if (line === undefined || covered === undefined || toCount(mi) === undefined) {
      this.#complain(`line ${(attributes["nr"] ?? "").slice(0, 20)} does not tell its missed and covered instructions`);
      return;
    }
    if (taken === undefined || missed === undefined || taken + missed > MOST_BRANCHES) {
      this.#complain(`line ${line}: mb="${mb.slice(0, 20)}" cb="${cb.slice(0, 20)}" are no counts of branches`);
      return;
    }
    if (line === 0) return;
    source.lines.add(line, covered > 0 ? 1 : 0);
    for (let index = 0; index < taken + missed; index++)
      source.branches.push({
        line,
        block: "0",
        branch: String(index),
        taken: covered === 0 && taken === 0 ? null : index < taken ? 1 : 0,
      });
  }
}
