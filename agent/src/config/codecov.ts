import { z } from "zod";
import {
  type CodecovConfig,
  type CommentRule,
  type ComponentRule,
  type FlagRule,
  type NamedStatus,
  type RequiredChange,
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
import {
  codecovKeysAt,
  isUnknownKey,
  NOT_JUDGED,
  WrittenCodecov,
  type WrittenComment,
  type WrittenStatus,
  type WrittenTemplate,
} from "./codecov-written.ts";
import { type Complaint, complaintsOf, type LocatedYaml, parseLocatedYaml, unknownKey } from "./complaints.ts";

/** Where the service looks, in its order. */
export const CODECOV_FILES: readonly string[] = ["", "dev/", ".github/"].flatMap((folder) =>
  ["codecov.yml", ".codecov.yml", "codecov.yaml", ".codecov.yaml"].map((name) => `${folder}${name}`),
);

/**
 * What an account gets that says nothing: since May 2024 no project status and a comment about the patch only, before
 * that both statuses and a comment about the whole project.
 */
export type CodecovAccount = "new" | "legacy";

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
type Path = readonly PropertyKey[];

/** Turns what was written into rules, and remembers what cannot be used. */
class Reading {
  readonly complaints: Complaint[] = [];
  readonly #yaml: LocatedYaml;

  constructor(yaml: LocatedYaml) {
    this.#yaml = yaml;
  }

  config(written: Written, { file, account }: { file: string; account: CodecovAccount }): CodecovConfig {
    const coverage: Partial<NonNullable<Written["coverage"]>> = written.coverage ?? {};
    const status = coverage.status === undefined || typeof coverage.status === "boolean" ? undefined : coverage.status;
    const ofCoverage = (key: "ignore" | "fixes" | "flags"): Path =>
      coverage[key] === undefined ? [key] : ["coverage", key];
    const management = written.flag_management;
    const general = management?.default_rules;
    return {
      file,
      precision: coverage.precision ?? 2,
      rounding: coverage.round ?? "down",
      range: this.#range(coverage.range),
      requireCiToPass: written.codecov?.notify?.require_ci_to_pass ?? written.codecov?.require_ci_to_pass ?? true,
      afterBuilds: written.codecov?.notify?.after_n_builds ?? 0,
      missingFlag: status?.default_rules?.flag_coverage_not_uploaded_behavior ?? "include",
      statuses: this.#statuses(coverage.status, account),
      flags: new Map([
        ...(management?.individual_flags ?? []).map((flag, at): [string, FlagRule] => [
          flag.name,
          this.#flag({ ...general, ...flag }, ["flag_management", "individual_flags", at]),
        ]),
        ...Object.entries(coverage.flags ?? written.flags ?? {}).map(([name, flag]): [string, FlagRule] => [
          name,
          this.#flag(flag, [...ofCoverage("flags"), name]),
        ]),
      ]),
      otherFlags:
        management === undefined ? undefined : this.#flag(general ?? {}, ["flag_management", "default_rules"]),
      components: this.#components(written.component_management),
      ignore: this.#paths(coverage.ignore ?? written.ignore, ofCoverage("ignore")),
      fixes: (coverage.fixes ?? written.fixes ?? []).flatMap((fix, at) =>
        this.#usable(pathFix(fix), [...ofCoverage("fixes"), at]),
      ),
      comment: this.#comment(written.comment, account),
      notJudged: this.#notJudged(written),
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

  #rule(written: Partial<WrittenStatus>, path: Path): StatusRule {
    const branches = written.branches?.flatMap((branch, at) => {
      const expression = branchExpression(branch);
      if (typeof expression === "string") return [expression];
      this.#complain([...path, "branches", at], expression.problem);
      return [];
    });
    const removed = written.removed_code_behavior;
    return {
      target: written.target === undefined || written.target === null ? "auto" : targetOf(written.target),
      threshold: written.threshold === undefined || written.threshold === null ? ZERO : percentOf(written.threshold),
      base: written.base ?? "auto",
      branches,
      ifNotFound: written.if_not_found ?? "success",
      ifCiFailed: written.if_ci_failed ?? "error",
      onlyPulls: written.only_pulls ?? false,
      informational: written.informational ?? false,
      removedCode: removed === false ? "off" : (removed ?? "adjust_base"),
      flags: written.flags ?? [],
      paths: this.#paths(written.paths, [...path, "paths"]),
      missingFlag: written.flag_coverage_not_uploaded_behavior,
    };
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

  #range(written: string | readonly (string | number)[] | undefined): readonly [number, number] {
    if (written === undefined) return [60, 80];
    const parts = typeof written === "string" ? written.split(/(?<!\.)\.{2,3}(?!\.)/) : written.map(String);
    const bounds = parts.map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
    const [low, high] = typeof written === "string" ? bounds : bounds.toSorted((a, b) => a - b);
    const isRange =
      bounds.length === 2 && low !== undefined && high !== undefined && low >= 0 && low <= high && high <= 100;
    if (isRange) return [low, high];
    this.#complain(
      ["coverage", "range"],
      'two numbers from 0 to 100 with two or three dots between them, such as "70...100"',
    );
    return [60, 80];
  }

  #comment(written: boolean | WrittenComment | undefined, account: CodecovAccount): CommentRule | undefined {
    if (written === false) return undefined;
    const given: Partial<WrittenComment> = written === true || written === undefined ? {} : written;
    const fresh = account === "new";
    const layout = given.layout ?? (fresh ? "condensed_header, flags, tree, component" : "reach,diff,flags,tree,reach");
    return {
      layout: given.layout === undefined || given.layout === null ? sectionsOf(layout) : this.#layout(layout),
      behavior: given.behavior ?? "default",
      requireChanges: this.#required(given.require_changes ?? false),
      hideProjectCoverage: given.hide_project_coverage ?? fresh,
      hideDetails: given.hide_comment_details ?? false,
      showCarriedFlags: given.show_carryforward_flags ?? false,
      branches: given.branches?.flatMap((branch) => {
        const expression = branchExpression(branch);
        return typeof expression === "string" ? [expression] : [];
      }),
      afterBuilds: given.after_n_builds ?? 0,
    };
  }

  #layout(written: string): CommentRule["layout"] {
    const sections = sectionsOf(written);
    for (const { section, rows } of sections) {
      if (!LAYOUT_SECTIONS.has(section))
        this.#complain(
          ["comment", "layout"],
          `there is no section "${section}"; there are ${[...LAYOUT_SECTIONS].join(", ")}`,
        );
      if (Number.isNaN(rows)) this.#complain(["comment", "layout"], `a whole number of rows after "${section}:"`);
    }
    return sections;
  }

  #required(written: boolean | string): CommentRule["requireChanges"] {
    if (typeof written === "boolean") return written ? [["any_change"]] : [];
    return written
      .toLowerCase()
      .split(/\band\b/)
      .map((group) =>
        group.split(/\bor\b/).flatMap((word) => {
          const condition = REQUIRED.find((one) => one === word.trim());
          if (condition === undefined)
            this.#complain(["comment", "require_changes"], `"${word.trim()}" is none of ${REQUIRED.join(", ")}`);
          return condition ?? [];
        }),
      );
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

interface WrittenFlag {
  readonly paths?: readonly string[] | null | undefined;
  readonly ignore?: readonly string[] | null | undefined;
  readonly carryforward?: boolean | undefined;
  readonly after_n_builds?: number | undefined;
  readonly statuses?: readonly WrittenTemplate[] | undefined;
}

const REQUIRED: readonly RequiredChange[] = ["any_change", "coverage_drop", "uncovered_patch"];

const LAYOUT_SECTIONS: ReadonlySet<string> = new Set(
  "changes diff file files flag flags footer header reach components suggestions betaprofiling sunburst tree uncovered newheader newfooter feedback newfiles condensed_header condensed_footer condensed_files".split(
    " ",
  ),
);

function sectionsOf(layout: string): CommentRule["layout"] {
  return layout
    .split(",")
    .filter((part) => part.trim() !== "")
    .map((part) => {
      const [section = "", rows] = part.trim().split(":");
      return { section, rows: rows === undefined ? undefined : /^\s*\d+\s*$/.test(rows) ? Number(rows) : Number.NaN };
    });
}

function targetOf(written: string | number): Decimal | "auto" {
  return written === "auto" ? "auto" : percentOf(written);
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
