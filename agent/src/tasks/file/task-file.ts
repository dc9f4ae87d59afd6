import { join } from "node:path";
import { messageOf, TrigateError } from "../../errors/trigate-error.ts";
import { confine, exists, isSystemError, readFile, realpath, stat } from "../../platform/files.ts";
import { placeAt } from "./json-edit.ts";

/** Where the task files lie, relative to the workspace root. */
export const TASK_FILES = {
  tasks: ".taskmaster/tasks/tasks.json",
  state: ".taskmaster/state.json",
  config: ".taskmaster/config.json",
  /** Places of old versions; only looked at when their configuration file is there too. */
  legacyTasks: "tasks/tasks.json",
  legacyConfig: ".taskmasterconfig",
} as const;

/** The task file of a workspace. */
export interface TaskFile {
  /** Relative to the root, for messages. */
  readonly name: string;
  /** Absolute, links followed: what is read, locked and replaced. */
  readonly path: string;
}

/**
 * The task file of a workspace, whether it exists or not. Throws `platform/path-outside` when a link leads out of the
 * workspace.
 */
export async function locateTaskFile(root: string): Promise<TaskFile> {
  const current = await inWorkspace(root, TASK_FILES.tasks);
  if (await exists(current.path)) return current;
  const isLegacy =
    (await exists(join(root, TASK_FILES.legacyConfig))) && (await exists(join(root, TASK_FILES.legacyTasks)));
  return isLegacy ? inWorkspace(root, TASK_FILES.legacyTasks) : current;
}

/** A file of the workspace, there or not. Throws `platform/path-outside` and, for a path that leads nowhere, `tasks/invalid`. */
export async function inWorkspace(root: string, name: string): Promise<TaskFile> {
  try {
    const path = await confine(root, name);
    return { name, path: (await exists(path)) ? await realpath(path) : path };
  } catch (error) {
    if (error instanceof TrigateError) throw error;
    throw notOpened(name, error);
  }
}

function notOpened(file: string, error: unknown): TrigateError<"tasks/invalid"> {
  return new TrigateError(
    "tasks/invalid",
    { file, problem: `it cannot be opened: ${messageOf(error)}` },
    { cause: error },
  );
}

/** What a text file held: its text, and whether it began with a byte order mark (which is not part of `text`). */
export interface FileText {
  readonly text: string;
  readonly hasMark: boolean;
  /** Permission bits, to be kept when the file is replaced. */
  readonly mode: number;
  readonly state: FileState;
}

/** Tells one state of a file from another without reading it. */
export interface FileState {
  /** Differs when the file was replaced or written, except twice within one tick of the file system's clock. */
  readonly stamp: string;
  /** Milliseconds since 1970. */
  readonly changedAtMs: number;
}

const MARK = "\uFEFF";

/** The state of a file, or `undefined` when there is none. Throws `tasks/invalid` when it is no readable file. */
export async function fileState(file: TaskFile): Promise<FileState | undefined> {
  return (await statFile(file))?.state;
}

/**
 * The text of a file, or `undefined` when there is none. Throws `tasks/invalid` when it is no readable file, and
 * `tasks/unreadable` when it is not UTF-8: such bytes would be lost when it is written again.
 */
export async function readFileText(file: TaskFile): Promise<FileText | undefined> {
  const found = await readFileBytes(file);
  return found === undefined ? undefined : textOf(found, file.name);
}

/** What a file held, and what is known of it. */
export interface FileBytes extends Pick<FileText, "mode" | "state"> {
  readonly bytes: Uint8Array;
}

/** {@link readFileText} for a file that may hold anything. */
export async function readFileBytes(file: TaskFile): Promise<FileBytes | undefined> {
  const found = await statFile(file);
  if (found === undefined) return undefined;
  const bytes: Uint8Array | undefined = await orAbsent(file.name, () => readFile(file.path));
  return bytes === undefined ? undefined : { bytes, ...found };
}

/** The text of bytes. Throws `tasks/unreadable` when they are not UTF-8. */
export function textOf({ bytes, mode, state }: FileBytes, name: string): FileText {
  const text = decode(bytes, name);
  const hasMark = text.startsWith(MARK);
  return { text: hasMark ? text.slice(1) : text, hasMark, mode, state };
}

async function statFile({ name, path }: TaskFile): Promise<Pick<FileText, "mode" | "state"> | undefined> {
  const found = await orAbsent(name, () => stat(path, { bigint: true }));
  if (found === undefined) return undefined;
  if (!found.isFile()) throw new TrigateError("tasks/invalid", { file: name, problem: "it is not a regular file" });
  const { ino, size, mtimeNs, ctimeNs, mode } = found;
  const state = { stamp: [path, ino, size, mtimeNs, ctimeNs].join(":"), changedAtMs: Number(ctimeNs / 1_000_000n) };
  return { mode: Number(mode) & 0o777, state };
}

export function withMark({ hasMark }: Pick<FileText, "hasMark">, text: string): string {
  return hasMark ? MARK + text : text;
}

async function orAbsent<Value>(name: string, get: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await get();
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw notOpened(name, error);
  }
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    const readable = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    const place = placeAt(readable, Math.max(0, readable.indexOf("\uFFFD")));
    throw new TrigateError("tasks/unreadable", { file, problem: "it is not UTF-8", ...place }, { cause: error });
  }
}
