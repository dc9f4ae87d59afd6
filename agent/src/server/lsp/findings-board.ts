import type { CheckResult } from "../../core/check.ts";
import type { Finding } from "../../core/finding.ts";

/** Which save a check's result belongs to. */
export interface SaveContext {
  /** The file that was saved, relative to the root. */
  readonly file: string;
  /** Counts the saves up, so that an old result never replaces a newer one. */
  readonly order: number;
  /** Versions of the open documents whose text was the same as on disk when the run began. */
  readonly versions: ReadonlyMap<string, number>;
}

/** A finding with the version of the document that it was found in, when that was open. */
export interface PlacedFinding {
  readonly finding: Finding;
  readonly version: number | undefined;
}

interface FileEntry {
  readonly order: number;
  readonly findings: readonly PlacedFinding[];
}

interface CheckEntry {
  /** Whether the check was seen to speak of other files than the saved one: then each result replaces all of it. */
  isProjectWide: boolean;
  /** The save of the last project-wide result. */
  order: number;
  readonly files: Map<string, FileEntry>;
}

/** What the checks of saved files found last, by file. Knows neither the editor nor the protocol. */
export class FindingsBoard {
  readonly #checks = new Map<string, CheckEntry>();

  /** Everything known of a file. */
  of(file: string): readonly PlacedFinding[] {
    return [...this.#checks.values()].flatMap(({ files }) => files.get(file)?.findings ?? []);
  }

  /**
   * Takes in the result of one check and answers with the files whose findings may have changed. A check that was
   * errored has not looked, so what is known of it stays. A result that is not whole speaks of the saved file alone.
   */
  apply(result: CheckResult, save: SaveContext, isWhole = true): ReadonlySet<string> {
    if (!hasLooked(result)) return new Set();
    const check = this.#entryOf(result.id);
    if (isWhole) return applyWhole(check, result, save);
    const findings = result.findings.filter((finding) => finding.file === save.file && isShown(finding));
    return new Set(replace(check, { file: save.file, save, findings }) ? [save.file] : []);
  }

  #entryOf(id: string): CheckEntry {
    const known = this.#checks.get(id) ?? { isProjectWide: false, order: 0, files: new Map<string, FileEntry>() };
    this.#checks.set(id, known);
    return known;
  }

  /** Forgets a file, such as one that was deleted. False when nothing was known of it. */
  forget(file: string): boolean {
    return [...this.#checks.values()].map(({ files }) => files.delete(file)).includes(true);
  }
}

/** A result that speaks of every file it looked at: what it says no more of a file is gone. */
function applyWhole(check: CheckEntry, result: CheckResult, save: SaveContext): ReadonlySet<string> {
  check.isProjectWide ||= speaksOfOthers(result, save.file);
  if (check.isProjectWide) {
    if (save.order < check.order) return new Set();
    check.order = save.order;
  }
  const found = Map.groupBy(result.findings.filter(isShown), ({ file }) => file);
  found.delete("");
  const touched = new Set([save.file, ...found.keys(), ...(check.isProjectWide ? check.files.keys() : [])]);
  return new Set([...touched].filter((file) => replace(check, { file, save, findings: found.get(file) ?? [] })));
}

function hasLooked({ status, reason }: CheckResult): boolean {
  return status === "passed" || status === "failed" || reason === "nothing-in-scope";
}

/** What was set aside is in every report and under nobody's eyes while he writes. */
function isShown({ suppressed }: Finding): boolean {
  return suppressed === undefined;
}

function speaksOfOthers({ filesInScope, findings }: CheckResult, saved: string): boolean {
  return filesInScope.some((file) => file !== saved) || findings.some(({ file }) => file !== saved && file !== "");
}

/** Whether the findings of one file were replaced, and there is something to show or to take away. */
function replace(
  { files }: CheckEntry,
  { file, save, findings }: { file: string; save: SaveContext; findings: readonly Finding[] },
): boolean {
  const before = files.get(file);
  if (before !== undefined && before.order > save.order) return false;
  const version = save.versions.get(file);
  files.set(file, { order: save.order, findings: findings.map((finding) => ({ finding, version })) });
  return findings.length > 0 || (before?.findings.length ?? 0) > 0;
}
