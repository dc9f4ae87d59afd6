import { describe, expect, test } from "vitest";
import { isTrigateError } from "../../errors/trigate-error.ts";
import { parseTasks } from "./parse-tasks.ts";

const parse = (value: unknown) => parseTasks(typeof value === "string" ? value : JSON.stringify(value), "tasks.json");
const task = (extra: object) => ({ id: 1, title: "T", description: "D", ...extra });
const idsOf = (value: unknown, tag = "master") => [...(parse(value).tags.get(tag)?.places.keys() ?? [])];
const firstOf = (value: unknown) => parse({ master: { tasks: [value] } }).tags.get("master")?.tasks[0];

function refusal(value: unknown): { code: string; message: string } {
  try {
    parse(value);
  } catch (error) {
    if (isTrigateError(error, "tasks/invalid") || isTrigateError(error, "tasks/unreadable"))
      return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error("it was accepted");
}

describe("shapes of the file", () => {
  test.each([
    [
      "tagged",
      { master: { tasks: [task({})], metadata: {} }, other: { tasks: [task({ id: 2 })] } },
      { master: ["1"], other: ["2"] },
    ],
    ["tagged with stray keys", { master: { created: "x", description: "y", tasks: [task({})] } }, { master: ["1"] }],
    ["flat", { tasks: [task({})], metadata: { version: "1" } }, { master: ["1"] }],
    ["flat without metadata", { tasks: [] }, { master: [] }],
    ["half migrated", { tasks: [task({ id: 9 })], master: { tasks: [task({})] } }, { master: ["1"] }],
    ["flat beside a tag", { tasks: [task({ id: 9 })], beta: { tasks: [task({})] } }, { beta: ["1"], master: ["9"] }],
    ["a tag with metadata only", { master: { metadata: { created: "x" } } }, { master: [] }],
    ["a tag with null for tasks", { master: { tasks: null, metadata: {} } }, { master: [] }],
    ["foreign root keys", { $schema: "s", version: 3, master: { tasks: [] } }, { master: [] }],
    [
      "a tag called like a built-in",
      { __proto__x: { tasks: [] }, toString: { tasks: [] } },
      { __proto__x: [], toString: [] },
    ],
    ["nothing at all", {}, {}],
  ])("%s", (_name, value, expected) => {
    const found = [...parse(value).tags.values()].map(({ name, places }) => [name, [...places.keys()]]);
    expect(Object.fromEntries(found)).toEqual(expected);
  });

  test("a tag named __proto__ is a tag", () => {
    expect(idsOf('{"__proto__": {"tasks": [{"id": 3}]}}', "__proto__")).toEqual(["3"]);
  });
});

describe("fields", () => {
  test("missing and null ones have their meaning", () => {
    const bare = {
      title: "",
      description: "",
      details: "",
      testStrategy: "",
      status: "pending",
      priority: "medium",
      dependencies: [],
      subtasks: [],
    };
    expect(firstOf({ id: 1 })).toMatchObject({ ...bare, id: "1" });
    expect(
      firstOf({
        id: "7",
        title: null,
        details: null,
        status: null,
        priority: null,
        dependencies: null,
        subtasks: null,
      }),
    ).toMatchObject({ ...bare, id: "7" });
  });

  test.each([
    ["completed", "done"],
    ["Done", "done"],
    ["in_progress", "in-progress"],
    ["canceled", "cancelled"],
    ["blocked", "blocked"],
  ])("status %s is %s", (written, status) => expect(firstOf({ id: 1, status: written })?.status).toBe(status));

  test("a subtask without a priority has its parent's", () => {
    const parent = firstOf({ id: 1, priority: "high", subtasks: [{ id: 1 }, { id: 2, priority: "low" }] });
    expect(parent?.subtasks.map(({ priority }) => priority)).toEqual(["high", "low"]);
  });

  test("dependencies of subtasks get their full form", () => {
    const written = [
      { id: 1, subtasks: [{ id: 1 }, { id: 2, dependencies: [1, "1", "1.1", 5, 8] }] },
      { id: "5", dependencies: [1, "1.2"], subtasks: [{ id: "5.1", dependencies: ["5.2", 2] }] },
    ];
    const [first, second] = parse({ master: { tasks: written } }).tags.get("master")?.tasks ?? [];
    expect(first?.subtasks[1]?.dependencies).toEqual(["1.1", "1.1", "1.1", "5", "1.8"]);
    expect(second?.dependencies).toEqual(["1", "1.2"]);
    expect(second?.subtasks[0]).toMatchObject({ id: "5.1", dependencies: ["5.2", "5.2"] });
  });

  test("an odd complexity is left out", () => {
    expect(firstOf({ id: 1, complexity: 8 })?.complexity).toBe(8);
    expect(firstOf({ id: 1, complexity: "high" })?.complexity).toBeUndefined();
  });
});

describe("what is refused", () => {
  test.each([
    ["an empty file", "", "tasks/unreadable", "line 1, column 1"],
    ["a truncated file", '{\n  "master": {\n    "tasks": [{"id": 1', "tasks/unreadable", "line 3"],
    ["a comment", '{\n // hello\n"master": {"tasks": []}}', "tasks/unreadable", "line 2, column 2"],
    ["a trailing comma", '{"master": {"tasks": [],}}', "tasks/unreadable", "line 1, column 25"],
    ["two documents", '{"master": {"tasks": []}} {}', "tasks/unreadable", "line 1, column 27"],
    ["merge markers", '{\n<<<<<<< HEAD\n"a": 1}', "tasks/unreadable", "line 2, column 1"],
    [
      "a key twice",
      '{"master": {"tasks": []}, "master": {"tasks": []}}',
      "tasks/unreadable",
      '"master" is there twice',
    ],
    [
      "a task's key twice",
      '{"master": {"tasks": [{"id": 1, "status": "done",\n "status": "pending"}]}}',
      "tasks/unreadable",
      "line 2, column 2",
    ],
    [
      "a longer list and a shorter one under one key",
      '{"master": {"tasks": [{"id": 1}, {"id": 2}], "tasks": [{"id": 1}]}}',
      "tasks/unreadable",
      '"tasks" is there twice',
    ],
    ["nesting without end", "[".repeat(200_000), "tasks/unreadable", "line 1"],
    ["an array", [], "tasks/invalid", "object of tags"],
    ["no tags", { name: "x" }, "tasks/invalid", "no key holds a list of tasks"],
    ["tasks that are no list", { master: { tasks: "none" } }, "tasks/invalid", "master.tasks"],
    [
      "a task without an id",
      { master: { tasks: [{ title: "x" }] } },
      "tasks/invalid",
      "master.tasks.0.id: must be a number or a text",
    ],
    [
      "an unknown status",
      '{"master": {"tasks": [\n{"id": 1, "status": "wip"}]}}',
      "tasks/invalid",
      'the status "wip" is none of pending',
    ],
    ["an unknown priority", { master: { tasks: [{ id: 1, priority: "asap" }] } }, "tasks/invalid", '"asap"'],
    [
      "a number as title",
      { master: { tasks: [{ id: 1, subtasks: [{ id: 1, title: 4 }] }] } },
      "tasks/invalid",
      "master.tasks.0.subtasks.0.title",
    ],
  ])("%s", (...[_name, value, code, words]) => {
    const { code: found, message } = refusal(value);
    expect(found).toBe(code);
    expect(message).toContain(words);
  });

  test("a fault names its line", () => {
    expect(refusal('{"master": {"tasks": [\n{"id": 1},\n{"id": 2,\n"status": "wip"}]}}').message).toContain("(line 4)");
  });
});
