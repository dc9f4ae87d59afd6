import { TrigateError } from "../../errors/trigate-error.ts";
import { applyEdits } from "./json-edit.ts";
import { changeTask, type Edited, findOne, type TagOf } from "./tag-edit.ts";

export interface NoteRequest {
  readonly id: string;
  /** Not blank. */
  readonly text: string;
  readonly tag?: string | undefined;
}

/**
 * Appends a note with its time to the details of a task or subtask, marked as the notes of Task Master's own programs are.
 * Since it is appended to what the file says inside the lock, notes of several writers are all kept. Throws
 * `tasks/not-found`, and `usage/bad-argument` for a blank note.
 */
export function addNote(where: TagOf, { id, text }: NoteRequest): Edited<{ readonly id: string; readonly at: string }> {
  const note = text.trim();
  if (note === "")
    throw new TrigateError("usage/bad-argument", { problem: "the note is blank", hint: "say something" });
  const { details } = findOne(where, id).task;
  const block = `<info added on ${where.nowIso}>\n${note}\n</info added on ${where.nowIso}>`;
  const edits = changeTask(where, id, { details: details === "" ? block : `${details}\n${block}` });
  return { text: applyEdits(where.document.text, edits), meaning: { id, at: where.nowIso } };
}
