// What a task file says, field by field, so that two states of it can be compared.

/** @typedef {{ key: string, tag: string, id: string, field: string, was: string | undefined, is: string | undefined }} Difference */

const SEPARATOR = "\u0000";

/** A subtask's dependency that is a number, or a text without a dot, means a sibling; a task's is a full id in either form. */
const meaningOf = (dependency, parent) =>
  parent === undefined || String(dependency).includes(".") ? String(dependency) : `${parent}.${dependency}`;

function valueOf(field, value, { parent, exact, renamed }) {
  if (field !== "dependencies" || exact) return JSON.stringify(value);
  const meanings = (value ?? []).map((dependency) => meaningOf(dependency, parent));
  return JSON.stringify(meanings.map((id) => renamed.get(id) ?? id));
}

const isObject = (value) => value !== null && typeof value === "object";

/** Whether a field is not compared by its value: subtasks are items of their own, and an id is part of what names a field. */
const isElsewhere = (field, exact) => field === "subtasks" || (field === "id" && !exact);

/** Calls `put(place, field, value)` for each entry of the metadata of a tag, task or subtask. */
function metadataOf(metadata, { place, put }) {
  for (const [name, value] of Object.entries(metadata)) put(place, `metadata.${name}`, JSON.stringify(value));
}

/** Calls `put({ tag, id }, field, value)` for each field of a task or subtask. */
function fieldsOf(item, { tag, id, put, ...how }) {
  for (const [field, value] of Object.entries(item)) {
    if (isElsewhere(field, how.exact)) continue;
    if (field === "metadata" && isObject(value)) metadataOf(value, { place: { tag, id }, put });
    else put({ tag, id }, field, valueOf(field, value, how));
  }
  // Both programs take a missing list for an empty one.
  if (!how.exact && item.dependencies === undefined) put({ tag, id }, "dependencies", "[]");
  put({ tag, id }, "subtasks", JSON.stringify((item.subtasks ?? []).map((subtask) => String(subtask.id))));
}

/** Calls `put({ tag, id: "" }, field, value)` for each field of a tag itself, with the ids of its tasks. */
function tagFieldsOf(content, { tag, put }) {
  const place = { tag, id: "" };
  for (const [field, value] of Object.entries(content)) {
    if (field === "metadata") metadataOf(value, { place, put });
    else if (field !== "tasks") put(place, `stray.${field}`, JSON.stringify(value));
  }
  put(place, "tasks", JSON.stringify(content.tasks.map(({ id }) => String(id))));
}

/** The fields of a task, and after them those of its subtasks. */
function taskFieldsOf(task, how) {
  fieldsOf(task, { ...how, id: String(task.id) });
  for (const subtask of task.subtasks ?? [])
    fieldsOf(subtask, { ...how, id: `${task.id}.${subtask.id}`, parent: task.id });
}

/**
 * Field by field what a document says. The type of an id, and the way a dependency is written, count only when `exact`.
 * Items of `renamed.tag` stand under the new ids that `renamed.ids` gives them.
 * @returns {Map<string, string>}
 */
function flatten(document, { exact = false, renamed = { tag: "", ids: new Map() } } = {}) {
  const fields = new Map();
  const namesIn = (tag) => (tag === renamed.tag ? renamed.ids : new Map());
  const put = ({ tag, id }, field, value) => {
    let key = [tag, namesIn(tag).get(id) ?? id, field].join(SEPARATOR);
    while (fields.has(key)) key += "'";
    fields.set(key, value);
  };
  for (const [tag, content] of Object.entries(document)) {
    tagFieldsOf(content, { tag, put });
    for (const task of content.tasks) taskFieldsOf(task, { tag, exact, renamed: namesIn(tag), put });
  }
  return fields;
}

/**
 * What differs between two documents; with `renamed`, but for the new ids.
 * @returns {Difference[]}
 */
export function compare(before, after, { exact = false, renamed } = {}) {
  const [from, to] = [flatten(before, { exact, renamed }), flatten(after, { exact })];
  const keys = new Set([...from.keys(), ...to.keys()]);
  return [...keys]
    .filter((key) => from.get(key) !== to.get(key))
    .map((key) => {
      const [tag = "", id = "", field = ""] = key.split(SEPARATOR);
      return { key, tag, id, field, was: from.get(key), is: to.get(key) };
    });
}

/** All tasks and subtasks of a tag with their full ids. */
export function itemsOf(document, tag) {
  return (document[tag]?.tasks ?? []).flatMap((task) => [
    { id: String(task.id), item: task },
    ...(task.subtasks ?? []).map((subtask) => ({ id: `${task.id}.${subtask.id}`, item: subtask, parent: task })),
  ]);
}

/** Full ids that an item waits for. */
export function waitsFor({ item, parent }) {
  return (item.dependencies ?? []).map((dependency) => meaningOf(dependency, parent?.id));
}

/**
 * Whether `start` waits for `target`, directly or through others, so that the opposite edge would close a circle. With
 * `withFamilies` a task also waits for its subtasks, and they for their task and what it waits for.
 */
export function reaches(items, { start, target, withFamilies = false }) {
  const byId = new Map(items.map((each) => [each.id, each]));
  const seen = new Set();
  const open = [start];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (id === target) return true;
    const found = byId.get(id);
    if (seen.has(id) || found === undefined) continue;
    seen.add(id);
    open.push(...waitsFor(found));
    if (!withFamilies) continue;
    open.push(...items.filter(({ parent }) => parent === found.item).map((child) => child.id));
    if (found.parent !== undefined) open.push(String(found.parent.id));
  }
  return false;
}

export const describeDifference = ({ tag, id, field, was, is }) =>
  `${tag} ${id} ${field}: ${was ?? "absent"} -> ${is ?? "absent"}`;
