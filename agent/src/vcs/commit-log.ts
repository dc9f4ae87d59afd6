import { rawOf } from "./git-repository.ts";
import { isUnderGit, openGit } from "./open-repository.ts";

/** What a commit did to one file. */
export interface LoggedFile {
  /** Relative to the workspace root, with `/`. */
  readonly path: string;
  /** Where the file lay before, when the commit moved it. */
  readonly from?: string | undefined;
  /** Lines; 0 for what is no text. */
  readonly added: number;
  readonly removed: number;
}

/** One commit that is no merge, with its author as `.mailmap` has it. */
export interface LoggedCommit {
  readonly id: string;
  readonly name: string;
  /** In lower case. */
  readonly email: string;
  /** When it was committed, in milliseconds since 1970. */
  readonly atMs: number;
  readonly files: readonly LoggedFile[];
}

/**
 * Reads what `log -z --numstat --format=FORMAT` printed, with {@link FORMAT}. A file is `ADDED\tREMOVED\tPATH`, a moved one
 * `ADDED\tREMOVED\t` with both paths as entries of their own; what is no text has dashes for numbers.
 */
export function loggedCommits(printed: string): readonly LoggedCommit[] {
  const commits: (LoggedCommit & { readonly files: LoggedFile[] })[] = [];
  const entries = printed.split("\0");
  for (let at = 0; at < entries.length; at++) {
    const entry = entries[at] ?? "";
    const head = HEAD.exec(entry);
    if (head !== null) {
      const [, id = "", name = "", email = "", seconds = ""] = head;
      commits.push({ id, name, email: email.toLowerCase(), atMs: Number(seconds) * 1000, files: [] });
      continue;
    }
    const file = FILE.exec(entry);
    const commit = commits.at(-1);
    if (file === null || commit === undefined) continue;
    const [, added = "", removed = "", named = ""] = file;
    const isMoved = named === "";
    const from = isMoved ? entries[at + 1] : undefined;
    const path = isMoved ? (entries[at + 2] ?? "") : named;
    if (isMoved) at += 2;
    commit.files.push({ path, from, added: Number(added) || 0, removed: Number(removed) || 0 });
  }
  return commits;
}

const FORMAT = "%x01%H%x02%aN%x02%aE%x02%ct";
// Marks that no name holds.
const HEAD = /^\n?\u0001([0-9a-f]{40,64})\u0002([^\u0002]*)\u0002([^\u0002]*)\u0002(\d+)$/;
const FILE = /^\n?(\d+|-)\t(\d+|-)\t([\s\S]*)$/;

/**
 * The commits before HEAD that are no merges, newest first, at most `most`, with what they did below the workspace root.
 * None where there is no git or no commit yet.
 */
export async function readCommits(
  root: string,
  { env, most }: { readonly env: Readonly<Record<string, string | undefined>>; readonly most: number },
): Promise<readonly LoggedCommit[]> {
  if (!(await isUnderGit(root))) return [];
  const git = await openGit(root, env);
  // Says nothing, and no more, where there is no commit.
  if ((await rawOf(git, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"])) === "") return [];
  const what = ["--no-merges", "--use-mailmap", "--numstat", "--find-renames", "--relative", "-z"];
  const plainly = ["--no-show-signature", "--no-ext-diff", "--no-textconv", "--no-color"];
  return loggedCommits(
    await rawOf(git, ["log", ...what, ...plainly, `--format=${FORMAT}`, `--max-count=${most}`, "HEAD"]),
  );
}
