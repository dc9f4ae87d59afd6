import { type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import * as z from "zod/mini";
import type { Task } from "../../core/task.ts";
import { messageOf, TrigateError } from "../../errors/trigate-error.ts";
import { placeAt } from "./json-edit.ts";
import { type JsonNode, type JsonPath, jsonRoot, repeatedKey } from "./json-text.ts";
import { isPlainList, TagContent, toTasks, type WrittenTask } from "./written-task.ts";

/** One list of tasks inside the file. */
export interface TagDocument {
  readonly name: string;
  /** Where its object stands in the file; empty for a flat file, whose root is the one list. */
  readonly path: JsonPath;
  readonly tasks: readonly Task[];
  /** Places of the tasks and subtasks by full id. An id that is there twice has two. */
  readonly places: ReadonlyMap<string, readonly JsonPath[]>;
  /** Whether the ids of the list are written as strings; the file's other program writes either. */
  readonly stringIds: boolean;
}

/** A task file after parsing: the text as it is, and what it says. */
export interface TaskDocument {
  /** As in the file, but without a byte order mark. */
  readonly text: string;
  readonly root: JsonNode;
  readonly tags: ReadonlyMap<string, TagDocument>;
}

/** The list of a flat file, and of a file that names no other. */
export const DEFAULT_TAG = "master";

/** How deep keys are looked at: root, tag, tasks, task, subtasks, subtask. Below, a key is not ours. */
const OWN_DEPTH = 6;

/**
 * Reads the text of a task file in any of its shapes: tagged (with or without stray keys beside `tasks`) or flat.
 * Throws `tasks/unreadable` with line and column when it is no JSON, `tasks/invalid` when it is no task list.
 * `file` is the name for the messages.
 */
export function parseTasks(text: string, file: string): TaskDocument {
  const content = parseStrictJson(text, file);
  const root = jsonRoot(text);
  const complain = complainer(text, file);
  if (!isRecord(content)) throw complain("it must be an object of tags", root);
  const tags = new Map<string, TagDocument>();
  for (const [name, written] of Object.entries(content)) {
    if (isTag(written)) tags.set(name, readTag(name, tasksIn(written, { root, path: [name], complain }), [name]));
  }
  if (Array.isArray(content["tasks"]) && !tags.has(DEFAULT_TAG)) {
    tags.set(DEFAULT_TAG, readTag(DEFAULT_TAG, tasksIn(content, { root, path: [], complain }), []));
  }
  if (tags.size === 0 && Object.keys(content).length > 0) throw complain("no key holds a list of tasks", root);
  return { text, root, tags };
}

/** A tag is an object with a list of tasks, or one that is empty so far and has only its `metadata`. */
function isTag(written: unknown): written is Record<string, unknown> {
  return isRecord(written) && ((written["tasks"] ?? undefined) !== undefined || isRecord(written["metadata"]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function tasksIn(content: Record<string, unknown>, where: Whereabouts): readonly WrittenTask[] {
  const tasks = content["tasks"];
  return isPlainList(tasks) ? tasks : parseWith(TagContent, content, where).tasks;
}

function readTag(name: string, written: readonly WrittenTask[], path: JsonPath): TagDocument {
  const tasks = toTasks(written);
  let places: TagDocument["places"] | undefined;
  return {
    name,
    path,
    tasks,
    // Only writers ask where a task stands, and most who read a list never write.
    get places() {
      return (places ??= placesOf(tasks, path));
    },
    stringIds: typeof written.at(-1)?.id === "string",
  };
}

function placesOf(tasks: readonly Task[], path: JsonPath): TagDocument["places"] {
  const places = new Map<string, JsonPath[]>();
  const put = (id: string, place: JsonPath) => {
    const known = places.get(id);
    if (known === undefined) places.set(id, [place]);
    else known.push(place);
  };
  for (const [index, task] of tasks.entries()) {
    put(task.id, [...path, "tasks", index]);
    for (const [subIndex, subtask] of task.subtasks.entries())
      put(subtask.id, [...path, "tasks", index, "subtasks", subIndex]);
  }
  return places;
}

/** Parses standard JSON (no comments, no trailing commas, no key twice where keys are ours). */
function parseStrictJson(text: string, file: string): unknown {
  const content = parsed(text, file);
  const twice = repeatedKey(text, content, OWN_DEPTH);
  if (twice === undefined) return content;
  const problem = `the key ${text.slice(twice.offset, twice.end)} is there twice`;
  throw new TrigateError("tasks/unreadable", { file, problem, ...placeAt(text, twice.offset) });
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TrigateError("tasks/unreadable", { file, ...firstMistake(text, messageOf(error)) }, { cause: error });
  }
}

/** What is wrong first and where. The parser that says it is slower than `JSON.parse`, so only a broken text is shown to it. */
function firstMistake(text: string, otherwise: string): { problem: string; line: number; column: number } {
  if (text.trim() === "") return { problem: "the file is empty", ...placeAt(text, text.length) };
  const errors: ParseError[] = [];
  try {
    parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  } catch (error) {
    // The parser recurses, so brackets nested thousands deep exhaust the stack.
    return { problem: messageOf(error), ...placeAt(text, 0) };
  }
  const [first] = errors;
  if (first === undefined) return { problem: otherwise, ...placeAt(text, 0) };
  return { problem: wordsOf(printParseErrorCode(first.error)), ...placeAt(text, first.offset) };
}

/** `CommaExpected` → `comma expected`. */
function wordsOf(code: string): string {
  return code.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).toLowerCase();
}

type Complain = (problem: string, node: JsonNode | undefined) => TrigateError<"tasks/invalid">;

function complainer(text: string, file: string): Complain {
  return (problem, node) => {
    const line = node === undefined ? "" : ` (line ${placeAt(text, node.offset).line})`;
    return new TrigateError("tasks/invalid", { file, problem: `${problem}${line}` });
  };
}

interface Whereabouts {
  readonly root: JsonNode;
  readonly path: JsonPath;
  readonly complain: Complain;
}

function parseWith<Output>(
  schema: z.core.$ZodType<Output>,
  written: unknown,
  { root, path, complain }: Whereabouts,
): Output {
  const read = z.safeParse(schema, written);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const where = [...path, ...(issue?.path ?? []).map((key) => (typeof key === "symbol" ? String(key) : key))];
  throw complain(`${where.join(".")}: ${issue?.message ?? "not understood"}`, nearestNode(root, where));
}

/** The node at a path, or the last one on the way that exists: a missing key has no place of its own. */
function nearestNode(root: JsonNode, path: JsonPath): JsonNode {
  let node = root;
  for (const key of path) {
    const next = node.at([key]);
    if (next === undefined) return node;
    node = next;
  }
  return node;
}
