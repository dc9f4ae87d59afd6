import type { BranchCoverage, FileCoverage, FunctionCoverage } from "../../core/coverage.ts";
import { MOST_BRANCHES, toCount, toLine } from "../counts.ts";
import { LineHits } from "../line-hits.ts";
import { type ParsedCoverage, toParsedCoverage } from "../parsed-coverage.ts";
import { type Attributes, type Complain, readXml, type XmlHandler } from "./xml-report.ts";

/**
 * Reads Cobertura XML of any writer. Never throws. Every `source` is a folder that the files may lie in; a file with several
 * classes is added up; the lines of methods, which repeat those of their class, count only where a class lists none. Of a
 * line's branches the report tells only how many were taken, so the first so many are held for taken.
 */
export function parseCobertura(text: string): ParsedCoverage {
  const sources: string[] = [];
  const files: FileCoverage[] = [];
  const problems = readXml(
    { name: "cobertura", root: "coverage" },
    text,
    (complain) => new CoberturaHandler(complain, { sources, files }),
  );
  return toParsedCoverage("cobertura", { files, problems, sources: [...new Set(sources)] });
}

interface CountedLine {
  readonly line: number;
  readonly hits: number;
  readonly branches: { readonly total: number; readonly covered: number } | undefined;
}

/** The lines of a class, or of its methods. */
class Listing {
  readonly lines = new LineHits();
  readonly branches = new Map<number, { total: number; covered: number; hits: number }>();

  add({ line, hits, branches }: CountedLine): void {
    this.lines.add(line, hits);
    if (branches === undefined) return;
    const known = this.branches.get(line);
    // A line that is listed twice belongs to two instances of a template: their branches stand side by side.
    this.branches.set(line, {
      total: branches.total + (known?.total ?? 0),
      covered: branches.covered + (known?.covered ?? 0),
      hits: hits + (known?.hits ?? 0),
    });
  }

  toBranches(): BranchCoverage[] {
    return [...this.branches].flatMap(([line, { total, covered, hits }]) =>
      Array.from({ length: total }, (_, index) => ({
        line,
        block: "0",
        branch: String(index),
        taken: hits === 0 && covered === 0 ? null : index < covered ? 1 : 0,
      })),
    );
  }
}

interface OpenClass {
  readonly file: string;
  readonly own: Listing;
  readonly ofMethods: Listing;
  readonly functions: FunctionCoverage[];
}

class CoberturaHandler implements XmlHandler {
  readonly #complain: Complain;
  readonly #sources: string[];
  readonly #files: FileCoverage[];
  #class: OpenClass | undefined;
  #method: { readonly name: string; first: { line: number; hits: number } | undefined } | undefined;
  #source: string | undefined;

  constructor(complain: Complain, { sources, files }: { sources: string[]; files: FileCoverage[] }) {
    this.#complain = complain;
    this.#sources = sources;
    this.#files = files;
  }

  open(name: string, attributes: Attributes): void {
    if (name === "line") this.#line(attributes);
    else if (name === "method") this.#method = { name: attributes["name"] ?? "", first: undefined };
    else if (name === "class") this.#openClass(attributes["filename"]?.trim() ?? "");
    else if (name === "source") this.#source = "";
  }

  text(words: string): void {
    if (this.#source !== undefined) this.#source += words;
  }

  close(name: string): void {
    if (name === "method") this.#closeMethod();
    else if (name === "class") this.#closeClass();
    else if (name === "source") {
      const source = this.#source?.trim() ?? "";
      if (source !== "") this.#sources.push(source);
      this.#source = undefined;
    }
  }

  #openClass(file: string): void {
    if (file === "") this.#complain("a class names no file");
    this.#class = { file, own: new Listing(), ofMethods: new Listing(), functions: [] };
  }

  #line(attributes: Attributes): void {
    const open = this.#class;
    if (open === undefined) {
      this.#complain("a line stands outside of a class");
      return;
    }
    const { number, hits: written } = attributes;
    const line = toLine(number);
    const hits = toCount(written);
    if (line === undefined || hits === undefined)
      this.#complain(`number="${short(number)}" hits="${short(written)}" is not a line and its hits`);
    else if (line > 0) this.#addLine(open, { line, hits, branches: this.#branches(attributes) });
  }

  #addLine({ own, ofMethods }: OpenClass, counted: CountedLine): void {
    const method = this.#method;
    if (method === undefined) {
      own.add(counted);
      return;
    }
    ofMethods.add(counted);
    const { line, hits } = counted;
    if (method.first === undefined || line < method.first.line) method.first = { line, hits };
  }

  /** Such as `50% (1/2)`; a branch whose share is not told has no place in the totals. */
  #branches({ branch, "condition-coverage": share }: Attributes): CountedLine["branches"] {
    if (share === undefined || branch?.toLowerCase() !== "true") return undefined;
    const match = /\((\d{1,5})\/(\d{1,5})\)/.exec(share);
    const covered = Number(match?.[1]);
    const total = Number(match?.[2]);
    if (match !== null && covered <= total && total <= MOST_BRANCHES) return { total, covered };
    this.#complain(`condition-coverage="${short(share)}" does not tell how many branches were taken`);
    return undefined;
  }

  #closeMethod(): void {
    const method = this.#method;
    this.#method = undefined;
    if (method?.first === undefined || method.name === "") return;
    this.#class?.functions.push({ name: method.name, ...method.first });
  }

  #closeClass(): void {
    const open = this.#class;
    this.#class = undefined;
    this.#method = undefined;
    if (open === undefined || open.file === "") return;
    const listing = open.own.lines.size > 0 ? open.own : open.ofMethods;
    this.#files.push({
      file: open.file,
      lines: listing.lines.drain(),
      branches: listing.toBranches(),
      functions: open.functions,
    });
  }
}

function short(text = ""): string {
  return text.slice(0, 40);
}
