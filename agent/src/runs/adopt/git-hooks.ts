import { isAbsolute, join, relative, sep } from "node:path";
import { TrigateError } from "../../errors/trigate-error.ts";
import {
  chmod,
  exists,
  mkdir,
  readTextIfThere,
  realpath,
  renameNow,
  rm,
  writeAtomically,
} from "../../platform/files.ts";
import { HOOK_NAMES, type HookName, HOOKS, hookScript, isOurs, KEPT } from "./hook-script.ts";

/** What stands in the place of a hook. */
export interface HookState {
  readonly hook: HookName;
  readonly file: string;
  readonly holder: "none" | "trigate" | "husky" | "lefthook" | "pre-commit" | "another";
  /** A hook that was there before and is called first. */
  readonly keeps: boolean;
}

export interface GitHooksParts {
  /** Absolute folder of `trigate.yaml`. */
  readonly root: string;
  /** Runs git in the root and gives what it printed, or `undefined` when it failed. */
  readonly git: (args: readonly string[]) => Promise<string | undefined>;
  /** Node and the script that started this program. */
  readonly self: readonly [string, string];
}

interface HooksFolder {
  readonly path: string;
  /** The top of the work tree. */
  readonly top: string;
  /** Whether it lies among the files of the work tree, where others get it too. */
  readonly isShared: boolean;
}

/** How each other manager of hooks is told to run Trigate. */
const WAYS_OUT = {
  husky: (hook: HookName) => `add this line to .husky/${hook}: ${commandOf(hook)}`,
  lefthook: (hook: HookName) => `add to lefthook.yml: ${hook}: { commands: { trigate: { run: ${commandOf(hook)} } } }`,
  "pre-commit": (hook: HookName) =>
    `add to .pre-commit-config.yaml a hook of "repo: local" with entry: ${commandOf(hook)}, language: system, pass_filenames: false, stages: [${hook}]`,
  another: (hook: HookName) =>
    `add ${commandOf(hook)} to it, or let it be kept and called first: trigate hooks install --chain`,
} as const;

function commandOf(hook: HookName): string {
  return `trigate ${HOOKS[hook].filter((word) => word !== "--trust").join(" ")}`;
}

/** What stands in each place. Throws `usage/bad-argument` outside of git. */
export async function hookStates(parts: GitHooksParts): Promise<readonly HookState[]> {
  return statesIn(await hooksFolder(parts));
}

/** Installs both hooks, or none. Throws `usage/bad-argument`, with the way out, where another manager holds a place. */
export async function installHooks(parts: GitHooksParts, { chain }: { chain: boolean }): Promise<readonly HookState[]> {
  const folder = await hooksFolder(parts);
  const states = await statesIn(folder);
  for (const state of states) refuseHeld(state, chain);
  await mkdir(folder.path, { recursive: true });
  const below = relative(folder.top, parts.root).split(sep).join("/");
  const self = folder.isShared ? undefined : parts.self;
  for (const { hook, file, holder } of states) {
    if (holder === "another") renameNow(file, file + KEPT);
    await writeAtomically(file, hookScript(hook, { folder: below, self }));
    await chmod(file, 0o755);
  }
  return statesIn(folder);
}

/** Throws where a place may not be taken; the hook of nobody in particular may be kept and called first. */
function refuseHeld({ hook, file, holder }: HookState, mayChain: boolean): void {
  if (holder === "none" || holder === "trigate" || (holder === "another" && mayChain)) return;
  const problem =
    holder === "another" ? `there is a ${hook} hook already, ${file}` : `${holder} manages the ${hook} hook`;
  throw new TrigateError("usage/bad-argument", { problem, hint: WAYS_OUT[holder](hook) });
}

/** Takes away what {@link installHooks} put there and gives back what was there before. Hooks of others stay. */
export async function uninstallHooks(parts: GitHooksParts): Promise<readonly HookState[]> {
  const folder = await hooksFolder(parts);
  for (const { file, holder, keeps } of await statesIn(folder)) {
    if (holder !== "trigate") continue;
    if (keeps) renameNow(file + KEPT, file);
    else await rm(file);
  }
  return statesIn(folder);
}

/** Where git looks for hooks: its own folder, which linked work trees share, or the one that `core.hooksPath` names. */
async function hooksFolder({ root, git }: GitHooksParts): Promise<HooksFolder> {
  const printed = (await git(["rev-parse", "--show-toplevel", "--git-path", "hooks"]))?.split("\n");
  const [top, path] = printed ?? [];
  if (!top || !path)
    throw new TrigateError("usage/bad-argument", {
      problem: `${root} is not under git`,
      hint: 'begin with "git init"',
    });
  await refuseSharedSetting(git);
  const absolute = isAbsolute(path) ? path : join(root, path);
  const realTop = await realpath(top);
  const ofRepository = (await git(["rev-parse", "--absolute-git-dir"]))?.trim();
  const gitFolders = [join(realTop, ".git"), ...(ofRepository === undefined ? [] : [ofRepository])];
  const isShared = isInside(realTop, absolute) && !gitFolders.some((folder) => isInside(folder, absolute));
  return { path: absolute, top: realTop, isShared };
}

/** Throws where a setting of the user or the machine sends git elsewhere: the hooks there are those of all repositories. */
async function refuseSharedSetting(git: GitHooksParts["git"]): Promise<void> {
  const scope = (await git(["config", "--show-scope", "--get", "core.hooksPath"]))?.split("\t")[0];
  if (scope !== "global" && scope !== "system") return;
  throw new TrigateError("usage/bad-argument", {
    problem: `core.hooksPath is set for all repositories of this ${scope === "global" ? "user" : "machine"}`,
    hint: 'let this one have its own: git config --local core.hooksPath "$(git rev-parse --git-common-dir)/hooks"',
  });
}

function isInside(folder: string, path: string): boolean {
  const between = relative(folder, path);
  return between === "" || (!between.startsWith("..") && !isAbsolute(between));
}

function statesIn(folder: HooksFolder): Promise<HookState[]> {
  return Promise.all(
    HOOK_NAMES.map(async (hook) => {
      const file = join(folder.path, hook);
      const text = await readTextIfThere(file);
      return { hook, file, holder: holderOf(text, folder), keeps: await exists(file + KEPT) };
    }),
  );
}

function holderOf(script: string | undefined, { path, top }: HooksFolder): HookState["holder"] {
  // Husky writes its folder anew at each npm install, so a hook in it would not stay.
  if (/(^|\/)\.husky(\/|$)/.test(relative(top, path).split(sep).join("/"))) return "husky";
  if (script === undefined) return "none";
  if (isOurs(script)) return "trigate";
  if (/\blefthook\b/i.test(script)) return "lefthook";
  if (/\bpre-commit\.com\b|\bpre_commit\b/.test(script)) return "pre-commit";
  return "another";
}
