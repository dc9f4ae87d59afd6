import { join } from "node:path";
import { FETCH_CONTENT, isLfsPointer, LARGEST_POINTER_BYTES } from "../../core/lfs-pointer.ts";
import { exists, readdirOrEmpty, readFile, readTextIfThere, stat } from "../../platform/files.ts";
import type { Repository } from "../../vcs/repository.ts";

/** Something about a check-out that makes answers weaker, and the way out. */
export interface StateProblem {
  readonly what: string;
  readonly fix: string;
}

export interface GitStateParts {
  readonly root: string;
  readonly repository: Pick<Repository, "paths" | "mergeBase">;
  /** The configured base, if any. */
  readonly base: string | undefined;
  /** Runs git in the root and gives what it printed, or `undefined` when it failed. */
  readonly git: (args: readonly string[]) => Promise<string | undefined>;
}

/** After so many pointers the rest are told by the same sentence. */
const ENOUGH_POINTERS = 5;

/** What is missing of a repository: history, files that only point at content, folders that were left out. */
export async function examineGit(parts: GitStateParts): Promise<readonly StateProblem[]> {
  const { root, git } = parts;
  const inside = (await git(["rev-parse", "--is-inside-work-tree"]))?.trim();
  if (inside !== "true")
    return [
      {
        what: "this folder is not under git: --changed, --staged and patch coverage have nothing to compare with",
        fix: "git init",
      },
    ];
  const problems: StateProblem[] = [];
  const isShallow = (await git(["rev-parse", "--is-shallow-repository"]))?.trim() === "true";
  if (isShallow)
    problems.push({
      what: "the clone is shallow: the merge base may lie before its first commit",
      fix: "git fetch --unshallow (in GitHub Actions: fetch-depth: 0)",
    });
  problems.push(...(await baseProblems(parts, isShallow)));
  if ((await git(["config", "--bool", "core.sparseCheckout"]))?.trim() === "true")
    problems.push({
      what: "the check-out is sparse: files that were left out are not checked",
      fix: "git sparse-checkout disable",
    });
  problems.push(...(await pointerProblems(parts)), ...(await submoduleProblems(root)));
  return problems;
}

async function baseProblems({ repository, base, git }: GitStateParts, isShallow: boolean): Promise<StateProblem[]> {
  const head = await git(["rev-parse", "--verify", "--quiet", "HEAD"]);
  if (head === undefined) return [{ what: "there is no commit yet", fix: 'git commit -m "first"' }];
  if ((await repository.mergeBase(base)) !== undefined) return [];
  const fix = isShallow
    ? "git fetch --unshallow"
    : "git fetch origin && git remote set-head origin --auto, or name the branch as base: in trigate.yaml";
  return [{ what: `there is no merge base with ${base ?? "a main branch"}: --changed cannot tell what changed`, fix }];
}

async function pointerProblems({ root, repository }: GitStateParts): Promise<StateProblem[]> {
  const paths = await repository.paths();
  const attributes = paths.filter((path) => path === ".gitattributes" || path.endsWith("/.gitattributes"));
  const texts = await Promise.all(attributes.map((path) => readTextIfThere(join(root, path))));
  if (!texts.some((text) => /\bfilter=lfs\b/.test(text ?? ""))) return [];
  const pointers: string[] = [];
  for (const path of paths) {
    if (pointers.length >= ENOUGH_POINTERS) break;
    const file = join(root, path);
    if (!(await exists(file))) continue;
    const { size } = await stat(file);
    if (size > 0 && size <= LARGEST_POINTER_BYTES && isLfsPointer(await readFile(file, "utf8"))) pointers.push(path);
  }
  if (pointers.length === 0) return [];
  return [
    { what: `files of Git LFS are only pointers: ${pointers.join(", ")}`, fix: `git lfs install && ${FETCH_CONTENT}` },
  ];
}

async function submoduleProblems(root: string): Promise<StateProblem[]> {
  const modules = (await readTextIfThere(join(root, ".gitmodules"))) ?? "";
  const folders = [...modules.matchAll(/^\s*path\s*=\s*(.+?)\s*$/gm)].map(([, folder = ""]) => folder);
  const empty: string[] = [];
  for (const folder of folders) if ((await readdirOrEmpty(join(root, folder))).length === 0) empty.push(folder);
  if (empty.length === 0) return [];
  return [
    { what: `submodules are not checked out: ${empty.join(", ")}`, fix: "git submodule update --init --recursive" },
  ];
}
