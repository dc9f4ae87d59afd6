import { join } from "node:path";
import { z } from "zod";
import { tryJson } from "../core/try-json.ts";
import { confine, isSystemError, readFile, readTextIfThere, sha256 } from "../platform/files.ts";
import type { Repository, Snapshot } from "../vcs/repository.ts";

/** What lies beside a report that another command produced: what it is about, and how the command ended. */
const Produced = z.strictObject({
  version: z.literal(1),
  /** Git's id of the work tree while the report was made. */
  tree: z.string(),
  exitCode: z.int(),
  /** How long the command took; a report that is read in no time did not cost none. */
  durationMs: z.number().nonnegative(),
  /** File → SHA-256 of each part of the report, relative to the root. */
  reports: z.record(z.string(), z.string()),
});

/** A report that may stand for a run of the tool. */
export interface TakenReport {
  readonly exitCode: number;
  readonly durationMs: number;
  /** Absolute path of the report. */
  readonly report: string;
}

/**
 * The report at `path`, when the note beside it says that it was made from exactly the content that is there now and no
 * part of it was changed since. A report that is itself under version control is never taken: a repository cannot carry
 * its own evidence.
 */
export async function takeIn(
  path: string,
  { root, snapshot, repository }: { root: string; snapshot: Snapshot; repository: Repository },
): Promise<TakenReport | undefined> {
  const note = `${path}.produced.json`;
  if (snapshot.files.some((file) => file.path === path || file.path === note)) return undefined;
  const parsed = Produced.safeParse(tryJson(await readTextIfThere(join(root, note))));
  if (!parsed.success || !(path in parsed.data.reports)) return undefined;
  for (const [file, hash] of Object.entries(parsed.data.reports)) {
    if ((await hashOf(await confine(root, join(root, file)))) !== hash) return undefined;
  }
  if ((await repository.treeId()) !== parsed.data.tree) return undefined;
  return { exitCode: parsed.data.exitCode, durationMs: parsed.data.durationMs, report: join(root, path) };
}

async function hashOf(file: string): Promise<string | undefined> {
  try {
    return sha256(await readFile(file));
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}
