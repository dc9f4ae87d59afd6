import { join } from "node:path";
import { z } from "zod";
import { TrigateError } from "../errors/trigate-error.ts";
import { readTextIfThere } from "../platform/files.ts";
import { type ExtendedYaml, readExtended } from "./extends.ts";
import type { KnownChecker, ResolvedCheck, ResolvedConfig } from "./resolved.ts";
import { resolveConfig } from "./resolve.ts";

/** One value of the configuration that holds, and where it was written. */
export interface ExplainedSetting {
  readonly path: readonly string[];
  readonly value: unknown;
  /** A file, a preset by its name, or `default`. */
  readonly from: string;
  readonly line?: number | undefined;
}

export interface ExplainedConfig {
  /** Files and presets, the extending file last. */
  readonly sources: readonly string[];
  /** Each check together with its defaults, then the limits with those that nobody wrote, then the rest. */
  readonly settings: readonly ExplainedSetting[];
}

type Resolved = Omit<ResolvedConfig, "root" | "file" | "hash">;

/** Says of each value of a root's configuration where it comes from. Throws `config/missing` or `config/invalid`. */
export async function explainConfig(
  root: string,
  checkers: ReadonlyMap<string, KnownChecker>,
): Promise<ExplainedConfig> {
  const file = join(root, "trigate.yaml");
  const text = await readTextIfThere(file);
  if (text === undefined) throw new TrigateError("config/missing", { startedAt: root });
  const extended = await readExtended(text, file);
  const result = resolveConfig(extended.yaml, checkers);
  if (!result.ok) throw new TrigateError("config/invalid", { file: "trigate.yaml", complaints: result.complaints });
  const written = writtenSettings(extended);
  const under = (...path: readonly string[]) =>
    written.filter((setting) => path.every((part, index) => setting.path[index] === part));
  return {
    sources: extended.sources,
    settings: [
      ...result.config.checks.flatMap((check) => withDefaults(under("checks", check.id), check)),
      ...[...under("gates"), ...defaultLimits(result.config, under("gates"))].toSorted(byStage),
      ...written.filter(({ path: [first] }) => first !== "checks" && first !== "gates"),
      ...defaultsOf(result.config, written),
    ],
  };
}

const Written = z.looseObject({});

/** Every value that stands in one of the files, down to what is no map any more. */
function writtenSettings({ yaml, sourceOf }: ExtendedYaml): readonly ExplainedSetting[] {
  const { extends: _extends, version: _version, ...rest } = Written.parse(yaml.value);
  const settings: ExplainedSetting[] = [];
  const visit = (value: unknown, path: readonly string[]): void => {
    const map = Written.safeParse(value);
    if (map.success && Object.keys(map.data).length > 0 && !Array.isArray(value)) {
      for (const [key, part] of Object.entries(map.data)) visit(part, [...path, key]);
      return;
    }
    const { from = "trigate.yaml", line } = sourceOf(path) ?? {};
    settings.push({ path, value, from, line });
  };
  for (const [key, value] of Object.entries(rest)) visit(value, [key]);
  return settings;
}

/** What a check says and what it leaves to its defaults. */
function withDefaults(own: readonly ExplainedSetting[], check: ResolvedCheck): readonly ExplainedSetting[] {
  const said = new Set(own.map(({ path }) => path[2]));
  const { tool, suite, timeoutMs, optional, exclusive, cache, retries, settings } = check;
  const defaults = {
    tool,
    ...(check.stage === "test" ? { suite } : {}),
    timeout: `${timeoutMs / 1000}s`,
    optional,
    exclusive,
    cache,
    retries,
    ...Written.catch({}).parse(settings),
  };
  return [...own, ...asDefaults(defaults, { under: ["checks", check.id], said })];
}

function defaultLimits({ gates }: Resolved, own: readonly ExplainedSetting[]): readonly ExplainedSetting[] {
  const said = new Set(own.map(({ path: [, stage, metric] }) => `${stage}.${metric}`));
  return gates
    .filter(({ stage, metric }) => !said.has(`${stage}.${metric}`))
    .map(({ stage, metric, threshold }) => ({
      path: ["gates", stage, metric],
      value: threshold.written,
      from: "default",
    }));
}

const ORDER = ["static", "test", "performance"];

function byStage({ path: [, one = ""] }: ExplainedSetting, { path: [, other = ""] }: ExplainedSetting): number {
  return ORDER.indexOf(one) - ORDER.indexOf(other);
}

function defaultsOf(config: Resolved, written: readonly ExplainedSetting[]): readonly ExplainedSetting[] {
  const said = new Set(written.map(({ path: [first] }) => first));
  const { baseline, newOnly, onInconclusive } = config;
  return asDefaults({ baseline: baseline ?? false, newOnly, onInconclusive }, { under: [], said });
}

function asDefaults(
  values: Readonly<Record<string, unknown>>,
  { under, said }: { readonly under: readonly string[]; readonly said: ReadonlySet<string | undefined> },
): readonly ExplainedSetting[] {
  return Object.entries(values)
    .filter(([key, value]) => !said.has(key) && value !== undefined)
    .map(([key, value]) => ({ path: [...under, key], value, from: "default" }));
}
