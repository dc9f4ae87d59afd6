import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TASK_STATUSES } from "../../core/task.ts";
import { addTask, setStatus, setStatuses } from "./edit-tasks.ts";
import { parseTasks } from "./parse-tasks.ts";

const nowIso = "2026-11-22T10:00:00.000Z";

function at(text: string, tagName = "master") {
  const document = parseTasks(text, "tasks.json");
  const tag = document.tags.get(tagName);
  if (tag === undefined) throw new Error(`no tag ${tagName}`);
  return { document, tag, file: "tasks.json", nowIso };
}

const newTask = { title: "New", description: "", details: "", priority: "medium" as const, dependencies: [] };

describe("setting a status changes only the status", () => {
  /** A value written with white space of any kind between its tokens. */
  const written = (value: unknown, space: () => string): string => {
    if (Array.isArray(value))
      return `[${space()}${value.map((item) => written(item, space)).join(`${space()},${space()}`)}${space()}]`;
    if (typeof value !== "object" || value === null) return JSON.stringify(value);
    const properties = Object.entries(value).map(
      ([key, item]) => `${JSON.stringify(key)}${space()}:${space()}${written(item, space)}`,
    );
    return `{${space()}${properties.join(`${space()},${space()}`)}${space()}}`;
  };

  const MARKER = "<the status of the task picked>";
  const status = fc.constantFrom(...TASK_STATUSES, "completed");
  const foreign = fc.dictionary(
    fc.string().map((key) => `x${key}`),
    fc.jsonValue(),
    { maxKeys: 3 },
  );
  const fields = fc.record({
    title: fc.string({ unit: "binary" }),
    details: fc.option(fc.string()),
    status,
    metadata: foreign,
  });
  const list = fc.array(
    fc.record({ fields, foreign, asText: fc.boolean(), subtasks: fc.array(fields, { maxLength: 3 }) }),
    {
      minLength: 1,
      maxLength: 5,
    },
  );
  const spaces = fc.array(fc.constantFrom("", " ", "\n", "\r\n", "\t", "  \n  "), { minLength: 1, maxLength: 40 });

  test("for any spacing, order, id type and unknown keys", () => {
    fc.assert(
      fc.property(list, spaces, fc.nat(), fc.constantFrom(...TASK_STATUSES), (...[drawn, gaps, pick, wanted]) => {
        const picked = pick % drawn.length;
        const tasks = drawn.map((task, index) => ({
          ...task.foreign,
          id: task.asText ? String(index + 1) : index + 1,
          ...task.fields,
          ...(index === picked ? { status: MARKER } : {}),
          subtasks: task.subtasks.map((subtask, subIndex) => ({ ...subtask, id: subIndex + 1 })),
        }));
        let turn = 0;
        const file = {
          other: { tasks: [{ id: 1, status: "done" }] },
          master: { tasks, metadata: { kept: [1, "2"] } },
          $x: null,
        };
        const text = written(file, () => gaps[turn++ % gaps.length] ?? "");
        const old = drawn[picked]?.fields.status ?? "pending";
        const edited = setStatus(at(text.replace(MARKER, old)), { id: String(picked + 1), status: wanted });
        // A status that says the same in an older spelling is left alone, too.
        const isSame = old === wanted || (old === "completed" && wanted === "done");
        expect(edited.text).toBe(text.replace(MARKER, isSame ? old : wanted));
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    [
      "two spaces",
      '{\n  "master": {\n    "tasks": [\n      {\n        "id": 1,\n        "title": "a"\n      }\n    ]\n  }\n}\n',
      '"title": "a",\n        "status": "done"\n      }',
    ],
    [
      "tabs and CRLF",
      '{\r\n\t"master": {\r\n\t\t"tasks": [\r\n\t\t\t{\r\n\t\t\t\t"id": 1\r\n\t\t\t}\r\n\t\t]\r\n\t}\r\n}',
      '"id": 1,\r\n\t\t\t\t"status": "done"\r\n\t\t\t}',
    ],
    ["one line", '{"master":{"tasks":[{"id":1,"title":"a"}]}}', '{"id":1,"title":"a","status":"done"}'],
    [
      "one line with spaces",
      '{ "master": { "tasks": [{ "id": 1, "title": "a" }] } }',
      '{ "id": 1, "title": "a", "status": "done" }',
    ],
    ["a null", '{"master":{"tasks":[{"id":1,"status":null}]}}', '{"id":1,"status":"done"}'],
  ])("a status that is missing is added like its neighbours: %s", (_name, text, expected) => {
    const edited = setStatus(at(text), { id: "1", status: "done" }).text;
    expect(edited).toContain(expected);
    expect(JSON.parse(edited).master.tasks[0].status).toBe("done");
  });

  test("updatedAt is brought up to date where it is, and nowhere else", () => {
    const text = '{"master":{"tasks":[{"id":1,"updatedAt":"2020-01-01T00:00:00.000Z"},{"id":2}]}}';
    expect(setStatus(at(text), { id: "1", status: "done" }).text).toContain(`"updatedAt":"${nowIso}"`);
    expect(setStatus(at(text), { id: "2", status: "done" }).text).not.toContain(nowIso);
  });
});

describe("what else a status does", () => {
  const family =
    '{"master":{"tasks":[{"id":"2","status":"pending","subtasks":[{"id":1,"status":"pending"},{"id":2}]}]}}';

  test("beginning a subtask begins its pending task", () => {
    const { text, meaning } = setStatus(at(family), { id: "2.1", status: "in-progress" });
    expect(meaning).toEqual({
      id: "2.1",
      status: "in-progress",
      previous: "pending",
      alsoChanged: [{ id: "2", status: "in-progress", why: "begun" }],
    });
    expect(text).toBe(
      '{"master":{"tasks":[{"id":"2","status":"in-progress","subtasks":[{"id":1,"status":"in-progress"},{"id":2}]}]}}',
    );
  });

  test("nothing makes a task done but the word for it", () => {
    const first = setStatus(at(family), { id: "2.1", status: "done" }).text;
    const second = setStatus(at(first), { id: "2.2", status: "done" });
    expect(JSON.parse(second.text).master.tasks[0].status).toBe("in-progress");
    expect(second.meaning).toMatchObject({ alsoChanged: [], readyToClose: "2" });
  });

  /** A task with its subtasks as `status: first second …`, what is asked, and what comes of it. */
  test.each([
    ["pending: pending pending", { id: "2.1", status: "review" }, "in-progress: review pending"],
    ["in-progress: in-progress pending", { id: "2.1", status: "pending" }, "pending: pending pending"],
    ["in-progress: in-progress done", { id: "2.1", status: "pending" }, "in-progress: pending done"],
    ["done: done done", { id: "2.2", status: "in-progress" }, "in-progress: done in-progress"],
    ["review: done done", { id: "2.2", status: "pending" }, "in-progress: done pending"],
    ["deferred: pending", { id: "2.1", status: "done" }, "deferred: done"],
    ["in-progress: done pending", { id: "2.2", status: "done" }, "in-progress: done done"],
    ["in-progress: cancelled pending", { id: "2.2", status: "done" }, "in-progress: cancelled done"],
    ["pending: pending done cancelled", { id: "2", status: "done", withSubtasks: true }, "done: done done cancelled"],
    [
      "done: in-progress done cancelled",
      { id: "2", status: "pending", withSubtasks: true },
      "pending: pending pending cancelled",
    ],
    ["pending: pending done", { id: "2", status: "deferred", withSubtasks: true }, "deferred: deferred done"],
    ["pending: pending pending", { id: "2", status: "done" }, "done: pending pending"],
  ] as const)("%s, %j: %s", (before, request, after) => {
    const [status, subtasks = ""] = before.split(": ");
    const list = [
      { id: 2, status, subtasks: subtasks.split(" ").map((each, index) => ({ id: index + 1, status: each })) },
    ];
    const [task] = JSON.parse(setStatus(at(JSON.stringify({ master: { tasks: list } })), request).text).master.tasks;
    expect(`${task.status}: ${task.subtasks.map((each: { status: string }) => each.status).join(" ")}`).toBe(after);
  });

  test("several at once, where what is asked wins over what follows", () => {
    const { text, meaning } = setStatuses(at(family), { ids: ["2.1", "2", "2.1"], status: "done" });
    expect(meaning.map(({ id, alsoChanged }) => [id, alsoChanged])).toEqual([
      ["2.1", []],
      ["2", []],
    ]);
    expect(JSON.parse(text).master.tasks[0]).toMatchObject({ status: "done", subtasks: [{ status: "done" }, {}] });
    expect(() => setStatuses(at(family), { ids: ["2.1", "7"], status: "done" })).toThrow(
      expect.objectContaining({ code: "tasks/not-found" }),
    );
  });

  test.each([
    ["tasks/not-found", { id: "3", status: "done" as const }],
    ["tasks/not-found", { id: "2.9", status: "done" as const }],
    ["tasks/conflict", { id: "2", status: "done" as const, expected: "in-progress" as const }],
  ])("%s", (code, request) => expect(() => setStatus(at(family), request)).toThrow(expect.objectContaining({ code })));

  test("an id that is there twice is not guessed at", () => {
    const text = '{"master":{"tasks":[{"id":1},{"id":"1"}]}}';
    expect(() => setStatus(at(text), { id: "1", status: "done" })).toThrow(
      expect.objectContaining({ code: "tasks/invalid" }),
    );
  });
});

describe("adding a task", () => {
  test.each([
    ["to a list of numbers", { master: { tasks: [{ id: 4 }, { id: 2 }] } }, 5],
    ["to a list of texts", { master: { tasks: [{ id: "9" }] } }, "10"],
    ["to an empty list", { master: { tasks: [] } }, 1],
    ["to a list that is null", { master: { tasks: null, metadata: {} } }, 1],
    ["to a tag without a list", { master: { metadata: {} } }, 1],
    ["to a flat file", { tasks: [{ id: 1 }], metadata: {} }, 2],
    ["beside an odd id", { master: { tasks: [{ id: "A-7" }] } }, "1"],
  ])("%s", (_name, value, id) => {
    for (const indent of [undefined, 2, "\t"]) {
      const text = JSON.stringify(value, null, indent);
      const after = JSON.parse(addTask(at(text), newTask).text);
      const list = (after.master ?? after).tasks;
      expect(list.at(-1)).toEqual({
        id,
        title: "New",
        description: "New",
        details: "",
        testStrategy: "",
        status: "pending",
        dependencies: [],
        priority: "medium",
        subtasks: [],
      });
      expect(list.slice(0, -1)).toEqual((JSON.parse(text).master ?? JSON.parse(text)).tasks ?? []);
    }
  });

  test("what was there stays byte for byte, and the new part looks like it", () => {
    const text = JSON.stringify(
      { master: { tasks: [{ id: 1, x: [1, { y: 2 }] }], metadata: { a: 1 } } },
      null,
      4,
    ).replaceAll("\n", "\r\n");
    const after = addTask(at(text), { ...newTask, dependencies: ["1"] }).text;
    const inserted = after.length - text.length;
    let start = 0;
    while (text[start] === after[start]) start++;
    expect(after.slice(0, start) + after.slice(start + inserted)).toBe(text);
    expect(after).toBe(JSON.stringify(JSON.parse(after), null, 4).replaceAll("\n", "\r\n"));
    expect(JSON.parse(after).master.tasks[1].dependencies).toEqual([1]);
  });

  test.each([
    ["a blank title", { ...newTask, title: " \n " }],
    ["an unknown dependency", { ...newTask, dependencies: ["1", "8"] }],
  ])("%s is refused", (_name, task) => {
    expect(() => addTask(at('{"master":{"tasks":[{"id":1}]}}'), task)).toThrow(
      expect.objectContaining({ code: "usage/bad-argument" }),
    );
  });
});
