import type { FileCoverage } from "../../core/coverage.ts";
import { LAST_LINE } from "../line-hits.ts";
import { MOST_PROBLEMS, type ParsedCoverage, toParsedCoverage } from "../parsed-coverage.ts";

/** A block of statements without a branch; one of more lines than this is a fault of the report. */
const MOST_LINES = 20_000;

const BLOCK = /^(.+):(\d{1,10})\.\d{1,10},(\d{1,10})\.(\d{1,10}) (\d{1,10}) (\d{1,20})$/;

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
  const problems: string[] = [];
  const byFile = new Map<string, Map<string, Block>>();
  let mode = "";
  let at = 0;
  for (let number = 1; at < text.length; number++) {
    const lf = text.indexOf("\n", at);
    const end = lf === -1 ? text.length : lf;
    const line = text.slice(at, end).trimEnd();
    if (line.startsWith("mode: ")) {
      mode = line.slice("mode: ".length);
      if (!["set", "count", "atomic"].includes(mode)) complain(number, at, `mode ${mode.slice(0, 20)} is not known`);
    } else if (line.trim() !== "") addBlock(line, { number, at });
    at = end + 1;
  }
  if (mode === "") complain(1, 0, "it does not begin with its mode");
  // Each block ends its line; without the end of the last one, its count may be cut off.
  if (text !== "" && !text.endsWith("\n"))
    complain(text.split("\n").length, text.length, "the last line has no end; the report may be cut off");
  const files = [...byFile].map(([file, blocks]) => toFileCoverage(file, blocks));
  return toParsedCoverage("go profile", { files, problems });

  function complain(line: number, offset: number, problem: string): void {
    if (problems.length < MOST_PROBLEMS) problems.push(`go profile, line ${line}, offset ${offset}: ${problem}`);
  }

  function addBlock(line: string, where: { number: number; at: number }): void {
    const [, file = "", firstText = "", lastText = "", , statements, count] = BLOCK.exec(line) ?? [];
    const first = Number(firstText);
    const last = Number(lastText);
    if (file === "" || first < 1 || last < first || last > LAST_LINE || last - first > MOST_LINES) {
      complain(where.number, where.at, `${line.slice(0, 60)} is no block`);
      return;
    }
    if (statements === "0") return;
    const blocks = byFile.get(file) ?? new Map<string, Block>();
    byFile.set(file, blocks);
    const key = line.slice(file.length, line.indexOf(" ", file.length));
    const hits = Math.min(Number(count), Number.MAX_SAFE_INTEGER);
    const known = blocks.get(key);
    if (known === undefined) blocks.set(key, { first, last, hits });
    else
      known.hits = mode === "set" ? Math.max(known.hits, hits) : Math.min(known.hits + hits, Number.MAX_SAFE_INTEGER);
  }
}

function toFileCoverage(file: string, blocks: ReadonlyMap<string, Block>): FileCoverage {
  const lines = new Map<number, number>();
  for (const { first, last, hits } of blocks.values())
    for (let line = first; line <= last; line++) lines.set(line, Math.max(hits, lines.get(line) ?? 0));
  return { file, lines: new Map([...lines].toSorted(([a], [b]) => a - b)), branches: [], functions: [] };
}
