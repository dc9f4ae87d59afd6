import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { listTasks } from "./dependencies.ts";
import { explainNext } from "./explain-next.ts";
import { chooseNext, isOpen } from "./next.ts";
import { parseTasks } from "../file/parse-tasks.ts";
import { fileOf, oddTasks } from "../testing/odd-lists.ts";

/** Each row is `id status priority deps`; a dotted id is a subtask of the task before it. `-` leaves a field out. */
function tasksOf(rows: readonly string[]) {
  const tasks: { id: string; subtasks: object[] }[] = [];
  for (const row of rows) {
    const [id = "", status, priority, dependencies] = row.split(" ");
    const fields = {
      ...(status === "-" ? {} : { status }),
      ...(priority === "-" || priority === undefined ? {} : { priority }),
      dependencies: dependencies?.split(",") ?? [],
    };
    if (id.includes(".")) tasks.at(-1)?.subtasks.push({ id: Number(id.split(".")[1]), ...fields });
    else tasks.push({ id, subtasks: [], ...fields });
  }
  const document = parseTasks(JSON.stringify({ master: { tasks } }), "tasks.json");
  return listTasks(document.tags.get("master")?.tasks ?? []);
}

describe("the next task", () => {
  test.each([
    ["the lowest id of equals", ["2 pending", "10 pending", "9 pending"], "2"],
    ["numbers, not texts, are compared", ["10 pending", "9 pending"], "9"],
    ["a higher priority", ["1 pending medium", "2 pending critical", "3 pending high"], "2"],
    ["fewer dependencies of equals", ["1 done", "2 pending high 1", "3 pending high"], "3"],
    ["a missing status is pending", ["1 -"], "1"],
    ["an unmet dependency blocks", ["1 pending low", "2 pending high 1"], "1"],
    ["a met one does not", ["1 done", "2 pending high 1", "3 pending low"], "2"],
    ["a cancelled one blocks", ["1 cancelled", "2 pending high 1", "3 pending low"], "3"],
    ["a missing one blocks", ["2 pending high 77", "3 pending low"], "3"],
    ["itself blocks", ["1 pending high 1", "3 pending low"], "3"],
    ["a task in progress can come again", ["1 in-progress", "2 pending"], "1"],
    [
      "subtasks of work under way come first",
      ["1 pending critical", "2 in-progress low", "2.1 done", "2.2 pending - 1"],
      "2.2",
    ],
    [
      "the higher subtask among several tasks",
      ["1 in-progress low", "1.1 pending", "2 in-progress high", "2.1 pending"],
      "2.1",
    ],
    ["a pending task comes before its subtasks", ["1 pending", "1.1 pending"], "1"],
    ["blocked subtasks leave the others", ["1 in-progress", "1.1 pending - 1.2", "1.2 blocked", "2 pending low"], "2"],
    ["a task whose subtasks are all done is to be closed", ["1 in-progress", "1.1 done"], "1"],
    ["a dependency on a subtask", ["1 in-progress", "1.1 done", "2 pending high 1.1", "3 pending critical 1"], "2"],
    ["review, deferred and blocked are not handed out", ["1 review", "2 deferred", "3 blocked", "4 pending low"], "4"],
  ])("%s", (_name, rows, id) => expect(chooseNext(tasksOf(rows)).task?.id).toBe(id));

  test.each([
    ["no tasks", [], "there are no tasks yet"],
    ["all done", ["1 done", "2 cancelled"], "no task is open"],
    [
      "all wait",
      ["1 cancelled", "2 pending - 1", "3 pending - 2,9"],
      "2 waits for 1 (cancelled); 3 waits for 2 (pending), 9 (missing)",
    ],
    ["many wait", ["1 pending - 9", "2 pending - 9", "3 pending - 9", "4 pending - 9", "5 pending - 9"], "2 more wait"],
  ])("none when %s, with the reason", (_name, rows, words) => {
    const next = chooseNext(tasksOf(rows));
    expect(next.task).toBeUndefined();
    expect(next.reason).toContain(words);
  });

  test("the reason says why", () => {
    expect(chooseNext(tasksOf(["1 done", "2 pending high 1"])).reason).toBe(
      "2 is ready; priority high, done before it: 1",
    );
  });

  test("blockedBy names what is not done, once", () => {
    const [, , third] = tasksOf(["1 done", "2 pending", "3 pending - 1,2,2,8"]);
    expect(third?.blockedBy).toEqual(["2", "8"]);
  });
});

describe("why the others are not next", () => {
  const why = (rows: readonly string[]) =>
    explainNext(tasksOf(rows)).map(({ id, ready, why: words }) => `${id} ${ready ? "ready" : "waits"}: ${words}`);

  test.each([
    ["alone", ["1 pending", "2 done", "3 deferred"], []],
    ["a lower priority", ["1 pending low", "2 pending high"], ["1 ready: its priority is low, that of 2 is high"]],
    ["more dependencies", ["1 done", "2 pending - 1", "3 pending"], ["2 ready: it has 1 dependency, 3 has none"]],
    ["a higher id", ["2 pending", "3 pending"], ["3 ready: the lower id comes first of equals: 2"]],
    [
      "dependencies that are not done",
      ["1 pending", "2 pending high 1,9"],
      ["2 waits: it waits for 1 (pending), 9 (missing)"],
    ],
    [
      "a task that is under way in its parts",
      ["1 in-progress low", "1.1 pending", "2 pending critical"],
      [
        "2 ready: work under way comes first: 1.1 belongs to a task in progress",
        "1 waits: it is done in its subtasks, which are handed out instead",
      ],
    ],
    [
      "subtasks of a task that nobody has begun",
      ["1 pending", "1.1 pending", "1.2 pending - 1.1"],
      [
        "1.1 waits: its task 1 is pending, and only subtasks of tasks in progress are handed out",
        "1.2 waits: its task 1 is pending, and only subtasks of tasks in progress are handed out; it waits for 1.1 (pending)",
      ],
    ],
  ])("%s", (_name, rows, expected) => expect(why(rows)).toEqual(expected));

  test("every open one but the next has a reason, for any list", () => {
    fc.assert(
      fc.property(oddTasks, (written) => {
        const tasks = listTasks(parseTasks(fileOf(written), "tasks.json").tags.get("master")?.tasks ?? []);
        const open = tasks.flatMap((task) => [task, ...task.subtasks]).filter(isOpen).length;
        const explained = explainNext(tasks);
        expect(explained.length).toBe(Math.max(0, open - (chooseNext(tasks).task === undefined ? 0 : 1)));
        for (const { why: words } of explained) expect(words).not.toBe("");
      }),
    );
  });
});
