import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TrigateError } from "../../errors/trigate-error.ts";
import { fileOf, listOf, oddTasks } from "../testing/odd-lists.ts";
import { addDependencies, removeDependencies } from "./edit-tasks-dependencies.ts";
import { problemsOf, repairGraph } from "./edit-tasks-repair.ts";
import { placedItems } from "./graph-items.ts";

const family = [
  { id: 1 },
  { id: 2, dependencies: [1], subtasks: [{ id: 1 }, { id: 2, dependencies: [1] }] },
  { id: 3, updatedAt: "2020" },
];
const add = (id: string, ...dependencies: string[]) => addDependencies(listOf(fileOf(family)), { id, dependencies });
const tasksOf = (text: string) => JSON.parse(text).master.tasks;

describe("adding dependencies", () => {
  test.each([
    ["1", ["3"], [3]],
    ["3", ["1", "2.1", "1"], [1, "2.1"]],
    ["2", ["3"], [1, 3]],
  ] as const)("to task %s: %j", (id, dependencies, expected) => {
    const { text, meaning } = add(id, ...dependencies);
    expect(tasksOf(text).find((task: { id: number }) => String(task.id) === id).dependencies).toEqual(expected);
    expect(meaning).toMatchObject({ id, changed: [...new Set(dependencies)] });
  });

  test("of a subtask, on a sibling and on a task, in a way that means that", () => {
    expect(tasksOf(add("2.1", "3").text)[1].subtasks[0].dependencies).toEqual([3]);
    expect(() => add("2.2", "2.1", "1")).toThrow(expect.objectContaining({ code: "usage/bad-argument" }));
    const strings = [{ id: "1" }, { id: "2" }, { id: "3", dependencies: ["1"] }];
    expect(
      tasksOf(addDependencies(listOf(fileOf(strings)), { id: "3", dependencies: ["2"] }).text)[2].dependencies,
    ).toEqual(["1", "2"]);
  });

  test("that are there already writes nothing", () => {
    expect(add("2", "1").text).toBe(fileOf(family));
    expect(add("2.2", "2.1")).toMatchObject({ text: fileOf(family), meaning: { changed: [], dependencies: ["2.1"] } });
  });

  test.each([
    ["1", "1", "1 → 1"],
    ["1", "2", "1 depends on 2, 2 depends on 1"],
    ["2.1", "2.2", "2.1 depends on 2.2, 2.2 depends on 2.1"],
    ["2", "2.2", "2 depends on 2.2, 2.2 begins only after its task 2"],
    ["2.1", "2", "2.1 depends on 2, 2 is done only after its subtask 2.1"],
    ["1", "2.2", "1 depends on 2.2, 2.2 begins only after its task 2, 2 depends on 1"],
  ])("of %s on %s is refused: %s", (id, dependency, cycle) => {
    expect(() => add(id, dependency)).toThrow(
      expect.objectContaining({ code: "tasks/cycle", details: { id, dependency, cycle } }),
    );
  });

  test.each([
    ["9", "1"],
    ["1", "9"],
  ])("of %s on %s finds nothing", (id, dependency) => {
    expect(() => add(id, dependency)).toThrow(expect.objectContaining({ code: "tasks/not-found" }));
  });

  test("leaves a right graph right, and refuses only what would not be, for any list", () => {
    fc.assert(
      fc.property(oddTasks, fc.nat(), fc.nat(), (tasks, one, other) => {
        const text = repairGraph(listOf(fileOf(tasks))).text;
        const items = placedItems(listOf(text));
        const [item, target] = [items[one % items.length], items[other % items.length]];
        if (item === undefined || target === undefined) return;
        const request = { id: item.task.id, dependencies: [target.task.id] };
        let after;
        try {
          after = addDependencies(listOf(text), request).text;
        } catch (error) {
          if (!(error instanceof TrigateError)) throw error;
          expect(["tasks/cycle", "usage/bad-argument"]).toContain(error.code);
          if (error.code === "tasks/cycle") expect(isWrongWith(text, request)).toBe(true);
          return;
        }
        const placed = placedItems(listOf(after)).find(({ task }) => task.id === request.id);
        expect(placed?.task.dependencies).toContain(target.task.id);
        expect(problemsOf(listOf(after))).toEqual([]);
        const back = removeDependencies(listOf(after), request).text;
        expect(placedItems(listOf(back)).map(({ task }) => task.dependencies)).toEqual(
          items.map(({ task }) => task.dependencies.filter((id) => task !== item.task || id !== target.task.id)),
        );
      }),
      { numRuns: 200 },
    );
  });
});

/** Whether a dependency, written by hand, makes a fault of the graph. */
function isWrongWith(text: string, { id, dependencies }: { id: string; dependencies: readonly string[] }): boolean {
  const file = JSON.parse(text);
  const path = placedItems(listOf(text)).find(({ task }) => task.id === id)?.path ?? [];
  const node = path.reduce((at, key) => at[key], file);
  node.dependencies = [...(node.dependencies ?? []), ...dependencies];
  return problemsOf(listOf(JSON.stringify(file))).length > 0;
}

describe("removing dependencies", () => {
  test("takes all spellings of one, also of one that leads nowhere, and leaves the others alone", () => {
    const text = fileOf([{ id: 1 }, { id: 2, dependencies: [1, "9", "1", 3], updatedAt: "2020" }, { id: 3 }]);
    const { text: after, meaning } = removeDependencies(listOf(text), { id: "2", dependencies: ["1", "9"] });
    expect(tasksOf(after)[1]).toEqual({ id: 2, dependencies: [3], updatedAt: "2026-11-22T10:00:00.000Z" });
    expect(meaning).toEqual({ id: "2", changed: ["1", "9"], dependencies: ["3"] });
  });

  test.each([
    ["2", ["3"]],
    ["1", ["2"]],
  ])("of %s: %j is not there to be removed", (id, dependencies) => {
    expect(() => removeDependencies(listOf(fileOf(family)), { id, dependencies })).toThrow(
      expect.objectContaining({ code: "usage/bad-argument" }),
    );
  });
});
