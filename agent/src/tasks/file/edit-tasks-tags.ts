import { TrigateError } from "../../errors/trigate-error.ts";
import { withNewTag } from "./edit-tasks.ts";
import { applyEdits, setKeys } from "./json-edit.ts";
import { jsonRoot } from "./json-text.ts";
import { insertProperty, reindented, textOf } from "./json-transplant.ts";
import { DEFAULT_TAG, parseTasks, type TaskDocument } from "./parse-tasks.ts";
import type { Edited, TagOf } from "./tag-edit.ts";

const TAG_NAME = /^[\w-]+$/;
/** Keys by which a file without tags is known, and one that is no key of its own in a JavaScript object. */
const RESERVED: ReadonlySet<string> = new Set(["tasks", "metadata", "__proto__"]);

export interface TagChange {
  readonly tag: string;
  /** Tasks in it, without subtasks. */
  readonly tasks: number;
}

/** Throws `usage/bad-argument` for a name that Task Master's own programs could not read as a tag. */
export function checkTagName(name: string): void {
  if (TAG_NAME.test(name) && !RESERVED.has(name)) return;
  throw refusal(`"${name}" is no name for a tag`, "use letters, digits, - and _");
}

/** Adds a list without tasks. Throws `usage/bad-argument` for a name that is taken or no name. */
export function addTag(where: TagOf, name: string): Edited<TagChange> {
  const document = readyFor(where, name);
  return { text: withNewTag(document, { tagName: name, nowIso: where.nowIso }), meaning: { tag: name, tasks: 0 } };
}

/** Adds a list with the same tasks as the one at hand, character for character. Throws as {@link addTag} does. */
export function copyTag(where: TagOf, name: string): Edited<TagChange> {
  const document = readyFor(where, name);
  const piece = textOf(document.root.property(where.tag.name), []);
  const edit = insertProperty(document.root, { key: name, piece });
  return { text: applyEdits(document.text, [edit]), meaning: { tag: name, tasks: where.tag.tasks.length } };
}

/** Gives the list at hand another name, and changes nothing else. Throws as {@link addTag} does. */
export function renameTag(where: TagOf, name: string): Edited<TagChange> {
  const document = readyFor(where, name);
  const property = document.root.properties.find(({ key }) => key === where.tag.name);
  const { offset, end } = property?.keySpan ?? { offset: 0, end: 0 };
  const edit = { offset, length: end - offset, content: JSON.stringify(name) };
  return { text: applyEdits(document.text, [edit]), meaning: { tag: name, tasks: where.tag.tasks.length } };
}

/** Takes the list at hand away. Throws `usage/bad-argument` when it has tasks and nobody said `force`, and for the last one. */
export function removeTag(where: TagOf, force: boolean): Edited<TagChange> {
  const { document, tag } = where;
  const tasks = tag.tasks.length;
  if (document.tags.size < 2) throw refusal(`"${tag.name}" is the only list`, "add another one first");
  if (tag.path.length === 0) throw mixed(where);
  if (tasks > 0 && !force)
    throw refusal(`tag "${tag.name}" has ${tasks} ${tasks === 1 ? "task" : "tasks"}`, "say --force to lose them");
  const edits = setKeys(document.root, { [tag.name]: undefined });
  return { text: applyEdits(document.text, edits), meaning: { tag: tag.name, tasks } };
}

/** The text of `state.json` that names another active list. All else that it says stays. */
export function stateWithTag(text: string | undefined, { name, nowIso }: { name: string; nowIso: string }): string {
  const values = { currentTag: name, lastSwitched: nowIso };
  if (text === undefined)
    return `${JSON.stringify({ ...values, branchTagMapping: {}, migrationNoticeShown: true }, null, 2)}\n`;
  return applyEdits(text, setKeys(jsonRoot(text), values));
}

/** The document in the tagged form, with room for a new name. */
function readyFor(where: TagOf, name: string): TaskDocument {
  checkTagName(name);
  const document = tagged(where);
  if (document.root.property(name) === undefined) return document;
  throw refusal(`there is a tag "${name}" already`, "choose another name");
}

/** A file without tags gets the one that it stands for: beside other tags, Task Master's own programs would no longer find it. */
function tagged(where: TagOf): TaskDocument {
  const { document, file } = where;
  if ([...document.tags.values()].every(({ path }) => path.length > 0)) return document;
  if (document.tags.size > 1) throw mixed(where);
  const { text, root } = document;
  const unit = /[\n\r]([ \t]+)\S/.exec(text)?.[1] ?? "";
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const inner = reindented({ text: text.slice(root.offset, root.end), indent: "" }, unit);
  const key = JSON.stringify(DEFAULT_TAG);
  const whole = unit === "" ? `{${key}:${inner}}` : `{${eol}${unit}${key}: ${inner}${eol}}`;
  return parseTasks(text.slice(0, root.offset) + whole + text.slice(root.end), file);
}

function mixed({ file }: TagOf): TrigateError<"tasks/invalid"> {
  const problem = `it has tasks at the top and tags beside them; put the former under a key "${DEFAULT_TAG}" first`;
  return new TrigateError("tasks/invalid", { file, problem });
}

function refusal(problem: string, hint: string): TrigateError<"usage/bad-argument"> {
  return new TrigateError("usage/bad-argument", { problem, hint });
}
