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

/** Calls `put({ tag, id }, field, value)` for each field of a task or subtask. */
function fieldsOf(item, { tag, id, put, ...how }) {
  for (const [field, value] of Object.entries(item)) {
    if (field === "subtasks" || (field === "id" && !how.exact)) continue;
    if (field === "metadata" && value !== null && typeof value === "object")
      for (const [name, inner] of Object.entries(value)) put({ tag, id }, `metadata.${name}`, JSON.stringify(inner));
    else put({ tag, id }, field, valueOf(field, value, how));
  }
  // Both programs take a missing list for an empty one.
  if (!how.exact && item.dependencies === undefined) put({ tag, id }, "dependencies", "[]");
  put({ tag, id }, "subtasks", JSON.stringify((item.subtasks ?? []).map((subtask) => String(subtask.id))));
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
    for (const [field, value] of Object.entries(content)) {
      if (field === "metadata")
        for (const [name, inner] of Object.entries(value))
          put({ tag, id: "" }, `metadata.${name}`, JSON.stringify(inner));
      else if (field !== "tasks") put({ tag, id: "" }, `stray.${field}`, JSON.stringify(value));
    }
    put({ tag, id: "" }, "tasks", JSON.stringify(content.tasks.map(({ id }) => String(id))));
    for (const task of content.tasks) {
      fieldsOf(task, { tag, id: String(task.id), exact, renamed: namesIn(tag), put });
      for (const subtask of task.subtasks ?? [])
        fieldsOf(subtask, {
          tag,
          id: `${task.id}.${subtask.id}`,
          parent: task.id,
          exact,
          renamed: namesIn(tag),
          put,
        });
    }
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
