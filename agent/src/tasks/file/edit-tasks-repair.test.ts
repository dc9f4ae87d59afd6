import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fileOf, listOf, oddTasks } from "../testing/odd-lists.ts";
import { problemsOf, repairGraph } from "./edit-tasks-repair.ts";

const problems = (tasks: unknown) => problemsOf(listOf(fileOf(tasks))).map(({ kind, ids }) => [kind, ...ids]);

describe("what is wrong with a list", () => {
  test.each<[string, readonly object[], readonly (readonly string[])[]]>([
    [
      "nothing",
      [{ id: 1 }, { id: 2, dependencies: ["1"], subtasks: [{ id: 1 }, { id: 2, dependencies: [1, "1"] }] }],
      [["duplicate-dependency", "2.2", "2.1"]],
    ],
    ["itself", [{ id: 1, dependencies: [1] }], [["self-dependency", "1", "1"]]],
    [
      "itself, as a subtask",
      [{ id: 1, subtasks: [{ id: 1, dependencies: ["1.1"] }] }],
      [["self-dependency", "1.1", "1.1"]],
    ],
    ["nothing there", [{ id: 1, dependencies: [9] }], [["dangling", "1", "9"]]],
    [
      "said twice in two spellings",
      [{ id: 1 }, { id: 2, dependencies: [1, "1"] }],
      [["duplicate-dependency", "2", "1"]],
    ],
    ["the same id", [{ id: 1 }, { id: "1", subtasks: [{ id: 1 }] }], [["duplicate-id", "1"]]],
    ["the same id of subtasks", [{ id: 1, subtasks: [{ id: 1 }, { id: "1.1" }] }], [["duplicate-id", "1.1"]]],
    [
      "a text that means two",
      [{ id: 1 }, { id: 2, subtasks: [{ id: 1 }, { id: 2, dependencies: ["1"] }] }],
      [["ambiguous", "2.2", "2.1"]],
    ],
    [
      "a number that means a sibling means nothing else",
      [{ id: 1 }, { id: 2, subtasks: [{ id: 1 }, { id: 2, dependencies: [1] }] }],
      [],
    ],
    [
      "only the cycle, not what leads to it",
      [
        { id: 1, dependencies: [2] },
        { id: 2, dependencies: [3] },
        { id: 3, dependencies: [4] },
        { id: 4, dependencies: [2] },
        { id: 5, dependencies: [1] },
      ],
      [["cycle", "2", "3", "4"]],
    ],
    [
      "a cycle through subtasks of several tasks",
      [
        { id: 1, subtasks: [{ id: 1, dependencies: ["2.1"] }] },
        { id: 2, subtasks: [{ id: 1, dependencies: ["1.1"] }] },
      ],
      [["cycle", "1.1", "2.1"]],
    ],
    [
      "two cycles that do not meet",
      [
        { id: 1, dependencies: [2] },
        { id: 2, dependencies: [1] },
        { id: 3, dependencies: [4] },
        { id: 4, dependencies: [3] },
      ],
      [
        ["cycle", "1", "2"],
        ["cycle", "3", "4"],
      ],
    ],
    [
      "a task that waits for its own subtask",
      [{ id: 1, dependencies: ["1.1"], subtasks: [{ id: 1 }] }],
      [["family-cycle", "1", "1.1"]],
    ],
    [
      "a subtask that waits for its own task",
      [{ id: 1, subtasks: [{ id: 2, dependencies: [1] }] }],
      [["family-cycle", "1", "1.2"]],
    ],
    [
      "a longer way through a family",
      [
        { id: 1, dependencies: [2] },
        { id: 2, subtasks: [{ id: 3, dependencies: [1] }] },
      ],
      [["family-cycle", "1", "2", "2.3"]],
    ],
  ])("%s", (_name, tasks, expected) => expect(problems(tasks)).toEqual(expected));

  test("is said in words", () => {
    const words = problemsOf(
      listOf(
        fileOf([
          { id: 1, dependencies: [2] },
          { id: 2, dependencies: [1] },
          { id: 3, subtasks: [{ id: 1, dependencies: ["3"] }] },
        ]),
      ),
    ).map(({ text }) => text);
    expect(words).toEqual(["1 → 2 → 1", "3 is done only after its subtask 3.1, 3.1 depends on 3"]);
  });
});

describe("repair", () => {
  const repaired = (tasks: unknown) => {
    const { text, meaning } = repairGraph(listOf(fileOf(tasks)));
    return { tasks: JSON.parse(text).master.tasks, done: meaning.map(({ done }) => done) };
  };

  test("lets the one that comes first in a cycle go", () => {
    const cycle = (priority: string, status = "pending") => [
      { id: 1, dependencies: [2] },
      { id: 2, dependencies: [3], priority, status },
      { id: 3, dependencies: [1] },
    ];
    expect(repaired(cycle("medium")).done).toEqual(["1 no longer depends on 2"]);
    expect(repaired(cycle("high")).done).toEqual(["2 no longer depends on 3"]);
    expect(repaired(cycle("low", "done")).done).toEqual(["2 no longer depends on 3"]);
  });

  test("gives a second task another id, and its subtasks with their references go along", () => {
    const { tasks, done } = repaired([
      { id: 1, title: "first", subtasks: [{ id: 1 }] },
      { id: 1, title: "second", subtasks: [{ id: 1 }, { id: "1.2", dependencies: ["1.1", 1, "4"] }] },
      { id: "4", dependencies: ["1", "1.1"] },
    ]);
    expect(tasks).toEqual([
      { id: 1, title: "first", subtasks: [{ id: 1 }] },
      { id: 5, title: "second", subtasks: [{ id: 1 }, { id: "5.2", dependencies: ["5.1", "4"] }] },
      { id: "4", dependencies: ["1", "1.1"] },
    ]);
    expect(done).toEqual(['the second 1, "second", is 5 now', "5.2 no longer depends on 5.1"]);
  });

  test("changes only the lines that are wrong", () => {
    const tasks = [
      { id: 1, dependencies: [7], x: 1.5e3 },
      { id: 2, dependencies: [1, 1] },
      { id: 3, dependencies: [1] },
    ];
    const text = fileOf(tasks).replace("1500", "1.5e3").replaceAll("\n", "\r\n");
    const after = repairGraph(listOf(text)).text;
    const gone = text
      .replace('"dependencies": [\r\n          7\r\n        ]', '"dependencies": []')
      .replace("1,\r\n          1\r\n", "1\r\n");
    expect(after).toBe(gone);
  });

  test("what is right stays byte for byte, and nothing is wrong afterwards, for any list", () => {
    fc.assert(
      fc.property(oddTasks, fc.constantFrom(undefined, 2, "\t"), (tasks, indent) => {
        const text = fileOf(tasks, indent);
        const before = problemsOf(listOf(text));
        const { text: after, meaning } = repairGraph(listOf(text));
        expect(problemsOf(listOf(after))).toEqual([]);
        expect(meaning.length === 0).toBe(before.length === 0);
        if (before.length === 0) expect(after).toBe(text);
        expect(JSON.parse(after)).toMatchObject({
          master: { metadata: { kept: true } },
          other: { tasks: [{ id: 1 }] },
        });
        const strip = (list: string) =>
          JSON.parse(list).master.tasks.map(
            ({ id: _id, dependencies: _d, subtasks: _s, ...rest }: Record<string, unknown>) => rest,
          );
        expect(strip(after)).toEqual(strip(text));
        expect(repairGraph(listOf(after)).text).toBe(after);
      }),
      { numRuns: 300 },
    );
  });
});
