import { dirname, join } from "node:path";
import picomatch from "picomatch";
import type { CheckOutput } from "../core/check.ts";
import { isLfsPointer, LARGEST_POINTER_BYTES, onlyPointers } from "../core/lfs-pointer.ts";
import { isSystemError, readFile, readTextIfThere, stat } from "../platform/files.ts";
import type { Snapshot } from "../vcs/repository.ts";
import type { PlannedCheck } from "./plan.ts";

export interface PointerContext {
  readonly root: string;
  readonly snapshot: Pick<Snapshot, "files">;
}

/**
 * The same checks without the files that are only pointers of Git LFS, which are noted instead: a tool that is handed one
 * judges a text that nobody wrote. Nothing of such a check is cached, since git gives a pointer and its content one hash.
 */
export async function withoutPointers(
  planned: readonly PlannedCheck[],
  context: PointerContext,
): Promise<readonly PlannedCheck[]> {
  const mayBe = await lfsPatterns(context);
  if (mayBe === undefined) return planned;
  const candidates = new Set(planned.flatMap(({ files }) => files.filter((file) => mayBe(file))));
  const found = await Promise.all(
    [...candidates].map(async (file) => ((await isPointer(join(context.root, file))) ? [file] : [])),
  );
  const pointers = new Set(found.flat());
  return pointers.size === 0 ? planned : planned.map((check) => withoutThese(check, pointers));
}

function withoutThese(planned: PlannedCheck, pointers: ReadonlySet<string>): PlannedCheck {
  const own = planned.files.filter((file) => pointers.has(file));
  if (own.length === 0) return planned;
  const files = planned.files.filter((file) => !pointers.has(file));
  return { ...planned, check: { ...planned.check, cache: "never" }, files, pointers: own };
}

/** The answer with a word about what was not looked at. */
export function withPointerNotice(output: CheckOutput, pointers: readonly string[] = []): CheckOutput {
  if (pointers.length === 0) return output;
  const message = `not looked at: ${onlyPointers(pointers)}`;
  return { ...output, findings: [...output.findings, { rule: "lfs-pointer", severity: "info", message, file: "" }] };
}

async function isPointer(path: string): Promise<boolean> {
  try {
    const { size } = await stat(path);
    return size > 0 && size <= LARGEST_POINTER_BYTES && isLfsPointer(await readFile(path, "utf8"));
  } catch (error) {
    // Gone since the snapshot; whoever needs it says so.
    if (isSystemError(error, "ENOENT") || isSystemError(error, "ENOTDIR") || isSystemError(error, "EISDIR"))
      return false;
    throw error;
  }
}

/** Tells the paths that the attributes of the repository give to Git LFS; `undefined` where they give it none. */
async function lfsPatterns({ root, snapshot }: PointerContext): Promise<((path: string) => boolean) | undefined> {
  const files = snapshot.files.flatMap(({ path }) => (/(^|\/)\.gitattributes$/.test(path) ? [path] : []));
  const patterns = await Promise.all(
    files.map(async (path) => globsOf((await readTextIfThere(join(root, path))) ?? "", dirname(path))),
  );
  const globs = patterns.flat();
  return globs.length === 0 ? undefined : picomatch(globs, { dot: true, posix: true });
}

/** A name without a slash is meant at any depth below the file that it stands in. */
function globsOf(attributes: string, folder: string): readonly string[] {
  const below = folder === "." ? "" : `${folder}/`;
  return attributes.split(/\r?\n/).flatMap((line) => {
    const [, quoted, plain = ""] = /^\s*(?:"((?:[^"\\]|\\.)*)"|(\S+))\s.*\bfilter=lfs\b/.exec(line) ?? [];
    const pattern = quoted ?? plain;
    if (pattern === "" || pattern.startsWith("#")) return [];
    return [below + (pattern.includes("/") ? pattern.replace(/^\//, "") : `**/${pattern}`)];
  });
}
