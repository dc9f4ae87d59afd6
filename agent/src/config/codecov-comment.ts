import type { CommentRule, RequiredChange } from "../core/codecov/config.ts";
import { branchExpression } from "../core/codecov/patterns.ts";
import { type CodecovAccount, WrittenComment } from "./codecov-written.ts";

/** Takes what cannot be used, with the keys that lead to it. */
type Complain = (path: readonly PropertyKey[], message: string) => void;

/** What an account's comment shows for which `codecov.yml` says nothing. */
const OF_ACCOUNT: Readonly<Record<CodecovAccount, { readonly layout: string; readonly hideProjectCoverage: boolean }>> =
  {
    new: { layout: "condensed_header, flags, tree, component", hideProjectCoverage: true },
    legacy: { layout: "reach,diff,flags,tree,reach", hideProjectCoverage: false },
  };

/** The rules of the comment; `undefined` when none is wanted. */
export function commentRule(
  written: boolean | WrittenComment | undefined,
  { account, complain }: { account: CodecovAccount; complain: Complain },
): CommentRule | undefined {
  if (written === false) return undefined;
  const given = written === true || written === undefined ? WrittenComment.parse({}) : written;
  return {
    layout: layoutOf(given.layout, { account, complain }),
    behavior: given.behavior,
    requireChanges: requiredChanges(given.require_changes, complain),
    hideProjectCoverage: given.hide_project_coverage ?? OF_ACCOUNT[account].hideProjectCoverage,
    hideDetails: given.hide_comment_details,
    showCarriedFlags: given.show_carryforward_flags,
    branches: given.branches?.flatMap((branch) => {
      const expression = branchExpression(branch);
      return typeof expression === "string" ? [expression] : [];
    }),
    afterBuilds: given.after_n_builds,
  };
}

const SECTIONS: ReadonlySet<string> = new Set(
  "changes diff file files flag flags footer header reach components suggestions betaprofiling sunburst tree uncovered newheader newfooter feedback newfiles condensed_header condensed_footer condensed_files".split(
    " ",
  ),
);

/** The service's own layouts name a section that it does not take from others, so only written ones are looked at. */
function layoutOf(
  written: string | null | undefined,
  { account, complain }: { account: CodecovAccount; complain: Complain },
): CommentRule["layout"] {
  if (written === undefined || written === null) return sectionsOf(OF_ACCOUNT[account].layout);
  const path = ["comment", "layout"];
  const sections = sectionsOf(written);
  for (const { section, rows } of sections) {
    if (!SECTIONS.has(section))
      complain(path, `there is no section "${section}"; there are ${[...SECTIONS].join(", ")}`);
    if (Number.isNaN(rows)) complain(path, `a whole number of rows after "${section}:"`);
  }
  return sections;
}

function sectionsOf(layout: string): CommentRule["layout"] {
  return layout
    .split(",")
    .filter((part) => part.trim() !== "")
    .map((part) => {
      const [section = "", rows] = part.trim().split(":");
      return { section, rows: rows === undefined ? undefined : /^\s*\d+\s*$/.test(rows) ? Number(rows) : Number.NaN };
    });
}

const REQUIRED: readonly RequiredChange[] = ["any_change", "coverage_drop", "uncovered_patch"];

function requiredChanges(written: boolean | string, complain: Complain): CommentRule["requireChanges"] {
  if (typeof written === "boolean") return written ? [["any_change"]] : [];
  return written
    .toLowerCase()
    .split(/\band\b/)
    .map((group) =>
      group.split(/\bor\b/).flatMap((word) => {
        const condition = REQUIRED.find((one) => one === word.trim());
        if (condition === undefined)
          complain(["comment", "require_changes"], `"${word.trim()}" is none of ${REQUIRED.join(", ")}`);
        return condition ?? [];
      }),
    );
}
