import { type Comparison, type Filtered, filtered, indirectChanges } from "../core/codecov/comparison.ts";
import { type CodecovConfig, type CommentRule, componentName, flagsOfComponent } from "../core/codecov/config.ts";
import { compare, type Decimal, formatDecimal, round, subtract, ZERO } from "../core/codecov/decimal.ts";
import type { CodecovJudgement } from "../core/codecov/judgement.ts";
import { shortCommit, shown } from "../core/codecov/judging.ts";
import type { Totals } from "../core/codecov/report.ts";
import { diffTable } from "./codecov-diff-table.ts";

/** Hidden in the comment, so that the next one can take its place. */
export const COMMENT_MARKER = "<!-- trigate:codecov -->";

const ROWS = 10;
const LONGEST_PATH = 50;
const NOTHING = "∅";
const UNAFFECTED = "ø";

/** What a comment is made of. */
export interface CommentParts {
  readonly config: CodecovConfig;
  readonly comparison: Comparison;
  readonly judgement: CodecovJudgement;
}

interface Writing extends CommentParts {
  readonly all: Filtered;
  readonly rule: CommentRule;
}

/** The comment of a pull request in Markdown, with the sections of `comment.layout` and a table of the statuses. */
export function toCodecovComment(parts: CommentParts): string {
  const all = filtered(parts.comparison, { flags: [], expressions: [] });
  const rule = parts.config.comment;
  const head = [COMMENT_MARKER, "## Coverage report", ""];
  if (all === undefined || rule === undefined) return `${[...head, ...statusTable(parts)].join("\n")}\n`;
  const writing: Writing = { ...parts, all, rule };
  const { upper, middle, lower } = arranged(rule.layout);
  const body = middle.flatMap((section) => writeSection(section, writing));
  const details =
    rule.hideDetails && body.length > 0
      ? ["", "<details><summary>Additional details and impacted files</summary>", "", ...body, "", "</details>"]
      : body;
  const lines = [
    ...head,
    ...upper.flatMap((section) => writeSection(section, writing)),
    ...details,
    ...statusTable(parts),
    ...lower.flatMap((section) => writeSection(section, writing)),
  ];
  return `${lines.join("\n")}\n`;
}

type Section = CommentRule["layout"][number];

const HEADERS: ReadonlySet<string> = new Set(["header", "newheader", "condensed_header"]);

/** Headers and the table of the patch come first; there is always a header, and a table of files brings that of the patch. */
function arranged(layout: readonly Section[]): Record<"upper" | "middle" | "lower", readonly Section[]> {
  const bare = (section: string): Section => ({ section, rows: undefined });
  const sections = [
    ...(layout.some(({ section }) => HEADERS.has(section)) ? [] : [bare("condensed_header")]),
    ...layout,
    ...(layout.some(({ section, rows }) => /^(files|tree)$/.test(section) && rows === undefined)
      ? [bare("newfiles")]
      : []),
  ];
  const isUpper = ({ section }: Section) => HEADERS.has(section) || /^(newfiles|condensed_files)$/.test(section);
  const isLower = ({ section }: Section) => /^(newfooter|condensed_footer)$/.test(section);
  return {
    upper: sections.filter(isUpper),
    middle: sections.filter((section) => !isUpper(section) && !isLower(section)),
    lower: sections.filter(isLower),
  };
}

/** Gives nothing for a section that is not known: a picture of the service, its announcements and the like cannot be had here. */
function writeSection({ section, rows = ROWS }: Section, writing: Writing): string[] {
  const write = HEADERS.has(section) ? header : SECTIONS.find(([name]) => name.test(section))?.[1];
  return write?.(writing, rows) ?? [];
}

/** The name of a section → what is written for it. */
const SECTIONS: readonly (readonly [name: RegExp, write: (writing: Writing, rows: number) => string[]])[] = [
  [/^diff$/, ({ all, config }) => ["", "```diff", ...diffTable(all, config), "```"]],
  [/^(newfiles|condensed_files)$/, patchTable],
  [/^flag/, flagTable],
  [/^component/, componentTable],
  [/^(files|tree)$/, fileTable],
  [/^footer$/, legend],
];

function legend(): string[] {
  return [
    "",
    "------",
    "",
    `> \`Δ = absolute <relative> (impact)\`, \`${UNAFFECTED} = not affected\`, \`? = missing data\``,
  ];
}

function header({ config, comparison, all, rule }: Writing): string[] {
  const patch = all.head.patch(comparison.patchDiff).totals;
  const missing = patch.misses + patch.partials;
  const lines = [
    missing > 0
      ? `:x: Patch coverage is \`${percent(patch.coverage)}\` with \`${missing} ${missing > 1 ? "lines" : "line"}\` in your changes missing coverage. Please review.`
      : ":white_check_mark: All modified and coverable lines are covered by tests.",
  ];
  if (rule.hideProjectCoverage) return lines;
  const { coverage } = all.head.totals;
  if (all.base === undefined || coverage === undefined)
    return [...lines, ":warning: There is no report of the base to compare with."];
  const base = shortCommit(comparison.base.commit ?? "");
  return [
    ...lines,
    `:white_check_mark: Project coverage is ${shown(coverage, config)}%. Comparing base (\`${base}\`) to head (\`${shortCommit(comparison.head.commit)}\`).`,
  ];
}

function percent(coverage: Decimal | undefined): string {
  return coverage === undefined ? NOTHING : `${formatDecimal(coverage)}%`;
}

function patchTable({ config, comparison, all }: Writing, rows: number): string[] {
  const missing = [...all.head.patch(comparison.patchDiff).files]
    .map(([path, totals]) => ({ path, totals, count: totals.misses + totals.partials }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count);
  if (missing.length === 0) return [];
  return [
    "",
    "| Files with missing lines | Patch % | Lines |",
    "|---|---|---|",
    ...missing.slice(0, rows).map(({ path, totals }) => {
      const partials = totals.partials === 0 ? "" : ` and ${totals.partials} partial${totals.partials > 1 ? "s" : ""}`;
      const share = totals.coverage === undefined ? UNAFFECTED : `${shown(totals.coverage, config)}%`;
      return `| ${pathCell(path)} | ${share} | ${totals.misses} Missing${partials} :warning: |`;
    }),
    ...more(missing.length - rows),
  ];
}

function fileTable(writing: Writing, rows: number): string[] {
  const { comparison, all } = writing;
  const patch = all.head.patch(comparison.patchDiff).files;
  const before = new Map(comparison.patchDiff.map((file) => [file.path, file.before ?? file.path]));
  const inDiff = [...patch].toSorted(([, a], [, b]) => a.misses + a.partials - (b.misses + b.partials));
  const others = new Set((indirectChanges(all) ?? []).map(({ path }) => path).filter((path) => !patch.has(path))).size;
  const table =
    inDiff.length === 0
      ? []
      : [
          "",
          "| Files with missing lines | Coverage Δ | |",
          "|---|---|---|",
          ...inDiff.slice(0, rows).map(([path, relative]) => {
            const was = all.base?.fileTotals(before.get(path) ?? path) ?? "none";
            return `| ${pathCell(path)} ${metrics({ was, is: all.head.fileTotals(path), relative }, writing.config)}`;
          }),
          ...more(inDiff.length - rows),
        ];
  return others === 0
    ? table
    : [
        ...table,
        "",
        `${table.length > 0 ? "... and " : ""}${others} file${others > 1 ? "s" : ""} with indirect coverage changes`,
      ];
}

function flagTable({ config, comparison, rule }: Writing): string[] {
  const { head, base } = comparison;
  const flags = head.report?.flags() ?? [];
  const carried = new Set(flags.filter((flag) => head.report?.isCarried(flag) === true));
  const visible = flags.filter((flag) => rule.showCarriedFlags || !carried.has(flag));
  const lost = (base.report?.flags() ?? []).filter((flag) => !flags.includes(flag));
  const rows = [...visible, ...lost].toSorted();
  if (rows.length === 0) return [];
  const hasNotes = visible.some((flag) => carried.has(flag));
  return [
    "",
    `| Flag | Coverage Δ | |${hasNotes ? " *Carryforward flag |" : ""}`,
    `|---|---|---|${hasNotes ? "---|" : ""}`,
    ...rows.map((flag) => {
      const cell = metricsOf(comparison, { flags: [flag], expressions: [] }, config);
      const note = hasNotes ? `${carried.has(flag) ? " Carriedforward" : ""} |` : "";
      return `| ${escaped(flag)} ${lost.includes(flag) ? "| `?` | |" : cell}${note}`;
    }),
    ...(visible.length < flags.length ? ["", "Flags with carried forward coverage won't be shown."] : []),
  ];
}

function componentTable({ config, comparison }: Writing): string[] {
  if (config.components.length === 0) return [];
  const known = comparison.head.report?.flags() ?? [];
  return [
    "",
    "| Components | Coverage Δ | |",
    "|---|---|---|",
    ...config.components.map((component) => {
      const expressions = component.paths.map(({ expression }) => expression);
      const filter = { flags: flagsOfComponent(component, known), expressions };
      return `| ${escaped(componentName(component))} ${metricsOf(comparison, filter, config)}`;
    }),
  ];
}

function metricsOf(comparison: Comparison, filter: Parameters<typeof filtered>[1], config: CodecovConfig): string {
  const cut = filtered(comparison, filter);
  if (cut === undefined) return "| `?` | |";
  const relative = comparison.patchDiff.length === 0 ? undefined : cut.head.patch(comparison.patchDiff).totals;
  return metrics({ was: cut.base?.totals, is: cut.head.totals, relative }, config);
}

interface Metrics {
  /** `undefined`: not known; `none`: it was not there. */
  readonly was: Totals | "none" | undefined;
  readonly is: Totals | undefined;
  readonly relative: Totals | undefined;
}

/** The cell that the service writes: coverage, that of the changed lines, what the change did to it, and an arrow. */
function metrics({ was, is, relative }: Metrics, config: CodecovConfig): string {
  if (is === undefined) return "| `?` | |";
  const before = was === "none" || was === undefined ? undefined : was.coverage;
  const change = before === undefined || is.coverage === undefined ? undefined : subtract(is.coverage, before);
  const absolute = is.coverage === undefined ? NOTHING : number(is.coverage, config);
  const own = ownCoverage(relative, config);
  const impact = was === undefined ? "?" : was === "none" ? UNAFFECTED : impactOf(change, config);
  return `| \`${absolute} <${own}> (${impact})\` |${arrowOf(change)}`;
}

/** Coverage of the changed lines alone. */
function ownCoverage(relative: Totals | undefined, config: CodecovConfig): string {
  if (relative === undefined) return number(ZERO, config);
  return relative.coverage === undefined ? UNAFFECTED : number(relative.coverage, config);
}

function arrowOf(change: Decimal | undefined): string {
  const sign = change === undefined ? 0 : compare(change, ZERO);
  if (sign === 0) return " |";
  return sign > 0 ? " :arrow_up: |" : " :arrow_down: |";
}

function impactOf(change: Decimal | undefined, config: CodecovConfig): string {
  if (change === undefined) return NOTHING;
  return compare(change, ZERO) === 0 ? UNAFFECTED : number(change, config, "+");
}

/** A percentage; one that would be rounded to nothing is told as less than the least that can be shown. */
function number(value: Decimal, config: CodecovConfig, plus = ""): string {
  const rounded = round(value, config.precision, config.rounding);
  const sign = compare(value, ZERO);
  if (rounded.units === 0n && sign !== 0) {
    const least = formatDecimal({ units: 1n, scale: config.precision });
    return `${sign > 0 ? plus : "-"}<${least}%`;
  }
  return `${rounded.units > 0n ? plus : ""}${formatDecimal(rounded)}%`;
}

function statusTable({ judgement }: CommentParts): string[] {
  const visible = judgement.statuses.filter(({ state }) => state !== "none");
  if (visible.length === 0) return [];
  const icons = { success: ":white_check_mark:", failure: ":x:", error: ":x:", pending: ":hourglass:", none: "" };
  return [
    "",
    "| Status | | |",
    "|---|---|---|",
    ...visible.map(
      ({ name, state, description, why }) =>
        `| ${escaped(name)} | ${icons[state]} ${state} | ${escaped(description === "" ? why : description)} |`,
    ),
  ];
}

function more(count: number): string[] {
  return count > 0 ? [`| ... and ${count} more | | |`] : [];
}

function pathCell(path: string): string {
  return escaped(path.length > LONGEST_PATH ? `...${path.slice(-LONGEST_PATH)}` : path);
}

/** Names come from files; none of them may become a table, a link or HTML. */
function escaped(text: string): string {
  return text
    .replaceAll(/[\r\n]+/g, " ")
    .replaceAll(/[\\`*_[\]|]/g, String.raw`\$&`)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;");
}
