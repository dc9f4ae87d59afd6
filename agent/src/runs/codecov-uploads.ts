import type { ResolvedCodecov } from "../config/resolved.ts";
import type { CheckResult } from "../core/check.ts";
import type { CodecovConfig, FlagRule } from "../core/codecov/config.ts";
import { Matcher } from "../core/codecov/patterns.ts";
import type { Upload } from "../core/codecov/report.ts";
import type { CoverageReport, FileCoverage } from "../core/coverage.ts";

interface Uploading {
  readonly config: CodecovConfig;
  readonly options: ResolvedCodecov;
  readonly merge: (reports: readonly CoverageReport[]) => readonly FileCoverage[];
}

/**
 * What CI would upload: the report of each check. Its flags are those that trigate.yaml gives it, else the flag of its own
 * or its suite's name. A check without any is cut up along the flags that have paths and are no check's.
 */
export function uploadsOfChecks(checks: readonly CheckResult[], uploading: Uploading): readonly Upload[] {
  const measuring = checks.filter(({ coverage }) => coverage !== undefined);
  const named = new Set(measuring.flatMap((check) => flagsOf(check, uploading)));
  const byPath = [...uploading.config.flags].filter(
    ([flag, { paths }]) => paths !== undefined && paths.length > 0 && !named.has(flag),
  );
  return measuring.flatMap((check) => {
    const files = uploading.merge(check.coverage === undefined ? [] : [check.coverage]);
    const flags = flagsOf(check, uploading);
    return flags.length > 0 ? [{ flags, carried: false, files }] : cutUp(files, byPath);
  });
}

function flagsOf({ id, suite }: CheckResult, { config, options }: Uploading): readonly string[] {
  const given = Object.entries(options.flags).flatMap(([flag, checks]) => (checks.includes(id) ? [flag] : []));
  if (given.length > 0) return given;
  return [id, ...(suite === undefined ? [] : [suite])].filter((name) => config.flags.has(name)).slice(0, 1);
}

function cutUp(files: readonly FileCoverage[], flags: readonly (readonly [string, FlagRule])[]): readonly Upload[] {
  const left = new Set(files);
  const parts = flags.flatMap(([flag, { paths }]): Upload[] => {
    const matcher = new Matcher((paths ?? []).map(({ expression }) => expression));
    const own = files.filter(({ file }) => matcher.matches(file));
    for (const file of own) left.delete(file);
    return own.length === 0 ? [] : [{ flags: [flag], carried: false, files: own }];
  });
  return left.size === 0 && parts.length > 0 ? parts : [...parts, { flags: [], carried: false, files: [...left] }];
}
