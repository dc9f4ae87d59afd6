import type { FileCoverage } from "../../core/coverage.ts";
import { LAST_LINE } from "../line-hits.ts";
import { MOST_PROBLEMS, type ParsedCoverage, toParsedCoverage } from "../parsed-coverage.ts";

/** A block of statements without a branch; one of more lines than this is a fault of the report. */
const MOST_LINES = 20_000;

const BLOCK = /^(.+):(\d{1,10})\.\d{1,10},(\d{1,10})\.(\d{1,10}) (\d{1,10}) (\d{1,20})$/;

const MODES: ReadonlySet<string> = new Set(["set", "count", "atomic"]);

interface Block {
  readonly first: number;
  readonly last: number;
  hits: number;
}

/**
 * Reads Go's coverage profiles (`go test -coverprofile`) of every mode, several behind each other. Never throws. A block that
 * several packages report is one block: ran or not in mode `set`, added up otherwise. A line has the hits of the block on
 * it that ran most often; a profile knows neither branches nor functions. Files are called as Go imports them.
 */
export function parseGoProfile(text: string): ParsedCoverage {
  const reader = new ProfileReader();
  let at = 0;
  for (let number = 1; at < text.length; number++) {
    const lf = text.indexOf("\n", at);
    const end = lf === -1 ? text.length : lf;
    reader.line(text.slice(at, end).trimEnd(), { number, at });
    at = end + 1;
  }
  return reader.end(text);
}

/** A line of the report, from 1, and the offset at which it begins. */
interface Place {
  readonly number: number;
  readonly at: number;
}

class ProfileReader {
  readonly #problems: string[] = [];
  readonly #byFile = new Map<string, Map<string, Block>>();
  #mode = "";

  line(line: string, place: Place): void {
    if (line.startsWith("mode: ")) this.#setMode(line.slice("mode: ".length), place);
    else if (line.trim() !== "") this.#block(line, place);
  }

  end(text: string): ParsedCoverage {
    if (this.#mode === "") this.#complain({ number: 1, at: 0 }, "it does not begin with its mode");
    // Each block ends its line; without the end of the last one, its count may be cut off.
    if (text !== "" && !text.endsWith("\n"))
      this.#complain(
        { number: text.split("\n").length, at: text.length },
        "the last line has no end; the report may be cut off",
      );
    const files = [...this.#byFile].map(([file, blocks]) => toFileCoverage(file, blocks));
    return toParsedCoverage("go profile", { files, problems: this.#problems });
  }

  #setMode(mode: string, place: Place): void {
    this.#mode = mode;
    if (!MODES.has(mode)) this.#complain(place, `mode ${mode.slice(0, 20)} is not known`);
  }

  #block(line: string, place: Place): void {
    const written = writtenBlock(line);
    if (written === undefined) this.#complain(place, `${line.slice(0, 60)} is no block`);
    else if (written.hasStatements) this.#add(written);
  }

  #add({ file, key, first, last, hits }: WrittenBlock): void {
    const blocks = this.#byFile.get(file) ?? new Map<string, Block>();
    this.#byFile.set(file, blocks);
    const known = blocks.get(key);
    if (known === undefined) blocks.set(key, { first, last, hits });
    else if (this.#mode === "set") known.hits = Math.max(known.hits, hits);
    else known.hits = Math.min(known.hits + hits, Number.MAX_SAFE_INTEGER);
  }

  #complain({ number, at }: Place, problem: string): void {
    if (this.#problems.length < MOST_PROBLEMS)
      this.#problems.push(`go profile, line ${number}, offset ${at}: ${problem}`);
  }
}

interface WrittenBlock extends Readonly<Block> {
  readonly file: string;
  /** The block's place as it is written, which is the same in the report of each package. */
  readonly key: string;
  readonly hasStatements: boolean;
}

function writtenBlock(line: string): WrittenBlock | undefined {
  const [, file = "", firstText, lastText, , statements, count] = BLOCK.exec(line) ?? [];
  const first = Number(firstText);
  const last = Number(lastText);
  if (file === "" || !isSpan(first, last)) return undefined;
  return {
    file,
    key: line.slice(file.length, line.indexOf(" ", file.length)),
    first,
    last,
    hits: Math.min(Number(count), Number.MAX_SAFE_INTEGER),
    hasStatements: statements !== "0",
  };
}

function isSpan(first: number, last: number): boolean {
  return first >= 1 && last >= first && last <= LAST_LINE && last - first <= MOST_LINES;
}

function toFileCoverage(file: string, blocks: ReadonlyMap<string, Block>): FileCoverage {
  const lines = new Map<number, number>();
  for (const { first, last, hits } of blocks.values())
    for (let line = first; line <= last; line++) lines.set(line, Math.max(hits, lines.get(line) ?? 0));
  return { file, lines: new Map([...lines].toSorted(([a], [b]) => a - b)), branches: [], functions: [] };
}
