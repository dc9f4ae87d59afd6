import { join } from "node:path";
import picomatch from "picomatch";
import type { ResolvedConfig, ResolvedSuppression } from "../config/resolved.ts";
import { COUNTED_SEVERITIES } from "../core/check-status.ts";
import type { ChangedLines } from "../core/coverage-summary.ts";
import type { Finding, Suppression } from "../core/finding.ts";
import { matchesPattern } from "../core/glob.ts";
import { type KnownFinding, matchFindings } from "../core/only-new.ts";
import { ignoreComments, type IgnoreComment, isExpired, isMeantBy } from "../core/suppression.ts";
import { readTextIfThere } from "../platform/files.ts";
import type { PlannedCheck } from "./plan.ts";

export interface OnlyNewParts {
  readonly root: string;
  readonly config: Pick<ResolvedConfig, "suppressions" | "newOnly">;
  readonly baseline: readonly KnownFinding[];
  /** Paths of all files that are there. */
  readonly files: ReadonlySet<string>;
  /** Lines that a `--changed` or `--staged` run judges; `undefined` for all. */
  readonly changed: ChangedLines | undefined;
  /** As `2027-01-31`. */
  readonly today: string;
  /** What a check finds at the base, in the same files, where that is to be known. */
  readonly atBase?:
    | ((planned: PlannedCheck, files: readonly string[]) => Promise<readonly KnownFinding[] | undefined>)
    | undefined;
}

/** A comment, with the file that it stands in. */
export interface PlacedComment extends IgnoreComment {
  readonly file: string;
}

/** Says of the findings of one run which of them count. It remembers what was of use, so that the rest can be reported. */
export class OnlyNew {
  readonly #parts: OnlyNewParts;
  readonly #comments = new Map<string, Promise<readonly PlacedComment[]>>();
  readonly #used = new Set<PlacedComment | ResolvedSuppression>();
  readonly #gone: KnownFinding[] = [];
  readonly #rules: readonly { readonly entry: ResolvedSuppression; readonly isFile: (path: string) => boolean }[];

  constructor(parts: OnlyNewParts) {
    this.#parts = parts;
    this.#rules = parts.config.suppressions.map((entry) => ({
      entry,
      isFile: entry.files === undefined ? () => true : picomatch([...entry.files], { dot: true }),
    }));
  }

  /** Used comments and entries, and the baseline's entries whose findings were looked for in vain. */
  get used(): ReadonlySet<PlacedComment | ResolvedSuppression> {
    return this.#used;
  }

  get gone(): readonly KnownFinding[] {
    return this.#gone;
  }

  get parts(): OnlyNewParts {
    return this.#parts;
  }

  /** The same findings, each that does not count with the reason why. `looked` says that the check's answer is a whole one. */
  async suppress(planned: PlannedCheck, findings: readonly Finding[], looked: boolean): Promise<Finding[]> {
    const inherited = this.#inherited(planned, findings, looked);
    const decided: Finding[] = [];
    for (const finding of findings) {
      const suppressed =
        (await this.#byComment(finding)) ?? this.#byRule(finding) ?? inherited.get(finding) ?? finding.suppressed;
      decided.push(suppressed === undefined ? finding : { ...finding, suppressed });
    }
    return this.#onChangedLines(planned, decided);
  }

  /** The comments of a file, read once a run. */
  commentsOf(file: string): Promise<readonly PlacedComment[]> {
    const known = this.#comments.get(file) ?? this.#readComments(file);
    this.#comments.set(file, known);
    return known;
  }

  async #readComments(file: string): Promise<readonly PlacedComment[]> {
    // Prose explains such comments and has none.
    if (file === "" || /\.(md|mdx|rst|adoc|txt)$/i.test(file)) return [];
    const text = (await readTextIfThere(join(this.#parts.root, file))) ?? "";
    return ignoreComments(text).map((comment) => ({ ...comment, file }));
  }

  async #byComment(finding: Finding): Promise<Suppression | undefined> {
    const comments = await this.commentsOf(finding.file);
    const meant = comments.filter((comment) => isMeantBy(comment, finding));
    const valid = meant.find(({ problem, expires }) => problem === undefined && !isExpired(expires, this.#parts.today));
    if (valid === undefined) return undefined;
    this.#used.add(valid);
    return { kind: "inline", reason: valid.reason, ...(valid.expires === undefined ? {} : { expires: valid.expires }) };
  }

  #byRule(finding: Finding): Suppression | undefined {
    const found = this.#rules.find(
      ({ entry, isFile }) =>
        entry.check === finding.check &&
        (entry.rule === undefined || matchesPattern(entry.rule, finding.rule)) &&
        isFile(finding.file) &&
        !isExpired(entry.expires, this.#parts.today),
    );
    if (found === undefined) return undefined;
    const { reason, expires } = found.entry;
    this.#used.add(found.entry);
    return { kind: "rule", reason, ...(expires === undefined ? {} : { expires }) };
  }

  #inherited(
    { check, partial }: PlannedCheck,
    findings: readonly Finding[],
    looked: boolean,
  ): ReadonlyMap<Finding, Suppression> {
    const known = this.#parts.baseline.filter((entry) => entry.check === check.id);
    if (known.length === 0) return new Map();
    const counted = findings.filter(({ severity }) => COUNTED_SEVERITIES.includes(severity));
    const { pairs, gone } = matchFindings(known, counted, { isThere: (file) => this.#parts.files.has(file) });
    if (looked && !partial) this.#gone.push(...gone);
    return new Map(pairs.map(({ now }) => [now, { kind: "baseline", reason: "inherited: it is in the baseline" }]));
  }

  /**
   * In a run over changes: what lies on lines that nobody touched is set aside, but only for tools that judge a file by itself.
   * What a change breaks elsewhere is the change's own doing, so a tool that reads the whole project keeps all its findings
   * unless the base is known to have had them.
   */
  async #onChangedLines(planned: PlannedCheck, findings: Finding[]): Promise<Finding[]> {
    const { changed, config, atBase } = this.#parts;
    if (changed === undefined || config.newOnly === "files") return findings;
    const untouched = findings.filter(
      (finding) => finding.suppressed === undefined && !isTouched(finding, changed) && finding.file !== "",
    );
    if (untouched.length === 0) return findings;
    const files = [...new Set(untouched.map(({ file }) => file))];
    if (config.newOnly === "base") {
      const before = await atBase?.(planned, files);
      // When nobody knows what the base had, everything counts.
      if (before === undefined) return findings;
      const { pairs } = matchFindings(before, untouched, { isThere: (file) => this.#parts.files.has(file) });
      return setAside(findings, new Set(pairs.map(({ now }) => now)), "it was there at the base");
    }
    if (planned.checker.handles !== "files") return findings;
    return setAside(findings, new Set(untouched), "not on a line that was changed");
  }
}

function setAside(findings: readonly Finding[], which: ReadonlySet<Finding>, reason: string): Finding[] {
  return findings.map((finding) =>
    which.has(finding) ? { ...finding, suppressed: { kind: "unchanged-line", reason } } : finding,
  );
}

/** A finding without a place in its file, such as one about its format, is touched with any line of it. */
function isTouched({ file, range }: Finding, changed: ChangedLines): boolean {
  const lines = changed.get(file);
  if (lines === undefined) return false;
  if (range === undefined) return true;
  const last = Math.max(range.start.line, range.end === undefined ? 0 : lastLineOf(range.end));
  for (let line = range.start.line; line <= last; line++) if (lines.has(line)) return true;
  return false;
}

/** A range that ends before the first column of a line does not touch that line. */
function lastLineOf({ line, column }: { readonly line: number; readonly column: number }): number {
  return column === 1 ? line - 1 : line;
}
