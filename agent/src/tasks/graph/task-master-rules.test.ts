import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TASK_MASTER_RULES, taskMasterNext } from "./task-master-rules.ts";

const both = (written: unknown) => TASK_MASTER_RULES.map((rule) => taskMasterNext(written, rule));

describe("the two rules of task-master-ai", () => {
  test.each<[string, readonly object[], string | undefined, string | undefined]>([
    ["no tasks", [], undefined, undefined],
    ["all done", [{ id: 1, status: "done" }], undefined, undefined],
    ["the lowest number", [{ id: "10" }, { id: 9 }, { id: "11" }], "9", "9"],
    [
      "critical",
      [
        { id: 1, priority: "medium" },
        { id: 2, priority: "critical" },
      ],
      "2",
      "1",
    ],
    [
      "critical against high",
      [
        { id: 1, priority: "high" },
        { id: 2, priority: "critical" },
      ],
      "2",
      "1",
    ],
    ["a priority in capitals is unknown, so medium", [{ id: 1 }, { id: 2, priority: "HIGH" }], "1", "1"],
    ["null fields", [{ id: 1, priority: null, status: null, dependencies: null, subtasks: null }], "1", "1"],
    ["fewer dependencies", [{ id: 1, dependencies: [3] }, { id: 2 }, { id: 3, status: "done" }], "2", "2"],
    [
      "a dependency twice counts twice",
      [
        { id: 1, dependencies: [3, 3] },
        { id: 2, dependencies: [3] },
        { id: 3, status: "done" },
      ],
      "2",
      "2",
    ],
    [
      "cancelled satisfies nothing",
      [{ id: 1, status: "cancelled" }, { id: 2, dependencies: [1], priority: "high" }, { id: 3 }],
      "3",
      "3",
    ],
    [
      "completed",
      [{ id: 1, status: "completed" }, { id: 2, dependencies: [1], priority: "high" }, { id: 3 }],
      "3",
      "2",
    ],
    [
      "ids of other types meet",
      [{ id: "1", status: "done" }, { id: 2, dependencies: [1], priority: "high" }, { id: 3 }],
      "2",
      "2",
    ],
    ["ids that are no numbers keep the order of the file", [{ id: "B" }, { id: "A" }], "B", "B"],
    [
      "subtasks of work under way come first",
      [
        { id: 1, priority: "high" },
        {
          id: 2,
          status: "in-progress",
          subtasks: [
            { id: 1, status: "done" },
            { id: 2, dependencies: [1] },
          ],
        },
      ],
      "2.2",
      "2.2",
    ],
    [
      "what the parent waits for does not matter",
      [{ id: 1 }, { id: 2, status: "in-progress", dependencies: [1], subtasks: [{ id: 1 }] }],
      "2.1",
      "2.1",
    ],
    [
      "a bare text means a sibling, a dotted one any",
      [
        { id: 1, status: "done" },
        {
          id: 2,
          status: "in-progress",
          subtasks: [
            { id: 1, dependencies: ["1"] },
            { id: 2, dependencies: ["1.1"] },
          ],
        },
      ],
      "2",
      "2",
    ],
    [
      "done subtasks of a task on the shelf",
      [
        { id: 1, status: "deferred", subtasks: [{ id: 1, status: "done" }] },
        { id: 2, status: "in-progress", subtasks: [{ id: 1, dependencies: ["1.1"] }] },
        { id: 3 },
      ],
      "2",
      "2.1",
    ],
    [
      "a parent in progress comes back when its subtasks are blocked",
      [{ id: 1, status: "in-progress", subtasks: [{ id: 1, dependencies: [7] }] }],
      "1",
      "1",
    ],
    [
      "a subtask has its parent's priority",
      [
        { id: 1, status: "in-progress", priority: "low", subtasks: [{ id: 1 }, { id: 3, priority: "medium" }] },
        { id: 2, status: "in-progress", priority: "high", subtasks: [{ id: 2 }] },
      ],
      "2.2",
      "2.2",
    ],
    [
      "a dotted id in the place of a local one",
      [{ id: 5, status: "in-progress", subtasks: [{ id: "5.2" }] }],
      "5.5.2",
      "5.2",
    ],
  ])("%s", (...[, written, cli, mcp]) => expect(both(written)).toEqual([cli, mcp]));

  test("a parent's own dependencies are only looked at when the parent itself is handed out", () => {
    const written = [
      { id: 1, status: "blocked" },
      { id: 2, status: "in-progress", dependencies: [1], subtasks: [{ id: 1, status: "done" }] },
    ];
    expect(both(written)).toEqual([undefined, undefined]);
  });

  test("what is named exists and is open, for any list", () => {
    const id = fc.oneof(fc.nat({ max: 5 }), fc.nat({ max: 5 }).map(String), fc.constantFrom("A", "1.2", "x.y"));
    const fields = {
      id,
      status: fc.option(
        fc.constantFrom("pending", "in-progress", "done", "completed", "review", "cancelled", "Pending"),
      ),
      priority: fc.option(fc.constantFrom("critical", "high", "medium", "low", "urgent", "")),
      dependencies: fc.option(fc.array(id, { maxLength: 3 })),
    };
    const task = fc.record({ ...fields, subtasks: fc.option(fc.array(fc.record(fields), { maxLength: 4 })) });
    fc.assert(
      fc.property(fc.array(task, { maxLength: 6 }), fc.constantFrom(...TASK_MASTER_RULES), (written, rule) => {
        const next = taskMasterNext(written, rule);
        const open = written
          .flatMap((each) => [each.status, ...(each.subtasks ?? []).map(({ status }) => status)])
          .some((status) => ["pending", "in-progress"].includes((status ?? "pending").toLowerCase()));
        if (next !== undefined) expect(open).toBe(true);
      }),
    );
  });
});
