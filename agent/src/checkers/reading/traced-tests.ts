import { isAbsolute } from "node:path";
import type { TestInputs, TracedFunction } from "../../core/impact.ts";

/** What a tool told of one test file: absolute paths, and whatever else a tool calls a module. */
export interface TracedTest {
  readonly file: string;
  /** Whether the tool could look at all. */
  readonly isTraced: boolean;
  readonly loaded: readonly string[];
}

export interface TracedTests {
  readonly tests: readonly TracedTest[];
  /** What every test depends on. */
  readonly everywhere: readonly string[];
  /** Functions of sources, by paths of the workspace. */
  readonly functions?: Readonly<Record<string, readonly TracedFunction[]>> | undefined;
}

export interface InputSources {
  /** The path relative to the root; `undefined` outside of the workspace. */
  readonly placed: (path: string) => string | undefined;
  /** The text of a file of the workspace. */
  readonly textOf: (path: string) => Promise<string | undefined>;
}

/** A test that asks where it lies, reads files or bundles looks at sources by their paths. */
const READS_SOURCES =
  /\bimport\.meta\.(url|dirname|filename)\b|\b__(dirname|filename)\b|\b(readFile|readdir|opendir|createReadStream|glob)(Sync)?\(|["'](esbuild|rollup|rolldown|webpack|vite|typescript|ts-morph)["']/;

/**
 * What the test files of a run load, as paths of the workspace. What lies in node_modules is left out, since a lockfile tells
 * of it. A test that loads a file outside of the workspace, a source that matches `untraceable`, or that reads sources itself,
 * is untraced.
 */
export async function testInputsOf(
  { tests, everywhere, functions }: TracedTests,
  { placed, textOf, untraceable }: InputSources & { readonly untraceable: RegExp },
): Promise<TestInputs> {
  const { loadedBy, untraced } = placedTests(tests, placed);
  for (const [source, loading] of loadedBy) {
    const content = (await textOf(source)) ?? "";
    if (untraceable.test(content)) for (const test of loading) untraced.add(test);
    // A source that reads files reads what it is handed; what a test reads may be any source.
    if (loading.has(source) && READS_SOURCES.test(content)) untraced.add(source);
  }
  return {
    loadedBy: Object.fromEntries([...loadedBy].map(([source, loading]) => [source, [...loading]])),
    everywhere: everywhere.flatMap((path) => (isOwn(path) ? (placed(path) ?? []) : [])),
    untraced: [...untraced],
    ...(functions === undefined ? {} : { functions }),
  };
}

function placedTests(tests: readonly TracedTest[], placed: InputSources["placed"]) {
  const loadedBy = new Map<string, Set<string>>();
  const untraced = new Set<string>();
  for (const { file, isTraced, loaded } of tests) {
    const test = placed(file);
    if (test === undefined) continue;
    if (!isTraced) untraced.add(test);
    for (const path of [file, ...loaded].filter(isOwn)) {
      const source = placed(path);
      if (source === undefined) untraced.add(test);
      else loadedBy.set(source, (loadedBy.get(source) ?? new Set()).add(test));
    }
  }
  return { loadedBy, untraced };
}

/** Neither a module of Node's own, nor one that a plugin made up, nor an installed one. */
function isOwn(path: string): boolean {
  return isAbsolute(path) && !/[\\/]node_modules[\\/]/.test(path);
}
