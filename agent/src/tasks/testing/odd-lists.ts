import fc from "fast-check";
import { TASK_PRIORITIES, TASK_STATUSES } from "../../core/task.ts";
import { parseTasks } from "../file/parse-tasks.ts";
import type { TagOf } from "../file/tag-edit.ts";

const number = fc.integer({ min: 1, max: 6 });
const spelled = fc.oneof(
  { weight: 6, arbitrary: number },
  { weight: 3, arbitrary: number.map(String) },
  { weight: 3, arbitrary: fc.tuple(number, number).map(([task, subtask]) => `${task}.${subtask}`) },
  { weight: 1, arbitrary: fc.constantFrom<number | string>(99, 101, "101", "A", "A.1", "x.y.z", 2.5, "__proto__") },
);
const fields = {
  id: fc.oneof({ weight: 9, arbitrary: number }, { weight: 2, arbitrary: spelled }),
  title: fc.option(fc.string(), { nil: undefined }),
  status: fc.option(fc.constantFrom(...TASK_STATUSES, "completed"), { nil: undefined }),
  priority: fc.option(fc.constantFrom(...TASK_PRIORITIES, ""), { nil: null }),
  dependencies: fc.option(fc.array(spelled, { maxLength: 4 }), { nil: null }),
  metadata: fc.option(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 2 }), { nil: undefined }),
};

/** Lists of tasks as no program should leave them: ids and dependencies of every spelling, twice, in circles, on nothing. */
export const oddTasks = fc.array(
  fc.record({ ...fields, subtasks: fc.option(fc.array(fc.record(fields), { maxLength: 4 }), { nil: undefined }) }),
  { maxLength: 7 },
);

/** The list of a text, as an edit is handed it. */
export function listOf(text: string, tagName = "master"): TagOf {
  const document = parseTasks(text, "tasks.json");
  const tag = document.tags.get(tagName);
  if (tag === undefined) throw new Error(`no tag ${tagName}`);
  return { document, tag, file: "tasks.json", nowIso: "2026-11-22T10:00:00.000Z" };
}

/** A file with one list, as text. */
export function fileOf(tasks: unknown, indent: string | number | undefined = 2): string {
  return JSON.stringify({ master: { tasks, metadata: { kept: true } }, other: { tasks: [{ id: 1 }] } }, null, indent);
}
