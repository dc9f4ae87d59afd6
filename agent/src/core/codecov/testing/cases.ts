import type { Scene } from "./scenes.ts";

/**
 * What the service gives for a push, as its open source has it (github.com/codecov/umbrella, August 2026). `source` names
 * the file below apps/worker/services or libs/shared/shared, and the function, that the expectation was read from.
 */
export interface StatusCase {
  readonly name: string;
  readonly yaml: string;
  readonly account?: "legacy";
  readonly scene: Scene;
  /** Name, state and description of each status. */
  readonly expect: readonly (readonly [name: string, state: string, description: string])[];
  readonly source: string;
}

const PROJECT = "notification/notifiers/mixins/status.py, get_project_status";
const REMOVED = "notification/notifiers/mixins/status.py, removed_code_behavior";
const PATCH = "notification/notifiers/mixins/status.py, get_patch_status";
const CHANGES = "notification/notifiers/mixins/status.py, get_changes_status";
const CHANGED = "comparison/changes.py, get_changes";
const BASE = "notification/notifiers/status/base.py, notify";
const SEND = "notification/notifiers/status/base.py, send_notification";
const CAN_SET = "notification/notifiers/status/base.py, can_we_set_this_status";
const LIST = "notification/__init__.py, get_statuses";
const CI = "tasks/status_set_error.py, run_impl";
const ROUND = "helpers/number.py, precise_round";
const TOTALS = "utils/totals.py, agg_totals and helpers/numeric.py, ratio";
const FLAGS = "yaml/reader.py, get_paths_from_flags";
const PATHS = "validation/helpers.py, PathPatternSchemaField";
const UPLOAD = "path_fixer/__init__.py, clean_path";
const DEFAULTS = "config/__init__.py, PATCH_CENTRIC_DEFAULT_CONFIG and LEGACY_DEFAULT_SITE_CONFIG";

const project = (rule: string) => `coverage: {status: {patch: off, project: {default: {${rule}}}}}`;
const patch = (rule: string) => `coverage: {status: {patch: {default: {${rule}}}}}`;
const changes = (rule = "") => `coverage: {status: {patch: off, changes: {default: {${rule}}}}}`;
/** `hits` of 10 lines of one file are hit. */
const ten = (hits: number) => ({ "a.py": `h${hits} m${10 - hits}`.replace("m0", "").replace(/h0 /, "") });
/** The change adds the last five lines of a.py, of which `hits` are hit. */
const five = (hits: number): Pick<Scene, "head" | "diff"> => ({
  head: { "a.py": `h5 ${hits > 0 ? `h${hits}` : ""} ${hits < 5 ? `m${5 - hits}` : ""}` },
  diff: [{ path: "a.py", added: [6, 7, 8, 9, 10] }],
});
const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, at) => first + at);

const projectCases: readonly StatusCase[] = [
  {
    name: "as good as the base",
    yaml: project(""),
    scene: { head: ten(8), base: ten(8) },
    expect: [["codecov/project", "success", "80.00% (+0.00%) compared to base123"]],
    source: PROJECT,
  },
  {
    name: "better than the base",
    yaml: project("target: auto"),
    scene: { head: ten(9), base: ten(8) },
    expect: [["codecov/project", "success", "90.00% (+10.00%) compared to base123"]],
    source: PROJECT,
  },
  {
    name: "worse than the base",
    yaml: project("target: auto"),
    scene: { head: ten(7), base: ten(8) },
    expect: [["codecov/project", "failure", "70.00% (-10.00%) compared to base123"]],
    source: PROJECT,
  },
  {
    name: "worse, within the threshold",
    yaml: project("threshold: 10%"),
    scene: { head: ten(7), base: ten(8) },
    expect: [["codecov/project", "success", "70.00% (-10.00%) compared to base123"]],
    source: PROJECT,
  },
  {
    name: "a threshold that is empty is none",
    yaml: project("threshold: null"),
    scene: { head: ten(7), base: ten(8) },
    expect: [["codecov/project", "failure", "70.00% (-10.00%) compared to base123"]],
    source: PROJECT,
  },
  {
    name: "a fixed target that is reached",
    yaml: project("target: 80%"),
    scene: { head: ten(8), base: ten(9) },
    expect: [["codecov/project", "success", "80.00% (target 80.00%)"]],
    source: PROJECT,
  },
  {
    name: "a fixed target that is missed",
    yaml: project("target: 80.5"),
    scene: { head: ten(8), base: ten(8) },
    expect: [["codecov/project", "failure", "80.00% (target 80.50%)"]],
    source: PROJECT,
  },
  {
    name: "the threshold counts with a fixed target and is not told",
    yaml: project("target: 85, threshold: 5"),
    scene: { head: ten(8), base: ten(8) },
    expect: [["codecov/project", "success", "80.00% (target 85.00%)"]],
    source: PROJECT,
  },
  {
    name: "no base, although the target is fixed",
    yaml: project("target: 80%"),
    scene: { head: ten(1) },
    expect: [["codecov/project", "success", "No report found to compare against"]],
    source: PROJECT,
  },
  {
    name: "no base, and that is to fail",
    yaml: project("if_not_found: failure"),
    scene: { head: ten(9) },
    expect: [["codecov/project", "failure", "No report found to compare against"]],
    source: PROJECT,
  },
  {
    name: "no base, and that is an error",
    yaml: project("if_not_found: error"),
    scene: { head: ten(9) },
    expect: [["codecov/project", "error", "No report found to compare against"]],
    source: PROJECT,
  },
  {
    name: "no base, and that is to be ignored",
    yaml: project("if_not_found: ignore"),
    scene: { head: ten(9) },
    expect: [["codecov/project", "none", ""]],
    source: SEND,
  },
  {
    name: "a head without a line",
    yaml: project(""),
    scene: { head: { "a.py": "..." }, base: ten(8) },
    expect: [["codecov/project", "success", "No coverage information found on head"]],
    source: TOTALS,
  },
  {
    name: "a base without a line",
    yaml: project("if_not_found: failure"),
    scene: { head: ten(8), base: { "a.py": "." } },
    expect: [["codecov/project", "failure", "No coverage information found on base report"]],
    source: PROJECT,
  },
  {
    name: "partial lines are not hit",
    yaml: project("target: 50"),
    scene: { head: { "a.py": "hhp6 mm" }, base: ten(8) },
    expect: [["codecov/project", "failure", "20.00% (target 50.00%)"]],
    source: TOTALS,
  },
  {
    name: "no head report: nothing is said",
    yaml: project(""),
    scene: { head: undefined, base: ten(8) },
    expect: [["codecov/project", "none", ""]],
    source: "tasks/notify.py, run_impl_within_lock",
  },
];

const roundingCases: readonly StatusCase[] = [
  {
    name: "rounded down by default",
    yaml: project("target: 60"),
    scene: { head: { "a.py": "hhm" }, base: ten(1) },
    expect: [["codecov/project", "success", "66.66% (target 60.00%)"]],
    source: ROUND,
  },
  {
    name: "a loss is rounded away from zero by rounding down",
    yaml: project("threshold: 90"),
    scene: { head: { "a.py": "hhm" }, base: { "a.py": "hhhhhhm" } },
    expect: [["codecov/project", "success", "66.66% (-19.05%) compared to base123"]],
    source: ROUND,
  },
  {
    name: "rounded up",
    yaml: `coverage: {round: up, status: {patch: off, project: {default: {target: 60}}}}`,
    scene: { head: { "a.py": "hmm" }, base: ten(1) },
    expect: [["codecov/project", "failure", "33.34% (target 60.00%)"]],
    source: ROUND,
  },
  {
    name: "rounded to the nearest",
    yaml: `coverage: {round: nearest, status: {patch: off, project: {default: {target: 60}}}}`,
    scene: { head: { "a.py": "hhm" }, base: ten(1) },
    expect: [["codecov/project", "success", "66.67% (target 60.00%)"]],
    source: ROUND,
  },
  {
    name: "a tie goes to the even digit",
    yaml: `coverage: {round: nearest, precision: 0, status: {patch: off, project: {default: {target: 60}}}}`,
    scene: { head: { "a.py": "h5 m3" }, base: ten(1) },
    expect: [["codecov/project", "success", "62% (target 60%)"]],
    source: ROUND,
  },
  {
    name: "five digits",
    yaml: `coverage: {precision: 5, status: {patch: off, project: {default: {target: 60}}}}`,
    scene: { head: { "a.py": "hhm" }, base: ten(1) },
    expect: [["codecov/project", "success", "66.66667% (target 60.00000%)"]],
    source: ROUND,
  },
  {
    name: "what is shown as reached can be missed",
    yaml: `coverage: {round: up, precision: 0, status: {patch: off, project: {default: {target: 67}}}}`,
    scene: { head: { "a.py": "hhm" }, base: ten(1) },
    expect: [["codecov/project", "failure", "67% (target 67%)"]],
    source: PROJECT,
  },
  {
    name: "what is shown as missed can be reached",
    yaml: `coverage: {precision: 0, status: {patch: off, project: {default: {target: 66.5}}}}`,
    scene: { head: { "a.py": "hhm" }, base: ten(1) },
    expect: [["codecov/project", "success", "66% (target 66%)"]],
    source: PROJECT,
  },
];

const removedCases: readonly StatusCase[] = [
  {
    name: "hit lines were removed: the base is adjusted",
    yaml: project(""),
    scene: {
      base: { "a.py": "h1980 m120" },
      head: { "a.py": "h1974 m120" },
      diff: [{ path: "a.py", removed: range(1, 6) }],
    },
    expect: [
      [
        "codecov/project",
        "success",
        "94.26% (-0.02%) compared to base123, passed because coverage increased by 0% when compared to adjusted base (94.26%)",
      ],
    ],
    source: REMOVED,
  },
  {
    name: "more hit lines were removed than the coverage lost",
    yaml: `coverage: {round: nearest, status: {patch: off, project: {default: {}}}}`,
    scene: {
      base: { "a.py": "h1980 m120" },
      head: { "a.py": "h1974 m120" },
      diff: [{ path: "a.py", removed: range(1, 15), added: range(1, 9) }],
    },
    expect: [
      [
        "codecov/project",
        "success",
        "94.27% (-0.02%) compared to base123, passed because coverage increased by 0.02% when compared to adjusted base (94.24%)",
      ],
    ],
    source: REMOVED,
  },
  {
    name: "too few were removed to explain the loss",
    yaml: project("removed_code_behavior: adjust_base"),
    scene: {
      base: { "a.py": "h1980 m120" },
      head: { "a.py": "h1974 m120" },
      diff: [{ path: "a.py", removed: range(1, 3) }],
    },
    expect: [["codecov/project", "failure", "94.26% (-0.02%) compared to base123"]],
    source: REMOVED,
  },
  {
    name: "a fixed target is not adjusted",
    yaml: project("target: 95"),
    scene: {
      base: { "a.py": "h1980 m120" },
      head: { "a.py": "h1974 m120" },
      diff: [{ path: "a.py", removed: range(1, 6) }],
    },
    expect: [["codecov/project", "failure", "94.26% (target 95.00%)"]],
    source: REMOVED,
  },
  {
    name: "the adjusted base is told with the threshold taken off, in the digits of a binary fraction",
    yaml: project("threshold: 1"),
    scene: { base: { "a.py": "h8 m2" }, head: { "a.py": "h3 m2" }, diff: [{ path: "a.py", removed: range(1, 5) }] },
    expect: [
      [
        "codecov/project",
        "success",
        "60.00% (-20.00%) compared to base123, passed because coverage increased by 1.00% when compared to adjusted base (58.99%)",
      ],
    ],
    source: REMOVED,
  },
  {
    name: "switched off",
    yaml: project("removed_code_behavior: off"),
    scene: { base: { "a.py": "h8 m2" }, head: { "a.py": "h3 m2" }, diff: [{ path: "a.py", removed: range(1, 5) }] },
    expect: [["codecov/project", "failure", "60.00% (-20.00%) compared to base123"]],
    source: REMOVED,
  },
  {
    name: "only removals",
    yaml: project("target: 80, removed_code_behavior: removals_only"),
    scene: { base: { "a.py": "h8 m2" }, head: { "a.py": "h3 m2" }, diff: [{ path: "a.py", removed: range(1, 5) }] },
    expect: [["codecov/project", "success", "60.00% (target 80.00%), passed because this change only removed code"]],
    source: REMOVED,
  },
  {
    name: "removals with an added line",
    yaml: project("target: 80, removed_code_behavior: removals_only"),
    scene: {
      base: { "a.py": "h8 m2" },
      head: { "a.py": "h3 m2 h" },
      diff: [{ path: "a.py", removed: range(1, 5), added: [6] }],
    },
    expect: [["codecov/project", "failure", "66.66% (target 80.00%)"]],
    source: REMOVED,
  },
  {
    name: "removals with an indirect change",
    yaml: project("target: 80, removed_code_behavior: removals_only"),
    scene: {
      base: { "a.py": "h8 m2", "b.py": "h" },
      head: { "a.py": "h3 m2", "b.py": "m" },
      diff: [{ path: "a.py", removed: range(1, 5) }],
    },
    expect: [["codecov/project", "failure", "50.00% (target 80.00%)"]],
    source: REMOVED,
  },
  {
    name: "a fully covered patch",
    yaml: project("target: 80, removed_code_behavior: fully_covered_patch"),
    scene: { base: { "a.py": "h2 m2" }, head: { "a.py": "h2 m2 h2" }, diff: [{ path: "a.py", added: [5, 6] }] },
    expect: [
      [
        "codecov/project",
        "success",
        "66.66% (target 80.00%), passed because patch was fully covered by tests, and no indirect coverage changes",
      ],
    ],
    source: REMOVED,
  },
  {
    name: "a patch that is not fully covered",
    yaml: project("target: 80, removed_code_behavior: fully_covered_patch"),
    scene: { base: { "a.py": "h2 m2" }, head: { "a.py": "h2 m2 hm" }, diff: [{ path: "a.py", added: [5, 6] }] },
    expect: [["codecov/project", "failure", "50.00% (target 80.00%)"]],
    source: REMOVED,
  },
  {
    name: "a patch without a counted line",
    yaml: project("target: 80, removed_code_behavior: fully_covered_patch"),
    scene: { base: { "a.py": "h2 m2" }, head: { "a.py": "h2 m2" }, diff: [{ path: "README.md", added: [5, 6] }] },
    expect: [
      ["codecov/project", "success", "50.00% (target 80.00%), passed because coverage was not affected by patch"],
    ],
    source: REMOVED,
  },
  {
    name: "a covered patch with an indirect change",
    yaml: project("target: 80, removed_code_behavior: fully_covered_patch"),
    scene: { base: { "a.py": "h3 m" }, head: { "a.py": "h2 m2 h" }, diff: [{ path: "a.py", added: [5] }] },
    expect: [["codecov/project", "failure", "60.00% (target 80.00%)"]],
    source: REMOVED,
  },
];

const patchCases: readonly StatusCase[] = [
  {
    name: "the target is reached",
    yaml: patch("target: 80%"),
    scene: { ...five(4), base: ten(1) },
    expect: [["codecov/patch", "success", "80.00% of diff hit (target 80.00%)"]],
    source: PATCH,
  },
  {
    name: "the target is missed",
    yaml: patch("target: 80%"),
    scene: { ...five(3), base: ten(1) },
    expect: [["codecov/patch", "failure", "60.00% of diff hit (target 80.00%)"]],
    source: PATCH,
  },
  {
    name: "missed within the threshold: other words",
    yaml: patch("target: 80%, threshold: 20%"),
    scene: { ...five(3), base: ten(1) },
    expect: [["codecov/patch", "success", "60.00% of diff hit (within 20.00% threshold of 80.00%)"]],
    source: PATCH,
  },
  {
    name: "the usual target is the coverage of the whole base",
    yaml: patch(""),
    scene: { ...five(3), base: ten(6) },
    expect: [["codecov/patch", "success", "60.00% of diff hit (target 60.00%)"]],
    source: PATCH,
  },
  {
    name: "the usual target, missed",
    yaml: patch(""),
    scene: { ...five(3), base: ten(7) },
    expect: [["codecov/patch", "failure", "60.00% of diff hit (target 70.00%)"]],
    source: PATCH,
  },
  {
    name: "the usual target without a base",
    yaml: patch(""),
    scene: five(0),
    expect: [["codecov/patch", "success", "No report found to compare against"]],
    source: PATCH,
  },
  {
    name: "without a base, and that is to fail",
    yaml: patch("if_not_found: failure"),
    scene: five(5),
    expect: [["codecov/patch", "failure", "No report found to compare against"]],
    source: PATCH,
  },
  {
    name: "a fixed target needs no base",
    yaml: patch("target: 80"),
    scene: five(3),
    expect: [["codecov/patch", "failure", "60.00% of diff hit (target 80.00%)"]],
    source: PATCH,
  },
  {
    name: "only lines that are not counted were added",
    yaml: patch("target: 80"),
    scene: { head: { "a.py": "h5 ...." }, base: ten(5), diff: [{ path: "a.py", added: [6, 7] }] },
    expect: [["codecov/patch", "success", "Coverage not affected when comparing base123...head567"]],
    source: PATCH,
  },
  {
    name: "a new file that no test loaded passes there",
    yaml: patch("target: 80"),
    scene: { head: ten(5), base: ten(5), diff: [{ path: "new.py", type: "new", added: range(1, 40) }] },
    expect: [["codecov/patch", "success", "Coverage not affected when comparing base123...head567"]],
    source: PATCH,
  },
  {
    name: "not affected, and no commit to compare with",
    yaml: patch("target: 80"),
    scene: { head: ten(5), noBase: true },
    expect: [["codecov/patch", "success", "Coverage not affected"]],
    source: PATCH,
  },
  {
    name: "only removed lines",
    yaml: patch("target: 80"),
    scene: { head: ten(5), base: ten(5), diff: [{ path: "a.py", removed: [1, 2] }] },
    expect: [["codecov/patch", "success", "Coverage not affected when comparing base123...head567"]],
    source: "reports/diff.py, calculate_report_diff",
  },
  {
    name: "partial lines of the patch are not hit",
    yaml: patch("target: 80"),
    scene: { head: { "a.py": "h4 p" }, base: ten(5), diff: [{ path: "a.py", added: range(1, 5) }] },
    expect: [["codecov/patch", "success", "80.00% of diff hit (target 80.00%)"]],
    source: TOTALS,
  },
  {
    name: "informational never fails",
    yaml: patch("target: 80, informational: true"),
    scene: { ...five(0), base: ten(5) },
    expect: [["codecov/patch", "success", "0.00% of diff hit (target 80.00%)"]],
    source: SEND,
  },
];

const changesCases: readonly StatusCase[] = [
  {
    name: "nothing changed elsewhere",
    yaml: changes(),
    scene: { head: { "a.py": "hhm" }, base: { "a.py": "hh" }, diff: [{ path: "a.py", added: [3] }] },
    expect: [["codecov/changes", "success", "No indirect coverage changes found"]],
    source: CHANGES,
  },
  {
    name: "an untouched file lost coverage",
    yaml: changes(),
    scene: { head: { "a.py": "hm" }, base: { "a.py": "hh" } },
    expect: [["codecov/changes", "failure", "1 file has indirect coverage changes not visible in diff"]],
    source: CHANGES,
  },
  {
    name: "two files lost coverage",
    yaml: changes(),
    scene: { head: { "a.py": "hm", "b.py": "p" }, base: { "a.py": "hh", "b.py": "h" } },
    expect: [["codecov/changes", "failure", "2 files have indirect coverage changes not visible in diff"]],
    source: CHANGES,
  },
  {
    name: "untouched lines that gained coverage",
    yaml: changes(),
    scene: { head: { "a.py": "hh" }, base: { "a.py": "hm" } },
    expect: [["codecov/changes", "success", "No indirect coverage changes found"]],
    source: CHANGES,
  },
  {
    name: "as many gained as lost in one file",
    yaml: changes(),
    scene: { head: { "a.py": "hm" }, base: { "a.py": "mh" } },
    expect: [["codecov/changes", "success", "No indirect coverage changes found"]],
    source: CHANGED,
  },
  {
    name: "lines that only moved down",
    yaml: changes(),
    scene: { head: { "a.py": "hh hhm" }, base: { "a.py": "hhm" }, diff: [{ path: "a.py", added: [1, 2] }] },
    expect: [["codecov/changes", "success", "No indirect coverage changes found"]],
    source: CHANGED,
  },
  {
    name: "lines that moved up past removed ones, and one of them lost",
    yaml: changes(),
    scene: { head: { "a.py": "hm" }, base: { "a.py": "mm hh" }, diff: [{ path: "a.py", removed: [1, 2] }] },
    expect: [["codecov/changes", "failure", "1 file has indirect coverage changes not visible in diff"]],
    source: CHANGED,
  },
  {
    name: "a renamed file is compared with its old name",
    yaml: changes(),
    scene: { head: { "b.py": "hm" }, base: { "a.py": "hh" }, diff: [{ path: "b.py", before: "a.py" }] },
    expect: [["codecov/changes", "failure", "1 file has indirect coverage changes not visible in diff"]],
    source: CHANGED,
  },
  {
    name: "a file that vanished from the report is no change worth noting",
    yaml: changes(),
    scene: { head: { "a.py": "h" }, base: { "a.py": "h", "b.py": "m" } },
    expect: [["codecov/changes", "success", "No indirect coverage changes found"]],
    source: "notification/notifiers/mixins/status.py, is_a_change_worth_noting",
  },
  {
    name: "informational",
    yaml: changes("informational: true"),
    scene: { head: { "a.py": "hm" }, base: { "a.py": "hh" } },
    expect: [["codecov/changes", "success", "1 file has indirect coverage changes not visible in diff"]],
    source: CHANGES,
  },
  {
    name: "no report of the base",
    yaml: changes(),
    scene: { head: { "a.py": "hm" } },
    expect: [["codecov/changes", "success", "Unable to determine changes, no report found at pull request base"]],
    source: CHANGES,
  },
  {
    name: "no report of the base, compared with the parent",
    yaml: changes("base: parent"),
    scene: { head: { "a.py": "hm" } },
    expect: [["codecov/changes", "success", "No indirect coverage changes found"]],
    source: CHANGES,
  },
];

const ruleCases: readonly StatusCase[] = [
  {
    name: "a new account that says nothing: the patch only",
    yaml: "comment: false",
    scene: { ...five(5), base: ten(5) },
    expect: [["codecov/patch", "success", "100.00% of diff hit (target 50.00%)"]],
    source: DEFAULTS,
  },
  {
    name: "an old account that says nothing: project and patch",
    yaml: "comment: false",
    account: "legacy",
    scene: { ...five(5), base: ten(5) },
    expect: [
      ["codecov/project", "success", "100.00% (+50.00%) compared to base123"],
      ["codecov/patch", "success", "100.00% of diff hit (target 50.00%)"],
    ],
    source: DEFAULTS,
  },
  {
    name: "all statuses switched off",
    yaml: "coverage: {status: off}",
    scene: { ...five(5), base: ten(5) },
    expect: [],
    source: LIST,
  },
  {
    name: "a named status, one switched off, one empty",
    yaml: "coverage: {status: {patch: {default: off, ui: {target: 50}, old: null, off: {enabled: false}}}}",
    scene: { ...five(5), base: ten(5) },
    expect: [["codecov/patch/ui", "success", "100.00% of diff hit (target 50.00%)"]],
    source: "helpers/yaml.py, default_if_true",
  },
  {
    name: "CI failed",
    yaml: patch("target: 80"),
    scene: { ...five(5), base: ten(5), ci: "failed" },
    expect: [["codecov/patch", "error", "CI failed."]],
    source: CI,
  },
  {
    name: "CI failed, and that is to succeed",
    yaml: patch("target: 80, if_ci_failed: success"),
    scene: { ...five(0), base: ten(5), ci: "failed" },
    expect: [["codecov/patch", "success", "CI failed."]],
    source: CI,
  },
  {
    name: "CI failed, informational",
    yaml: patch("target: 80, if_ci_failed: failure, informational: yes"),
    scene: { ...five(0), base: ten(5), ci: "failed" },
    expect: [["codecov/patch", "success", "CI failed."]],
    source: CI,
  },
  {
    name: "CI failed, and need not pass",
    yaml: `codecov: {require_ci_to_pass: no}\n${patch("target: 80")}`,
    scene: { ...five(5), base: ten(5), ci: "failed" },
    expect: [["codecov/patch", "success", "100.00% of diff hit (target 80.00%)"]],
    source: "tasks/notify.py, should_send_notifications",
  },
  {
    name: "too few uploads yet",
    yaml: `codecov: {notify: {after_n_builds: 3}}\n${patch("target: 80")}`,
    scene: { ...five(5), base: ten(5), uploads: 2 },
    expect: [["codecov/patch", "pending", ""]],
    source: "tasks/notify.py, should_send_notifications",
  },
  {
    name: "only on pull requests",
    yaml: patch("target: 80, only_pulls: true"),
    scene: { ...five(5), base: ten(5), pull: false },
    expect: [["codecov/patch", "none", ""]],
    source: CAN_SET,
  },
  {
    name: "a merge queue stands for its pull request",
    yaml: patch("target: 80, base: pr"),
    scene: { ...five(5), base: ten(5), pull: false, branch: "gh-readonly-queue/main/pr-12-0a1b2c" },
    expect: [["codecov/patch", "success", "100.00% of diff hit (target 80.00%)"]],
    source: CAN_SET,
  },
  {
    name: "not on this branch",
    yaml: patch("target: 80, branches: [main, 'release/*']"),
    scene: { ...five(5), base: ten(5) },
    expect: [["codecov/patch", "none", ""]],
    source: CAN_SET,
  },
  {
    name: "on a branch that a star stands for",
    yaml: patch("target: 80, branches: [main, 'feat*']"),
    scene: { ...five(5), base: ten(5) },
    expect: [["codecov/patch", "success", "100.00% of diff hit (target 80.00%)"]],
    source: "validation/helpers.py, UserGivenBranchRegex",
  },
  {
    name: "on every branch but one",
    yaml: patch("target: 80, branches: ['!feature']"),
    scene: { ...five(5), base: ten(5) },
    expect: [["codecov/patch", "none", ""]],
    source: "helpers/match.py, match",
  },
  {
    name: "a status of some paths only",
    yaml: "coverage: {status: {patch: off, project: {api: {paths: [src/api], target: 70}}}}",
    scene: { head: { "src/api/a.py": "h3 m", "src/ui/b.py": "m9" }, base: { "src/api/a.py": "h" } },
    expect: [["codecov/project/api", "success", "75.00% (target 70.00%)"]],
    source: PATHS,
  },
  {
    name: "a path that is left out with an exclamation mark",
    yaml: "coverage: {status: {patch: off, project: {api: {paths: ['!src/ui/**'], target: 70}}}}",
    scene: { head: { "src/api/a.py": "h3 m", "src/ui/b.py": "m9" }, base: { "src/api/a.py": "h" } },
    expect: [["codecov/project/api", "success", "75.00% (target 70.00%)"]],
    source: "utils/match.py, Matcher",
  },
  {
    name: "the base has none of the paths",
    yaml: "coverage: {status: {patch: off, project: {api: {paths: [src/api]}}}}",
    scene: { head: { "src/api/a.py": "h3 m" }, base: { "b.py": "h" } },
    expect: [["codecov/project/api", "success", "No coverage information found on base report"]],
    source: PROJECT,
  },
  {
    name: "ignored files are in no report",
    yaml: `ignore: ["tests/**"]\n${project("target: 70")}`,
    scene: { head: { "a.py": "h3 m", "tests/t.py": "h99" }, base: ten(1) },
    expect: [["codecov/project", "success", "75.00% (target 70.00%)"]],
    source: UPLOAD,
  },
];

const flagUploads = (unit: string, e2e: string) => [
  { flags: ["unit"], files: { "a.py": unit } },
  { flags: ["e2e"], files: { "b.py": e2e } },
];
const flagStatus = (rule: string) => `coverage: {status: {patch: off, project: {unit: {flags: [unit], ${rule}}}}}`;

const flagCases: readonly StatusCase[] = [
  {
    name: "a status of one flag",
    yaml: flagStatus("target: 70"),
    scene: { head: flagUploads("h3 m", "m9"), base: flagUploads("h", "h") },
    expect: [["codecov/project/unit", "success", "75.00% (target 70.00%)"]],
    source: FLAGS,
  },
  {
    name: "a line that two flags measured counts for each as it saw it",
    yaml: flagStatus("target: 70"),
    scene: {
      head: [
        { flags: ["unit"], files: { "a.py": "hm" } },
        { flags: ["e2e"], files: { "a.py": "mh" } },
      ],
      base: flagUploads("h", "h"),
    },
    expect: [["codecov/project/unit", "failure", "50.00% (target 70.00%)"]],
    source: "reports/filtered.py, line_modifier",
  },
  {
    name: "the paths of a flag cut its uploads",
    yaml: `flags: {unit: {paths: [src/]}}\n${flagStatus("target: 70")}`,
    scene: { head: [{ flags: ["unit"], files: { "src/a.py": "h3 m", "x.py": "m9" } }], base: flagUploads("h", "h") },
    expect: [["codecov/project/unit", "success", "No coverage information found on base report"]],
    source: UPLOAD,
  },
  {
    name: "a flag that was not uploaded, left out",
    yaml: `coverage: {status: {default_rules: {flag_coverage_not_uploaded_behavior: exclude}, patch: off, project: {unit: {flags: [unit]}}}}`,
    scene: { head: [{ flags: ["e2e"], files: { "b.py": "h" } }], base: flagUploads("h", "h") },
    expect: [["codecov/project/unit", "none", ""]],
    source: BASE,
  },
  {
    name: "a flag that was not uploaded, passed",
    yaml: flagStatus("flag_coverage_not_uploaded_behavior: pass"),
    scene: { head: [{ flags: ["e2e"], files: { "b.py": "h" } }], base: flagUploads("h", "h") },
    expect: [
      [
        "codecov/project/unit",
        "success",
        "No coverage information found on head [Auto passed due to carriedforward or missing coverage]",
      ],
    ],
    source: BASE,
  },
  {
    name: "a flag that was not uploaded, included",
    yaml: flagStatus("if_not_found: failure"),
    scene: { head: [{ flags: ["e2e"], files: { "b.py": "h" } }], base: flagUploads("h", "h") },
    expect: [["codecov/project/unit", "failure", "No coverage information found on head"]],
    source: BASE,
  },
  {
    name: "a flag that is carried over stands as it was",
    yaml: `flags: {unit: {carryforward: true}}\n${flagStatus("target: auto")}`,
    scene: {
      head: [{ flags: ["e2e"], files: { "b.py": "h" } }],
      base: flagUploads("h3 m", "h"),
      carry: true,
    },
    expect: [["codecov/project/unit", "success", "75.00% (+0.00%) compared to base123"]],
    source: "report/__init__.py, create_new_report_for_commit",
  },
  {
    name: "carried lines move with the change",
    yaml: `flags: {unit: {carryforward: true}}\n${changes()}`,
    scene: {
      head: [{ flags: ["e2e"], files: { "b.py": "h" } }],
      base: flagUploads("hm", "h"),
      diff: [{ path: "a.py", added: [1, 2, 3] }],
      carry: true,
    },
    expect: [["codecov/changes", "success", "No indirect coverage changes found"]],
    source: "reports/reportfile.py, shift_lines_by_diff",
  },
  {
    name: "without carryforward the project loses what was not uploaded",
    yaml: project(""),
    scene: { head: [{ flags: ["e2e"], files: { "b.py": "hm" } }], base: flagUploads("h8", "hm"), carry: true },
    expect: [["codecov/project", "failure", "50.00% (-40.00%) compared to base123"]],
    source: "yaml/user_yaml.py, flag_has_carryfoward",
  },
  {
    name: "statuses of every flag",
    yaml: "coverage: {status: {patch: off}}\nflag_management: {default_rules: {statuses: [{type: project, name_prefix: f-, target: 60}]}}",
    scene: { head: flagUploads("h3 m", "hm"), base: flagUploads("h", "h") },
    expect: [
      ["codecov/project/f-e2e", "failure", "50.00% (target 60.00%)"],
      ["codecov/project/f-unit", "success", "75.00% (target 60.00%)"],
    ],
    source: LIST,
  },
  {
    name: "one flag with rules of its own",
    yaml: "coverage: {status: {patch: off}}\nflag_management: {individual_flags: [{name: unit, statuses: [{type: project, target: 80}]}]}",
    scene: { head: flagUploads("h3 m", "hm"), base: flagUploads("h", "h") },
    expect: [["codecov/project/unit", "failure", "75.00% (target 80.00%)"]],
    source: "yaml/user_yaml.py, get_flag_configuration",
  },
  {
    name: "a component of some paths",
    yaml: "coverage: {status: {patch: off}}\ncomponent_management: {individual_components: [{component_id: api, name: The API, paths: ['src/api/**'], statuses: [{type: project, target: 70}]}]}",
    scene: { head: { "src/api/a.py": "h3 m", "b.py": "m9" }, base: ten(1) },
    expect: [["codecov/project/The API", "success", "No coverage information found on base report"]],
    source: LIST,
  },
  {
    name: "components take over the rules for all, and a status can be off",
    yaml: "coverage: {status: {patch: off}}\ncomponent_management: {default_rules: {statuses: [{type: project, target: 60}, {type: patch, enabled: false}]}, individual_components: [{component_id: a, flag_regexes: ['^un']}, {component_id: b, statuses: []}]}",
    scene: { head: flagUploads("h3 m", "m9"), base: flagUploads("h", "h") },
    expect: [["codecov/project/a", "success", "75.00% (target 60.00%)"]],
    source: "yaml/reader.py, get_components_from_yaml",
  },
  {
    name: "too few uploads of a flag",
    yaml: `flags: {unit: {after_n_builds: 2}}\n${flagStatus("target: 70")}`,
    scene: { head: flagUploads("h", "h"), base: flagUploads("h", "h"), uploads: 2 },
    expect: [["codecov/project/unit", "pending", ""]],
    source: "notification/notifiers/status/base.py, required_builds",
  },
];

export const STATUS_CASES: readonly StatusCase[] = [
  ...projectCases,
  ...roundingCases,
  ...removedCases,
  ...patchCases,
  ...changesCases,
  ...ruleCases,
  ...flagCases,
];
