import { TaskList } from "@trigate/agent/protocol";
import { describe, expect, test } from "vitest";
import { taskList } from "../../test/samples.ts";
import { allTasks, findTask, type TreeNode, taskTree } from "./task-tree.ts";

const outline = (nodes: readonly TreeNode[], indent = ""): string[] =>
  nodes.flatMap(({ label, description, children }) => [
    `${indent}${label}${description === "" ? "" : ` | ${description}`}`,
    ...outline(children, `${indent}  `),
  ]);

describe("taskTree", () => {
  test("has the next task with its reason on top, open tasks in the file's order, settled ones last", () => {
    expect(outline(taskTree(taskList()))).toEqual([
      "Next: 2.2 Task 2.2",
      "  subtask of the task in progress",
      "2 Task 2 | in-progress · high · 1/2",
      "  2.1 Task 2.1 | done",
      "  2.2 Task 2.2",
      "3 Task 3 | waits for 2",
      "Done and put aside | 2",
      "  1 Task 1 | done",
      "  4 Task 4 | deferred",
    ]);
  });

  test("has no row for a next task when there is none", () => {
    const labels = taskTree({ ...taskList(), next: undefined }).map(({ label }) => label);
    expect(labels).toEqual(["2 Task 2", "3 Task 3", "Done and put aside"]);
  });

  test("gives every row an id of its own, though the next task stands in it twice", () => {
    const ids = (nodes: readonly TreeNode[]): string[] => nodes.flatMap(({ id, children }) => [id, ...ids(children)]);
    const all = ids(taskTree(taskList()));
    expect(new Set(all).size).toBe(all.length);
  });

  test("names what a task waits for, its test and its complexity in the tooltip", () => {
    const [, , third] = taskTree(taskList());
    expect(third?.tooltip).toContain("Waits for 2");
    expect(third?.tooltip).toContain("Test: By hand");
    expect(third?.tooltip).toContain("Complexity 7 of 10");
  });

  test("offers to start the next task only while it is not started", () => {
    const list = taskList();
    const started = TaskList.parse({ ...list, next: "2" });
    expect(taskTree(list)[0]?.context).toBe("next");
    expect(taskTree(started)[0]).toMatchObject({ context: "next started", label: "Now: 2 Task 2" });
  });

  test("shows a title with a link and control characters as plain text", () => {
    const list = taskList();
    const [first] = list.tasks;
    const hostile = TaskList.parse({ ...list, tasks: [{ ...first, status: "pending", title: "a\u001b[31m\n$(zap)" }] });
    expect(taskTree(hostile)[0]?.label).toBe("1 a [31m $ (zap)");
  });
});

describe("findTask", () => {
  test.each(["2", "2.2"])("finds %s", (id) => expect(findTask(taskList(), id)?.id).toBe(id));
  test("finds nothing under an id that does not exist", () => expect(findTask(taskList(), "9")).toBeUndefined());
});

test("allTasks lists subtasks behind their parents", () => {
  expect(allTasks(taskList()).map(({ id }) => id)).toEqual(["1", "2", "2.1", "2.2", "3", "4"]);
});
