import { z } from "zod";
import { isNamedMatcher, NAMED_MATCHER_NAMES, type NamedMatcher, namedMatcher } from "./named.ts";

/** The number of a capture group; 0 is the whole match. */
const Group = z.int().min(0).max(99).optional();

const Pattern = z
  .strictObject({
    regexp: z.string().min(1).describe("JavaScript regular expression that a line of output is matched with."),
    flags: z
      .string()
      .regex(/^[imsu]*$/, "some of i, m, s and u")
      .optional()
      .describe("Flags of the expression, such as i."),
    kind: z.enum(["location", "file"]).optional().describe("file: the problem belongs to the file as a whole."),
    file: Group.describe("The group that holds the path."),
    location: Group.describe("A group such as 3, 3,7 or 3,7,3,12."),
    line: Group.describe("The group that holds the line."),
    column: Group.describe("The group that holds the column."),
    character: Group.describe("Another word for column."),
    endLine: Group.describe("The group that holds the last line."),
    endColumn: Group.describe("The group that holds the last column."),
    severity: Group.describe("The group that holds the severity, such as error or W."),
    code: Group.describe("The group that holds the rule."),
    message: Group.describe("The group that holds the text; by default the whole line."),
    loop: z.boolean().optional().describe("In the last pattern: it may match any number of lines one after another."),
  })
  .superRefine(({ regexp, flags }, context) => {
    const message = faultOf(regexp, flags);
    if (message !== undefined) context.addIssue({ code: "custom", path: ["regexp"], message });
  });

/** What is wrong with an expression. */
function faultOf(regexp: string, flags: string | undefined): string | undefined {
  try {
    return RegExp(regexp, flags) instanceof RegExp ? undefined : "is no expression";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export type WrittenPattern = z.infer<typeof Pattern>;

const Search = z.strictObject({
  include: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe("Folders to look in."),
  exclude: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe("Folders to leave out."),
});

const FileLocation = z.union([
  z.enum(["absolute", "relative", "autoDetect", "search"]),
  z.tuple([z.enum(["relative", "autoDetect"]), z.string()]),
  z.tuple([z.literal("search"), Search]),
]);
export type FileLocation = z.infer<typeof FileLocation>;

const MatcherObject = z.strictObject({
  base: z
    .string()
    .refine(isNamedMatcher, `one of ${NAMED_MATCHER_NAMES.join(", ")}`)
    .optional()
    .describe("A named matcher whose parts hold where this one says nothing."),
  name: z.string().optional().describe("Its name, for people."),
  owner: z.string().optional().describe("Names the findings that have no code of their own."),
  source: z.string().optional().describe("Who reports, for people."),
  severity: z.enum(["error", "warning", "info"]).optional().describe("Of problems that tell none. Default: error."),
  fileLocation: FileLocation.optional().describe("What paths start from; relative means the folder of the check."),
  pattern: z
    .union([
      z.string().refine(isNamedMatcher, `one of ${NAMED_MATCHER_NAMES.join(", ")}`),
      Pattern,
      z.array(Pattern).min(1).max(20),
    ])
    .optional()
    .describe("How lines of output are read: a named pattern, one, or several that match lines one after another."),
  applyTo: z.string().optional().describe("Of VS Code's documents; without meaning here."),
  background: z.unknown().optional().describe("Of watching tasks; without meaning here."),
  watching: z.unknown().optional().describe("Of watching tasks; without meaning here."),
});

type OwnMatcher = z.infer<typeof MatcherObject>;

const OneMatcher = z.union([
  z.string().refine(isNamedMatcher, `one of ${NAMED_MATCHER_NAMES.join(", ")}`),
  MatcherObject.refine(
    ({ base, pattern }) => base !== undefined || pattern !== undefined,
    "has neither a pattern nor a base",
  ),
]);

/** VS Code's `problemMatcher` as it stands in `tasks.json`: a name, an object, or a list of both. */
export const WrittenMatcher = z
  .union([OneMatcher, z.array(OneMatcher).min(1).max(20)])
  .superRefine((written, context) => {
    for (const problem of [written].flat().flatMap((one) => completed(one).patterns.problems))
      context.addIssue({ code: "custom", message: problem });
  });
export type WrittenMatcher = z.infer<typeof WrittenMatcher>;

/** A matcher with nothing left open. */
export interface ProblemMatcher {
  readonly owner: string;
  readonly severity: "error" | "warning" | "info";
  readonly fileLocation: FileLocation | undefined;
  readonly patterns: readonly WrittenPattern[];
}

/** The matchers that a setting stands for, in its order. The setting must have passed its schema. */
export function problemMatchers(written: WrittenMatcher): readonly ProblemMatcher[] {
  return [written].flat().map((one) => {
    const { patterns, ...rest } = completed(one);
    return { ...rest, patterns: patterns.list };
  });
}

type Completed = Omit<ProblemMatcher, "patterns"> & {
  readonly patterns: { readonly list: readonly WrittenPattern[]; readonly problems: readonly string[] };
};

function completed(written: z.infer<typeof OneMatcher>): Completed {
  const own: OwnMatcher = typeof written === "string" ? { base: written } : written;
  const base = own.base === undefined ? undefined : namedMatcher(own.base);
  return {
    owner: ownerOf(own, base),
    severity: own.severity ?? base?.severity ?? "error",
    fileLocation: own.fileLocation,
    patterns: withDefaults(patternsOf(own.pattern ?? base?.pattern)),
  };
}

function ownerOf({ owner, source, name }: OwnMatcher, base: NamedMatcher | undefined): string {
  return owner ?? source ?? base?.owner ?? name ?? "problem";
}

function patternsOf(written: OwnMatcher["pattern"] | NamedMatcher["pattern"]): readonly WrittenPattern[] {
  return typeof written === "string" ? patternsOf(namedMatcher(written)?.pattern) : [written ?? []].flat();
}

function withDefaults(list: readonly WrittenPattern[]): Completed["patterns"] {
  const [first, ...others] = list;
  if (first === undefined) return { list, problems: ["has no pattern"] };
  return others.length === 0
    ? { list: [withUsualGroups(first)], problems: [] }
    : { list, problems: faultsOfSeveral(list) };
}

/** VS Code's rule that a single pattern need not say which groups it fills. */
function withUsualGroups(pattern: WrittenPattern): WrittenPattern {
  const { location, line, kind, file = 1, message = 0 } = pattern;
  const placed = location !== undefined || line !== undefined || kind === "file";
  const place = placed ? {} : { line: 2, column: pattern.column ?? pattern.character ?? 3 };
  return { ...pattern, ...place, file, message };
}

/** VS Code's rules for several patterns: only the last may loop, and together they say all that a problem needs. */
function faultsOfSeveral(list: readonly WrittenPattern[]): readonly string[] {
  const faults: string[] = [];
  const fills = (key: "file" | "message" | "line" | "location") => list.some((pattern) => pattern[key] !== undefined);
  if (list.slice(0, -1).some(({ loop }) => loop === true)) faults.push("only the last pattern may loop");
  if (!fills("file")) faults.push("no pattern names the group of the file");
  if (!fills("message")) faults.push("no pattern names the group of the message");
  if (list[0]?.kind !== "file" && !fills("line") && !fills("location"))
    faults.push('no pattern names the group of the line; for problems of whole files say "kind: file"');
  return faults;
}
