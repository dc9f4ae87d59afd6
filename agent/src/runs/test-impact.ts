import { join } from "node:path";
import { z } from "zod";
import type { TestImpact } from "../core/check.ts";
import {
  fileOfTest,
  type ImpactFile,
  type ImpactMap,
  pythonFunctions,
  selectTests,
  type Selection,
  type TestInputs,
} from "../core/impact.ts";
import type { TestCase } from "../core/test-result.ts";
import { tryJson } from "../core/try-json.ts";
import { readTextIfThere, sha256, writeAtomically } from "../platform/files.ts";
import type { Snapshot } from "../vcs/repository.ts";

/** A test ran a line of a file, perhaps while it was being set up. */
export interface Ran {
  readonly file: string;
  readonly line: number;
  /** As the tool calls it, parameters are left out of account; empty for what ran outside of tests. */
  readonly test: string;
  readonly setUp: boolean;
}

const MAP_VERSION = 2;
const StoredMap = z.object({
  version: z.literal(MAP_VERSION),
  settings: z.string(),
  tests: z.array(z.string()),
  always: z.array(z.string()),
  files: z.record(
    z.string(),
    z.object({
      lines: z.array(z.string()),
      ranBy: z.record(z.string(), z.array(z.int())),
      setUp: z.array(z.int()),
      functions: z.array(z.tuple([z.int(), z.int()])),
    }),
  ),
  loaded: z.record(z.string(), z.union([z.literal("everywhere"), z.array(z.int())])).optional(),
  seen: z.record(z.string(), z.string()),
});
const Tally = z.object({ runs: z.int(), failures: z.int(), missed: z.int(), selected: z.int(), total: z.int() });
type Tally = z.infer<typeof Tally>;

export interface ImpactInputs {
  readonly root: string;
  readonly stateFolder: string;
  readonly checkId: string;
  /** Everything besides files that the tests depend on: settings, the tool and its version. */
  readonly settings: string;
  readonly snapshot: Snapshot;
}

/** The mark of a line: its depth and its hash. In Python a comment is as good as nothing; elsewhere it may be a private field. */
function markOf(text: string, isPython: boolean): string {
  const isBare = isPython ? /^\s*(#.*)?$/.test(text) : text.trim() === "";
  const bare = isBare ? "" : sha256(text.trimEnd()).slice(0, 10);
  return `${text.length - text.trimStart().length}:${bare}`;
}

function marksOf(path: string, text: string): readonly string[] {
  const isPython = path.endsWith(".py");
  return text.split("\n").map((line) => markOf(line, isPython));
}

/** Which tests the content needs that is there now, by the map of the last whole run. */
export async function selectionNow(
  inputs: ImpactInputs,
): Promise<Selection & { readonly map?: ImpactMap | undefined }> {
  const map = await readMap(inputs);
  if (typeof map === "string") return { all: true, why: map };
  const files = hashesOf(inputs.snapshot);
  const texts = new Map<string, readonly string[]>();
  for (const path of Object.keys(map.files)) {
    if (map.seen[path] === files.get(path)) continue;
    const text = await readTextIfThere(join(inputs.root, path));
    if (text !== undefined) texts.set(path, marksOf(path, text));
  }
  return { ...selectTests(map, { files, linesOf: (path) => texts.get(path) }), map };
}

/** Makes the map of a whole run and keeps it. Gives the reason when there is nothing to make it of. */
export async function recordImpact(
  inputs: ImpactInputs,
  { ran, tests }: { ran: Iterable<Ran>; tests: readonly TestCase[] },
): Promise<string | undefined> {
  const map = await impactMapOf(ran, inputs);
  if (map.tests.length === 0) return "no line is known to be run by a test";
  const traced = new Set(map.tests);
  const always = tests
    .map(({ name, file, status }) => ({ id: idOf(name, file), status }))
    .filter(({ id, status }) => status === "failed" || (status === "passed" && !traced.has(id)));
  await writeMap(inputs, { ...map, always: [...new Set(always.map(({ id }) => id))] });
  return undefined;
}

/**
 * {@link recordImpact} of whole test files, by what each of them loads. Those that failed, that nobody can trace, or that load
 * what is no file of the snapshot, such as something that was built, are needed always.
 */
export async function recordInputs(
  inputs: ImpactInputs,
  {
    testInputs: { loadedBy, everywhere, untraced, functions },
    tests,
  }: { testInputs: TestInputs; tests: readonly TestCase[] },
): Promise<string | undefined> {
  const seen = hashesOf(inputs.snapshot);
  const known = new Map([...new Set(Object.values(loadedBy).flat())].map((test, index) => [test, index]));
  if (known.size === 0) return "no test file is known to load anything";
  const loaded: Record<string, "everywhere" | readonly number[]> = {};
  const always = new Set(untraced);
  for (const [path, loading] of Object.entries(loadedBy)) {
    if (seen.has(path)) loaded[path] = loading.flatMap((test) => known.get(test) ?? []);
    else for (const test of loading) always.add(test);
  }
  for (const path of everywhere) loaded[path] = "everywhere";
  const unknown = tests.filter(({ file, status }) => status === "failed" || !known.has(file));
  for (const { file } of unknown) always.add(file);
  const map = { tests: [...known.keys()], always: [...always], loaded, seen: Object.fromEntries(seen) };
  await writeMap(inputs, { ...map, files: await tracedFiles(functions ?? {}, { inputs, known }) });
  return undefined;
}

/** The functions of sources, each by its first line, with what the sources look like now. */
async function tracedFiles(
  functions: NonNullable<TestInputs["functions"]>,
  { inputs, known }: { inputs: ImpactInputs; known: ReadonlyMap<string, number> },
): Promise<Record<string, ImpactFile>> {
  const files: Record<string, ImpactFile> = {};
  for (const [path, traced] of Object.entries(functions)) {
    const text = await readTextIfThere(join(inputs.root, path));
    if (text === undefined) continue;
    const ranBy: Record<string, readonly number[]> = {};
    for (const { first, ranBy: tests } of traced)
      ranBy[first] = [...new Set([...(ranBy[first] ?? []), ...tests.flatMap((test) => known.get(test) ?? [])])];
    const ranges = traced.map(({ first, last }) => [first, last] as const);
    files[path] = { lines: marksOf(path, text), ranBy, setUp: [], functions: ranges };
  }
  return files;
}

async function writeMap(inputs: ImpactInputs, map: ImpactMap): Promise<void> {
  const stored = { version: MAP_VERSION, settings: sha256(inputs.settings), ...map };
  await writeAtomically(fileOf(inputs, "map"), JSON.stringify(stored));
}

/** The id of a case of a report, as pytest would call it, without parameters; its file is relative to the root. */
function idOf(name: string, file: string): string {
  const parts = withoutParameters(name).split(" > ");
  const module = file.replace(/\.py$/, "").replaceAll("/", ".");
  const inside = parts.filter((part) => part !== module && part !== file);
  return [file, ...inside].join("::");
}

const withoutParameters = (id: string) => id.replace(/\[.*$/s, "");

async function impactMapOf(
  ran: Iterable<Ran>,
  { root, snapshot }: Pick<ImpactInputs, "root" | "snapshot">,
): Promise<Omit<ImpactMap, "always">> {
  const tests = new Map<string, number>();
  const byFile = new Map<string, LinesOfFile>();
  for (const each of ran) {
    const known = byFile.get(each.file) ?? { ranBy: new Map<number, Set<number>>(), setUp: new Set<number>() };
    byFile.set(each.file, known);
    addLine(known, each, tests);
  }
  const seen = hashesOf(snapshot);
  const files: Record<string, ImpactFile> = {};
  for (const [path, lines] of byFile) {
    const source = seen.has(path) ? await readTextIfThere(join(root, path)) : undefined;
    if (source !== undefined) files[path] = pythonFile(path, source, lines);
  }
  return { tests: [...tests.keys()], files, seen: Object.fromEntries(seen) };
}

interface LinesOfFile {
  readonly ranBy: Map<number, Set<number>>;
  readonly setUp: Set<number>;
}

function addLine(known: LinesOfFile, { line, test, setUp }: Ran, tests: Map<string, number>): void {
  if (setUp || test === "") known.setUp.add(line);
  if (test === "") return;
  const id = withoutParameters(test);
  const index = tests.get(id) ?? tests.size;
  tests.set(id, index);
  known.ranBy.set(line, (known.ranBy.get(line) ?? new Set<number>()).add(index));
}

function pythonFile(path: string, source: string, { ranBy, setUp }: LinesOfFile): ImpactFile {
  const byLine = Object.fromEntries([...ranBy].map(([line, indexes]) => [line, [...indexes]]));
  const functions = pythonFunctions(source.split("\n"));
  // Every head runs when its file is imported; that says nothing about the body.
  const heads = new Set(functions.map(([head]) => head));
  return {
    lines: marksOf(path, source),
    ranBy: byLine,
    setUp: [...setUp].filter((line) => !heads.has(line)),
    functions,
  };
}

/** What shadow mode learned of this run: failed tests that the selection would have left out. */
export async function shadowOf(
  inputs: ImpactInputs,
  { selection, tests }: { selection: Selection; tests: readonly TestCase[] },
): Promise<TestImpact> {
  const ids = [...new Set(tests.map(({ name, file }) => idOf(name, file)))];
  const isSelected = selectedBy(selection);
  const failed = [
    ...new Set(tests.filter(({ status }) => status === "failed").map(({ name, file }) => idOf(name, file))),
  ];
  const missed = failed.filter((id) => !isSelected(id));
  const selected = ids.filter(isSelected).length;
  const before = await readTally(inputs);
  const tally: Tally = {
    runs: before.runs + 1,
    failures: before.failures + failed.length,
    missed: before.missed + missed.length,
    selected: before.selected + selected,
    total: before.total + ids.length,
  };
  await writeAtomically(fileOf(inputs, "tally"), JSON.stringify(tally));
  return {
    mode: "shadow",
    selected,
    total: ids.length,
    ...(selection.all ? { why: selection.why } : {}),
    missed,
    tally,
  };
}

function selectedBy(selection: Selection): (id: string) => boolean {
  if (selection.all) return () => true;
  const selected = new Set([...selection.tests, ...selection.testFiles]);
  return (id) => selected.has(id) || selected.has(fileOfTest(id));
}

const hashesOf = ({ files }: Snapshot) => new Map(files.map(({ path, hash }) => [path, hash]));

function fileOf(
  { stateFolder, checkId }: Pick<ImpactInputs, "stateFolder" | "checkId">,
  what: "map" | "tally",
): string {
  return join(stateFolder, "impact", `${sha256(checkId).slice(0, 16)}-${what}.json`);
}

async function readMap(inputs: ImpactInputs): Promise<ImpactMap | string> {
  const text = await readTextIfThere(fileOf(inputs, "map"));
  if (text === undefined) return "no whole run has been recorded yet";
  const stored = StoredMap.safeParse(tryJson(text));
  if (!stored.success) return "the record of the last whole run cannot be read";
  if (stored.data.settings !== sha256(inputs.settings)) return "the check's settings or its tool changed";
  return stored.data;
}

async function readTally(inputs: ImpactInputs): Promise<Tally> {
  const stored = Tally.safeParse(tryJson(await readTextIfThere(fileOf(inputs, "tally"))));
  return stored.success ? stored.data : { runs: 0, failures: 0, missed: 0, selected: 0, total: 0 };
}
