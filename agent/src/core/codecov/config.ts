import type { Decimal, Rounding } from "./decimal.ts";
import { compilePython, type PathFix, type PathPattern } from "./patterns.ts";

/** The kinds of status that the service gives. */
export const STATUS_TYPES = ["project", "patch", "changes"] as const;
export type StatusType = (typeof STATUS_TYPES)[number];

/** What a rule can ask for instead of a comparison; `ignore` means that nothing is shown. */
export type Fallback = "success" | "failure" | "error" | "ignore";
export type MissingFlag = "include" | "exclude" | "pass";

/** The rules of one status. An absent key has the service's default. */
export interface StatusRule {
  /** A percentage, or the coverage of the base. */
  readonly target: Decimal | "auto";
  readonly threshold: Decimal;
  readonly base: "auto" | "parent" | "pr";
  /** Expressions of branches, `undefined` for all. */
  readonly branches: readonly string[] | undefined;
  readonly ifNotFound: Fallback;
  readonly ifCiFailed: Fallback;
  readonly onlyPulls: boolean;
  readonly informational: boolean;
  readonly removedCode: "adjust_base" | "removals_only" | "fully_covered_patch" | "off";
  readonly flags: readonly string[];
  readonly paths: readonly PathPattern[];
  /** Of the status itself; `undefined` where the rule for all statuses holds. */
  readonly missingFlag: MissingFlag | undefined;
}

export interface NamedStatus {
  readonly type: StatusType;
  /** `default` has no name of its own. */
  readonly title: string;
  readonly rule: StatusRule;
}

/** A status that is given for each flag or component. */
export interface StatusTemplate {
  readonly type: StatusType;
  readonly namePrefix: string;
  readonly enabled: boolean;
  readonly rule: StatusRule;
}

export interface FlagRule {
  /** `undefined` when nothing is said: all paths belong to the flag. */
  readonly paths: readonly PathPattern[] | undefined;
  readonly ignore: readonly PathPattern[];
  readonly carryforward: boolean;
  readonly afterBuilds: number;
  readonly statuses: readonly StatusTemplate[];
}

export interface ComponentRule {
  readonly id: string;
  readonly name: string;
  readonly flagExpressions: readonly string[];
  readonly paths: readonly PathPattern[];
  readonly statuses: readonly StatusTemplate[];
}

/** Conditions of a comment; each inner list is met by any of its members, and all lists have to be met. */
export type RequiredChange = "any_change" | "coverage_drop" | "uncovered_patch";

export interface CommentRule {
  /** Sections in order, with how many rows a table may have (`files:5`). */
  readonly layout: readonly { readonly section: string; readonly rows: number | undefined }[];
  readonly behavior: "default" | "once" | "new" | "spammy";
  readonly requireChanges: readonly (readonly RequiredChange[])[];
  readonly hideProjectCoverage: boolean;
  readonly hideDetails: boolean;
  readonly showCarriedFlags: boolean;
  readonly branches: readonly string[] | undefined;
  readonly afterBuilds: number;
}

/** A `codecov.yml` after the service's defaults. */
export interface CodecovConfig {
  /** Where it was found, relative to the workspace root. */
  readonly file: string;
  readonly precision: number;
  readonly rounding: Rounding;
  /** Coverage that is shown as red and as green. */
  readonly range: readonly [number, number];
  readonly requireCiToPass: boolean;
  readonly afterBuilds: number;
  readonly missingFlag: MissingFlag;
  readonly statuses: readonly NamedStatus[];
  readonly flags: ReadonlyMap<string, FlagRule>;
  /** What holds for a flag that is not named; `undefined` without `flag_management`. */
  readonly otherFlags: FlagRule | undefined;
  readonly components: readonly ComponentRule[];
  readonly ignore: readonly PathPattern[];
  readonly fixes: readonly PathFix[];
  /** `undefined` when no comment is wanted. */
  readonly comment: CommentRule | undefined;
  /** Keys that the service knows and that change nothing here, each with the reason. */
  readonly notJudged: readonly { readonly key: string; readonly line: number | undefined; readonly reason: string }[];
}

/** What is said about a flag, by its own entry or by the rule for all. */
export function flagRule({ flags, otherFlags }: CodecovConfig, name: string): FlagRule | undefined {
  return flags.get(name) ?? otherFlags;
}

/** The statuses that this configuration asks for, given the flags that there are. */
export function statusesOf(config: CodecovConfig, flags: readonly string[]): readonly NamedStatus[] {
  const ofFlags = flags.flatMap((flag) =>
    (flagRule(config, flag)?.statuses ?? []).map(
      ({ type, namePrefix, rule }): NamedStatus => ({
        type,
        title: `${namePrefix}${flag}`,
        rule: { ...rule, flags: [flag] },
      }),
    ),
  );
  const ofComponents = config.components.flatMap((component) =>
    component.statuses
      .filter(({ enabled }) => enabled)
      .map(
        ({ type, namePrefix, rule }): NamedStatus => ({
          type,
          title: `${namePrefix}${componentName(component)}`,
          rule: { ...rule, flags: flagsOfComponent(component, flags), paths: component.paths },
        }),
      ),
  );
  return [...config.statuses, ...ofFlags, ...ofComponents];
}

export function componentName({ name, id }: ComponentRule): string {
  return name !== "" ? name : id !== "" ? id : "default_component";
}

export function flagsOfComponent({ flagExpressions }: ComponentRule, flags: readonly string[]): readonly string[] {
  const expressions = flagExpressions.flatMap((expression) => compilePython(expression) ?? []);
  return flags.filter((flag) => expressions.some((expression) => expression.test(flag)));
}
