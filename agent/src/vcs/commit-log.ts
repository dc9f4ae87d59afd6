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
  const commits: OpenCommit[] = [];
  const entries = printed.split("\0");
  for (let at = 0; at < entries.length; at++) {
    const begun = commitIn(entries[at] ?? "");
    if (begun !== undefined) {
      commits.push(begun);
      continue;
    }
    const commit = commits.at(-1);
    const file = fileAt(entries, at);
    if (file === undefined || commit === undefined) continue;
    commit.files.push(file);
    // Both paths of a moved file are entries of their own.
    if (file.from !== undefined) at += 2;
  }
  return commits;
}

/** A commit whose files are still being read. */
type OpenCommit = LoggedCommit & { readonly files: LoggedFile[] };

/** The commit that an entry begins. */
function commitIn(entry: string): OpenCommit | undefined {
  const head = HEAD.exec(entry);
  if (head === null) return undefined;
  const [, id = "", name = "", email = "", seconds = ""] = head;
  return { id, name, email: email.toLowerCase(), atMs: Number(seconds) * 1000, files: [] };
}

/** The file that the entry at a position tells of, with the two entries after it when it was moved. */
function fileAt(entries: readonly string[], at: number): LoggedFile | undefined {
  const file = FILE.exec(entries[at] ?? "");
  if (file === null) return undefined;
  const [, added = "", removed = "", named = ""] = file;
  const lines = { added: linesIn(added), removed: linesIn(removed) };
  if (named !== "") return { path: named, from: undefined, ...lines };
  return { path: entries[at + 2] ?? "", from: entries[at + 1], ...lines };
}

/** How many lines a number says; a dash says none. */
function linesIn(number: string): number {
  return Number(number) || 0;
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
