import { getNodeValue, type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import type { z } from "zod";
import type { Task } from "../../core/task.ts";
import { messageOf, TrigateError } from "../../errors/trigate-error.ts";
import { placeAt } from "./json-edit.ts";
import { FlatFile, TagContent, toTasks, type WrittenTask } from "./written-task.ts";

/** A segment of the way from the root of a JSON document to a value. */
export type JsonPath = readonly (string | number)[];

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
  readonly root: Node;
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
  const root = parseStrictJson(text, file);
  const content: unknown = getNodeValue(root);
  const complain = complainer(text, file);
  if (!isRecord(content)) throw complain("it must be an object of tags", root);
  const tags = new Map<string, TagDocument>();
  for (const [name, written] of Object.entries(content)) {
    if (isTag(written))
      tags.set(
        name,
        readTag({ name, path: [name] }, parseWith(TagContent, written, { root, path: [name], complain }).tasks),
      );
  }
  if (Array.isArray(content["tasks"]) && !tags.has(DEFAULT_TAG)) {
    const { tasks } = parseWith(FlatFile, content, { root, path: [], complain });
    tags.set(DEFAULT_TAG, readTag({ name: DEFAULT_TAG, path: [] }, tasks));
  }
  if (tags.size === 0 && Object.keys(content).length > 0) throw complain("no key holds a list of tasks", root);
  return { text, root, tags };
}

/** A tag is an object with a list of tasks, or one that is empty so far and has only its `metadata`. */
function isTag(written: unknown): boolean {
  return isRecord(written) && ((written["tasks"] ?? undefined) !== undefined || isRecord(written["metadata"]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readTag({ name, path }: Pick<TagDocument, "name" | "path">, written: readonly WrittenTask[]): TagDocument {
  const places = new Map<string, JsonPath[]>();
  const put = (id: string, place: JsonPath) => places.set(id, [...(places.get(id) ?? []), place]);
  const tasks = toTasks(written);
  for (const [index, task] of tasks.entries()) {
    put(task.id, [...path, "tasks", index]);
    for (const [subIndex, subtask] of task.subtasks.entries())
      put(subtask.id, [...path, "tasks", index, "subtasks", subIndex]);
  }
  return { name, path, tasks, places, stringIds: typeof written.at(-1)?.id === "string" };
}

/** Parses standard JSON (no comments, no trailing commas) into a tree. */
function parseStrictJson(text: string, file: string): Node {
  const unreadable = (offset: number, problem: string) =>
    new TrigateError("tasks/unreadable", { file, problem, ...placeAt(text, offset) });
  const errors: ParseError[] = [];
  let root: Node | undefined;
  try {
    root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  } catch (error) {
    // The parser recurses, so brackets nested thousands deep exhaust the stack.
    throw unreadable(0, messageOf(error));
  }
  const [first] = errors;
  if (first !== undefined) throw unreadable(first.offset, wordsOf(printParseErrorCode(first.error)));
  if (root === undefined) throw unreadable(text.length, "the file is empty");
  const twice = repeatedKey(root, 0);
  if (twice !== undefined)
    throw unreadable(twice.offset, `the key ${text.slice(twice.offset, twice.offset + twice.length)} is there twice`);
  return root;
}

/** `CommaExpected` → `comma expected`. */
function wordsOf(code: string): string {
  return code.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).toLowerCase();
}

/** The second of two equal keys of an object: which one counts depends on the reader, so nothing may be written there. */
function repeatedKey(node: Node, depth: number): Node | undefined {
  if (depth > OWN_DEPTH) return undefined;
  const seen = new Set<unknown>();
  for (const child of node.children ?? []) {
    const [key, value] = child.type === "property" ? (child.children ?? []) : [undefined, child];
    if (key !== undefined && seen.has(key.value)) return key;
    if (key !== undefined) seen.add(key.value);
    const deeper = value === undefined ? undefined : repeatedKey(value, depth + 1);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}

type Complain = (problem: string, node: Node | undefined) => TrigateError<"tasks/invalid">;

function complainer(text: string, file: string): Complain {
  return (problem, node) => {
    const line = node === undefined ? "" : ` (line ${placeAt(text, node.offset).line})`;
    return new TrigateError("tasks/invalid", { file, problem: `${problem}${line}` });
  };
}

interface Whereabouts {
  readonly root: Node;
  readonly path: JsonPath;
  readonly complain: Complain;
}

function parseWith<Output>(schema: z.ZodType<Output>, written: unknown, { root, path, complain }: Whereabouts): Output {
  const parsed = schema.safeParse(written);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = [...path, ...(issue?.path ?? []).map((key) => (typeof key === "symbol" ? String(key) : key))];
  throw complain(`${where.join(".")}: ${issue?.message ?? "not understood"}`, nearestNode(root, where));
}

/** The node at a path, or the last one on the way that exists: a missing key has no place of its own. */
function nearestNode(root: Node, path: JsonPath): Node {
  let node = root;
  for (const key of path) {
    const next = childAt(node, key);
    if (next === undefined) return node;
    node = next;
  }
  return node;
}

/** The node at a path, or `undefined`. */
export function nodeAt(root: Node, path: JsonPath): Node | undefined {
  return path.reduce<Node | undefined>((node, key) => (node === undefined ? undefined : childAt(node, key)), root);
}

function childAt({ type, children = [] }: Node, key: string | number): Node | undefined {
  if (type === "array") return typeof key === "number" ? children[key] : undefined;
  return children.find((property) => property.children?.[0]?.value === key)?.children?.[1];
}
