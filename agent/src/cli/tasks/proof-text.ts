import { plainText } from "../../report/plain-text.ts";
import type { TaskRecord } from "../../tasks/proof/task-record.ts";
import type { TextStyle } from "./task-text.ts";

/** What proves a task, who forced it, and when it was begun and done: lines after the task itself, or none. */
export function proofText({ evidence, forced = [], times, requires }: TaskRecord, { colors }: TextStyle): string {
  const lines = [
    ...(requires === undefined ? [] : [oneLine(`requires ${JSON.stringify(requires)}`)]),
    ...(evidence === undefined
      ? []
      : [
          colors.green(
            oneLine(
              `proven by run ${evidence.runId} at ${evidence.at} for ${evidence.by}: ${gatesText(evidence.gates.length)} on ${contentOf(evidence)}`,
            ),
          ),
        ]),
    ...forced.map(({ at, by, reason, verdict, overruled }) =>
      colors.yellow(
        oneLine(
          `forced at ${at} by ${by}: ${reason} (gates ${verdict}${overruled.length === 0 ? "" : `: ${overruled.join(", ")}`})`,
        ),
      ),
    ),
    ...(times?.startedAt === undefined ? [] : [`begun ${times.startedAt}`]),
    ...(times?.finishedAt === undefined ? [] : [`done ${times.finishedAt}${changeText(times.change)}`]),
  ];
  return lines.length === 0 ? "" : ["", "", colors.bold("Proof"), ...lines].join("\n");
}

function contentOf({ commit, dirty, tree }: NonNullable<TaskRecord["evidence"]>): string {
  if (commit === undefined) return `content ${tree.slice(0, 12)}`;
  return `commit ${commit.slice(0, 12)}${dirty ? " with what was not committed" : ""}`;
}

function changeText(change: NonNullable<TaskRecord["times"]>["change"]): string {
  return change === undefined ? "" : `, ${change.files} files changed: +${change.added} -${change.removed}`;
}

/** Text of the file on one line, harmless for a terminal. */
function oneLine(text: string): string {
  return plainText(text).replaceAll(/\s+/g, " ");
}

/** How many gates passed, in words. */
export function gatesText(count: number): string {
  return `${count} ${count === 1 ? "gate" : "gates"} passed`;
}
