import { readFileSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { TASK_PRIORITIES, TASK_STATUSES } from "../../core/task.ts";
import { makeWorkspace } from "../testing/workspace.ts";
import { setStatus } from "./edit-tasks.ts";
import { applyEdits } from "./json-edit.ts";
import { parseTasks } from "./parse-tasks.ts";
import { appendSubtasks, appendTasks, changeTask, taskNode, type TagOf } from "./tag-edit.ts";
import { isPlainList, TagContent, toTasks } from "./written-task.ts";

const RUNS = { numRuns: 150 };
const NOW = "2026-11-22T10:00:00.000Z";

const text = fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom("", '"quoted"\n', "{[,]}", "\\", "naïve – ✓"));
const missing = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });
const status = fc.constantFrom(...TASK_STATUSES, "completed", "In_Progress");
const foreign = fc.dictionary(
  fc.constantFrom("updatedAt", "parentId", "metadata", "tags", "effort"),
  fc.jsonValue({ maxDepth: 2 }),
  {
    maxKeys: 2,
    noNullPrototype: true,
  },
);
const fields = {
  title: text,
  description: missing(text),
  details: missing(text),
  testStrategy: missing(text),
  status: missing(status),
  priority: missing(fc.constantFrom(...TASK_PRIORITIES)),
  dependencies: missing(
    fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom("1", "2.1", "9")), { maxLength: 3 }),
  ),
  complexity: fc.constantFrom(1, 8, 10),
};
const subtask = fc.tuple(fc.record(fields, { requiredKeys: [] }), foreign);
const task = fc.tuple(
  fc.record(fields, { requiredKeys: [] }),
  foreign,
  fc.option(fc.array(subtask, { maxLength: 3 }), { nil: undefined }),
);

/** A list as some program left it: each key may be missing or null, ids of either type, keys of others in between. */
const tasks = fc.tuple(fc.array(task, { minLength: 1, maxLength: 5 }), fc.boolean()).map(([drawn, asText]) =>
  drawn.map(([own, others, subtasks], index) => ({
    id: asText ? String(index + 1) : index + 1,
    ...others,
    ...own,
    ...(subtasks === undefined
      ? {}
      : { subtasks: subtasks.map(([of, extra], place) => ({ ...of, id: place + 1, ...extra })) }),
  })),
);

const shape = fc.constantFrom(
  (list: object) => ({ master: { tasks: list, metadata: { created: NOW, kept: [1, { a: null }] } } }),
  (list: object) => ({ other: { tasks: [{ id: 1, title: "not this one" }] }, master: { tasks: list }, $schema: "x" }),
  (list: object) => ({ master: { created: NOW, description: "stray", tasks: list, metadata: {} } }),
  (list: object) => ({ tasks: list, metadata: { version: "1.0.0" } }),
);
const layout = fc.constantFrom(
  (content: unknown) => `${JSON.stringify(content, null, 2)}\n`,
  (content: unknown) => JSON.stringify(content, null, "\t"),
  (content: unknown) => `${JSON.stringify(content, null, 4).replaceAll("\n", "\r\n")}\r\n`,
  (content: unknown) => JSON.stringify(content, null, 2).replaceAll(/\[\n\s*(\d+|"[\d.]+")\n\s*\]/g, "[$1]"),
  (content: unknown) => JSON.stringify(content),
);
const file = fc.tuple(tasks, shape, layout).map(([list, shaped, write]) => ({ list, text: write(shaped(list)) }));

function at(content: string, tagName = "master"): TagOf {
  const document = parseTasks(content, "tasks.json");
  const tag = document.tags.get(tagName);
  if (tag === undefined) throw new Error(`no ${tagName}`);
  return { document, tag, file: "tasks.json", nowIso: NOW };
}

/** That the lines of one text but for those of a stretch are those of the other. */
function expectOwnLines(before: string, after: string, { offset, end }: { offset: number; end: number }): void {
  const start = before.lastIndexOf("\n", offset - 1) + 1;
  const lineEnd = before.indexOf("\n", end);
  const rest = lineEnd === -1 ? "" : before.slice(lineEnd);
  expect(after.startsWith(before.slice(0, start))).toBe(true);
  expect(after.endsWith(rest)).toBe(true);
  if (before.includes("\r\n")) expect(after.replaceAll("\r\n", "")).not.toContain("\n");
}

describe("a file of any program", () => {
  test("that is written without a change has the same bytes", async () => {
    const made = await makeWorkspace();
    try {
      await fc.assert(
        fc.asyncProperty(file, fc.boolean(), async (drawn, hasMark) => {
          const bytes = Buffer.from((hasMark ? "\uFEFF" : "") + drawn.text);
          made.write(".taskmaster/tasks/tasks.json", bytes);
          // Even when the whole text is put together anew and written, it is the same.
          await made.store().change("master", ({ document }) => ({ text: `${document.text} `, meaning: undefined }));
          expect(readFileSync(made.tasksPath).equals(Buffer.concat([bytes, Buffer.from(" ")]))).toBe(true);
          writeFileSync(made.tasksPath, bytes);
          await made
            .store()
            .change("master", (where) => ({ text: applyEdits(where.document.text, []), meaning: undefined }));
          expect(readFileSync(made.tasksPath).equals(bytes)).toBe(true);
        }),
        { numRuns: 25 },
      );
    } finally {
      await made.dispose();
    }
  });

  test("has a change of one field of one task or subtask on the lines of that one alone", () => {
    const values = fc.record(
      {
        title: text,
        details: missing(text),
        status: fc.constantFrom(...TASK_STATUSES),
        dependencies: fc.array(fc.nat(9), { maxLength: 3 }),
        metadata: fc.dictionary(fc.constantFrom("a", "trigate"), fc.jsonValue({ maxDepth: 1 }), {
          noNullPrototype: true,
        }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(file, fc.nat(), values, (drawn, pick, wanted) => {
        const where = at(drawn.text);
        const ids = [...where.tag.places.keys()];
        const id = ids[pick % ids.length] ?? "1";
        const node = taskNode(where, id);
        const after = applyEdits(drawn.text, changeTask(where, id, wanted));
        expectOwnLines(drawn.text, after, node);
        const found: unknown = at(after)
          .document.root.at(where.tag.places.get(id)?.[0] ?? [])
          ?.value();
        const old: unknown = node.value();
        expect(found).toMatchObject(JSON.parse(JSON.stringify(wanted)));
        if (typeof old === "object" && old !== null && typeof found === "object" && found !== null) {
          const touched = new Set([...Object.keys(wanted), "updatedAt"]);
          for (const [name, value] of Object.entries(old))
            if (!touched.has(name)) expect(Reflect.get(found, name)).toEqual(value);
          expect(Object.keys(found).slice(0, Object.keys(old).length)).toEqual(Object.keys(old));
        }
      }),
      RUNS,
    );
  });

  test("has a status on the lines of its task, and says it", () => {
    fc.assert(
      fc.property(file, fc.nat(), fc.constantFrom(...TASK_STATUSES), (drawn, pick, wanted) => {
        const where = at(drawn.text);
        const id = where.tag.tasks[pick % where.tag.tasks.length]?.id ?? "1";
        const { text: after } = setStatus(where, { id, status: wanted });
        expectOwnLines(drawn.text, after, taskNode(where, id));
        expect(at(after).tag.tasks.find((other) => other.id === id)?.status).toBe(wanted);
      }),
      RUNS,
    );
  });

  test("gets tasks and subtasks behind the last one, and keeps all others", () => {
    fc.assert(
      fc.property(file, fc.array(fc.record(fields), { minLength: 1, maxLength: 2 }), (drawn, more) => {
        const where = at(drawn.text);
        const records = more.map((one, index) => ({ id: 100 + index, ...one }));
        const tasksAfter = at(applyEdits(drawn.text, appendTasks(where, records)));
        expect(tasksAfter.tag.tasks.slice(0, drawn.list.length)).toEqual(where.tag.tasks);
        expect(tasksAfter.tag.tasks.length).toBe(drawn.list.length + more.length);
        const subtasksAfter = applyEdits(drawn.text, appendSubtasks(where, "1", records));
        expectOwnLines(drawn.text, subtasksAfter, taskNode(where, "1"));
        const before = where.tag.tasks[0]?.subtasks ?? [];
        expect(at(subtasksAfter).tag.tasks[0]?.subtasks.length).toBe(before.length + more.length);
      }),
      RUNS,
    );
  });
});

describe.each(["flat", "numeric-ids", "text-ids", "two-lists"])("the list of task-master-ai with %s", (name) => {
  const recorded = readFileSync(new URL(`../testdata/task-master-ai-0.43.1.${name}.json`, import.meta.url), "utf8");

  test("has every change of a status and of a title on the lines of its own task", () => {
    for (const tagName of parseTasks(recorded, "tasks.json").tags.keys()) {
      const where = at(recorded, tagName);
      for (const [id, [place = []]] of where.tag.places) {
        const node = taskNode(where, id);
        for (const values of [
          { status: "deferred" },
          { title: 'Another "title"' },
          { metadata: { trigate: { a: 1 } } },
        ]) {
          const after = applyEdits(recorded, changeTask(where, id, values));
          expectOwnLines(recorded, after, node);
          expect(at(after, tagName).document.root.at(place)?.value()).toMatchObject(values);
        }
      }
    }
  });

  test("is the same when a status goes there and back", () => {
    const where = at(recorded, [...parseTasks(recorded, "tasks.json").tags.keys()][0]);
    for (const { id, status: before } of where.tag.tasks) {
      const there = setStatus({ ...where, nowIso: NOW }, { id, status: "deferred" }).text;
      const back = setStatus(at(there, where.tag.name), { id, status: before }).text;
      const timeless = (content: string) => content.replaceAll(/"updatedAt": ?"[^"]*"/g, '"updatedAt": ""');
      expect(timeless(back)).toBe(timeless(recorded));
    }
  });
});

test("what is taken for plain is what the schema makes of it", () => {
  const anything = fc.array(
    fc.dictionary(fc.constantFrom("id", ...Object.keys(fields), "subtasks"), fc.jsonValue({ maxDepth: 2 })),
  );
  const withoutNulls = tasks.map((list): unknown =>
    JSON.parse(JSON.stringify(list, (_key, value: unknown) => (value === null ? undefined : value))),
  );
  let plain = 0;
  fc.assert(
    fc.property(fc.oneof(anything, withoutNulls), (list) => {
      if (!isPlainList(list)) return;
      plain += 1;
      const read = z.safeParse(TagContent, { tasks: list });
      expect(read.data && toTasks(read.data.tasks)).toEqual(toTasks(list));
    }),
    { numRuns: 400 },
  );
  expect(plain).toBeGreaterThan(20);
});
