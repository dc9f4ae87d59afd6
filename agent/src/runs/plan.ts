import picomatch from "picomatch";
import type { Checker } from "../checkers/checker.ts";
import type { ResolvedCheck, ResolvedConfig } from "../config/resolved.ts";
import type { RunScope } from "../core/run.ts";
import { TrigateError } from "../errors/trigate-error.ts";
import { fileAt } from "../vcs/file-tree.ts";
import { isRepositoryInside, type Snapshot } from "../vcs/repository.ts";

/** A check that a run will make, on the files that it will look at. */
export interface PlannedCheck {
  readonly check: ResolvedCheck;
  readonly checker: Checker;
  /** In scope for this run, relative to the root. */
  readonly files: readonly string[];
  /** Whether `files` is only a part of what the check covers. */
  readonly partial: boolean;
  /** Only these tests, as the context of a check has them. */
  readonly selectedTests?: readonly string[] | undefined;
  /** Files of its scope that it is not handed, since they are only pointers of Git LFS. */
  readonly pointers?: readonly string[] | undefined;
  /** Whether to ask which sources each test file loads. */
  readonly notesInputs?: boolean | undefined;
}

interface Planning {
  readonly checkers: ReadonlyMap<string, Checker>;
  readonly snapshot: Snapshot;
  readonly scope: RunScope;
  readonly selected: ReadonlySet<string> | undefined;
}

/** Picks the checks and the files of a run. Throws `usage/bad-argument` for a check that is not configured. */
export function planRun(config: ResolvedConfig, { checkers, snapshot, scope, selected }: Planning): PlannedCheck[] {
  const unknown = scope.checks.filter((id) => !config.checks.some((check) => check.id === id));
  if (unknown.length > 0) {
    throw new TrigateError("usage/bad-argument", {
      problem: `there is no check ${unknown.join(", ")} in trigate.yaml`,
      hint: `there are: ${config.checks.map(({ id }) => id).join(", ")}`,
    });
  }
  const paths = lazily(() => pathsIn(snapshot));
  const among = selected === undefined ? undefined : selectedAmong(selected, snapshot);
  return config.checks
    .filter((check) => isAsked(check, scope))
    .flatMap((check) => {
      const checker = checkers.get(check.tool);
      if (checker === undefined) return [];
      if (among === undefined)
        return [{ check, checker, files: filesOf(check, { checker, paths: paths() }), partial: false }];
      return [planPart(check, { checker, among, paths })];
    });
}

function isAsked({ id, stage }: ResolvedCheck, { stages, checks }: RunScope): boolean {
  return stages.includes(stage) && (checks.length === 0 || checks.includes(id));
}

/** Of a large repository all paths are listed only where some check needs them. */
function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** The paths of a snapshot. A submodule is a folder, and its files are not ours. */
function pathsIn({ files }: Snapshot): readonly string[] {
  return files.filter((file) => !isRepositoryInside(file)).map(({ path }) => path);
}

interface PartPlanning {
  readonly checker: Checker;
  readonly among: SelectedPaths;
  readonly paths: () => readonly string[];
}

/** The plan of a check where only some files are asked for. */
function planPart(check: ResolvedCheck, { checker, among, paths }: PartPlanning): PlannedCheck {
  // The selected ones first: they are few, and in a large repository most checks need no other.
  const files = filesOf(check, { checker, paths: among.there });
  if (checker.handles === "files") return { check, checker, files, partial: true };
  // A tool that always looks at everything is asked as soon as one of its files is selected, or gone.
  const isConcerned =
    files.length > 0 || among.hasSubmodule || filesOf(check, { checker, paths: among.gone }).length > 0;
  return { check, checker, files: isConcerned ? filesOf(check, { checker, paths: paths() }) : files, partial: false };
}

interface SelectedPaths {
  /** In order. */
  readonly there: readonly string[];
  readonly gone: readonly string[];
  readonly hasSubmodule: boolean;
}

/** What was selected, by whether it is a file of ours. */
function selectedAmong(selected: ReadonlySet<string>, snapshot: Snapshot): SelectedPaths {
  const found = [...selected].toSorted().map((path) => ({ path, file: fileAt(snapshot, path) }));
  const isOurs = ({ file }: (typeof found)[number]) => file !== undefined && !isRepositoryInside(file);
  return {
    there: found.filter(isOurs).map(({ path }) => path),
    gone: found.filter(({ file }) => file === undefined).map(({ path }) => path),
    hasSubmodule: found.some(({ file }) => file !== undefined && isRepositoryInside(file)),
  };
}

/** The files that a check covers: inside its folder, matching its globs. */
export function filesOf(
  check: ResolvedCheck,
  { checker, paths }: { checker: Pick<Checker, "patterns">; paths: readonly string[] },
): readonly string[] {
  const prefix = check.cwd === "" ? "" : `${check.cwd}/`;
  const patterns = check.files ?? checker.patterns;
  const isMatch = picomatch([...patterns], { ignore: [...check.exclude], dot: true });
  const mayMatch = endingTest(patterns);
  return paths.filter((path) => path.startsWith(prefix) && mayMatch(path) && isMatch(path.slice(prefix.length)));
}

/**
 * A test that every path passes which one of the patterns matches, and that costs less than a regular expression: most
 * patterns end with the ending of a kind of file.
 */
function endingTest(patterns: readonly string[]): (path: string) => boolean {
  const endings = new Set<string>();
  for (const pattern of patterns) {
    const [, one, several] = /^[^!()]*\.(?:([\w-]+)|\{([\w-]+(?:,[\w-]+)+)\})$/.exec(pattern) ?? [];
    if (one === undefined && several === undefined) return () => true;
    for (const ending of (one ?? several ?? "").split(",")) endings.add(ending);
  }
  return (path) => endings.has(path.slice(path.lastIndexOf(".") + 1));
}

/** The paths of a snapshot that lie at or under the paths that someone asked for. */
export function selectPaths(snapshot: Snapshot, asked: readonly string[]): ReadonlySet<string> {
  const wanted = asked.map((path) => path.replace(/^\.\/|\/$/g, "").replace(/^\.$/, ""));
  return new Set(
    snapshot.files
      .map(({ path }) => path)
      .filter((path) => wanted.some((ask) => ask === "" || path === ask || path.startsWith(`${ask}/`))),
  );
}
