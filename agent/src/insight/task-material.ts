import { z } from "zod";
import type { Task } from "../core/task.ts";
import { TrigateError } from "../errors/trigate-error.ts";
import type { JsonNode } from "../tasks/file/json-text.ts";
import { parseTasks, type TagDocument } from "../tasks/file/parse-tasks.ts";
import { locateTaskFile, readFileText } from "../tasks/file/task-file.ts";
import { RECORD_PATH, TaskRecord } from "../tasks/proof/task-record.ts";

/** A task or subtask with what Trigate and others noted on it. */
export interface NotedTask {
  readonly tag: string;
  readonly task: Task;
  readonly isSubtask: boolean;
  readonly record: TaskRecord;
  /** Who is to do it: what Trigate wrote down, else what the other program did. */
  readonly assignee: string | undefined;
}

const Assignee = z.string().trim().min(1).optional().catch(undefined);

/**
 * All tasks and subtasks of all tags. Throws as reading by the store does; `tasks/missing` where there is no file.
 */
export async function readNotedTasks(root: string): Promise<ReadonlyMap<string, readonly NotedTask[]>> {
  const file = await locateTaskFile(root);
  const read = await readFileText(file);
  if (read === undefined) throw new TrigateError("tasks/missing", { file: file.name });
  const document = parseTasks(read.text, file.name);
  return new Map([...document.tags].map(([name, tag]) => [name, notedTasks(tag, document.root)]));
}

function notedTasks(tag: TagDocument, root: JsonNode): readonly NotedTask[] {
  return tag.tasks.flatMap((task) =>
    [task, ...task.subtasks].map((each) => {
      const node = root.at(tag.places.get(each.id)?.[0] ?? []);
      const record = TaskRecord.parse(node?.at(RECORD_PATH)?.value() ?? {});
      const assignee = Assignee.parse(record["assignee"]) ?? Assignee.parse(node?.property("assignee")?.value());
      return { tag: tag.name, task: each, isSubtask: each !== task, record, assignee };
    }),
  );
}

/** What was written into a task while it was done says what the work was, which nobody knew before. */
const ADDED_LATER = /<info added on ([^>]*)>[\s\S]*?<\/info added on \1>/g;

/** Everything that a task says of the work, without what was added to it during the work. */
export function textOf({ title, description, details, testStrategy }: Task): string {
  return [title, description, details, testStrategy].join("\n").replaceAll(ADDED_LATER, "");
}
