import { z } from "zod";
import {
  type CodecovConfig,
  type ComponentRule,
  type FlagRule,
  type MissingFlag,
  type NamedStatus,
  STATUS_TYPES,
  type StatusRule,
  type StatusTemplate,
} from "../core/codecov/config.ts";
import { type Decimal, decimalOf, parseDecimal, ZERO } from "../core/codecov/decimal.ts";
import {
  branchExpression,
  compilePython,
  pathFix,
  type PathPattern,
  pathPattern,
  type Unusable,
} from "../core/codecov/patterns.ts";
import { commentRule } from "./codecov-comment.ts";
import {
  type CodecovAccount,
  codecovKeysAt,
  CompleteStatus,
  isUnknownKey,
  NOT_JUDGED,
  WrittenCodecov,
  type WrittenStatus,
  type WrittenTemplate,
} from "./codecov-written.ts";
import { type Complaint, complaintsOf, type LocatedYaml, parseLocatedYaml, unknownKey } from "./complaints.ts";

/** Where the service looks, in its order. */
export const CODECOV_FILES: readonly string[] = ["", "dev/", ".github/"].flatMap((folder) =>
  ["codecov.yml", ".codecov.yml", "codecov.yaml", ".codecov.yaml"].map((name) => `${folder}${name}`),
);

export type CodecovResult =
  | { readonly ok: true; readonly config: CodecovConfig }
  | { readonly ok: false; readonly complaints: readonly Complaint[] };

/** Reads the text of a `codecov.yml`. All faults come back at once, each with its path and line. */
export function readCodecov(text: string, { file, account }: { file: string; account: CodecovAccount }): CodecovResult {
  // The service reads YAML 1.1, where "yes" and "off" are switches.
  const yaml = parseLocatedYaml(text, { version: "1.1" });
  if (yaml.complaints.length > 0) return { ok: false, complaints: yaml.complaints };
  const parsed = WrittenCodecov.safeParse(yaml.value);
  if (!parsed.success) return { ok: false, complaints: inOrder(schemaComplaints(parsed.error.issues, yaml)) };
  const reading = new Reading(yaml);
  const config = reading.config(parsed.data, { file, account });
  if (reading.complaints.length > 0) return { ok: false, complaints: inOrder(reading.complaints) };
  return { ok: true, config };
}

function inOrder(complaints: readonly Complaint[]): readonly Complaint[] {
  return complaints.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

function schemaComplaints(issues: readonly z.core.$ZodIssue[], yaml: LocatedYaml): Complaint[] {
  return issues.flatMap((issue) => {
    if (isUnknownKey(issue)) {
      const allowedKeys = codecovKeysAt(issue.path.slice(0, -1));
      return [unknownKey(issue.path, { lineOf: yaml.lineOf, allowedKeys })];
    }
    const allowedKeys = codecovKeysAt(issue.path);
    return complaintsOf(new z.ZodError([issue]), [], { lineOf: yaml.lineOf, allowedKeys });
  });
}

type Written = WrittenCodecov;
type WrittenCoverage = Partial<NonNullable<Written["coverage"]>>;
type Path = readonly PropertyKey[];

/** Turns what was written into rules, and remembers what cannot be used. */
class Reading {
  readonly complaints: Complaint[] = [];
  readonly #yaml: LocatedYaml;

  constructor(yaml: LocatedYaml) {
    this.#yaml = yaml;
  }

  config(written: Written, { file, account }: { file: string; account: CodecovAccount }): CodecovConfig {
    const { precision = 2, round = "down", range, status }: WrittenCoverage = written.coverage ?? {};
    const ignore = placed(written, "ignore");
    const fixes = placed(written, "fixes");
    return {
      file,
      precision,
      rounding: round,
      range: this.#range(range),
      ...notifyRules(written.codecov ?? {}),
      missingFlag: missingFlagOf(status),
      statuses: this.#statuses(status, account),
      ...this.#flags(written),
      components: this.#components(written.component_management),
      ignore: this.#paths(ignore.value, ignore.path),
      fixes: (fixes.value ?? []).flatMap((fix, at) => this.#usable(pathFix(fix), [...fixes.path, at])),
      comment: commentRule(written.comment, {
        account,
        complain: (path, message) => this.#complain(path, message),
      }),
      notJudged: this.#notJudged(written),
    };
  }

  /** The flags that have rules of their own, in both forms of the file, and what holds for the others. */
  #flags(written: Written): Pick<CodecovConfig, "flags" | "otherFlags"> {
    const { default_rules: general = {}, individual_flags: individual = [] } = written.flag_management ?? {};
    const named = placed(written, "flags");
    return {
      flags: new Map([
        ...individual.map((flag, at): [string, FlagRule] => [
          flag.name,
          this.#flag({ ...general, ...flag }, ["flag_management", "individual_flags", at]),
        ]),
        ...Object.entries(named.value ?? {}).map(([name, flag]): [string, FlagRule] => [
          name,
          this.#flag(flag, [...named.path, name]),
        ]),
      ]),
      otherFlags:
        written.flag_management === undefined ? undefined : this.#flag(general, ["flag_management", "default_rules"]),
    };
  }

  #complain(path: Path, message: string): void {
    this.complaints.push({ path: path.map(String).join("."), line: this.#yaml.lineOf(path), message });
  }

  #usable<T extends object>(value: T | Unusable, path: Path): T[] {
    if (!("problem" in value)) return [value];
    this.#complain(path, value.problem);
    return [];
  }

  #paths(written: readonly string[] | null | undefined, path: Path): readonly PathPattern[] {
    return (written ?? []).flatMap((pattern, at) => this.#usable(pathPattern(pattern), [...path, at]));
  }

  #statuses(written: NonNullable<Written["coverage"]>["status"], account: CodecovAccount): readonly NamedStatus[] {
    // A bare switch takes the place of all the defaults: "off" gives none, and "on" is nothing that the service can use.
    if (typeof written === "boolean") return [];
    const defaults = { project: account === "legacy", patch: true, changes: false };
    return STATUS_TYPES.flatMap((type) => {
      const named = written?.[type] ?? defaults[type];
      if (typeof named === "boolean") return named ? [{ type, title: "default", rule: this.#rule({}, []) }] : [];
      return Object.entries(named).flatMap(([title, rule]): NamedStatus[] => {
        if (rule === null || rule === false || (rule !== true && rule.enabled === false)) return [];
        return [{ type, title, rule: this.#rule(rule === true ? {} : rule, ["coverage", "status", type, title]) }];
      });
    });
  }

  #rule(written: WrittenStatus, path: Path): StatusRule {
    const complete = CompleteStatus.parse(written);
    return {
      target: complete.target === "auto" ? "auto" : percentOf(complete.target),
      threshold: percentOf(complete.threshold),
      base: complete.base,
      branches: this.#branches(complete.branches, [...path, "branches"]),
      ifNotFound: complete.if_not_found,
      ifCiFailed: complete.if_ci_failed,
      onlyPulls: complete.only_pulls,
      informational: complete.informational,
      removedCode: complete.removed_code_behavior === false ? "off" : complete.removed_code_behavior,
      flags: complete.flags,
      paths: this.#paths(complete.paths, [...path, "paths"]),
      missingFlag: complete.flag_coverage_not_uploaded_behavior,
    };
  }

  #branches(written: CompleteStatus["branches"], path: Path): readonly string[] | undefined {
    return written?.flatMap((branch, at) => {
      const expression = branchExpression(branch);
      if (typeof expression === "string") return [expression];
      this.#complain([...path, at], expression.problem);
      return [];
    });
  }

  #templates(written: readonly WrittenTemplate[] | undefined, path: Path): readonly StatusTemplate[] {
    return (written ?? []).map((template, at) => ({
      type: template.type,
      namePrefix: template.name_prefix ?? "",
      enabled: template.enabled ?? true,
      rule: this.#rule(template, [...path, "statuses", at]),
    }));
  }

  #flag(written: WrittenFlag, path: Path): FlagRule {
    return {
      paths:
        written.paths === undefined || written.paths === null
          ? undefined
          : this.#paths(written.paths, [...path, "paths"]),
      ignore: this.#paths(written.ignore, [...path, "ignore"]),
      carryforward: written.carryforward ?? false,
      afterBuilds: written.after_n_builds ?? 0,
      statuses: this.#templates(written.statuses, path),
    };
  }

  #components(written: Written["component_management"]): readonly ComponentRule[] {
    return (written?.individual_components ?? []).map((own, at) => {
      const component = { ...written?.default_rules, ...own };
      const path = ["component_management", "individual_components", at];
      for (const [index, expression] of (component.flag_regexes ?? []).entries()) {
        if (compilePython(expression) === undefined)
          this.#complain([...path, "flag_regexes", index], `"${expression}" is no regular expression`);
      }
      return {
        id: component.component_id,
        name: component.name ?? "",
        flagExpressions: component.flag_regexes ?? [],
        paths: this.#paths(component.paths, [...path, "paths"]),
        statuses: this.#templates(component.statuses, path),
      };
    });
  }

  #range(written: NonNullable<Written["coverage"]>["range"]): readonly [number, number] {
    if (written === undefined) return DEFAULT_RANGE;
    const range = rangeOf(written);
    if (range === undefined)
      this.#complain(
        ["coverage", "range"],
        'two numbers from 0 to 100 with two or three dots between them, such as "70...100"',
      );
    return range ?? DEFAULT_RANGE;
  }

  #notJudged(written: Written): CodecovConfig["notJudged"] {
    const found: { key: string; line: number | undefined; reason: string }[] = [];
    const visit = (value: unknown, path: Path) => {
      if (path.length > 0 && value === undefined) return;
      const reason = reasonFor(path);
      if (reason !== undefined) found.push({ key: path.map(String).join("."), line: this.#yaml.lineOf(path), reason });
      else if (typeof value === "object" && value !== null)
        for (const [key, part] of Object.entries(value))
          visit(part, [...path, Array.isArray(value) ? Number(key) : key]);
    };
    visit(written, []);
    if (written.coverage?.status === true)
      found.push({
        key: "coverage.status",
        line: this.#yaml.lineOf(["coverage", "status"]),
        reason: "a bare switch names no status; write project and patch below it",
      });
    return found;
  }
}

/** What may stand at the top or below `coverage`, where it wins, with the place where it stands. */
function placed<K extends "ignore" | "fixes" | "flags">(
  written: Written,
  key: K,
): { readonly value: Written[K] | WrittenCoverage[K]; readonly path: Path } {
  const below = written.coverage?.[key];
  return below === undefined || below === null
    ? { value: written[key], path: [key] }
    : { value: below, path: ["coverage", key] };
}

/** What the statuses wait for. */
function notifyRules({
  notify,
  require_ci_to_pass: requireCiToPass = true,
}: Partial<NonNullable<Written["codecov"]>>): Pick<CodecovConfig, "requireCiToPass" | "afterBuilds"> {
  return {
    requireCiToPass: notify?.require_ci_to_pass ?? requireCiToPass,
    afterBuilds: notify?.after_n_builds ?? 0,
  };
}

function missingFlagOf(status: WrittenCoverage["status"]): MissingFlag {
  const rules = typeof status === "object" ? status.default_rules : undefined;
  return rules?.flag_coverage_not_uploaded_behavior ?? "include";
}

interface WrittenFlag {
  readonly paths?: readonly string[] | null | undefined;
  readonly ignore?: readonly string[] | null | undefined;
  readonly carryforward?: boolean | undefined;
  readonly after_n_builds?: number | undefined;
  readonly statuses?: readonly WrittenTemplate[] | undefined;
}

const DEFAULT_RANGE: readonly [number, number] = [60, 80];

/** The bounds of a written range; `undefined` when it is none. Only a list may have them in any order. */
function rangeOf(written: string | readonly (string | number)[]): readonly [number, number] | undefined {
  const parts = typeof written === "string" ? written.split(/(?<!\.)\.{2,3}(?!\.)/) : written.map(String);
  const bounds = parts.map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  const [low = Number.NaN, high = Number.NaN, ...more] =
    typeof written === "string" ? bounds : bounds.toSorted((a, b) => a - b);
  return more.length === 0 && low >= 0 && low <= high && high <= 100 ? [low, high] : undefined;
}

/** As the service does: through a binary number, whose shortest form counts. */
function percentOf(written: string | number): Decimal {
  const value = Number(String(written).replace("%", ""));
  return Number.isFinite(value) ? decimalOf(value) : (parseDecimal(String(written)) ?? ZERO);
}

function reasonFor(path: Path): string | undefined {
  const keys = path.map(String);
  // The deepest word on codecov.notify and the like comes first, so that "codecov.*" does not swallow what is judged.
  if (JUDGED.has(keys.join("."))) return undefined;
  return NOT_JUDGED.find(([pattern]) => fits(pattern, keys))?.[1];
}

const JUDGED: ReadonlySet<string> = new Set([
  "codecov.require_ci_to_pass",
  "codecov.notify",
  "codecov.notify.require_ci_to_pass",
  "codecov.notify.after_n_builds",
]);

function fits(pattern: string, keys: readonly string[]): boolean {
  if (pattern.startsWith("**.")) return keys.length > 1 && keys.at(-1) === pattern.slice(3);
  const parts = pattern.split(".");
  const bare = keys[0] === "coverage" && (keys[1] === "flags" || keys[1] === "parsers") ? keys.slice(1) : keys;
  return parts.length === bare.length && parts.every((part, at) => part === "*" || part === bare[at]);
}
