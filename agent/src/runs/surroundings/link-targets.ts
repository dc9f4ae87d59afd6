import { join, posix } from "node:path";
import type { ObservedFiles } from "../../platform/observed-files.ts";
import type { Snapshot } from "../../vcs/repository.ts";

/** Git's mode of a symbolic link, of which a snapshot knows only where it leads. */
const LINK = "120000:";

/** Paths of the symbolic links of a snapshot. */
export function linksOf({ files }: Snapshot): readonly string[] {
  return files.flatMap(({ path, hash }) => (hash.startsWith(LINK) ? [path] : []));
}

/**
 * The content behind symbolic links that a snapshot does not know: tools follow them. `inScope` are the only files that
 * count for a check that reads nothing else.
 */
export function* linkTargets({
  root,
  links,
  paths,
  observed,
  inScope,
}: {
  root: string;
  links: readonly string[];
  paths: ReadonlySet<string>;
  observed: ObservedFiles;
  inScope: ReadonlySet<string> | undefined;
}): Generator<{ readonly link: string; readonly hash: string }> {
  // What a snapshot lists itself is an input already, unless only the files in scope are.
  const known = inScope === undefined ? paths : new Set<string>();
  for (const path of links) {
    // What packages are there, the package manager's own records say, whether the folder is a link or not.
    if (inScope?.has(path) === false || posix.basename(path) === "node_modules") continue;
    const real = observed.realPathOf(join(root, path));
    const hash = real === undefined ? undefined : unknownContent(real, { root, known, observed });
    if (hash !== undefined) yield { link: `./${path}`, hash };
  }
}

/** Hash of what lies at an absolute path; `undefined` where nothing does, or where it is known below the root. */
function unknownContent(
  real: string,
  { root, known, observed }: { root: string; known: ReadonlySet<string>; observed: ObservedFiles },
): string | undefined {
  const isFolder = observed.isFolder(real);
  if (real.startsWith(`${root}/`)) {
    const inside = real.slice(root.length + 1);
    if (isFolder ? !isIgnored(inside, known) : known.has(inside)) return undefined;
  }
  return isFolder ? observed.treeHashOf(real) : observed.hashOf(real);
}

function isIgnored(folder: string, paths: ReadonlySet<string>): boolean {
  for (const path of paths) if (path.startsWith(`${folder}/`)) return false;
  return true;
}
