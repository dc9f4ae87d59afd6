import { isAbsolute } from "node:path";
import { z } from "zod";
import type { TestInputs } from "../../../core/impact.ts";

const Report = z.object({
  version: z.literal(1),
  tests: z.array(z.object({ file: z.string(), isTraced: z.boolean(), loaded: z.array(z.string()) })),
  everywhere: z.array(z.string()),
});

/**
 * What no graph of imports shows: other programs and threads, modules loaded by a name that is made up as they run, and
 * modules that Vitest loads by their name although somebody imports a mock in their place.
 */
const UNTRACEABLE =
  /\b(child_process|worker_threads|createRequire|importActual|importMock|execa|cross-spawn|tinyexec|zx)\b|["'](node:)?cluster["']|\brequire\(|\bimport\(\s*[^\s"'`)]/;

/** A test that asks where it lies, reads files or bundles looks at sources by their paths. */
const READS_SOURCES =
  /\bimport\.meta\.(url|dirname|filename)\b|\b__(dirname|filename)\b|\b(readFile|readdir|opendir|createReadStream|glob)(Sync)?\(|["'](esbuild|rollup|rolldown|webpack|vite|typescript|ts-morph)["']/;

export interface InputSources {
  /** The path relative to the root; `undefined` outside of the workspace. */
  readonly placed: (path: string) => string | undefined;
  /** The text of a file of the workspace. */
  readonly textOf: (path: string) => Promise<string | undefined>;
}

/**
 * Reads what {@link moduleReporter} wrote. What lies in node_modules is left out, since a lockfile tells of it. A test that
 * loads a file outside of the workspace, or one that does what no graph of imports shows, is untraced. Never throws for what
 * it reads; `undefined` when it is no such report.
 */
export async function readTestInputs(text: string, { placed, textOf }: InputSources): Promise<TestInputs | undefined> {
  const report = Report.safeParse(tryJson(text));
  if (!report.success) return undefined;
  const loadedBy = new Map<string, Set<string>>();
  const untraced = new Set<string>();
  for (const { file, isTraced, loaded } of report.data.tests) {
    const test = placed(file);
    if (test === undefined) continue;
    if (!isTraced) untraced.add(test);
    for (const path of [file, ...loaded].filter(isOwn)) {
      const source = placed(path);
      if (source === undefined) untraced.add(test);
      else loadedBy.set(source, (loadedBy.get(source) ?? new Set()).add(test));
    }
  }
  for (const [source, tests] of loadedBy) {
    const content = (await textOf(source)) ?? "";
    if (UNTRACEABLE.test(content)) for (const test of tests) untraced.add(test);
    // A source that reads files reads what it is handed; what a test reads may be any source.
    if (tests.has(source) && READS_SOURCES.test(content)) untraced.add(source);
  }
  return {
    loadedBy: Object.fromEntries([...loadedBy].map(([source, tests]) => [source, [...tests]])),
    everywhere: report.data.everywhere.flatMap((path) => (isOwn(path) ? (placed(path) ?? []) : [])),
    untraced: [...untraced],
  };
}

/** Neither a module of Node's own, nor one that a plugin made up, nor an installed one. */
function isOwn(path: string): boolean {
  return isAbsolute(path) && !/[\\/]node_modules[\\/]/.test(path);
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
