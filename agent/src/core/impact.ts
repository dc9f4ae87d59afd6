import { type ChangedRange, changedRanges } from "./changed-ranges.ts";

/** What tests ran of one source, line by line. */
export interface ImpactFile {
  /** The mark of each line, by {@link markOf}'s form: its indentation, a colon and a hash. */
  readonly lines: readonly string[];
  /** Line (from 1) → indexes of the tests that ran it. */
  readonly ranBy: Readonly<Record<string, readonly number[]>>;
  /** Lines that ran outside of tests or while one was being set up: what they made may be shared by any test. */
  readonly setUp: readonly number[];
  /** First and last lines of the functions that lie in no other function. */
  readonly functions: readonly (readonly [number, number])[];
}

/** Which sources the test files of a check load, all of them relative to the root. */
export interface TestInputs {
  /** Source, or test file → test files that load it, directly or through others. */
  readonly loadedBy: Readonly<Record<string, readonly string[]>>;
  /** Sources that every test depends on: configuration, set-up files and what they load. */
  readonly everywhere: readonly string[];
  /** Test files that may need more than anybody can tell, such as those that start programs. */
  readonly untraced: readonly string[];
  /** Functions of sources that were measured, for tests that load a source and run only a part of it. */
  readonly functions?: Readonly<Record<string, readonly TracedFunction[]>> | undefined;
}

/** A function that lies in no other one, by its first and last line, and the test files that ran it. */
export interface TracedFunction {
  readonly first: number;
  readonly last: number;
  readonly ranBy: readonly string[];
}

/** What each test ran when all of them did. */
export interface ImpactMap {
  /** `tests/test_a.py::test_b`, without parameters; or whole test files, where there is `loaded`. */
  readonly tests: readonly string[];
  /** Tests that failed then, or that ran no measured line, as those that start other processes: nobody knows what they need. */
  readonly always: readonly string[];
  /** Source → indexes of the test files that load it, or `everywhere`; absent where tests are traced by lines. */
  readonly loaded?: Readonly<Record<string, "everywhere" | readonly number[]>> | undefined;
  /** Sources that were measured; beside `loaded`, a function's first line stands for all of it. */
  readonly files: Readonly<Record<string, ImpactFile>>;
  /** Hash of every file that was there. */
  readonly seen: Readonly<Record<string, string>>;
}

export interface ContentNow {
  /** Path → hash of every file. */
  readonly files: ReadonlyMap<string, string>;
  /** The mark of each line of a file: its indentation, a colon and a hash; the hash of an empty line is empty. */
  readonly linesOf: (path: string) => readonly string[] | undefined;
}

/** Which tests a change needs, as test ids or whole test files, or why all of them. */
export type Selection =
  | { readonly all: true; readonly why: string }
  | { readonly all: false; readonly tests: readonly string[]; readonly testFiles: readonly string[] };

/** Prose; no test depends on it but one that reads it, which is rare enough to be told by shadow mode. */
const PROSE = /\.(md|rst)$/i;
const TEST_FILE = /(^|\/)(test_[^/]*|[^/]*_test)\.py$/;
/** The file of a test id. */
export function fileOfTest(test: string): string {
  return test.split("::")[0] ?? test;
}

/**
 * Picks the tests that ran what has changed since the map was made. Whatever cannot be traced to lines needs all tests:
 * configuration, fixtures, files that are new or unknown, and code that runs when a file is imported.
 */
export function selectTests(map: ImpactMap, now: ContentNow): Selection {
  const picked: Picked = { tests: new Set(), testFiles: new Set() };
  for (const path of changedFiles(map, now)) {
    const changed = { path, isThere: now.files.has(path), linesOf: now.linesOf };
    const why =
      map.loaded === undefined ? addTestsThatRan(changed, map, picked) : addTestsThatLoad(changed, map, picked);
    if (why !== undefined) return { all: true, why };
  }
  const { tests, testFiles } = picked;
  const wanted = new Set([...[...tests].flatMap((index) => map.tests[index] ?? []), ...map.always]);
  return {
    all: false,
    tests: [...wanted].filter((test) => !testFiles.has(fileOfTest(test)) && now.files.has(fileOfTest(test))).toSorted(),
    testFiles: [...testFiles].toSorted(),
  };
}

/** Indexes of known tests, and whole test files. */
interface Picked {
  readonly tests: Set<number>;
  readonly testFiles: Set<string>;
}

interface ChangedFile extends Pick<ContentNow, "linesOf"> {
  readonly path: string;
  readonly isThere: boolean;
}

/** Adds the tests that ran what changed in a file; gives the reason when nobody knows them. */
function addTestsThatRan(
  { path, isThere, linesOf }: ChangedFile,
  { files }: ImpactMap,
  { tests, testFiles }: Picked,
): string | undefined {
  if (PROSE.test(path)) return undefined;
  if (TEST_FILE.test(path)) {
    // What a deleted test ran, nobody runs any more.
    if (isThere) testFiles.add(path);
    return undefined;
  }
  const file = files[path];
  const lines = isThere ? linesOf(path) : undefined;
  if (file === undefined) return `${path} changed, and no test is known to run it line by line`;
  return lines === undefined ? `${path} is gone` : addTestsOf(file, { path, lines, tests });
}

function changedFiles({ seen }: ImpactMap, { files }: ContentNow): readonly string[] {
  const paths = new Set([...Object.keys(seen), ...files.keys()]);
  return [...paths].filter((path) => seen[path] !== files.get(path)).toSorted();
}

/** Vitest and Jest keep snapshots in a folder of their own, node:test beside the test. */
function testOfSnapshot(path: string): string {
  const [, folder = "", name = path.replace(/\.snapshot$/, "")] =
    /^(.*\/)?__snapshots__\/([^/]+)\.snap$/.exec(path) ?? [];
  return `${folder}${name}`;
}

/**
 * Tests that ran the functions in which a source changed. `undefined` when something changed that may concern whoever loads
 * it: code outside of functions, a function's head or end, lines that may have left their function, functions that no test ran.
 */
function testsThatRan(
  file: ImpactFile | undefined,
  lines: readonly string[] | undefined,
): readonly number[] | undefined {
  if (file === undefined || lines === undefined) return undefined;
  const found = changedRanges(file.lines, lines).map((range) => {
    const around = file.functions.find(([from, to]) => range.first > from && range.last < to);
    if (around === undefined || !staysInside(around, textsOf(range, file, lines), file)) return [];
    return file.ranBy[around[0]] ?? [];
  });
  return found.some((tests) => tests.length === 0) ? undefined : found.flat();
}

/** The marks of the lines that went and of those that came. */
function textsOf({ first, last, nowFirst, nowLast }: ChangedRange, file: ImpactFile, now: readonly string[]) {
  return [...file.lines.slice(first - 1, last), ...now.slice(nowFirst - 1, nowLast)];
}

/** Whether lines are deeper than the head of a function, so that they cannot have left it. */
function staysInside([head]: readonly [number, number], texts: readonly string[], { lines }: ImpactFile): boolean {
  return texts.every((mark) => isBlank(mark) || isDeeper(mark, lines[head - 1]));
}

/** Adds the test files that load a changed file; gives the reason when nobody knows them. */
function addTestsThatLoad(changed: ChangedFile, map: ImpactMap, picked: Picked): string | undefined {
  const { path, isThere, linesOf } = changed;
  const loaded = map.loaded && Object.hasOwn(map.loaded, path) ? map.loaded[path] : undefined;
  if (loaded === "everywhere") return `${path} changed, and every test depends on it`;
  const found = loaded && (testsThatRan(map.files[path], isThere ? linesOf(path) : undefined) ?? loaded);
  if (found === undefined) return addUnloaded(changed, map, picked);
  for (const index of found) picked.tests.add(index);
  return undefined;
}

/** A file that no test loads may be a snapshot, or a test itself. */
function addUnloaded({ path, isThere }: ChangedFile, map: ImpactMap, { tests, testFiles }: Picked): string | undefined {
  const ofSnapshot = map.tests.indexOf(testOfSnapshot(path));
  if (ofSnapshot !== -1) tests.add(ofSnapshot);
  else if (isThere && isNamedLikeTests(path, map.tests)) testFiles.add(path);
  else if (!PROSE.test(path)) return `${path} changed, and no test is known to load it`;
  return undefined;
}

/** Whether a new file lies beside a known test and ends as that does: `.test.ts`. */
function isNamedLikeTests(path: string, tests: readonly string[]): boolean {
  const ending = /\.(test|spec)\.[^./]+$/.exec(path)?.[0];
  const folder = folderOf(path);
  return ending !== undefined && tests.some((test) => test.endsWith(ending) && folderOf(test) === folder);
}

const folderOf = (path: string) => path.slice(0, path.lastIndexOf("/") + 1);

/** Adds the tests of one changed file; gives the reason when that is not enough. */
function addTestsOf(
  file: ImpactFile,
  { path, lines, tests }: { path: string; lines: readonly string[]; tests: Set<number> },
): string | undefined {
  const setUp = new Set(file.setUp);
  for (const range of changedRanges(file.lines, lines)) {
    const texts = textsOf(range, file, lines);
    if (texts.every(isBlank)) continue;
    const place = `${path}:${range.nowFirst}`;
    const around = functionAround(range, texts, file);
    if (around === undefined) return `${place} is code that runs when it is imported`;
    const reach = reachOf(range, { file, lines, around });
    if (reach.some((line) => setUp.has(line))) return `${place} runs outside of tests, or while they are set up`;
    const found = reach.flatMap((line) => file.ranBy[line] ?? []);
    if (found.length === 0) return `no test is known to run the function around ${place}`;
    for (const test of found) tests.add(test);
  }
  return undefined;
}

/** The function that a change stays inside of, or whose head it is: what a head does shows when the body runs. */
function functionAround(
  range: ChangedRange,
  texts: readonly string[],
  file: ImpactFile,
): readonly [number, number] | undefined {
  const { first, last } = range;
  const inside = file.functions.find(([from, to]) => first > from && last <= to);
  if (inside !== undefined) return staysInside(inside, texts, file) ? inside : undefined;
  return file.functions.find(([from]) => first === from && last === from);
}

/**
 * The lines whose tests a change needs. A line that is new, that moved into another block, or that is no statement of its own,
 * may be reached by whoever calls the function; a statement that was there before only by those who reached it before.
 */
function reachOf(
  range: ChangedRange,
  { file, lines, around }: { file: ImpactFile; lines: readonly string[]; around: readonly [number, number] },
): readonly number[] {
  const changed = isReplaced(range, { before: file.lines, now: lines }) ? numbers(range.first, range.last) : [];
  const isTraced = changed.length > 0 && changed.every((line) => (file.ranBy[line] ?? []).length > 0);
  return isTraced ? changed : numbers(around[0], around[1]);
}

/** A line at the depth of the function's head, or less, is not inside of it. */
function isDeeper(mark: string, head = "0:"): boolean {
  return Number(mark.split(":")[0]) > Number(head.split(":")[0]);
}

const isBlank = (mark: string) => mark.endsWith(":");

/** Whether each line took the place of another one of the same depth. */
function isReplaced(
  { first, last, nowFirst, nowLast }: ChangedRange,
  { before, now }: { before: readonly string[]; now: readonly string[] },
): boolean {
  if (last - first !== nowLast - nowFirst) return false;
  const depthOf = (mark: string | undefined) => mark?.split(":")[0];
  return numbers(first, last).every((line) => depthOf(before[line - 1]) === depthOf(now[line - first + nowFirst - 1]));
}

function numbers(first: number, last: number): readonly number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}

/** First and last lines of the functions of a Python source that lie in no other function, found by their indentation. */
export function pythonFunctions(texts: readonly string[]): readonly (readonly [number, number])[] {
  const found: [number, number][] = [];
  let depth: number | undefined;
  for (const [index, text] of texts.entries()) {
    if (/^\s*(#.*)?$/.test(text)) continue;
    const indentation = text.length - text.trimStart().length;
    const current = found.at(-1);
    // A closing bracket of a long signature stands at the margin of its function.
    if (depth !== undefined && current !== undefined && (indentation > depth || /^\s*[)\]]/.test(text))) {
      current[1] = index + 1;
      continue;
    }
    depth = /^\s*(async\s+)?def\s/.test(text) ? indentation : undefined;
    if (depth !== undefined) found.push([index + 1, index + 1]);
  }
  return found;
}
