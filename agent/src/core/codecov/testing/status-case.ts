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

export const PROJECT = "notification/notifiers/mixins/status.py, get_project_status";
export const REMOVED = "notification/notifiers/mixins/status.py, removed_code_behavior";
export const PATCH = "notification/notifiers/mixins/status.py, get_patch_status";
export const CHANGES = "notification/notifiers/mixins/status.py, get_changes_status";
export const CHANGED = "comparison/changes.py, get_changes";
export const BASE = "notification/notifiers/status/base.py, notify";
export const SEND = "notification/notifiers/status/base.py, send_notification";
export const CAN_SET = "notification/notifiers/status/base.py, can_we_set_this_status";
export const LIST = "notification/__init__.py, get_statuses";
export const CI = "tasks/status_set_error.py, run_impl";
export const ROUND = "helpers/number.py, precise_round";
export const TOTALS = "utils/totals.py, agg_totals and helpers/numeric.py, ratio";
export const FLAGS = "yaml/reader.py, get_paths_from_flags";
export const PATHS = "validation/helpers.py, PathPatternSchemaField";
export const UPLOAD = "path_fixer/__init__.py, clean_path";
export const DEFAULTS = "config/__init__.py, PATCH_CENTRIC_DEFAULT_CONFIG and LEGACY_DEFAULT_SITE_CONFIG";

export const project = (rule: string) => `coverage: {status: {patch: off, project: {default: {${rule}}}}}`;
export const patch = (rule: string) => `coverage: {status: {patch: {default: {${rule}}}}}`;
export const changes = (rule = "") => `coverage: {status: {patch: off, changes: {default: {${rule}}}}}`;
/** `hits` of 10 lines of one file are hit. */
export const ten = (hits: number) => ({ "a.py": `h${hits} m${10 - hits}`.replace("m0", "").replace(/h0 /, "") });
/** The change adds the last five lines of a.py, of which `hits` are hit. */
export const five = (hits: number): Pick<Scene, "head" | "diff"> => ({
  head: { "a.py": `h5 ${hits > 0 ? `h${hits}` : ""} ${hits < 5 ? `m${5 - hits}` : ""}` },
  diff: [{ path: "a.py", added: [6, 7, 8, 9, 10] }],
});
export const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, at) => first + at);
