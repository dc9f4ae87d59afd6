import { z } from "zod";
import type { BranchCoverage, FileCoverage, FunctionCoverage } from "../../core/coverage.ts";
import { LineHits } from "../line-hits.ts";
import { type ParsedCoverage, toParsedCoverage } from "../parsed-coverage.ts";
import { parseJson, shaped } from "./json-report.ts";
import { MappedLines } from "./v8-mapped-lines.ts";
import { type Span, V8Ranges } from "./v8-ranges.ts";

const Offset = z.number().int().nonnegative();
const Script = z.object({
  url: z.string(),
  functions: z.array(
    z.object({
      functionName: z.string(),
      isBlockCoverage: z.boolean(),
      ranges: z.array(z.object({ startOffset: Offset, endOffset: Offset, count: z.number().int() })).min(1),
    }),
  ),
});
type Script = z.infer<typeof Script>;

const CachedMap = z.object({
  lineLengths: z.array(Offset),
  url: z.string().nullish(),
  data: z
    .object({ mappings: z.string(), sources: z.array(z.string().nullable()), sourceRoot: z.string().nullish() })
    .nullable(),
});
type CachedMap = z.infer<typeof CachedMap>;

const Report = z.object({
  result: z.array(Script),
  "source-map-cache": z.record(z.string(), CachedMap).optional(),
});

/** The text of a source that a report names by its `file:` address, or `undefined` when it is not there. */
export type SourceOf = (path: string) => Promise<string | undefined>;

/**
 * Reads what Node writes to `NODE_V8_COVERAGE`. Never throws. V8 tells ranges of characters of the text that it ran: of the
 * source itself, which `sourceOf` gives, or of one made from it, which Node's cache of source maps leads back. A script whose
 * text is not the one that ran, or that was made from a source without a map, is named as unmapped, and no line is claimed
 * for it. V8 does not tell which lines are code, so in a source without a map every line with a letter or digit outside
 * of comments counts. Node's own scripts, evaluated text and installed packages are left out.
 */
export async function parseV8(text: string, sourceOf: SourceOf): Promise<ParsedCoverage> {
  const json = parseJson("v8", text);
  return json.ok ? readV8(json.value, sourceOf) : { files: [], problems: [json.problem] };
}

/** {@link parseV8} of JSON that is parsed already. */
export async function readV8(value: unknown, sourceOf: SourceOf): Promise<ParsedCoverage> {
  const report = shaped("v8", value, Report);
  if (!report.ok) return { files: [], problems: [report.problem] };
  const maps = report.value["source-map-cache"] ?? {};
  const files: FileCoverage[] = [];
  const unmapped: Record<string, string> = {};
  for (const script of report.value.result) {
    const path = pathOf(script.url);
    if (path === undefined) continue;
    const map = maps[script.url];
    const read =
      map === undefined ? await readPlain(script, { path, sourceOf }) : readMapped(script, { map, url: script.url });
    if (typeof read === "string") unmapped[path] = read;
    else files.push(...read);
  }
  return toParsedCoverage("v8", { files, problems: [], unmapped, isEmptyFine: true });
}

/** The path of a script that is somebody's source; `undefined` for Node's own, evaluated ones and installed packages. */
function pathOf(url: string): string | undefined {
  if (!url.startsWith("file://") || /\/node_modules\//.test(url)) return undefined;
  try {
    return decodeURIComponent(new URL(url).pathname).replace(/^\/([A-Za-z]:)/, "$1");
  } catch {
    // An address that is none, or a lone percent sign: the script cannot be found under it.
    return undefined;
  }
}

async function readPlain(
  script: Script,
  { path, sourceOf }: { path: string; sourceOf: SourceOf },
): Promise<readonly FileCoverage[] | string> {
  const written = await sourceOf(path);
  if (written === undefined) return "its text is not there any more";
  // Node takes the mark off before it hands a text to V8.
  const text = written.replace(/^\ufeff/, "");
  if (/^\s*\/\/[#@] sourceMappingURL=/m.test(text))
    return "it was made from another source, and its source map was not recorded; run Node with --enable-source-maps";
  if (!isTextThatRan(script, text))
    return "its text is not the one that ran: it was edited since, or transformed when it was loaded";
  const ranges = new V8Ranges(script.functions);
  const starts = lineStarts(text);
  const lines = new LineHits();
  for (const { line, span } of codeLines(text, starts)) lines.add(line, ranges.hitsOf(span));
  const lineOf = (offset: number) => lineAt(starts, offset);
  return [{ file: path, lines: lines.drain(), ...branchesAndFunctions(script, lineOf) }];
}

/**
 * The function without a name that begins at 0 is the whole text. Node leaves TypeScript's types out without moving
 * anything, and adds one line with the address.
 */
function isTextThatRan({ url, functions }: Script, text: string): boolean {
  const whole = functions.find(({ functionName, ranges: [own] }) => functionName === "" && own?.startOffset === 0);
  const ends = functions.flatMap(({ ranges }) => ranges.map(({ endOffset }) => endOffset));
  if (whole === undefined) return ends.every((end) => end <= text.length);
  const end = whole.ranges[0]?.endOffset ?? 0;
  return end === text.length || end === text.length + `\n\n//# sourceURL=${url}`.length;
}

function readMapped(script: Script, { map, url }: { map: CachedMap; url: string }): readonly FileCoverage[] | string {
  if (map.data === null) return "its source map could not be read";
  const starts = [0];
  for (const length of map.lineLengths) starts.push((starts.at(-1) ?? 0) + length + 1);
  const mapped = MappedLines.read(map.data.mappings, map.data.sources.length);
  if (mapped === undefined) return "its source map is broken";
  const ranges = new V8Ranges(script.functions);
  const lines = mapped.hits((line, column) => ranges.hitsAt((starts[line] ?? 0) + column));
  const originalOf = (offset: number) => {
    const line = lineAt(starts, offset);
    return mapped.originalOf(line - 1, offset - (starts[line - 1] ?? 0));
  };
  return map.data.sources.flatMap((source, index) => {
    const hits = lines.get(index);
    if (source === null || hits === undefined) return [];
    const lineOf = (offset: number) => {
      const original = originalOf(offset);
      return original?.source === index ? original.line : 0;
    };
    const base =
      map.url === null || map.url === undefined || map.url.startsWith("data:") ? url : resolved(map.url, url);
    const file = resolved(source, resolved(withSlash(map.data?.sourceRoot ?? ""), base));
    return [{ file: pathOf(file) ?? file, lines: hits, ...branchesAndFunctions(script, lineOf) }];
  });
}

function withSlash(folder: string): string {
  return folder === "" || folder.endsWith("/") ? folder : `${folder}/`;
}

function resolved(path: string, base: string): string {
  try {
    return new URL(path, base).href;
  } catch {
    // Neither is an address; the path is then told as it is written.
    return path;
  }
}

function branchesAndFunctions(
  { functions: entries }: Script,
  lineOf: (offset: number) => number,
): Pick<FileCoverage, "branches" | "functions"> {
  const branches: BranchCoverage[] = [];
  const functions: FunctionCoverage[] = [];
  entries.forEach(({ functionName, isBlockCoverage, ranges: [own, ...blocks] }, index) => {
    const line = own === undefined ? 0 : lineOf(own.startOffset);
    // The function without a name that begins the text is the text itself.
    if (own !== undefined && line > 0 && (functionName !== "" || own.startOffset > 0))
      functions.push({ name: functionName || `(anonymous_${index})`, line, hits: Math.max(0, own.count) });
    if (!isBlockCoverage) return;
    blocks.forEach(({ startOffset, count }, branch) => {
      const at = lineOf(startOffset);
      if (at > 0) branches.push({ line: at, block: String(index), branch: String(branch), taken: Math.max(0, count) });
    });
  });
  return { branches, functions };
}

/** Offset at which each line begins. */
function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** The line, from 1, that an offset lies on. */
function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return low + 1;
}

/** The lines that hold more than blanks, punctuation and comments, with the span from their first to their last character. */
function* codeLines(text: string, starts: readonly number[]): Generator<{ line: number; span: Span }> {
  let isInComment = false;
  for (const [index, start] of starts.entries()) {
    const written = text.slice(start, starts[index + 1] ?? text.length);
    const trimmed = written.trim();
    const isInterpreter = index === 0 && trimmed.startsWith("#!");
    const { code, isOpen } = withoutComment(trimmed, isInComment);
    isInComment = isOpen;
    if (isInterpreter || !/\w/.test(code)) continue;
    const first = start + written.indexOf(trimmed);
    yield { line: index + 1, span: { start: first, end: first + trimmed.length } };
  }
}

/**
 * What of a line stands outside of a comment that begins it or that it began in, and whether a comment goes on behind it.
 * Comments further inside of a line do not matter: there is code before them.
 */
function withoutComment(trimmed: string, isInComment: boolean): { code: string; isOpen: boolean } {
  const isBlock = isInComment || trimmed.startsWith("/*");
  const end = trimmed.lastIndexOf("*/");
  if (isBlock) return { code: end === -1 ? "" : trimmed.slice(end + 2), isOpen: end === -1 };
  return { code: trimmed.startsWith("//") ? "" : trimmed, isOpen: false };
}
