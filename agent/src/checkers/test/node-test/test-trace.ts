import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { TestInputs, TracedFunction } from "../../../core/impact.ts";
import { readJson } from "../../reading/read-json.ts";
import { TextPositions } from "../../reading/text-positions.ts";
import { type InputSources, testInputsOf } from "../../reading/traced-tests.ts";

/** Names of the files that a process leaves: Node's coverage of it, and what it was started for. */
const COVERAGE_FILE = /^coverage-(\d+)-\d+-\d+\.json$/;
const STARTED_FILE = /^started-(\d+)\.txt$/;

/**
 * A module for `--import`, which tells which file the process of a test runs. Node hands it on to the processes of tests, and
 * does not load it into its runner; what those start are no tests.
 */
export function startNotice(folder: string): string {
  const program = `
import { writeFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";
const { argv, env, pid } = process;
if (isMainThread && argv[1] !== undefined && env.NODE_TEST_CONTEXT !== undefined && env.TRIGATE_TRACED === undefined) {
  env.TRIGATE_TRACED = "1";
  writeFileSync(${JSON.stringify(folder)} + "/started-" + pid + ".txt", argv[1]);
}
`;
  return `data:text/javascript;base64,${Buffer.from(program).toString("base64")}`;
}

const Range = z.object({ startOffset: z.int().nonnegative(), endOffset: z.int().nonnegative(), count: z.number() });
const Functions = z.array(z.object({ functionName: z.string(), ranges: z.array(Range).min(1) })).min(1);
/** Most scripts are Node's own or installed ones, and not worth the look at their functions. */
const Coverage = z.object({ result: z.array(z.object({ url: z.string(), functions: z.unknown() })) });

export interface TraceFiles extends InputSources {
  /** Names of the files in the folder that Node wrote into. */
  readonly names: readonly string[];
  readonly read: (name: string) => Promise<string | undefined>;
}

/** Other programs and threads: what they read V8 does not show. Where a name that is made up leads, it does. */
const UNTRACEABLE = /\b(child_process|worker_threads|execa|cross-spawn|tinyexec|zx)\b|["'](node:)?cluster["']/;

/**
 * Which test file loads which source and runs which of its functions, from V8's coverage of each process. What a process loads
 * that is no test's, such as a server that one starts, every test depends on. `undefined` when no test had a process of its own.
 * Never throws for what it reads.
 */
export async function readTrace(files: TraceFiles): Promise<TestInputs | undefined> {
  const started = await startedTests(files);
  if (started.size === 0) return undefined;
  const book = new TraceBook();
  for (const name of files.names) {
    const process = COVERAGE_FILE.exec(name)?.[1];
    // A test whose coverage cannot be read stays without any, and so one that nobody can trace.
    const coverage = process === undefined ? undefined : readJson((await files.read(name)) ?? "", Coverage);
    if (process === undefined || coverage?.ok !== true) continue;
    for (const script of coverage.value.result) book.add(script, started.get(process));
  }
  const tests = [...new Set(started.values())].map((file) => {
    const loaded = book.loaded.get(file);
    return { file, isTraced: loaded !== undefined, loaded: [...(loaded ?? [])] };
  });
  const traced = { tests, everywhere: [...book.everywhere], functions: await book.functions(files) };
  return testInputsOf(traced, { ...files, untraceable: UNTRACEABLE });
}

/** Process → the test file, as an absolute path, that it was started for. */
async function startedTests({ names, read }: TraceFiles): Promise<ReadonlyMap<string, string>> {
  const started = new Map<string, string>();
  for (const name of names) {
    const process = STARTED_FILE.exec(name)?.[1];
    const file = process === undefined ? undefined : await read(name);
    if (process !== undefined && file !== undefined) started.set(process, file);
  }
  return started;
}

interface Script {
  readonly url: string;
  readonly functions?: unknown;
}

/** One function of a source, by its offsets as the source was executed. */
interface Span {
  readonly start: number;
  readonly end: number;
  readonly name: string;
  readonly ranBy: Set<string>;
}

interface SourceTrace {
  /** Length of the source as it was executed; absent when it was not the same each time. */
  length: number | undefined;
  readonly url: string;
  readonly spans: Map<string, Span>;
}

/** Adds up what the processes ran. All paths are absolute. */
class TraceBook {
  readonly loaded = new Map<string, Set<string>>();
  readonly everywhere = new Set<string>();
  readonly #sources = new Map<string, SourceTrace>();

  /** One script of a process, which is a test's or nobody's. */
  add({ url, functions }: Script, test: string | undefined): void {
    const path = pathOf(url);
    if (path === undefined) return;
    if (test === undefined) {
      this.everywhere.add(path);
      return;
    }
    this.loaded.set(test, (this.loaded.get(test) ?? new Set()).add(path));
    const told = Functions.safeParse(functions);
    const length = told.success ? told.data[0]?.ranges[0]?.endOffset : undefined;
    const source = this.#sources.get(path) ?? { url, length, spans: new Map<string, Span>() };
    this.#sources.set(path, source);
    if (source.length !== length) source.length = undefined;
    for (const { functionName, ranges } of told.data ?? []) addSpan(source, { name: functionName, ranges, test });
  }

  /** Functions of the workspace's sources that were executed as they stand there, by path of the workspace. */
  async functions({ placed, textOf }: InputSources): Promise<Record<string, readonly TracedFunction[]>> {
    const all: Record<string, readonly TracedFunction[]> = {};
    for (const [absolute, source] of this.#sources) {
      const path = placed(absolute);
      const text = path === undefined ? undefined : await textOf(path);
      if (path === undefined || text === undefined || !isExecutedAsIs(source, { absolute, text })) continue;
      all[path] = outermost(source, { positions: new TextPositions(text), placed });
    }
    return all;
  }
}

function addSpan(
  { spans }: SourceTrace,
  { name, ranges, test }: { name: string; ranges: readonly z.infer<typeof Range>[]; test: string },
): void {
  const [range] = ranges;
  if (range === undefined) return;
  const { startOffset: start, endOffset: end, count } = range;
  const key = `${start}-${end}`;
  const span = spans.get(key) ?? { start, end, name, ranBy: new Set<string>() };
  spans.set(key, span);
  if (count > 0) span.ranBy.add(test);
}

/** The path of a module that was loaded from a file outside of node_modules; an import may add a query to it. */
function pathOf(url: string): string | undefined {
  if (!url.startsWith("file:") || url.includes("/node_modules/")) return undefined;
  try {
    return fileURLToPath(url.replace(/[?#].*$/, ""));
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/**
 * Whether offsets of V8 are offsets of the file. Types that Node takes away it replaces by blanks, and adds a comment that
 * names the source; whatever else changes a source on the way changes its length.
 */
function isExecutedAsIs({ length, url }: SourceTrace, { absolute, text }: { absolute: string; text: string }): boolean {
  const lengths = [absolute, url].map((name) => text.length + `\n\n//# sourceURL=${name}`.length);
  return length !== undefined && [text.length, ...lengths].includes(length);
}

/** Functions that lie in no other one. What V8 calls the initializer of a class runs from its first field to its last. */
function outermost(
  { length, spans }: SourceTrace,
  { positions, placed }: { positions: TextPositions; placed: InputSources["placed"] },
): readonly TracedFunction[] {
  const inside = [...spans.values()]
    .filter(({ start, end, name }) => !(start === 0 && end === length) && !/^<.*initializer>$/.test(name))
    .toSorted((a, b) => a.start - b.start || b.end - a.end);
  const found: TracedFunction[] = [];
  let until = 0;
  for (const { start, end, ranBy } of inside) {
    if (start < until) continue;
    until = end;
    const [first, last] = [positions.ofOffset(start).line, positions.ofOffset(end - 1).line];
    found.push({ first, last, ranBy: [...ranBy].flatMap((test) => placed(test) ?? []) });
  }
  return found;
}
