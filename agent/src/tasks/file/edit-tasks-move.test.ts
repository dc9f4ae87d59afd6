import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TrigateError } from "../../errors/trigate-error.ts";
import { fileOf, listOf, oddTasks } from "../testing/odd-lists.ts";
import { moveTasks, type MoveRequest } from "./edit-tasks-move.ts";
import { problemsOf, repairGraph } from "./edit-tasks-repair.ts";
import { placedItems } from "./graph-items.ts";

const moved = (tasks: readonly object[], ...moves: readonly (readonly [string, string])[]) => {
  const request = { moves: moves.map(([from, to]) => ({ from, to })) };
  return JSON.parse(moveTasks(listOf(fileOf(tasks)), request).text).master.tasks;
};

describe("a move", () => {
  test("to another id takes subtasks and references along", () => {
    expect(
      moved(
        [
          {
            id: 1,
            subtasks: [
              { id: 1, parentTaskId: 1 },
              { id: "1.2", dependencies: [1, "1.1", "2"], parentId: "undefined" },
            ],
          },
          { id: 2, dependencies: ["1", 1, "1.2"] },
        ],
        ["1", "9"],
      ),
    ).toEqual([
      {
        id: 9,
        subtasks: [
          { id: 1, parentTaskId: 9 },
          { id: "9.2", dependencies: [1, "9.1", "2"], parentId: "undefined" },
        ],
      },
      { id: 2, dependencies: ["9", 9, "9.2"] },
    ]);
  });

  test("of a task into another one, of a subtask out of its task, and between tasks", () => {
    const one = { id: 1, title: "One", dependencies: [4], subtasks: [] };
    const two = {
      id: 2,
      subtasks: [
        { id: 1, parentTaskId: 2, parentId: "2" },
        { id: 2, dependencies: [1] },
      ],
    };
    const [three, four] = [{ id: 3, dependencies: ["2.1", "2.2"] }, { id: 4 }];
    const tasks = [one, two, three, four];
    expect(moved(tasks, ["1", "2.3"])).toEqual([
      { ...two, subtasks: [...two.subtasks, { id: 3, title: "One", dependencies: [4] }] },
      three,
      four,
    ]);
    expect(moved(tasks, ["2.1", "7"])).toEqual([
      one,
      { id: 2, subtasks: [{ id: 2, dependencies: [7] }] },
      { id: 3, dependencies: ["7", "2.2"] },
      four,
      { id: 7, priority: "medium" },
    ]);
    expect(moved(tasks, ["2.2", "3.1"])).toEqual([
      one,
      { id: 2, subtasks: [two.subtasks[0]] },
      { id: 3, dependencies: ["2.1", "3.1"], subtasks: [{ id: 1, dependencies: ["2.1"] }] },
      four,
    ]);
  });

  test("of two at once may swap their ids", () => {
    expect(
      moved([{ id: 1, dependencies: [2] }, { id: "2" }, { id: 3, dependencies: [1] }], ["1", "2"], ["2", "1"]),
    ).toEqual([{ id: 2, dependencies: [1] }, { id: "1" }, { id: 3, dependencies: [2] }]);
  });

  test("keeps numbers, escapes and spacing of what it carries", () => {
    const text = [
      "{",
      '\t"master": {',
      '\t\t"tasks": [',
      '\t\t\t{ "id": 1, "subtasks": [] },',
      "\t\t\t{",
      '\t\t\t\t"id" : 2,',
      '\t\t\t\t"x": { "a": 1.50, "b": "\\u00e9\\/",',
      '\t\t\t\t\t"9": 1, "1": 2 }',
      "\t\t\t}",
      "\t\t]",
      "\t}",
      "}",
      "",
    ].join("\r\n");
    expect(moveTasks(listOf(text), { moves: [{ from: "2", to: "1.1" }] }).text).toBe(
      [
        "{",
        '\t"master": {',
        '\t\t"tasks": [',
        '\t\t\t{ "id": 1, "subtasks": [',
        "\t\t\t\t{",
        '\t\t\t\t\t"id" : 1,',
        '\t\t\t\t\t"x": { "a": 1.50, "b": "\\u00e9\\/",',
        '\t\t\t\t\t\t"9": 1, "1": 2 }',
        "\t\t\t\t}",
        "\t\t\t] }",
        "\t\t]",
        "\t}",
        "}",
        "",
      ].join("\r\n"),
    );
  });

  test.each<[string, readonly object[], readonly (readonly [string, string])[], string]>([
    ["an unknown task", [{ id: 1 }], [["7", "8"]], "tasks/not-found"],
    ["an unknown home", [{ id: 1 }], [["1", "8.1"]], "tasks/not-found"],
    ["an id that is taken", [{ id: 1 }, { id: 2 }], [["1", "2"]], "tasks/id-taken"],
    ["a subtask's id that is taken", [{ id: 1 }, { id: 2, subtasks: [{ id: 1 }] }], [["1", "2.1"]], "tasks/id-taken"],
    ["an id that is there twice", [{ id: 1 }, { id: 1 }], [["1", "2"]], "tasks/invalid"],
    [
      "a task with subtasks into another one",
      [{ id: 1, subtasks: [{ id: 1 }] }, { id: 2 }],
      [["1", "2.1"]],
      "usage/bad-argument",
    ],
    ["a task into itself", [{ id: 1 }], [["1", "1.1"]], "usage/bad-argument"],
    [
      "a task and its subtask at once",
      [{ id: 1, subtasks: [{ id: 1 }] }],
      [
        ["1", "3"],
        ["1.1", "4"],
      ],
      "usage/bad-argument",
    ],
    [
      "two to one id",
      [{ id: 1 }, { id: 2 }],
      [
        ["1", "3"],
        ["2", "3"],
      ],
      "usage/bad-argument",
    ],
    ["no id", [{ id: 1 }], [["1", "a b"]], "usage/bad-argument"],
    [
      "an id that somebody waits for already",
      [{ id: 1 }, { id: 2, dependencies: [9] }],
      [["1", "9"]],
      "usage/bad-argument",
    ],
    [
      "what the file cannot say",
      [{ id: 1 }, { id: 2, subtasks: [{ id: 3, dependencies: [1] }] }, { id: 4 }],
      [["4", "2.1"]],
      "",
    ],
  ])("of %s", (...[, tasks, moves, code]) => {
    if (code === "") {
      // The new sibling 2.1 takes the bare 1 for itself, so task 1 cannot be named any more.
      expect(() => moved(tasks, ...moves)).toThrow(expect.objectContaining({ code: "usage/bad-argument" }));
      return;
    }
    expect(() => moved(tasks, ...moves)).toThrow(expect.objectContaining({ code }));
  });
});

describe("a move into another list", () => {
  const text = JSON.stringify({
    master: {
      tasks: [{ id: 1 }, { id: 2, dependencies: [1], subtasks: [{ id: 1 }] }, { id: 3, dependencies: ["2.1"] }],
    },
    beta: { tasks: [{ id: "1" }] },
  });
  const into = (ignoreDependencies: boolean, ...moves: MoveRequest["moves"]) =>
    moveTasks(listOf(text), { moves, toTag: "beta", ignoreDependencies });

  test("takes dependencies among those that move along", () => {
    const all = [
      { from: "1", to: "5" },
      { from: "2", to: "6" },
      { from: "3", to: "7" },
    ];
    expect(JSON.parse(into(false, ...all).text)).toEqual({
      master: { tasks: [] },
      beta: {
        tasks: [
          { id: "1" },
          { id: 5 },
          { id: 6, dependencies: [5], subtasks: [{ id: 1 }] },
          { id: 7, dependencies: ["6.1"] },
        ],
      },
    });
  });

  test("cuts those that would lead across only on request", () => {
    const move = { from: "2", to: "2" };
    expect(() => into(false, move)).toThrow(expect.objectContaining({ code: "usage/bad-argument" }));
    const { text: after, meaning } = into(true, move);
    expect(JSON.parse(after)).toEqual({
      master: { tasks: [{ id: 1 }, { id: 3, dependencies: [] }] },
      beta: { tasks: [{ id: "1" }, { id: 2, dependencies: [], subtasks: [{ id: 1 }] }] },
    });
    expect(meaning.cut).toEqual([
      ["2", "1"],
      ["3", "2.1"],
    ]);
    expect(() => into(false, { from: "1", to: "1" })).toThrow(expect.objectContaining({ code: "tasks/id-taken" }));
  });
});

test("an odd id that looks like a subtask's is told from one", () => {
  // The bare 2 of 3.1 is its missing sibling 3.2, whose id a task has; it is not the task that becomes 2.
  const tasks = [{ id: "3.2" }, { id: 3, subtasks: [{ id: 1, dependencies: ["2"] }] }, { id: 1 }];
  expect(moved(tasks, ["1", "2"])[1].subtasks[0].dependencies).toEqual(["3.2"]);
});

test("the graph stays the same but for the ids, for any list and any moves", () => {
  let made = 0;
  const pick = fc.record({
    from: fc.nat(),
    kind: fc.constantFrom("task", "subtask", "free"),
    home: fc.nat(),
    number: fc.integer({ min: 1, max: 12 }),
  });
  fc.assert(
    fc.property(
      oddTasks,
      fc.array(pick, { minLength: 1, maxLength: 3 }),
      fc.constantFrom(undefined, 2),
      (tasks, picks, indent) => {
        const text = repairGraph(listOf(fileOf(tasks, indent))).text;
        const items = placedItems(listOf(text));
        if (items.length === 0) return;
        const at = (index: number) => items[index % items.length]?.task.id ?? "";
        const moves = picks.map(({ from, kind, home, number }) => ({
          from: at(from),
          to: kind === "task" ? String(number) : kind === "subtask" ? `${at(home)}.${number}` : `new-${number}`,
        }));
        let result;
        try {
          result = moveTasks(listOf(text), { moves });
        } catch (error) {
          expect(error).toBeInstanceOf(TrigateError);
          return;
        }
        made += 1;
        const newIds = new Map(result.meaning.moved.map(({ from, to }) => [from, to]));
        const idOf = (id: string) => newIds.get(id) ?? id;
        const relation = (list: string, map: (id: string) => string) =>
          placedItems(listOf(list))
            .map(({ task: { id, dependencies, status } }) => `${map(id)} ${status}: ${dependencies.map(map).join(" ")}`)
            .toSorted();
        expect(relation(result.text, (id) => id)).toEqual(relation(text, idOf));
        expect(
          problemsOf(listOf(result.text)).filter(({ kind }) => kind !== "family-cycle" && kind !== "ambiguous"),
        ).toEqual([]);
        expect(JSON.parse(result.text)).toMatchObject({
          master: { metadata: { kept: true } },
          other: { tasks: [{ id: 1 }] },
        });
      },
    ),
    { numRuns: 250 },
  );
  expect(made).toBeGreaterThan(20);
});
