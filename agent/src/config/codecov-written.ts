import { z } from "zod";

/** What the service accepts in a `codecov.yml`. Keys that change no status are let through as they are. */

/**
 * What an account gets that says nothing: since May 2024 no project status and a comment about the patch only, before
 * that both statuses and a comment about the whole project.
 */
export type CodecovAccount = "new" | "legacy";

const inner = new WeakMap<z.ZodType, z.ZodType>();

/** A switch, or settings. A union would lose the place of a fault inside the settings. */
function switchOr<T extends z.ZodType>(settings: T) {
  const schema = z.unknown().transform((value, context): boolean | z.infer<T> => {
    if (typeof value === "boolean") return value;
    const parsed = settings.safeParse(value);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) {
      if (issue.code === "unrecognized_keys")
        for (const key of issue.keys) context.addIssue(unknownKeyIssue([...issue.path, key]));
      else if (isUnknownKey(issue)) context.addIssue(unknownKeyIssue(issue.path));
      else context.addIssue({ code: "custom", message: issue.message, path: issue.path });
    }
    return z.NEVER;
  });
  inner.set(schema, settings);
  return schema;
}

const unknownKeyIssue = (path: PropertyKey[]) => ({
  code: "custom" as const,
  message: "unknown key",
  path,
  params: { unknownKey: true },
});

/** Whether a fault is a key that the service does not know, found behind a switch. */
export function isUnknownKey(issue: z.core.$ZodIssue): boolean {
  return issue.code === "custom" && issue.params?.["unknownKey"] === true;
}

const Anything = z.unknown().optional();
const Name = z.string().regex(/^[\w\-.]+$/, "letters, digits, _, - and . only");
const Text = z.string("a text");
const Switch = z.boolean("true or false");
const Count = z.int("a whole number").min(0, "a whole number from 0");
const Texts = z.array(Text, "a list of texts").nullable();
const Branches = z.array(Text.nullable(), "a list of branches").nullable();
const Paths = z.array(Text, "a list of paths").nullable();
const Flags = z.array(Text.regex(/^[^'"]{1,1024}$/, "a flag without quotes"), "a list of flags").nullable();
const word = <const T extends readonly string[]>(words: T) => z.enum(words, `one of ${words.join(", ")}`);

const PERCENT = "a percentage such as 80, 80.5 or 80%";
const Percent = z.union([z.number(PERCENT), z.string(PERCENT).regex(/^\d+(\.\d+)?%?$/, PERCENT)]).nullable();
const PERCENT_OR_AUTO = `auto, or ${PERCENT}`;
const PercentOrAuto = z
  .union([z.number(PERCENT_OR_AUTO), z.string(PERCENT_OR_AUTO).regex(/^(auto|\d+(\.\d+)?%?)$/, PERCENT_OR_AUTO)])
  .nullable();

const Fallback = word(["success", "failure", "error", "ignore"]);
const MissingFlag = word(["include", "exclude", "pass"]);

const commonStatus = {
  base: word(["parent", "pr", "auto"]).optional(),
  branches: Branches.optional(),
  disable_approx: Anything,
  enabled: Switch.optional(),
  if_ci_failed: Fallback.optional(),
  if_no_uploads: Anything,
  if_not_found: Fallback.optional(),
  informational: Switch.optional(),
  measurement: Anything,
  only_pulls: Switch.optional(),
  skip_if_assumes: Anything,
  removed_code_behavior: z
    .union(
      [z.enum(["removals_only", "adjust_base", "fully_covered_patch", "off"]), z.literal(false)],
      "one of removals_only, adjust_base, fully_covered_patch, off",
    )
    .optional(),
};
const flagStatus = {
  ...commonStatus,
  paths: Paths.optional(),
  carryforward_behavior: Anything,
  flag_coverage_not_uploaded_behavior: MissingFlag.optional(),
};
const limits = { target: PercentOrAuto.optional(), threshold: Percent.optional() };

const NamedStatus = z.strictObject({
  ...flagStatus,
  ...limits,
  include_changes: Anything,
  flags: Flags.optional(),
});
const NamedChanges = z.strictObject({ ...flagStatus, flags: Flags.optional() });

/** A status of any form, complete: what it does not say, or says with nothing, is what the service takes by default. */
export const CompleteStatus = z.object({
  target: PercentOrAuto.optional().transform((target) => target ?? "auto"),
  threshold: Percent.optional().transform((threshold) => threshold ?? 0),
  base: commonStatus.base.default("auto"),
  branches: Branches.optional(),
  if_not_found: commonStatus.if_not_found.default("success"),
  if_ci_failed: commonStatus.if_ci_failed.default("error"),
  only_pulls: commonStatus.only_pulls.default(false),
  informational: commonStatus.informational.default(false),
  removed_code_behavior: commonStatus.removed_code_behavior.default("adjust_base"),
  flags: Flags.optional().transform((flags) => flags ?? []),
  paths: Paths.optional(),
  flag_coverage_not_uploaded_behavior: MissingFlag.optional(),
});
/** A status of any form, as far as it changes a verdict. */
export type WrittenStatus = z.input<typeof CompleteStatus>;
export type CompleteStatus = z.output<typeof CompleteStatus>;

const template = { ...limits, name_prefix: Name.optional(), type: word(["project", "patch", "changes"]) };
const FlagTemplate = z.strictObject({ ...flagStatus, ...template });
const ComponentTemplate = z.strictObject({ ...commonStatus, ...template });
export type WrittenTemplate = z.infer<typeof FlagTemplate> | z.infer<typeof ComponentTemplate>;

const statuses = <T extends z.ZodType>(rule: T) => switchOr(z.record(Name, switchOr(rule).nullable())).optional();

const flagRules = {
  statuses: z.array(FlagTemplate).optional(),
  carryforward_mode: Anything,
  carryforward: Switch.optional(),
  paths: Paths.optional(),
  ignore: Paths.optional(),
  after_n_builds: Count.optional(),
};
const componentRules = {
  statuses: z.array(ComponentTemplate).optional(),
  flag_regexes: z.array(Text).optional(),
  paths: Paths.optional(),
};
const Flag = z.strictObject({
  joined: Anything,
  carryforward: Switch.optional(),
  carryforward_mode: Anything,
  required: Anything,
  ignore: Paths.optional(),
  paths: Paths.optional(),
  assume: Anything,
  after_n_builds: Count.optional(),
});

/** The rules of the comment; what differs between accounts has no default here. */
export const WrittenComment = z.strictObject({
  layout: Text.nullable().optional(),
  require_changes: z.union([z.boolean(), z.string()], "true, false, or conditions joined with and / or").default(false),
  require_base: Anything,
  require_head: Anything,
  show_critical_paths: Anything,
  branches: Branches.optional(),
  paths: Anything,
  flags: Anything,
  behavior: word(["default", "once", "new", "spammy"]).default("default"),
  after_n_builds: Count.default(0),
  show_carryforward_flags: Switch.default(false),
  hide_comment_details: Switch.default(false),
  hide_project_coverage: Switch.optional(),
  require_bundle_changes: Anything,
  bundle_change_threshold: Anything,
});
export type WrittenComment = z.infer<typeof WrittenComment>;

const Status = z.strictObject({
  default_rules: z
    .strictObject({ flag_coverage_not_uploaded_behavior: MissingFlag.optional(), carryforward_behavior: Anything })
    .optional(),
  project: statuses(NamedStatus),
  patch: statuses(NamedStatus),
  changes: statuses(NamedChanges),
  no_upload_behavior: Anything,
});

/** These four may stand below `coverage` too, where they stood in the first form of the file. */
const moved = {
  ignore: Paths.optional(),
  fixes: Texts.optional(),
  flags: z.record(z.string().regex(/^[^'"]{1,1024}$/, "a flag without quotes"), Flag).optional(),
  parsers: Anything,
};

export const WrittenCodecov = z.strictObject({
  codecov: z
    .strictObject({
      url: Anything,
      token: Anything,
      slug: Anything,
      bot: Anything,
      branch: Anything,
      ci: Anything,
      assume_all_flags: Anything,
      strict_yaml_branch: Anything,
      max_report_age: Anything,
      disable_default_path_fixes: Anything,
      allow_coverage_offsets: Anything,
      allow_pseudo_compare: Anything,
      archive: Anything,
      ui: Anything,
      require_ci_to_pass: Switch.optional(),
      notify: z
        .strictObject({
          after_n_builds: Count.optional(),
          countdown: Anything,
          delay: Anything,
          wait_for_ci: Anything,
          require_ci_to_pass: Switch.optional(),
          manual_trigger: Anything,
          notify_error: Anything,
        })
        .nullable()
        .optional(),
    })
    .nullable()
    .optional(),
  coverage: z
    .strictObject({
      precision: Count.max(25, "a whole number up to 25").optional(),
      round: word(["down", "up", "nearest"]).optional(),
      range: z.union([z.string(), z.array(z.union([z.number(), z.string()]))], 'a range such as "70...100"').optional(),
      notify: Anything,
      status: switchOr(Status).optional(),
      ...moved,
    })
    .nullable()
    .optional(),
  ...moved,
  flag_management: z
    .strictObject({
      default_rules: z.strictObject(flagRules).optional(),
      individual_flags: z.array(z.strictObject({ ...flagRules, name: Text })).optional(),
    })
    .optional(),
  component_management: z
    .strictObject({
      default_rules: z.strictObject(componentRules).optional(),
      individual_components: z
        .array(z.strictObject({ ...componentRules, name: Text.optional(), component_id: Text }))
        .optional(),
    })
    .optional(),
  comment: switchOr(WrittenComment).optional(),
  slack_app: Anything,
  github_checks: Anything,
  bundle_analysis: Anything,
  profiling: Anything,
  beta_groups: Anything,
  ai_pr_review: Anything,
  test_analytics: Anything,
  cli: Anything,
  to_string: Anything,
});
export type WrittenCodecov = z.infer<typeof WrittenCodecov>;

/** The keys that are allowed at a place of the file, to propose the one that was meant. */
export function codecovKeysAt(path: readonly PropertyKey[], schema: z.ZodType = WrittenCodecov): readonly string[] {
  const bare = unwrapped(schema);
  const [key, ...rest] = path;
  if (key === undefined) return bare instanceof z.ZodObject ? Object.keys(bare.shape) : [];
  const part = partOf(bare, key);
  return part instanceof z.ZodType ? codecovKeysAt(rest, part) : [];
}

/** What stands below a key of a map, a record or a list, as far as the schema says. */
function partOf(schema: z.ZodType, key: PropertyKey): unknown {
  if (schema instanceof z.ZodObject) return schema.shape[String(key)];
  if (schema instanceof z.ZodRecord) return schema.valueType;
  return schema instanceof z.ZodArray ? schema.element : undefined;
}

function unwrapped(schema: z.ZodType): z.ZodType {
  const settings = inner.get(schema);
  if (settings !== undefined) return unwrapped(settings);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    const part = schema.unwrap();
    return part instanceof z.ZodType ? unwrapped(part) : schema;
  }
  return schema;
}

/** Keys that the service knows and no status hangs on, with what stands in for them here. `*` is any name or number. */
export const NOT_JUDGED: readonly (readonly [pattern: string, reason: string])[] = [
  ...[
    "disable_approx",
    "if_no_uploads",
    "measurement",
    "skip_if_assumes",
    "include_changes",
    "carryforward_behavior",
  ].map((key) => [`**.${key}`, "the service accepts it, and none of its statuses depends on it"] as const),
  ["coverage.status.no_upload_behavior", "the service accepts it, and none of its statuses depends on it"],
  ["comment.require_base", "the service accepts it, and its comment does not depend on it"],
  ["comment.require_head", "the service accepts it, and its comment does not depend on it"],
  ["comment.show_critical_paths", "the service no longer shows critical paths"],
  ["comment.paths", "the service no longer uses it"],
  ["comment.flags", "the service no longer uses it"],
  ["comment.require_bundle_changes", "sizes of bundles are not measured here"],
  ["comment.bundle_change_threshold", "sizes of bundles are not measured here"],
  ["flags.*.joined", "all uploads count for the whole project here"],
  ["flags.*.required", "the service no longer uses it"],
  ["flags.*.assume", "the service no longer uses it"],
  ["**.carryforward_mode", "labels of tests are not kept here"],
  ["codecov.ci", "the checks of a run stand for CI here"],
  ["codecov.notify.*", "it decides when the service speaks, not what it says"],
  ["codecov.*", "it concerns the service only"],
  ["coverage.notify", "messages to other services are not sent from here"],
  ["parsers", "reports are read by Trigate's own readers: a line with a branch that was not taken is partial"],
  ["bundle_analysis", "sizes of bundles are not measured here"],
  ...[
    "slack_app",
    "github_checks",
    "profiling",
    "beta_groups",
    "ai_pr_review",
    "test_analytics",
    "cli",
    "to_string",
  ].map((key) => [key, "it concerns the service only"] as const),
];
