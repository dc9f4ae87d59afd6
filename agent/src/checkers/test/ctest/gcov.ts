import { isAbsolute, join } from "node:path";
import { readdir, rm, toWorkspacePath } from "../../../platform/files.ts";
import type { CheckContext } from "../../checker.ts";
import { type PlacedCoverage, placedCoverages } from "../../reading/placed-coverage.ts";
import { workingFolder } from "../../reading/report-path.ts";
import { toolFailure } from "../../reading/tool-failure.ts";

/** Files handed to gcov at once; each names all headers that it includes. */
const BATCH = 40;

export interface GcovOptions {
  /** CMake's build folder, relative to the check's folder. */
  readonly buildPath: string;
  /** How gcov is started: that of the compiler, such as `["llvm-cov", "gcov"]` for Clang. */
  readonly gcov: readonly string[];
}

/** Takes away the counters of earlier runs: programs add to what is there. */
export async function clearCounters(context: CheckContext, { buildPath }: GcovOptions): Promise<void> {
  for (const file of await filesEndingWith(buildFolder(context, buildPath), ".gcda")) await rm(file);
}

/**
 * Lines, branches and functions that the programs ran, from the counters that they left (GCC's `--coverage`). Sources that
 * are not in scope, such as the system's headers or a test library's, do not count. Throws `checker/tool-failed`.
 */
export async function gcovCoverage(context: CheckContext, { buildPath, gcov }: GcovOptions): Promise<PlacedCoverage> {
  const folder = buildFolder(context, buildPath);
  const counters = await filesEndingWith(folder, ".gcda");
  if (counters.length === 0) {
    const problem = `no program left counters in ${buildPath}; compile with --coverage, such as configure: ["-DCMAKE_CXX_FLAGS=--coverage"]`;
    return { coverage: undefined, problems: [`gcov: ${problem}`] };
  }
  const texts: string[] = [];
  for (let at = 0; at < counters.length; at += BATCH) {
    const options = ["--json-format", "--stdout", "--branch-probabilities", "--demangled-names"];
    const output = await context.run([...gcov, ...options, ...counters.slice(at, at + BATCH)], { cwd: folder });
    // Counters of another compiler's version are skipped with a word on standard error and exit code 0.
    if (output.exitCode !== 0 || /version.*(mismatch|prefer)|cannot open|not a gcov/i.test(output.stderr))
      throw toolFailure("gcov", output, context);
    texts.push(output.stdout);
  }
  const { coverage, problems } = await placedCoverages(context, [{ ok: true, text: texts.join("\n") }]);
  if (coverage === undefined) return { coverage, problems };
  const inScope = new Set(context.files);
  const files = coverage.files.filter(({ file }) => inScope.has(file));
  const isOurs = (path: string) => !isAbsolute(path) || toWorkspacePath(context.root, path) !== undefined;
  return {
    coverage: { ...coverage, files, unplaced: coverage.unplaced.filter(isOurs) },
    problems: files.length > 0 ? problems : [...problems, "gcov: none of the files that it measured is in scope"],
  };
}

function buildFolder(context: CheckContext, buildPath: string): string {
  return isAbsolute(buildPath) ? buildPath : join(workingFolder(context), buildPath);
}

async function filesEndingWith(folder: string, end: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true });
  return names
    .filter((name) => name.endsWith(end))
    .map((name) => join(folder, name))
    .toSorted();
}
