import { z } from "zod";
import type { Gate } from "../core/gate.ts";
import { type Aggregate, isMetricId, METRIC_IDS, type MetricId, METRICS, metricDefinition } from "../core/metrics.ts";
import { parseThreshold } from "../core/threshold.ts";
import { STAGES } from "../core/outcome.ts";
import { type Complaint, complaintsOf, type LocatedYaml, nearest, parseLocatedYaml, unknownKey } from "./complaints.ts";
import type { KnownChecker, ResolvedCheck, ResolvedConfig } from "./resolved.ts";
import { KNOWN_SERVICES, resolveCache, resolveServices } from "./resolve-services.ts";
import { COMMON_CHECK_KEYS, durationMs, folderInside, sizeBytes, WrittenCheck, WrittenConfig } from "./written.ts";

export type ResolveResult =
  | { readonly ok: true; readonly config: Omit<ResolvedConfig, "root" | "file" | "hash"> }
  | { readonly ok: false; readonly complaints: readonly Complaint[] };

const DEFAULT_TIMEOUT_MS = { static: 5 * 60_000, test: 15 * 60_000, performance: 15 * 60_000 } as const;

/** Reads the text of a `trigate.yaml`, or one that was merged with what it extends. All faults come back at once, each with its path and line. */
export function resolveConfig(text: string | LocatedYaml, checkers: ReadonlyMap<string, KnownChecker>): ResolveResult {
  const yaml = typeof text === "string" ? parseLocatedYaml(text) : text;
  if (yaml.complaints.length > 0) return { ok: false, complaints: yaml.complaints };
  const written = WrittenConfig.safeParse(yaml.value);
  const complaints: Complaint[] = written.success ? [] : topLevelComplaints(written.error, yaml);
  const readable = Readable.parse(yaml.value);
  const checks = resolveChecks(readable.checks, { yaml, checkers, complaints });
  const advisory = new Set(readable.advisory);
  const gates = resolveGates(readable.gates, { yaml, complaints, advisory });
  checkReferences(readable, { yaml, complaints, checks, gates });
  checkFeeders(gates, { yaml, complaints, checkers, checks: readable.checks });
  if (!written.success || complaints.length > 0) return { ok: false, complaints };
  const config = {
    checks: checks.map((check) => ({ ...check, advisory: advisory.has(check.id) })),
    gates,
    base: written.data.base,
    baseline: baselineOf(written.data.baseline),
    suppressions: (written.data.suppressions ?? []).map((entry) => ({
      check: entry.check,
      rule: entry.rule,
      files: entry.files,
      reason: entry.reason,
      expires: entry.expires,
    })),
    newOnly: written.data.newOnly ?? ("lines" as const),
    testImpact: written.data.testImpact?.mode ?? ("off" as const),
    onInconclusive: written.data.onInconclusive ?? ("retry" as const),
    worktreeSetup: written.data.worktree?.setup,
    services: resolveServices(written.data.services),
    resources: written.data.resources ?? {},
    cache: resolveCache(written.data.cache),
    codecov: {
      account: written.data.codecov?.account ?? ("new" as const),
      unmeasured: written.data.codecov?.unmeasured ?? ("fail" as const),
      flags: written.data.codecov?.flags ?? {},
    },
  };
  return { ok: true, config: deepFreeze(config) };
}

function baselineOf(written: string | false | undefined): string | undefined {
  return written === false ? undefined : folderInside(written ?? "") || "trigate-baseline.jsonl";
}

/** What can be read of a file that may be faulty elsewhere, so that one fault does not hide the others. */
const Readable = z
  .object({
    checks: z.record(z.string(), z.unknown()).catch({}),
    gates: z.record(z.string(), z.record(z.string(), z.unknown()).catch({})).catch({}),
    advisory: z.array(z.unknown()).catch([]),
    suppressions: z.array(z.looseObject({ check: z.string() }).catch({ check: "" })).catch([]),
    services: z.record(z.string(), z.unknown()).catch({}),
  })
  .catch({ checks: {}, gates: {}, advisory: [], suppressions: [], services: {} });
type Readable = z.infer<typeof Readable>;

interface Reading {
  readonly yaml: LocatedYaml;
  readonly complaints: Complaint[];
}

function topLevelComplaints(error: z.ZodError, yaml: LocatedYaml): Complaint[] {
  return error.issues.flatMap((issue) => {
    const single = new z.ZodError([issue]);
    return complaintsOf(single, [], { lineOf: yaml.lineOf, allowedKeys: allowedAt(issue.path) });
  });
}

function allowedAt(path: readonly PropertyKey[]): readonly string[] {
  const [first, second] = path;
  if (first === undefined) return Object.keys(WrittenConfig.shape);
  if (first !== "gates") return [];
  if (second === undefined) return STAGES;
  return METRIC_IDS.filter((id) => METRICS[id].stage === second);
}

function resolveChecks(
  written: Record<string, unknown>,
  context: Reading & { checkers: ReadonlyMap<string, KnownChecker> },
): ResolvedCheck[] {
  return Object.entries(written).flatMap(([id, value]) => resolveCheck(id, value ?? {}, context) ?? []);
}

function resolveCheck(
  id: string,
  value: unknown,
  { yaml, complaints, checkers }: Reading & { checkers: ReadonlyMap<string, KnownChecker> },
): ResolvedCheck | undefined {
  const path = ["checks", id];
  const complain = (message: string, at: readonly PropertyKey[] = path) => {
    complaints.push({ path: at.map(String).join("."), line: yaml.lineOf(at), message });
  };
  const entry = z.record(z.string(), z.unknown()).safeParse(value);
  if (!entry.success) {
    complain("a check is a map of settings; write {} when it needs none");
    return undefined;
  }
  const common = commonOf(entry.data);
  const own = ownOf(entry.data);
  const parsed = WrittenCheck.safeParse(common);
  if (!parsed.success)
    complaints.push(...complaintsOf(parsed.error, path, { lineOf: yaml.lineOf, allowedKeys: COMMON_CHECK_KEYS }));
  const toolId = toolOf(id, common, checkers);
  const checker = checkers.get(toolId ?? "");
  if (checker === undefined) {
    const named = typeof common["tool"] === "string" ? common["tool"] : id;
    const near = nearest(named, [...checkers.keys()]);
    complain(
      `there is no checker "${named}"${near === undefined ? "" : `, did you mean "${near}"?`}; give it a "tool" or a "report"; known: ${[...checkers.keys()].toSorted().join(", ")}`,
    );
    return undefined;
  }
  const settings = checker.settings.safeParse(own);
  if (!settings.success) {
    const allowedKeys = [...COMMON_CHECK_KEYS, ...settingKeys(checker)];
    complaints.push(...complaintsOf(settings.error, path, { lineOf: yaml.lineOf, allowedKeys }));
  }
  if (!parsed.success || !settings.success) return undefined;
  return completeCheck(id, { written: parsed.data, checker, settings: settings.data });
}

function commonOf(entry: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(entry).filter(([key]) => COMMON_CHECK_KEYS.includes(key)));
}

function ownOf(entry: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(entry).filter(([key]) => !COMMON_CHECK_KEYS.includes(key)));
}

function settingKeys({ settings }: KnownChecker): readonly string[] {
  return settings instanceof z.ZodObject ? Object.keys(settings.shape) : [];
}

/** The checker of an entry: its `tool`, else its key, else the format of its report. */
function toolOf(
  id: string,
  common: Record<string, unknown>,
  checkers: ReadonlyMap<string, KnownChecker>,
): string | undefined {
  if (typeof common["tool"] === "string") return common["tool"];
  if (checkers.has(id)) return id;
  return formatsOf(common["report"])
    .map((format) => readerOf(format, checkers))
    .find((reader) => reader !== undefined);
}

/** The checker that reads a format: the one that is called like it, else one that names it among its reports. */
function readerOf(format: string, checkers: ReadonlyMap<string, KnownChecker>): string | undefined {
  if (checkers.has(format)) return format;
  return [...checkers.values()].find(({ reports }) => reports?.includes(format))?.id;
}

function formatsOf(report: unknown): readonly string[] {
  if (typeof report === "string") return [report];
  const map = z.record(z.string(), z.string()).safeParse(report);
  return map.success ? Object.keys(map.data) : [];
}

function completeCheck(
  id: string,
  { written, checker, settings }: { written: z.infer<typeof WrittenCheck>; checker: KnownChecker; settings: unknown },
): ResolvedCheck {
  const exclusive = written.exclusive ?? checker.exclusive;
  return {
    id,
    tool: checker.id,
    stage: checker.stage,
    suite: written.suite ?? "unit",
    command: written.command,
    args: written.args ?? [],
    cwd: folderInside(written.cwd ?? "") ?? "",
    files: written.files,
    exclude: written.exclude ?? [],
    report: typeof written.report === "string" ? { [written.report]: "" } : (written.report ?? {}),
    coverage: written.coverage,
    takeIn: written.takeIn,
    timeoutMs: written.timeout === undefined ? DEFAULT_TIMEOUT_MS[checker.stage] : durationMs(written.timeout),
    budgetMs: written.budget === undefined ? undefined : durationMs(written.budget),
    optional: written.optional ?? false,
    advisory: false,
    exclusive,
    // What a service answered before says nothing about what it answers now.
    cache: checker.cacheable && written.needs === undefined ? (written.cache ?? "content") : "never",
    env: written.env ?? [],
    after: written.after ?? [],
    needs: written.needs ?? [],
    retries: written.retries ?? 0,
    maxOutputBytes: written.maxOutput === undefined ? undefined : sizeBytes(written.maxOutput),
    resources: written.resources ?? [],
    settings,
    ...(checker.feedsWith === undefined ? {} : { feeds: checker.feedsWith(settings) }),
  };
}

/** The gates of the file, and the registry's default for each metric that it does not name. */
function resolveGates(written: Readable["gates"], context: Reading & { advisory: ReadonlySet<unknown> }): Gate[] {
  return METRIC_IDS.flatMap((metric) => {
    const definition = metricDefinition(metric);
    const limit = written[definition.stage]?.[metric];
    if (limit === undefined) {
      return definition.defaultLimit === undefined
        ? []
        : gateOf(metric, { limit: definition.defaultLimit, configured: false }, context);
    }
    const path = ["gates", definition.stage, metric];
    if (typeof limit === "string" || typeof limit === "number")
      return gateOf(metric, { limit, configured: true, path }, context);
    const patterns = z.record(z.string(), z.union([z.string(), z.number()])).safeParse(limit);
    // Another form than a limit, or patterns for a metric that has none: the schema has complained.
    if (!(definition.keyed || definition.byPath === true) || !patterns.success) return [];
    if (Object.keys(patterns.data).length === 0) {
      const what = definition.keyed ? "benchmark" : "path";
      return complainAbout(path, `names no ${what}; write one limit, or one for each pattern`, context);
    }
    return Object.entries(patterns.data).flatMap(([pattern, value]) =>
      gateOf(metric, { limit: value, configured: true, pattern, path: [...path, pattern] }, context),
    );
  });
}

function complainAbout(path: readonly PropertyKey[], message: string, { yaml, complaints }: Reading): [] {
  complaints.push({ path: path.map(String).join("."), line: yaml.lineOf(path), message });
  return [];
}

interface WrittenGate {
  readonly limit: string | number;
  readonly configured: boolean;
  readonly pattern?: string;
  readonly path?: readonly PropertyKey[];
}

function gateOf(
  metric: MetricId,
  { limit, configured, pattern, path = [] }: WrittenGate,
  { advisory, ...context }: Reading & { advisory: ReadonlySet<unknown> },
): Gate[] {
  const definition = metricDefinition(metric);
  const parsed = parseThreshold(limit, definition);
  if (!parsed.ok) return complainAbout(path, parsed.problem, context);
  const { statistic } = parsed.threshold;
  if (statistic !== undefined && definition.aggregate !== "worst-measurement")
    return complainAbout(path, `${metric} is a single value and has no ${statistic}; leave the statistic out`, context);
  const id = `${definition.stage}.${metric}${pattern === undefined ? "" : `[${pattern}]`}`;
  return [
    {
      id,
      stage: definition.stage,
      metric,
      pattern,
      threshold: parsed.threshold,
      advisory: advisory.has(metric) || advisory.has(id),
      configured: configured && context.yaml.isPresumed?.(path) !== true,
    },
  ];
}

/** Names in `advisory` and `after` have to mean something. */
function checkReferences(
  written: Readable,
  { yaml, complaints, checks, gates }: Reading & { checks: readonly ResolvedCheck[]; gates: readonly Gate[] },
): void {
  const ids = Object.keys(written.checks);
  const names = new Set([...ids, ...gates.map(({ id }) => id)]);
  for (const [index, name] of written.advisory.entries()) {
    if (typeof name !== "string" || names.has(name) || isMetricId(name)) continue;
    complainAbout(["advisory", index], `"${name}" is neither a check nor a gate`, { yaml, complaints });
  }
  for (const check of checks) {
    for (const [index, name] of check.after.entries()) {
      if (ids.includes(name) && name !== check.id) continue;
      const line = yaml.lineOf(["checks", check.id, "after", index]);
      const allowedKeys = ids.filter((id) => id !== check.id);
      complaints.push(unknownKey(["checks", check.id, "after", name], { lineOf: () => line, allowedKeys }));
    }
  }
  for (const [index, { check }] of written.suppressions.entries()) {
    if (check === "" || ids.includes(check)) continue;
    complainAbout(["suppressions", index, "check"], `there is no check "${check}"`, { yaml, complaints });
  }
  checkServices(written, { yaml, complaints, checks });
  const cycle = findCycle(checks);
  if (cycle?.[0] !== undefined)
    complainAbout(["checks", cycle[0], "after"], `waits for itself: ${cycle.join(" → ")}`, { yaml, complaints });
}

/** A service that is needed has to be known, and only what may differ from one time to the next is tried again. */
function checkServices(
  written: Readable,
  { yaml, complaints, checks }: Reading & { checks: readonly ResolvedCheck[] },
) {
  const allowedKeys = [...KNOWN_SERVICES, ...Object.keys(written.services)];
  for (const { id, needs, retries, stage, cache } of checks) {
    for (const [index, name] of needs.entries()) {
      if (allowedKeys.includes(name)) continue;
      const line = yaml.lineOf(["checks", id, "needs", index]);
      complaints.push(unknownKey(["checks", id, "needs", name], { lineOf: () => line, allowedKeys }));
    }
    if (retries > 0 && stage === "static" && cache === "content")
      complainAbout(["checks", id, "retries"], "the same files always give the same answer here; leave it out", {
        yaml,
        complaints,
      });
  }
}

function findCycle(checks: readonly ResolvedCheck[]): readonly string[] | undefined {
  const after = new Map(checks.map(({ id, after: before }) => [id, before.filter((other) => other !== id)]));
  const visit = (id: string, trail: readonly string[]): readonly string[] | undefined => {
    if (trail.includes(id)) return [...trail.slice(trail.indexOf(id)), id];
    return after
      .get(id)
      ?.map((next) => visit(next, [...trail, id]))
      .find((found) => found !== undefined);
  };
  return checks.map(({ id }) => visit(id, [])).find((found) => found !== undefined);
}

/** A gate that the file names but that no check can feed would never be judged: that is a fault of the file. */
/** What is judged from the whole of a run. */
const FED_BY_NONE: ReadonlySet<Aggregate> = new Set(["stage-duration", "failing-statuses"]);

function checkFeeders(
  gates: readonly Gate[],
  {
    yaml,
    complaints,
    checks,
    checkers,
  }: Reading & { checks: Readable["checks"]; checkers: ReadonlyMap<string, KnownChecker> },
): void {
  const feedsOfChecks = Object.entries(checks).map(([id, value]) => {
    const entry = z.record(z.string(), z.unknown()).safeParse(value ?? {});
    const written = entry.success ? entry.data : {};
    const checker = checkers.get(toolOf(id, commonOf(written), checkers) ?? "");
    const settings = checker?.settings.safeParse(ownOf(written));
    return settings?.success === true ? (checker?.feedsWith?.(settings.data) ?? checker?.feeds) : checker?.feeds;
  });
  // What a check with an unknown tool would have measured, nobody can say; that complaint comes first.
  if (feedsOfChecks.includes(undefined)) return;
  const fed = new Set(feedsOfChecks.flatMap((own) => own ?? []));
  for (const { metric, stage, configured } of gates) {
    if (!configured || fed.has(metric) || FED_BY_NONE.has(METRICS[metric].aggregate)) continue;
    const could = [...checkers.values()].filter(({ feeds }) => feeds.includes(metric)).map(({ id }) => id);
    const hint = could.length > 0 ? `add one of: ${could.join(", ")}` : "no checker of this version measures it";
    complainAbout(["gates", stage, metric], `no check in "checks" measures ${metric}; ${hint}`, { yaml, complaints });
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}
