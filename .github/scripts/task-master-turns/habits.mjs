// What task-master-ai 0.43.1 changes besides what it was asked for. All of it was seen in these runs; anything that is not
// named here is a field that got lost, and fails the run. Each habit names the operations that show it, all when it names none.

/** @typedef {import("./document.mjs").Difference} Difference */

const FROM_THE_REPORT = new Set(["complexity", "recommendedSubtasks", "expansionPrompt", "complexityReasoning"]);
const sorted = (list) => JSON.stringify(JSON.parse(list ?? "[]").toSorted((a, b) => a.localeCompare(b)));

/** @type {readonly [string, (difference: Difference, operation: { id: string }) => boolean, readonly string[]?][]} */
const HABITS = [
  ["replaces the metadata of a tag", ({ id, field }) => id === "" && field.startsWith("metadata.")],
  [
    "takes stray keys of a tag away",
    ({ id, field, is }) => id === "" && field.startsWith("stray.") && is === undefined,
  ],
  ["writes the parentId of subtasks", ({ field, is }) => field === "parentId" && is === '"undefined"'],
  ["copies the complexity report into tasks", ({ field, was }) => FROM_THE_REPORT.has(field) && was === undefined],
  ["writes updatedAt", ({ field }) => field === "updatedAt", ["set status"]],
  [
    "derives a task's status from its subtasks",
    ({ id, field }, { id: changed }) => field === "status" && changed.startsWith(`${id}.`),
    ["set status"],
  ],
  [
    "sorts dependencies",
    ({ field, was, is }) => field === "dependencies" && sorted(was) === sorted(is),
    ["add dependency", "remove dependency"],
  ],
  ["leaves or mistakes references to what was moved", ({ field }) => field === "dependencies", ["move"]],
  ["leaves the parentTaskId of what was moved", ({ field }) => field === "parentTaskId", ["move"]],
  ["removes references to what was removed", ({ field }) => field === "dependencies", ["remove"]],
];

/**
 * The name of the habit that a difference shows, or `undefined`.
 * @returns {string | undefined}
 */
export function habitOf(difference, operation) {
  return HABITS.find(
    ([, shows, operations]) => (operations?.includes(operation.name) ?? true) && shows(difference, operation),
  )?.[0];
}
