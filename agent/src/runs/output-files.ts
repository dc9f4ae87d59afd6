import { dirname, join } from "node:path";
import type { ResolvedCheck } from "../config/resolved.ts";
import { confine, isSystemError, mkdir, readFile, sha256, stat, writeAtomically } from "../platform/files.ts";
import { isTrigateError } from "../errors/trigate-error.ts";
import type { Snapshot } from "../vcs/repository.ts";

/** A file that a tool left beside its answer, such as a coverage report. */
export interface OutputFile {
  /** Relative to the root. */
  readonly path: string;
  /** SHA-256 of the content. */
  readonly hash: string;
  readonly mode: number;
}

/** More is not worth keeping beside an answer. */
const LARGEST_BYTES = 256 * 1024 * 1024;

/** Paths, relative to the root, of the files that a check says it leaves: its coverage and its reports. */
function outputPathsOf({ cwd, coverage, report }: Pick<ResolvedCheck, "cwd" | "coverage" | "report">): string[] {
  const named = [coverage ?? "", ...Object.values(report)].filter((path) => path !== "" && !path.startsWith("/"));
  return [...new Set(named.map((path) => (cwd === "" ? path : `${cwd}/${path}`)))];
}

/** Absolute paths of the files that the checks of a plan leave. */
export function leftBy(planned: readonly { readonly check: ResolvedCheck }[], root: string): readonly string[] {
  return planned.flatMap(({ check }) => outputPathsOf(check).map((path) => join(root, path)));
}

/** Reads the files that a check left; what is under version control is an input and not kept. */
export async function readOutputs(
  check: ResolvedCheck,
  { root, snapshot }: { root: string; snapshot: Snapshot },
): Promise<readonly (OutputFile & { readonly content: Uint8Array })[]> {
  const paths = outputPathsOf(check);
  if (paths.length === 0) return [];
  const tracked = new Set(snapshot.files.map(({ path }) => path));
  const read = paths.filter((path) => !tracked.has(path)).map((path) => readOutput(root, path));
  return (await Promise.all(read)).filter((file) => file !== undefined);
}

async function readOutput(root: string, path: string): Promise<(OutputFile & { content: Uint8Array }) | undefined> {
  try {
    const file = await confine(root, join(root, path));
    const { size, mode } = await stat(file);
    if (size > LARGEST_BYTES) return undefined;
    const content = await readFile(file);
    return { path, content, hash: sha256(content), mode: mode & 0o777 };
  } catch (error) {
    if (
      isSystemError(error, "ENOENT") ||
      isSystemError(error, "EISDIR") ||
      isTrigateError(error, "platform/path-outside")
    )
      return undefined;
    throw error;
  }
}

/** Writes a file back where it is missing or has other content; `false` when it was not kept. `contentOf` gives what was kept. */
export async function restoreOutput(
  root: string,
  { path, hash, mode }: OutputFile,
  contentOf: (hash: string) => Promise<Uint8Array | undefined>,
): Promise<boolean> {
  const present = await readOutput(root, path);
  if (present?.hash === hash) return true;
  const content = await contentOf(hash);
  if (content === undefined || sha256(content) !== hash) return false;
  // The folder may be a link that leads out of the workspace since.
  const file = await confine(root, join(root, path));
  await mkdir(dirname(file), { recursive: true });
  await writeAtomically(file, content, { mode });
  return true;
}
