import { dirname, join, resolve } from "node:path";
import { readTextIfThere, stat } from "../platform/files.ts";

const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/**
 * The commit that is checked out where a folder lies, read from git's files: no program is started, so it costs next to nothing
 * and is safe in a folder that nobody trusts. `undefined` where there is none, or where git keeps its branches in tables.
 */
export async function headCommit(root: string): Promise<string | undefined> {
  const git = await gitFolder(root);
  const head = git && (await readTextIfThere(join(git, "HEAD")))?.trim();
  if (git === undefined || head === undefined) return undefined;
  if (!head.startsWith("ref: ")) return commitOf(head);
  return refCommit(git, head.slice("ref: ".length));
}

/** The commit that a ref of a git folder names. */
async function refCommit(git: string, ref: string): Promise<string | undefined> {
  // A name that leads out of git's folder is not one that git wrote.
  if (ref.split("/").includes("..")) return undefined;
  const common = resolve(git, (await readTextIfThere(join(git, "commondir")))?.trim() ?? ".");
  const loose = await readTextIfThere(join(common, ref));
  return loose === undefined ? packed(await readTextIfThere(join(common, "packed-refs")), ref) : commitOf(loose.trim());
}

function commitOf(text: string): string | undefined {
  return COMMIT.test(text) ? text : undefined;
}

function packed(refs: string | undefined, name: string): string | undefined {
  const line = refs?.split("\n").find((each) => each.endsWith(` ${name}`));
  return line === undefined ? undefined : commitOf(line.slice(0, line.indexOf(" ")));
}

/** Git's folder for the work tree that a folder lies in; a linked work tree has a file there that names it. */
async function gitFolder(root: string): Promise<string | undefined> {
  for (let folder = root; ; folder = dirname(folder)) {
    const git = await gitFolderIn(folder);
    if (git !== undefined) return git;
    if (dirname(folder) === folder) return undefined;
  }
}

/** Git's folder as a folder itself has or names it. */
async function gitFolderIn(folder: string): Promise<string | undefined> {
  const place = join(folder, ".git");
  const kind = await stat(place).catch(() => undefined);
  if (kind?.isDirectory()) return place;
  if (!kind?.isFile()) return undefined;
  const named = /^gitdir: (.+)$/m.exec((await readTextIfThere(place)) ?? "")?.[1];
  return named === undefined ? undefined : resolve(folder, named.trim());
}
