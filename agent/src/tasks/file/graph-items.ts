import * as z from "zod/mini";
import type { GraphItem } from "../graph/waits.ts";
import type { JsonPath } from "./json-text.ts";
import type { TagOf } from "./tag-edit.ts";

const Id = z.union([z.number(), z.string()]);
const WrittenItem = z.looseObject({ id: Id, dependencies: z.nullish(z.array(Id)) });
const WrittenItems = z.nullish(z.array(z.extend(WrittenItem, { subtasks: z.nullish(z.array(WrittenItem)) })));

/** An item of the graph and where it stands in the file. */
export interface PlacedItem extends GraphItem {
  readonly path: JsonPath;
  /** The id as it is written: local to its task for a subtask, unless somebody put the dotted form there. */
  readonly writtenId: number | string;
}

/** All tasks and subtasks of a list in the order of the file, each task before its subtasks. */
export function placedItems({ document, tag }: Pick<TagOf, "document" | "tag">): readonly PlacedItem[] {
  const items: PlacedItem[] = [];
  const written = WrittenItems.parse(writtenTasks({ document, tag })) ?? [];
  for (const [index, task] of tag.tasks.entries()) {
    const path = [...tag.path, "tasks", index];
    const parent = items.length;
    const own = written[index];
    items.push({ ...asWritten(task, own), parent: undefined, path });
    for (const [subIndex, subtask] of task.subtasks.entries()) {
      const sub = own?.subtasks?.[subIndex];
      items.push({ ...asWritten(subtask, sub), parent, path: [...path, "subtasks", subIndex] });
    }
  }
  return items;
}

/** A task or subtask with what the file says of it. */
function asWritten(
  task: PlacedItem["task"],
  item: z.infer<typeof WrittenItem> | undefined,
): Pick<PlacedItem, "task" | "written" | "writtenId"> {
  return { task, written: item?.dependencies ?? [], writtenId: item?.id ?? task.id };
}

/** The tasks of a list exactly as they stand in the file. */
export function writtenTasks({ document, tag }: Pick<TagOf, "document" | "tag">): unknown {
  return document.root.at([...tag.path, "tasks"])?.value();
}
