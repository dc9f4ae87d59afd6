import { z } from "zod";
import type { Gate } from "../core/gate.ts";
import { type Aggregate, isMetricId, METRIC_IDS, type MetricId, METRICS, metricDefinition } from "../core/metrics.ts";
import { parseThreshold } from "../core/threshold.ts";
import { STAGES } from "../core/outcome.ts";
import { type Complaint, complaintsOf, type LocatedYaml, parseLocatedYaml, unknownKey } from "./complaints.ts";
import { resolveModels, resolveTasks } from "./planning.ts";
import type { KnownChecker, ResolvedCheck, ResolvedConfig } from "./resolved.ts";
import { feedsOfEntry, type Reading, resolveChecks } from "./resolve-checks.ts";
import { KNOWN_SERVICES, resolveCache, resolveServices } from "./resolve-services.ts";
import { folderInside, WrittenConfig } from "./written.ts";

export type ResolveResult =
  | { readonly ok: true; readonly config: Omit<ResolvedConfig, "root" | "file" | "hash"> }
  | { readonly ok: false; readonly complaints: readonly Complaint[] };

const { shape } = WrittenConfig;
const codecov = shape.codecov.unwrap();

/** The file with the default of what it does not say. */
const CompleteConfig = WrittenConfig.extend({
  suppressions: shape.suppressions.default([]),
  newOnly: shape.newOnly.default("lines"),
  testImpact: shape.testImpact.default({ mode: "off" }),
  onInconclusive: shape.onInconclusive.default("retry"),
  resources: shape.resources.default({}),
  codecov: codecov
    .extend({
      account: codecov.shape.account.default("new"),
      unmeasured: codecov.shape.unmeasured.default("fail"),
      flags: codecov.shape.flags.default({}),
    })
    .prefault({}),
});

/** Reads the text of a `trigate.yaml`, or one that was merged with what it extends. All faults come back at once, each with its path and line. */
export function resolveConfig(text: string | LocatedYaml, checkers: ReadonlyMap<string, KnownChecker>): ResolveResult {
  const yaml = typeof text === "string" ? parseLocatedYaml(text) : text;
  if (yaml.complaints.length > 0) return { ok: false, complaints: yaml.complaints };
  const written = CompleteConfig.safeParse(yaml.value);
  const complaints: Complaint[] = written.success ? [] : topLevelComplaints(written.error, yaml);
  const readable = Readable.parse(yaml.value);
  const checks = resolveChecks(readable.checks, { yaml, checkers, complaints });
  const advisory = new Set(readable.advisory);
  const gates = resolveGates(readable.gates, { yaml, complaints, advisory });
  checkReferences(readable, { yaml, complaints, checks, gates });
  checkFeeders(gates, { yaml, complaints, checkers, checks: readable.checks });
  if (!written.success || complaints.length > 0) return { ok: false, complaints };
  const { data } = written;
  const config = {
    checks: checks.map((check) => ({ ...check, advisory: advisory.has(check.id) })),
    gates,
    base: data.base,
    baseline: baselineOf(data.baseline),
    suppressions: data.suppressions.map(({ check, rule, files, reason, expires }) => ({
      check,
      rule,
      files,
      reason,
      expires,
    })),
    newOnly: data.newOnly,
    testImpact: data.testImpact.mode,
    onInconclusive: data.onInconclusive,
    worktreeSetup: data.worktree?.setup,
    services: resolveServices(data.services),
    resources: data.resources,
    cache: resolveCache(data.cache),
    codecov: data.codecov,
    models: resolveModels(data.models),
    tasks: resolveTasks(data.tasks),
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

type GateReading = Reading & { readonly advisory: ReadonlySet<unknown> };

/** The gates of the file, and the registry's default for each metric that it does not name. */
function resolveGates(written: Readable["gates"], context: GateReading): Gate[] {
  return METRIC_IDS.flatMap((metric) => {
    const { stage, defaultLimit } = metricDefinition(metric);
    const limit = written[stage]?.[metric];
    if (limit !== undefined) return gatesOf(metric, limit, context);
    return defaultLimit === undefined ? [] : gateOf(metric, { limit: defaultLimit, configured: false }, context);
  });
}

/** The gate of a metric, or one for each pattern of what it is about. */
function gatesOf(metric: MetricId, limit: unknown, context: GateReading): Gate[] {
  const { stage, keyed, byPath = false } = metricDefinition(metric);
  const path = ["gates", stage, metric];
  if (typeof limit === "string" || typeof limit === "number")
    return gateOf(metric, { limit, configured: true, path }, context);
  const patterns = z.record(z.string(), z.union([z.string(), z.number()])).safeParse(limit);
  // Another form than a limit, or patterns for a metric that has none: the schema has complained.
  if (!(keyed || byPath) || !patterns.success) return [];
  const limits = Object.entries(patterns.data);
  if (limits.length === 0) {
    const what = keyed ? "benchmark" : "path";
    return complainAbout(path, `names no ${what}; write one limit, or one for each pattern`, context);
  }
  return limits.flatMap(([pattern, value]) =>
    gateOf(metric, { limit: value, configured: true, pattern, path: [...path, pattern] }, context),
  );
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
  { advisory, ...context }: GateReading,
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

/** Names in `advisory`, `after`, `needs` and `suppressions` have to mean something. */
function checkReferences(
  written: Readable,
  { checks, gates, ...reading }: Reading & { checks: readonly ResolvedCheck[]; gates: readonly Gate[] },
): void {
  const ids = Object.keys(written.checks);
  checkAdvisory(written.advisory, [...ids, ...gates.map(({ id }) => id)], reading);
  for (const { id, after } of checks)
    checkNames(after, { path: ["checks", id, "after"], allowedKeys: ids.filter((other) => other !== id) }, reading);
  for (const [index, { check }] of written.suppressions.entries()) {
    if (check === "" || ids.includes(check)) continue;
    complainAbout(["suppressions", index, "check"], `there is no check "${check}"`, reading);
  }
  const services = [...KNOWN_SERVICES, ...Object.keys(written.services)];
  for (const check of checks) {
    checkNames(check.needs, { path: ["checks", check.id, "needs"], allowedKeys: services }, reading);
    checkRetries(check, reading);
  }
  const cycle = findCycle(checks);
  if (cycle?.[0] !== undefined)
    complainAbout(["checks", cycle[0], "after"], `waits for itself: ${cycle.join(" → ")}`, reading);
}

function checkAdvisory(advisory: Readable["advisory"], names: readonly string[], reading: Reading): void {
  const known = new Set(names);
  for (const [index, name] of advisory.entries()) {
    if (typeof name !== "string" || known.has(name) || isMetricId(name)) continue;
    complainAbout(["advisory", index], `"${name}" is neither a check nor a gate`, reading);
  }
}

/** Each name of a list is one of the allowed; a complaint names it and has the line of its place in the list. */
function checkNames(
  names: readonly string[],
  { path, allowedKeys }: { path: readonly PropertyKey[]; allowedKeys: readonly string[] },
  { yaml, complaints }: Reading,
): void {
  for (const [index, name] of names.entries()) {
    if (allowedKeys.includes(name)) continue;
    const line = yaml.lineOf([...path, index]);
    complaints.push(unknownKey([...path, name], { lineOf: () => line, allowedKeys }));
  }
}

/** Only what may differ from one time to the next is tried again. */
function checkRetries({ id, retries, stage, cache }: ResolvedCheck, reading: Reading): void {
  if (retries === 0 || stage !== "static" || cache !== "content") return;
  const message = "the same files always give the same answer here; leave it out";
  complainAbout(["checks", id, "retries"], message, reading);
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

/** What is judged from the whole of a run. */
const FED_BY_NONE: ReadonlySet<Aggregate> = new Set(["stage-duration", "failing-statuses"]);

/** A gate that the file names but that no check can feed would never be judged: that is a fault of the file. */
function checkFeeders(
  gates: readonly Gate[],
  {
    checks,
    checkers,
    ...reading
  }: Reading & { checks: Readable["checks"]; checkers: ReadonlyMap<string, KnownChecker> },
): void {
  const feedsOfChecks = Object.entries(checks).map(([id, value]) => feedsOfEntry(id, value ?? {}, checkers));
  // What a check with an unknown tool would have measured, nobody can say; that complaint comes first.
  if (feedsOfChecks.includes(undefined)) return;
  const fed = new Set(feedsOfChecks.flatMap((own) => own ?? []));
  for (const { metric, stage, configured } of gates) {
    if (!configured || fed.has(metric) || FED_BY_NONE.has(METRICS[metric].aggregate)) continue;
    const could = [...checkers.values()].filter(({ feeds }) => feeds.includes(metric)).map(({ id }) => id);
    const hint = could.length > 0 ? `add one of: ${could.join(", ")}` : "no checker of this version measures it";
    complainAbout(["gates", stage, metric], `no check in "checks" measures ${metric}; ${hint}`, reading);
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}
