import { dirname, join } from "node:path";
import picomatch from "picomatch";
import type { Checker } from "../../checkers/checker.ts";
import type { ObservedFiles } from "../../platform/observed-files.ts";
import { nameOf } from "./configuration-files.ts";
import type { Where } from "./where.ts";

/** Files that many tools look for in every folder upward. */
const LOOKED_FOR_UPWARD = ["package.json", ".editorconfig", ".gitignore", ".ignore"];
/** What decides which files tools leave out as ignored. */
const GIT_FILES = [".gitconfig", ".config/git/config", ".config/git/ignore", ".config/git/attributes"];
const ENDINGS = ["", "rc", ...["ini", "cfg", "toml", "json", "jsonc", "yaml", "yml", "conf"].map((end) => `.${end}`)];

/**
 * Absolute paths outside of the workspace at which a tool may find configuration: in the folders above it, and in the
 * user's own folders, under the names that the checker gives and under the tool's own name.
 */
export function outsideCandidates({
  checker,
  where,
  observed,
}: {
  checker: Checker;
  where: Where;
  observed: ObservedFiles;
}): readonly string[] {
  const names = checker.configFiles.flatMap((pattern) => namesFor(nameOf(pattern) ?? "*"));
  const inFolder = (folder: string, wanted: readonly string[]) => wanted.map((name) => join(folder, name));
  const upward = foldersAbove(where.root).flatMap((folder) => inFolder(folder, [...names, ...LOOKED_FOR_UPWARD]));
  const own = where.env["XDG_CONFIG_HOME"] || join(where.home, ".config");
  const tools = [...new Set([checker.id, checker.id.split("-")[0] ?? checker.id])];
  const user = tools.flatMap((tool) => [
    ...ENDINGS.flatMap((ending) => [join(where.home, `.${tool}${ending}`), join(own, `${tool}${ending}`)]),
    ...below(join(own, tool), observed),
  ]);
  return [
    ...new Set([
      ...upward,
      ...inFolder(where.home, names),
      ...inFolder(own, names),
      ...user,
      ...GIT_FILES.map((name) => join(where.home, name)),
      join(own, "git", "ignore"),
      join(where.root, ".git", "info", "exclude"),
    ]),
  ];
}

/** Endings that stand for a star after a configuration's name. */
const USUAL_ENDINGS = [
  "",
  ...["json", "jsonc", "json5", "yaml", "yml", "toml", "js", "cjs", "mjs", "ts", "cts", "mts"].map((end) => `.${end}`),
];

/**
 * The names that a pattern usually stands for. Folders above the workspace are not listed for it: something comes and goes
 * in a home folder all the time.
 */
function namesFor(pattern: string): readonly string[] {
  // Sources that count as configuration, such as headers, are looked for in the workspace only.
  if (pattern.startsWith("*")) return [];
  const [, before = "", choices, after = ""] = /^([^{]*)\{([^{}]*)\}(.*)$/.exec(pattern) ?? [];
  if (choices !== undefined) return choices.split(",").flatMap((choice) => namesFor(`${before}${choice}${after}`));
  if (!picomatch.scan(pattern).isGlob) return [pattern];
  const stem = /^([^*?[\]()!+@]+?)\.?\*$/.exec(pattern)?.[1];
  return stem === undefined ? [] : USUAL_ENDINGS.map((ending) => `${stem}${ending}`);
}

export function foldersAbove(folder: string): readonly string[] {
  const folders: string[] = [];
  for (let at = dirname(folder); ; at = dirname(at)) {
    folders.push(at);
    if (dirname(at) === at) return folders;
  }
}

const DEEPEST = 3;

function below(folder: string, observed: ObservedFiles, depth = 0): readonly string[] {
  if (depth > DEEPEST) return [];
  return (observed.namesIn(folder) ?? []).flatMap((name) => {
    const path = join(folder, name);
    return observed.isFolder(path) ? below(path, observed, depth + 1) : [path];
  });
}
