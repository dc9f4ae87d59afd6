import { compare as comparePep440, valid as validPep440 } from "@renovatebot/pep440";
import semver from "semver";
import type { Advisory, AffectedEntry, Ecosystem, InstalledPackage, RangeEvent } from "./advisory.ts";

/** Compares two versions in the order of their ecosystem; `undefined` when one of them is no version of it. */
export function compareVersions(ecosystem: Ecosystem, one: string, other: string): number | undefined {
  if (ecosystem === "npm") {
    const [left, right] = [semver.parse(one, { loose: true }), semver.parse(other, { loose: true })];
    return left === null || right === null ? undefined : semver.compare(left, right);
  }
  return validPep440(one) === null || validPep440(other) === null ? undefined : comparePep440(one, other);
}

export interface Verdict {
  readonly affected: boolean;
  /** The first version of the same line in which it is mended, where the advisory tells. */
  readonly fixedIn?: string | undefined;
}

/** Whether an advisory holds for a version. `undefined` when its ranges cannot be compared with that version. */
export function isAffected(advisory: Advisory, installed: InstalledPackage): Verdict | undefined {
  if (advisory.withdrawn !== undefined) return { affected: false };
  const entries = (advisory.affected ?? []).filter((each) => isAbout(each, installed));
  const answers = entries.map((entry) => ({ entry, named: isNamed(entry, installed) }));
  const hit = answers.find(({ named }) => named === true);
  if (hit !== undefined) return { affected: true, fixedIn: fixOf(hit.entry, installed) };
  return answers.some(({ named }) => named === undefined) ? undefined : { affected: false };
}

/** Whether an entry names a version, alone or in a range. `undefined` when no range does that can be compared, and one cannot. */
function isNamed(entry: AffectedEntry, installed: InstalledPackage): boolean | undefined {
  if (entry.versions?.includes(installed.version)) return true;
  // Ranges of commits say nothing about released versions.
  const ranges = (entry.ranges ?? []).filter(({ type }) => type === "SEMVER" || type === "ECOSYSTEM");
  const answers = new Set(ranges.map(({ events }) => liesInside(events, entry, installed)));
  if (answers.has(true)) return true;
  return answers.has(undefined) ? undefined : false;
}

function isAbout({ package: about }: AffectedEntry, installed: InstalledPackage): boolean {
  if (about === undefined || about.ecosystem.split(":")[0] !== installed.ecosystem) return false;
  return installed.ecosystem === "PyPI" ? normalName(about.name) === installed.name : about.name === installed.name;
}

/** Names on PyPI are the same in any case and with any of `-`, `_` and `.` (PEP 503). */
export function normalName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, "-");
}

/** Goes through the events in the order of their versions: each says that from there on a version is affected, or is not any more. */
function liesInside(
  events: readonly RangeEvent[],
  entry: AffectedEntry,
  installed: InstalledPackage,
): boolean | undefined {
  let inside = false;
  for (const event of inOrder(events, installed.ecosystem)) {
    const boundary = boundaryOf(event);
    if (boundary === undefined) continue;
    const order = boundary === BEGINNING ? 1 : compareVersions(installed.ecosystem, installed.version, boundary);
    if (order === undefined) return undefined;
    inside = insideAfter(event, order) ?? inside;
  }
  return inside ? liesBeforeKnownEnd(events, entry, installed) : false;
}

/** An advisory that names no end among its events may name the last version that is known to be affected. */
function liesBeforeKnownEnd(
  events: readonly RangeEvent[],
  { database_specific: beside }: AffectedEntry,
  installed: InstalledPackage,
): boolean | undefined {
  const known = beside?.last_known_affected_version_range;
  const bounded = events.some(({ fixed, last_affected: last }) => fixed !== undefined || last !== undefined);
  return bounded || known === undefined ? true : keepsTo(known, installed);
}

/** Where an event puts a version that compares so with its boundary; `undefined` where the event says nothing about it. */
function insideAfter({ introduced, fixed, last_affected: last }: RangeEvent, order: number): boolean | undefined {
  if (last !== undefined && order > 0) return false;
  if (order < 0) return undefined;
  if (fixed !== undefined) return false;
  return introduced === undefined ? undefined : true;
}

/** Stands in OSV for a version before all others. */
const BEGINNING = "0";

function boundaryOf({ introduced, fixed, last_affected: last }: RangeEvent): string | undefined {
  return introduced ?? fixed ?? last;
}

function inOrder(events: readonly RangeEvent[], ecosystem: Ecosystem): readonly RangeEvent[] {
  return events.toSorted((a, b) => {
    const [first = BEGINNING, second = BEGINNING] = [boundaryOf(a), boundaryOf(b)];
    if (first === BEGINNING) return second === BEGINNING ? 0 : -1;
    if (second === BEGINNING) return 1;
    return compareVersions(ecosystem, first, second) ?? 0;
  });
}

/** GitHub's records without a fix carry their end as `<= 1.2.3` or `< 1.2.3` beside the range. */
function keepsTo(
  range: string,
  { ecosystem, version }: { readonly ecosystem: Ecosystem; readonly version: string },
): boolean | undefined {
  const [, operator, end] = /^(<=?)\s*(\S+)$/.exec(range.trim()) ?? [];
  const order = end === undefined ? undefined : compareVersions(ecosystem, version, end);
  if (order === undefined) return undefined;
  return operator === "<=" ? order <= 0 : order < 0;
}

function fixOf(entry: AffectedEntry, { ecosystem, version }: InstalledPackage): string | undefined {
  const fixes = (entry.ranges ?? []).flatMap(({ events }) => events.flatMap(({ fixed }) => fixed ?? []));
  const later = fixes.filter((fixed) => (compareVersions(ecosystem, fixed, version) ?? -1) > 0);
  return later.toSorted((a, b) => compareVersions(ecosystem, a, b) ?? 0)[0];
}
