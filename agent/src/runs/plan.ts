import picomatch from "picomatch";
import type { Checker } from "../checkers/checker.ts";
import type { ResolvedCheck, ResolvedConfig } from "../config/resolved.ts";
import type { RunScope } from "../core/run.ts";
import { TrigateError } from "../errors/trigate-error.ts";
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
  /** Whether to ask which sources each test file loads. */
  readonly notesInputs?: boolean | undefined;
}

/** Picks the checks and the files of a run. Throws `usage/bad-argument` for a check that is not configured. */
export function planRun(
  config: ResolvedConfig,
  {
    checkers,
    snapshot,
    scope,
    selected,
  }: {
    checkers: ReadonlyMap<string, Checker>;
    snapshot: Snapshot;
    scope: RunScope;
    selected: ReadonlySet<string> | undefined;
  },
): PlannedCheck[] {
  const unknown = scope.checks.filter((id) => !config.checks.some((check) => check.id === id));
  if (unknown.length > 0) {
    throw new TrigateError("usage/bad-argument", {
      problem: `there is no check ${unknown.join(", ")} in trigate.yaml`,
      hint: `there are: ${config.checks.map(({ id }) => id).join(", ")}`,
    });
  }
  // A submodule is a folder, and its files are not ours.
  const paths = snapshot.files.flatMap((file) => (isRepositoryInside(file) ? [] : [file.path]));
  const lost = lostFrom(selected, snapshot);
  const chosen = selected === undefined ? paths : paths.filter((path) => selected.has(path));
  return config.checks
    .filter(
      (check) => scope.stages.includes(check.stage) && (scope.checks.length === 0 || scope.checks.includes(check.id)),
    )
    .flatMap((check) => {
      const checker = checkers.get(check.tool);
      if (checker === undefined) return [];
      if (selected === undefined)
        return [{ check, checker, files: filesOf(check, { checker, paths }), partial: false }];
      // The selected ones first: they are few, and in a large repository most checks need no other.
      const files = filesOf(check, { checker, paths: chosen });
      // A tool that always looks at everything is asked as soon as one of its files is selected, or gone.
      const isConcerned =
        files.length > 0 || lost.hasSubmodule || filesOf(check, { checker, paths: lost.paths }).length > 0;
      return [
        {
          check,
          checker,
          files: checker.handles === "files" || !isConcerned ? files : filesOf(check, { checker, paths }),
          partial: checker.handles === "files",
        },
      ];
    });
}

/** What was selected and is no file of ours any more: paths that are gone, and whether a submodule is among them. */
function lostFrom(
  selected: ReadonlySet<string> | undefined,
  { files }: Pick<Snapshot, "files">,
): { readonly paths: readonly string[]; readonly hasSubmodule: boolean } {
  if (selected === undefined) return { paths: [], hasSubmodule: false };
  const there = new Map(files.map((file) => [file.path, file]));
  const isSubmodule = (path: string) => {
    const file = there.get(path);
    return file !== undefined && isRepositoryInside(file);
  };
  const paths = [...selected].filter((path) => !there.has(path));
  return { paths, hasSubmodule: [...selected].some(isSubmodule) };
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
