import { isAbsolute, posix, relative, sep } from "node:path";
import type { CoverageReport, FileCoverage } from "../core/coverage.ts";
import { mergeCoverage } from "./merge.ts";
import type { ParsedCoverage } from "./parsed-coverage.ts";

export interface Workspace {
  /** Absolute. */
  readonly root: string;
  /** Folder that the tool ran in, relative to the root. */
  readonly cwd: string;
  /** Whether a path relative to the root, with `/`, is a file of the workspace. */
  readonly isFile: (path: string) => Promise<boolean>;
  /** Paths of the files of the workspace, for reports that know only how a path ends. Asked at most once. */
  readonly files?: () => Promise<readonly string[]>;
  /** Where a path that leads through links really ends, relative to the root; `undefined` outside of the workspace. */
  readonly realPath?: (path: string) => Promise<string | undefined>;
  /** What a path begins with that stands for the root, such as the name of a Go module. */
  readonly prefixes?: readonly string[];
}

type Placed = { readonly path: string } | { readonly reason: string };

/** Where checkouts lie in containers and on build machines, with the root's own folders taken off by the pattern. */
const CHECKOUTS: readonly RegExp[] = [
  /^\/(app|src|code|work|workspace|workspaces\/[^/]+|repo|project|build)\//,
  /^\/usr\/src\/(app|[^/]+)\//,
  /^\/github\/workspace\//,
  /^\/builds\/[^/]+\/[^/]+\//,
  /^\/home\/runner\/work\/([^/]+)\/\1\//,
  /^\/__w\/([^/]+)\/\1\//,
  /^[A-Za-z]:\/a\/([^/]+)\/\1\//,
  /^\/var\/jenkins_home\/workspace\/[^/]+\//,
  /^\/home\/(circleci|vsts)\/(project|work\/\d+\/s)\//,
  /^\/bitbucket\/[^/]+\/agent\/build\//,
];

/** Headers of the system and the compiler are no part of any workspace, and nobody misses them. */
const SYSTEM =
  /^\/usr\/(local\/)?(include|lib(32|64)?)\/|^\/(Library\/Developer|Applications\/Xcode[^/]*)\/|^[A-Za-z]:\/Program Files/;

const MOST_CANDIDATES_TOLD = 5;

/**
 * Finds the files of the workspace that a report speaks of. It may name them absolutely, relative to where the tool ran, to
 * the root or to any of its `sources`, through links, with backslashes, drive letters or another case, or as they were called
 * on another machine. In turn: the path as it stands; without the folder of a known kind of checkout; its longest ending that
 * is a whole path of the workspace; a path of the workspace that ends in it; the same in any case; and the folder that other
 * files of the report turned out to lie in. Each must name exactly one file. What fits none or several is told in `unplaced`,
 * with the reason in `unplacedReasons`.
 */
export async function placeFiles(
  { files, sources = [], unmapped = {} }: Pick<ParsedCoverage, "files" | "sources" | "unmapped">,
  workspace: Workspace,
): Promise<CoverageReport> {
  const finder = new FileFinder(workspace, sources);
  const found: (readonly [FileCoverage, Placed])[] = [];
  for (const file of files) found.push([file, await finder.find(file.file)]);
  const placed: FileCoverage[] = [];
  const reasons = new Map(Object.entries(unmapped));
  for (const [file, first] of found) {
    // What the other files told of the foreign root may help the ones before them.
    const place = "path" in first ? first : ((await finder.findUnderLearned(file.file)) ?? first);
    if ("path" in place) placed.push({ ...file, file: place.path });
    else if (!SYSTEM.test(slashed(file.file))) reasons.set(file.file, place.reason);
  }
  return toReport(placed, reasons);
}

function toReport(placed: readonly FileCoverage[], reasons: ReadonlyMap<string, string>): CoverageReport {
  const files = mergeCoverage([{ files: placed, unplaced: [] }]);
  if (reasons.size === 0) return { files, unplaced: [] };
  return { files, unplaced: [...reasons.keys()], unplacedReasons: Object.fromEntries(reasons) };
}

class FileFinder {
  readonly #workspace: Workspace;
  readonly #sources: readonly string[];
  /** Folders elsewhere that turned out to stand for the root. */
  readonly #learned = new Set<string>();
  #index: Promise<Map<string, readonly string[]>> | undefined;

  constructor(workspace: Workspace, sources: readonly string[]) {
    this.#workspace = workspace;
    this.#sources = sources.map((source) => slashed(fromFileAddress(source)));
  }

  async find(written: string): Promise<Placed> {
    const path = slashed(fromFileAddress(written));
    const spellings = [...new Set([path, ...this.#underSources(path)])];
    for (const spelling of spellings) {
      const exact = await this.#firstFile([...this.#asItStands(spelling), ...withoutCheckout(spelling)]);
      if (exact !== undefined) return this.#at(exact);
    }
    for (const spelling of spellings) {
      const ending = await this.#firstFile(endings(spelling));
      if (ending !== undefined) {
        this.#learn(spelling, ending);
        return this.#at(ending);
      }
    }
    return this.#byIndex(path, spellings);
  }

  /** Under the one folder that all files placed by their ending had in common. */
  async findUnderLearned(written: string): Promise<Placed | undefined> {
    const [folder, ...others] = this.#learned;
    const path = slashed(fromFileAddress(written));
    if (folder === undefined || others.length > 0 || !path.startsWith(folder)) return undefined;
    const inside = posix.normalize(path.slice(folder.length));
    return isInside(inside) && (await this.#workspace.isFile(inside)) ? this.#at(inside) : undefined;
  }

  #underSources(path: string): string[] {
    return isAbsolutePath(path) ? [] : this.#sources.map((source) => posix.join(source, path));
  }

  /** What the path may mean when nothing is taken off or put before it that the workspace does not know. */
  #asItStands(path: string): readonly string[] {
    const { root, cwd, prefixes = [] } = this.#workspace;
    const written = isAbsolutePath(path)
      ? [slashed(relative(root, path))]
      : [posix.normalize(posix.join(slashed(cwd), path)), posix.normalize(path)];
    const behindPrefixes = prefixes
      .filter((prefix) => path.startsWith(prefix))
      .map((prefix) => posix.normalize(path.slice(prefix.length)));
    return [...new Set([...written, ...behindPrefixes])].filter(isInside);
  }

  async #firstFile(paths: Iterable<string>): Promise<string | undefined> {
    for (const path of paths) if (await this.#workspace.isFile(path)) return path;
    return undefined;
  }

  /** The file behind any links, so that one file has one name. */
  async #at(path: string): Promise<Placed> {
    const { realPath } = this.#workspace;
    const real = realPath === undefined ? path : await realPath(path);
    return real === undefined ? { reason: `${path} is a link that leads out of the workspace` } : { path: real };
  }

  #learn(spelling: string, ending: string): void {
    if (isAbsolutePath(spelling) || spelling.includes("/")) this.#learned.add(spelling.slice(0, -ending.length));
  }

  async #byIndex(path: string, spellings: readonly string[]): Promise<Placed> {
    const linked = await this.#linked(path);
    if (linked !== undefined) return { path: linked };
    const { files } = this.#workspace;
    if (files === undefined) return { reason: "no file of the workspace has this path" };
    this.#index ??= files().then((all) => Map.groupBy(all, (each) => posix.basename(each).toLowerCase()));
    const named = (await this.#index).get(posix.basename(path).toLowerCase()) ?? [];
    const [only, ...others] = firstFits(named, spellings);
    if (only === undefined) return { reason: reasonOfNone(named) };
    return others.length === 0 ? this.#at(only) : { reason: `it could be any of ${listed([only, ...others])}` };
  }

  /** The file of the workspace that an absolute path leads to through links. */
  async #linked(path: string): Promise<string | undefined> {
    const { realPath, isFile } = this.#workspace;
    const linked = isAbsolutePath(path) ? await realPath?.(path) : undefined;
    return linked !== undefined && (await isFile(linked)) ? linked : undefined;
  }
}

/** The files that fit best, for the first spelling that any fits; in the case as written before in any case. */
function firstFits(named: readonly string[], spellings: readonly string[]): readonly string[] {
  for (const isSame of [(text: string) => text, (text: string) => text.toLowerCase()])
    for (const path of spellings) {
      const fits = longestFits(named, { path, isSame });
      if (fits.length > 0) return fits;
    }
  return [];
}

function reasonOfNone(named: readonly string[]): string {
  if (named.length === 0) return "no file of the workspace has this name";
  return `no file of the workspace has this path; ${listed(named)} only ${named.length === 1 ? "has" : "have"} the same name`;
}

/**
 * Files whose path and the written one end alike, one of them wholly: `src/main/java/x/A.java` for `x/A.java`, and
 * `Src/a.ts` for `/ci/src/a.ts` when case does not matter. Only those with the most parts in common; at least two.
 */
function longestFits(
  named: readonly string[],
  { path, isSame }: { path: string; isSame: (text: string) => string },
): readonly string[] {
  const parts = partsOf(isSame(path));
  let most = 2;
  let best: string[] = [];
  for (const candidate of named) {
    const own = partsOf(isSame(candidate));
    const common = commonAtEnd(own, parts);
    const isWhole = common === own.length || (common === parts.length && !isAbsolutePath(path));
    const needed = own.length === 1 && parts.length === 1 ? 1 : most;
    if (!isWhole || common < needed) continue;
    if (common > most) best = [];
    most = Math.max(most, common);
    best.push(candidate);
  }
  return best;
}

/** How many of the last parts are the same. */
function commonAtEnd(own: readonly string[], parts: readonly string[]): number {
  const most = Math.min(own.length, parts.length);
  let common = 0;
  while (common < most && own.at(-1 - common) === parts.at(-1 - common)) common++;
  return common;
}

function* withoutCheckout(path: string): Generator<string> {
  for (const pattern of CHECKOUTS) {
    const match = pattern.exec(path);
    const inside = match === null ? "" : posix.normalize(path.slice(match[0].length));
    if (isInside(inside)) yield inside;
  }
}

/** Endings of at least two parts, the longest first; the whole path has been tried before. */
function* endings(path: string): Generator<string> {
  const parts = partsOf(path);
  for (let from = isAbsolutePath(path) ? 0 : 1; from <= parts.length - 2; from++) yield parts.slice(from).join("/");
}

function partsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== "." && part !== "..");
}

function listed(paths: readonly string[]): string {
  const told = paths.toSorted().slice(0, MOST_CANDIDATES_TOLD).join(", ");
  return paths.length > MOST_CANDIDATES_TOLD ? `${told} and ${paths.length - MOST_CANDIDATES_TOLD} more` : told;
}

function slashed(path: string): string {
  return sep === "/" && !path.includes("\\") ? path : path.replaceAll("\\", "/");
}

function isAbsolutePath(path: string): boolean {
  return path.startsWith("/") || /^[A-Za-z]:\//.test(path);
}

function fromFileAddress(written: string): string {
  if (!written.startsWith("file:")) return written;
  const path = decodeLeniently(written.replace(/^file:(\/\/[^/]*)?/, ""));
  return path.replace(/^\/([A-Za-z]:\/)/, "$1");
}

function decodeLeniently(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone percent sign: the path was not encoded after all.
    return text;
  }
}

function isInside(path: string): boolean {
  return path !== "" && path !== "." && path !== ".." && !path.startsWith("../") && !isAbsolute(path);
}
