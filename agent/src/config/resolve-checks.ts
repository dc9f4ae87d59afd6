import { z } from "zod";
import type { MetricId } from "../core/metrics.ts";
import { type Complaint, complaintsOf, type LocatedYaml, nearest } from "./complaints.ts";
import type { KnownChecker, ResolvedCheck } from "./resolved.ts";
import { COMMON_CHECK_KEYS, folderInside, WrittenCheck } from "./written.ts";
import { durationMs, sizeBytes } from "./written-values.ts";

const DEFAULT_TIMEOUT_MS = { static: 5 * 60_000, test: 15 * 60_000, performance: 15 * 60_000 } as const;

/** A file that is being read, and what was found wrong in it so far. */
export interface Reading {
  readonly yaml: LocatedYaml;
  readonly complaints: Complaint[];
}

type Checkers = ReadonlyMap<string, KnownChecker>;

const { shape } = WrittenCheck;

/** What every check may say with the default of what it does not say, and lengths of time and sizes as numbers. */
const CompleteCheck = WrittenCheck.extend({
  suite: shape.suite.default("unit"),
  args: shape.args.default([]),
  cwd: shape.cwd.default(""),
  exclude: shape.exclude.default([]),
  report: shape.report.default({}).transform((report) => (typeof report === "string" ? { [report]: "" } : report)),
  timeout: shape.timeout.unwrap().transform(durationMs).optional(),
  budget: shape.budget.unwrap().transform(durationMs).optional(),
  optional: shape.optional.default(false),
  cache: shape.cache.default("content"),
  env: shape.env.default([]),
  after: shape.after.default([]),
  retries: shape.retries.default(0),
  maxOutput: shape.maxOutput.unwrap().transform(sizeBytes).optional(),
  resources: shape.resources.default([]),
});

const Entry = z.record(z.string(), z.unknown());
type Entry = z.infer<typeof Entry>;

/** The checks of the file that can be used; what is wrong with the others is added to the complaints. */
export function resolveChecks(written: Entry, context: Reading & { checkers: Checkers }): ResolvedCheck[] {
  return Object.entries(written).flatMap(([id, value]) => resolveCheck(id, value ?? {}, context) ?? []);
}

function resolveCheck(
  id: string,
  value: unknown,
  { yaml, complaints, checkers }: Reading & { checkers: Checkers },
): ResolvedCheck | undefined {
  const path = ["checks", id];
  const complain = (message: string) => {
    complaints.push({ path: path.join("."), line: yaml.lineOf(path), message });
  };
  const entry = Entry.safeParse(value);
  if (!entry.success) {
    complain("a check is a map of settings; write {} when it needs none");
    return undefined;
  }
  const common = commonOf(entry.data);
  const parsed = CompleteCheck.safeParse(common);
  if (!parsed.success)
    complaints.push(...complaintsOf(parsed.error, path, { lineOf: yaml.lineOf, allowedKeys: COMMON_CHECK_KEYS }));
  const checker = checkerOf(id, common, checkers);
  if (checker === undefined) {
    complain(noChecker(typeof common["tool"] === "string" ? common["tool"] : id, checkers));
    return undefined;
  }
  const settings = checker.settings.safeParse(ownOf(entry.data));
  if (!settings.success) {
    const allowedKeys = [...COMMON_CHECK_KEYS, ...settingKeys(checker)];
    complaints.push(...complaintsOf(settings.error, path, { lineOf: yaml.lineOf, allowedKeys }));
  }
  if (!parsed.success || !settings.success) return undefined;
  return completeCheck(id, { written: parsed.data, checker, settings: settings.data });
}

function noChecker(named: string, checkers: Checkers): string {
  const near = nearest(named, [...checkers.keys()]);
  const known = [...checkers.keys()].toSorted().join(", ");
  return `there is no checker "${named}"${near === undefined ? "" : `, did you mean "${near}"?`}; give it a "tool" or a "report"; known: ${known}`;
}

/** What a check feeds, however faulty its entry is; `undefined` when nobody knows its tool. */
export function feedsOfEntry(id: string, value: unknown, checkers: Checkers): readonly MetricId[] | undefined {
  const entry = Entry.safeParse(value);
  const written = entry.success ? entry.data : {};
  const checker = checkerOf(id, commonOf(written), checkers);
  if (checker?.feedsWith === undefined) return checker?.feeds;
  const settings = checker.settings.safeParse(ownOf(written));
  return settings.success ? checker.feedsWith(settings.data) : checker.feeds;
}

function commonOf(entry: Entry): Entry {
  return Object.fromEntries(Object.entries(entry).filter(([key]) => COMMON_CHECK_KEYS.includes(key)));
}

function ownOf(entry: Entry): Entry {
  return Object.fromEntries(Object.entries(entry).filter(([key]) => !COMMON_CHECK_KEYS.includes(key)));
}

function settingKeys({ settings }: KnownChecker): readonly string[] {
  return settings instanceof z.ZodObject ? Object.keys(settings.shape) : [];
}

/** The checker of an entry: its `tool`, else its key, else the format of its report. */
function checkerOf(id: string, common: Entry, checkers: Checkers): KnownChecker | undefined {
  if (typeof common["tool"] === "string") return checkers.get(common["tool"]);
  return (
    checkers.get(id) ??
    formatsOf(common["report"])
      .map((format) => readerOf(format, checkers))
      .find((reader) => reader !== undefined)
  );
}

/** The checker that reads a format: the one that is called like it, else one that names it among its reports. */
function readerOf(format: string, checkers: Checkers): KnownChecker | undefined {
  return checkers.get(format) ?? [...checkers.values()].find(({ reports }) => reports?.includes(format));
}

function formatsOf(report: unknown): readonly string[] {
  if (typeof report === "string") return [report];
  const map = z.record(z.string(), z.string()).safeParse(report);
  return map.success ? Object.keys(map.data) : [];
}

function completeCheck(
  id: string,
  { written, checker, settings }: { written: z.output<typeof CompleteCheck>; checker: KnownChecker; settings: unknown },
): ResolvedCheck {
  return {
    id,
    tool: checker.id,
    stage: checker.stage,
    suite: written.suite,
    command: written.command,
    args: written.args,
    cwd: folderInside(written.cwd) ?? "",
    files: written.files,
    exclude: written.exclude,
    report: written.report,
    coverage: written.coverage,
    takeIn: written.takeIn,
    timeoutMs: written.timeout ?? DEFAULT_TIMEOUT_MS[checker.stage],
    budgetMs: written.budget,
    optional: written.optional,
    advisory: false,
    exclusive: written.exclusive ?? checker.exclusive,
    // What a service answered before says nothing about what it answers now.
    cache: checker.cacheable && written.needs === undefined ? written.cache : "never",
    env: written.env,
    after: written.after,
    needs: written.needs ?? [],
    retries: written.retries,
    maxOutputBytes: written.maxOutput,
    resources: written.resources,
    settings,
    ...(checker.feedsWith === undefined ? {} : { feeds: checker.feedsWith(settings) }),
  };
}
