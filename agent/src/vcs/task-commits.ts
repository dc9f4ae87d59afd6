import { TrigateError } from "../errors/trigate-error.ts";
import { rawOf } from "./git-repository.ts";
import { isUnderGit, openGit } from "./open-repository.ts";
import { DEEPEN } from "./repository.ts";

/** A commit that names tasks by its trailers. */
export interface TaskCommit {
  readonly id: string;
  /** As the trailers `Task: 12.3` have them, in their order. */
  readonly tasks: readonly string[];
  /** What it did to each file below the workspace root, in lines; 0 for what is no text. */
  readonly files: readonly { readonly path: string; readonly added: number; readonly removed: number }[];
}

export interface TaskCommits {
  /** The commit at the end of the range. */
  readonly tip: string;
  /** Newest first; only those that name a task. */
  readonly commits: readonly TaskCommit[];
}

const FORMAT = "%x01%H%x02%(trailers:key=Task,valueonly=true,unfold=true,separator=%x03)";
const HEAD = /^\n?\u0001([0-9a-f]{40,64})\u0002([^\0]*)$/;
const FILE = /^\n?(\d+|-)\t(\d+|-)\t([\s\S]+)$/;
const TASK_ID = /^#?([\w-]+(?:\.[\w-]+)?)$/;

/** Reads what `log -z --numstat --no-renames --format=FORMAT` printed. Never throws: what it does not know it passes over. */
export function namedTasks(printed: string): readonly TaskCommit[] {
  const commits: { id: string; tasks: readonly string[]; files: TaskCommit["files"][number][] }[] = [];
  for (const entry of printed.split("\0")) {
    const [, id, trailers = ""] = HEAD.exec(entry) ?? [];
    if (id !== undefined) commits.push({ id, tasks: taskIds(trailers), files: [] });
    const file = fileOf(entry);
    if (file !== undefined) commits.at(-1)?.files.push(file);
  }
  return commits.filter(({ tasks }) => tasks.length > 0);
}

function fileOf(entry: string): TaskCommit["files"][number] | undefined {
  const [, added, removed, path] = FILE.exec(entry) ?? [];
  return path === undefined ? undefined : { path, added: Number(added) || 0, removed: Number(removed) || 0 };
}

/** A trailer may name several, with spaces or commas between them, each with or without `#`. */
function taskIds(trailers: string): readonly string[] {
  const words = trailers.split(/[\s,\u0003]+/);
  return [...new Set(words.flatMap((word) => TASK_ID.exec(word)?.[1] ?? []))];
}

/**
 * The commits of a range, such as `main..HEAD`, that name tasks; a single name stands for that one commit. Throws
 * `usage/bad-argument` for a range that git does not know.
 */
export async function readTaskCommits(
  root: string,
  range: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<TaskCommits> {
  if (!(await isUnderGit(root)) || range.startsWith("-")) throw unknownRange(range);
  const git = await openGit(root, env);
  const ends = range.split(/\.{2,3}/);
  const tipName = ends.at(-1) || "HEAD";
  try {
    const tip = (
      await rawOf(git, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${tipName}^{commit}`])
    ).trim();
    if (tip === "") throw unknownRange(range);
    const plainly = ["--no-show-signature", "--no-ext-diff", "--no-textconv", "--no-color", "--no-renames"];
    const what = ["--numstat", "--relative", "-z", `--format=${FORMAT}`];
    const commits = ends.length > 1 ? range : `${range}^!`;
    return {
      tip,
      commits: namedTasks(await rawOf(git, ["log", ...plainly, ...what, "--end-of-options", commits, "--"])),
    };
  } catch (error) {
    if (error instanceof TrigateError && error.code === "vcs/failed") throw unknownRange(range, error);
    throw error;
  }
}

function unknownRange(range: string, cause?: unknown): TrigateError {
  return new TrigateError(
    "usage/bad-argument",
    { problem: `git knows no commits "${range}" here`, hint: `name a range such as main..HEAD; ${DEEPEN}` },
    { cause },
  );
}
