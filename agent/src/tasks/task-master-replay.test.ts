import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { TASK_PRIORITIES, TASK_STATUSES } from "../core/task.ts";
import { systemClock } from "../platform/clock.ts";
import { addDependencies, removeDependencies } from "./file/edit-tasks-dependencies.ts";
import { moveTasks } from "./file/edit-tasks-move.ts";
import { addNote } from "./file/edit-tasks-note.ts";
import { TASK_MASTER_RULES } from "./graph/task-master-rules.ts";
import { addTagTo, nextByRule, useTag } from "./list-operations.ts";
import type { TaskStore } from "./task-store.ts";
import { makeWorkspace, type TestWorkspace } from "./testing/workspace.ts";

const Item = z.looseObject({ id: z.union([z.number(), z.string()]) });
const List = z.looseObject({ tasks: z.array(Item) });
type List = z.infer<typeof List>;
const Step = z.object({
  by: z.enum(["ours", "theirs"]),
  name: z.string(),
  tag: z.string(),
  command: z.array(z.string()).optional(),
  refused: z.boolean().optional(),
  /** Lists that changed in this step; `null` for one that is gone. */
  lists: z.record(z.string(), List.nullable()),
  next: z.record(z.string(), z.object({ cli: z.string().optional(), mcp: z.string().optional() })),
});
type Step = z.infer<typeof Step>;
const Recording = z.object({ version: z.string(), start: z.record(z.string(), List), steps: z.array(Step) });

const path = new URL("./testdata/task-master-ai-0.43.1.turns.json", import.meta.url);
const recording = Recording.parse(JSON.parse(readFileSync(path, "utf8")));
const turns = turnsOf(recording.start, recording.steps);

/** Each step with the document before and after it. */
function turnsOf(start: Readonly<Record<string, List>>, steps: readonly Step[]) {
  let before = start;
  return steps.map((step, index) => {
    const lists = Object.entries({ ...before, ...step.lists });
    const after = Object.fromEntries(lists.flatMap(([tag, list]) => (list === null ? [] : [[tag, list] as const])));
    const turn = { title: `${index + 1}: ${step.by} ${step.command?.join(" ") ?? step.name}`, step, before, after };
    before = after;
    return turn;
  });
}

/** The tasks of all lists without what depends on when and by whom they were written: times, and our own notes on times. */
function tasksIn(document: Readonly<Record<string, unknown>>): unknown {
  const lists = Object.entries(z.record(z.string(), List).parse(document)).map(([tag, { tasks }]) => [tag, tasks]);
  const text = JSON.stringify(Object.fromEntries(lists), (key, value: unknown) => withoutOurs(key, value));
  return JSON.parse(text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME"));
}

function withoutOurs(key: string, value: unknown): unknown {
  if (key !== "metadata") return value;
  const { trigate: _ours, ...others } = z.record(z.string(), z.unknown()).parse(value);
  return Object.keys(others).length === 0 ? undefined : others;
}

/** Does what the recorded command did, one layer below the command line. */
function redo({ root, store }: { root: string; store: TaskStore }, command: readonly string[]): Promise<unknown> {
  const text = { type: "string", default: "" } as const;
  const { values, positionals } = parseArgs({
    args: [...command],
    allowPositionals: true,
    options: {
      tag: text,
      description: text,
      details: text,
      priority: text,
      reason: text,
      "depends-on": { type: "string", multiple: true, default: [] },
      force: { type: "boolean" },
      unjudged: { type: "boolean" },
      trust: { type: "boolean" },
    },
  });
  const { tag, description, details } = values;
  const dependencies = values["depends-on"];
  const [name = "", first = "", second = "", third = ""] = positionals;
  const status = () => z.enum(TASK_STATUSES).parse(second);
  const commands: Readonly<Record<string, () => Promise<unknown>>> = {
    add: () => {
      const priority = z.enum(TASK_PRIORITIES).parse(values.priority);
      return store.add({ title: first, description, details, priority, dependencies, tag });
    },
    "set-status": () => store.setStatus({ id: first, status: status(), tag }),
    done: () => store.setStatus({ id: first, status: "done", tag }),
    "add-dependency": () => store.change(tag, (where) => addDependencies(where, { id: first, dependencies })),
    "remove-dependency": () => store.change(tag, (where) => removeDependencies(where, { id: first, dependencies })),
    note: () => store.change(tag, (where) => addNote(where, { id: first, text: second })),
    move: () => store.change(tag, (where) => moveTasks(where, { moves: [{ from: first, to: second }] })),
    tags: () => (first === "copy" ? addTagTo(store, third, second) : addTagTo(store, second)),
    "use-tag": () => useTag({ root, tasks: store }, first, systemClock),
  };
  const known = commands[name];
  if (known === undefined) throw new Error(`nobody replays ${name}`);
  return known();
}

describe("turns recorded with the real task-master-ai", () => {
  let made: TestWorkspace;
  beforeAll(async () => {
    made = await makeWorkspace();
  });
  afterAll(() => made.dispose());
  const put = (document: unknown) => made.write(".taskmaster/tasks/tasks.json", JSON.stringify(document, null, 2));

  test("hold enough of both programs, and states where their two rules differ", () => {
    expect(recording.version).toBe("0.43.1");
    expect(turns.length).toBeGreaterThanOrEqual(60);
    const names = (by: string) => new Set(turns.flatMap(({ step }) => (step.by === by ? [step.name] : [])));
    expect(names("ours").size).toBeGreaterThanOrEqual(5);
    expect(names("theirs").size).toBeGreaterThanOrEqual(5);
    const answers = turns.flatMap(({ step }) => Object.values(step.next));
    expect(answers.filter(({ cli, mcp }) => cli !== mcp)).not.toEqual([]);
  });

  test.each(turns)("$title: both rules name what theirs named", async ({ step, after }) => {
    put(after);
    const store = made.store();
    for (const [tag, answers] of Object.entries(step.next))
      for (const rule of TASK_MASTER_RULES)
        expect([tag, rule, (await nextByRule(store, { tag, rule })).id]).toEqual([tag, rule, answers[rule]]);
  });

  // That a task is not done without its subtasks is decided above the layer at which this replays.
  const replayed = turns.filter(({ step }) => step.by === "ours" && !(step.refused && step.command?.[0] === "done"));
  test.each(replayed)("$title: does the same again", async (turn) => {
    const { step, before, after } = turn;
    put(before);
    const done = redo({ root: made.root, store: made.store() }, step.command ?? []);
    if (step.refused) await expect(done).rejects.toThrow(expect.objectContaining({ code: expect.any(String) }));
    else await done;
    expect(tasksIn(JSON.parse(made.readTasks()))).toEqual(tasksIn(after));
  });
});

describe("files that the tool left behind", () => {
  test.each([
    "numeric-ids",
    "two-lists",
    "text-ids",
    "flat",
  ])("%s: a new status changes its own lines", async (name) => {
    const file = new URL(`./testdata/task-master-ai-0.43.1.${name}.json`, import.meta.url);
    const text = readFileSync(file, "utf8");
    const made = await makeWorkspace(text);
    try {
      const store = made.store();
      const { tasks } = await store.list("master");
      const [id = ""] = tasks.flatMap((task) => (task.status === "deferred" ? [] : [task.id]));
      await store.setStatus({ id, status: "deferred", tag: "master" });
      const [before, after] = [text.split("\n"), made.readTasks().split("\n")];
      const changed = after.flatMap((line, index) => (line === before[index] ? [] : [line.trim().split(":")[0]]));
      expect(after.length).toBe(before.length);
      expect(changed.filter((key) => key !== '"updatedAt"')).toEqual(['"status"']);
    } finally {
      await made.dispose();
    }
  });
});
