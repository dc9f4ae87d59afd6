import { dirname, join } from "node:path";
import { isTrigateError, messageOf, TrigateError } from "../errors/trigate-error.ts";
import type { Clock } from "../platform/clock.ts";
import { mkdir, removeLeftovers, writeAtomically } from "../platform/files.ts";
import { type FolderLock, takeFolderLock } from "../platform/folder-lock.ts";
import { type Watch, watchFiles } from "../platform/watch.ts";
import { activeTagName, pickTag } from "./file/active-tag.ts";
import { findTask, type ListedTask, listTasks } from "./graph/dependencies.ts";
import {
  addTask,
  type NewTask,
  newTaskFile,
  withNewTag,
  type StatusChange,
  type StatusRequest,
  setStatus,
} from "./file/edit-tasks.ts";
import type { Edited, TagOf } from "./file/tag-edit.ts";
import { chooseNext, type NextListedTask } from "./graph/next.ts";
import { DocumentMemo, type ReadDocument } from "./file/document-memo.ts";
import { parseTasks, type TagDocument, type TaskDocument } from "./file/parse-tasks.ts";
import {
  type FileBytes,
  type FileText,
  fileState,
  locateTaskFile,
  readFileBytes,
  readFileText,
  TASK_FILES,
  type TaskFile,
  textOf,
  withMark,
} from "./file/task-file.ts";
import type { TaskVersion, TaskVersions } from "./task-store-versions.ts";

/** The tasks of one tag. */
export interface TaskListing {
  readonly tag: string;
  readonly tags: readonly string[];
  readonly tasks: readonly ListedTask[];
  readonly next: NextListedTask;
}

export interface TaskStoreOptions {
  /** Absolute path of the workspace root. */
  readonly root: string;
  readonly clock: Clock;
  readonly lock?: { readonly waitMs: number; readonly staleAfterMs: number };
  /** Where the last good states of the file are kept. */
  readonly versions?: TaskVersions;
  /** Told when a state could not be kept, which is no reason to refuse the write. */
  readonly warn?: (message: string) => void;
}

/** The other program takes a lock for abandoned after ten seconds; ours must wait longer than that to take one over. */
const LOCK = { waitMs: 30_000, staleAfterMs: 10_000 };

/**
 * The task files of one workspace, shared with Task Master: both may write in turns. Every write takes the lock that the
 * other program honours, reads again inside it, changes as few characters as possible and replaces the file in one step.
 *
 * Reading throws `tasks/missing`, `tasks/unreadable` (no JSON), `tasks/invalid` (JSON, but no task list),
 * `usage/bad-argument` (unknown tag) and `platform/path-outside` (a link leads out of the workspace); writing also
 * `tasks/locked`, `tasks/not-found`, `tasks/conflict` and `tasks/write-failed`. A file that cannot be read is never
 * written.
 */
export class TaskStore {
  readonly #root: string;
  readonly #clock: Clock;
  readonly #lock: { readonly waitMs: number; readonly staleAfterMs: number };
  readonly #versions: TaskVersions | undefined;
  readonly #warn: (message: string) => void;
  readonly #memo = new DocumentMemo();
  /** Of the lists that are in memory anyhow, what they say. */
  readonly #listings = new WeakMap<TagDocument, TaskListing>();

  constructor({ root, clock, lock, versions, warn }: TaskStoreOptions) {
    this.#root = root;
    this.#clock = clock;
    this.#lock = lock ?? LOCK;
    this.#versions = versions;
    this.#warn = warn ?? (() => undefined);
  }

  async list(asked?: string): Promise<TaskListing> {
    const { document } = await this.#readOrMissing();
    const name = await activeTagName(this.#root, asked);
    const tag = pickTag(document, name);
    const known = tag && this.#listings.get(tag);
    if (known !== undefined) return known;
    const tasks = listTasks(tag?.tasks ?? []);
    const listing = { tag: name, tags: [...document.tags.keys()], tasks, next: chooseNext(tasks) };
    if (tag !== undefined) this.#listings.set(tag, listing);
    return listing;
  }

  /** The task to do now and why, or why there is none. */
  async next(tag?: string): Promise<NextListedTask> {
    return (await this.list(tag)).next;
  }

  /** One task or subtask. Throws `tasks/not-found`. */
  async show(id: string, tag?: string): Promise<ListedTask> {
    const listing = await this.list(tag);
    const task = findTask(listing.tasks, id);
    if (task === undefined) throw new TrigateError("tasks/not-found", { id, tag: listing.tag });
    return task;
  }

  setStatus(request: StatusRequest): Promise<StatusChange> {
    return this.change(request.tag, (where) => setStatus(where, request));
  }

  /**
   * Changes one list: `edit` is handed the file as it stands inside the lock and answers its new text, or throws, and
   * nothing is written then.
   */
  async change<Meaning>(asked: string | undefined, edit: (where: TagOf) => Edited<Meaning>): Promise<Meaning> {
    const tagName = await activeTagName(this.#root, asked);
    await this.#readOrMissing();
    return this.#write(({ file, document }) => {
      if (document === undefined) throw new TrigateError("tasks/missing", { file: file.name });
      const tag = pickTag(document, tagName);
      if (tag === undefined) throw new TrigateError("tasks/no-tag", { file: file.name, tag: tagName });
      return edit({ document, tag, file: file.name, nowIso: this.#nowIso() });
    });
  }

  /** Hands one list to `look` as the file has it now, without waiting for writers. */
  async look<Meaning>(asked: string | undefined, look: (where: TagOf) => Meaning): Promise<Meaning> {
    const tagName = await activeTagName(this.#root, asked);
    const { file, document } = await this.#readOrMissing();
    const tag = pickTag(document, tagName);
    if (tag === undefined) throw new TrigateError("tasks/no-tag", { file: file.name, tag: tagName });
    return look({ document, tag, file: file.name, nowIso: this.#nowIso() });
  }

  /** {@link change} in several steps that are written together: each step sees what the ones before it made. */
  changeInSteps(asked: string | undefined, steps: readonly ((where: TagOf) => Edited<unknown>)[]): Promise<void> {
    return this.change(asked, (where) => {
      let at = where;
      for (const step of steps) {
        const { text } = step(at);
        const document = parseTasks(text, where.file);
        at = { ...where, document, tag: document.tags.get(where.tag.name) ?? where.tag };
      }
      return { text: at.document.text, meaning: undefined };
    });
  }

  /** {@link change} for a list that may not exist yet: the file, in the tagged form, or the tag is made first. */
  async changeOrCreate<Meaning>(asked: string | undefined, edit: (where: TagOf) => Edited<Meaning>): Promise<Meaning> {
    const tagName = await activeTagName(this.#root, asked);
    return this.#write(({ file, document }) => {
      const nowIso = this.#nowIso();
      const withTag = document?.tags.has(tagName)
        ? document
        : parseTasks(withNewTag(document, { tagName, nowIso }), file.name);
      const tag = withTag.tags.get(tagName);
      if (tag === undefined) throw new TrigateError("tasks/no-tag", { file: file.name, tag: tagName });
      return edit({ document: withTag, tag, file: file.name, nowIso });
    });
  }

  /** {@link list}, or a list of nothing where there is no file or no such tag yet. */
  async listOrEmpty(tag?: string): Promise<TaskListing> {
    const name = await activeTagName(this.#root, tag);
    const file = await locateTaskFile(this.#root);
    const tags = (await this.#read(file))?.document.tags;
    if (tags?.has(name)) return this.list(tag);
    return { tag: name, tags: [...(tags?.keys() ?? [])], tasks: [], next: chooseNext([]) };
  }

  /** Adds a task; makes the file, in the tagged form, when there is none. */
  async add(task: NewTask): Promise<{ readonly id: string }> {
    const tagName = await activeTagName(this.#root, task.tag);
    return this.#write(({ file, document }) => {
      const tag = document === undefined ? undefined : pickTag(document, tagName);
      if (document === undefined || tag === undefined) return newTaskFile(task, { tagName, nowIso: this.#nowIso() });
      return addTask({ document, tag, file: file.name, nowIso: this.#nowIso() }, task);
    });
  }

  /** Tells when the tasks or the active tag may have changed, whoever wrote them. */
  watch(onChange: () => void): Watch {
    const { tasks, state, config, legacyTasks } = TASK_FILES;
    return watchFiles(
      [tasks, state, config, legacyTasks].map((name) => join(this.#root, name)),
      onChange,
    );
  }

  /** The last good states of the file, the newest first. */
  async versions(): Promise<readonly TaskVersion[]> {
    return (await this.#versions?.list()) ?? [];
  }

  /**
   * Puts a version back: the one whose time begins like `asked`, else the newest that is another than the file. What is in
   * the file now stays: as a version when it can be read, else in a file beside it. Throws `tasks/no-version`.
   */
  async restore(asked?: string): Promise<Restored> {
    const versions = this.#versions;
    if (versions === undefined) throw new TrigateError("tasks/no-version", { problem: "no versions are kept here" });
    return this.#locked(async (file, lock) => {
      const present = await readFileBytes(file);
      const chosen = await chooseVersion(versions, { asked, present: present?.bytes });
      const read = present === undefined ? undefined : readable(present, file.name);
      const isBroken = present !== undefined && read === undefined;
      const setAside = isBroken ? `${file.name}.broken-${this.#nowIso().replaceAll(/\W/g, "")}` : undefined;
      if (isBroken && setAside !== undefined) await writeAtomically(join(this.#root, setAside), present.bytes);
      await this.#replace({ file, read, ...chosen.found, lock, keepBefore: true });
      return { version: chosen.version, file: file.name, setAside };
    });
  }

  #nowIso(): string {
    return new Date(this.#clock.now()).toISOString();
  }

  async #readOrMissing(): Promise<{ file: TaskFile; document: TaskDocument }> {
    const file = await locateTaskFile(this.#root);
    const found = await this.#read(file);
    if (found === undefined) throw new TrigateError("tasks/missing", { file: file.name });
    return { file, document: found.document };
  }

  /** The file as it stands now; it is read and parsed only when it is another one than last time. */
  async #read(file: TaskFile): Promise<ReadDocument | undefined> {
    const state = await fileState(file);
    const kept = state === undefined ? undefined : this.#memo.get(state.stamp);
    if (kept !== undefined) return kept;
    const read = await readFileText(file);
    return read === undefined ? undefined : this.#memo.parse(read, { file: file.name, nowMs: this.#clock.now() });
  }

  async #write<Meaning>(
    edit: (current: { file: TaskFile; document: TaskDocument | undefined }) => Edited<Meaning>,
  ): Promise<Meaning> {
    return this.#locked(async (file, lock) => {
      const found = await this.#read(file);
      const { text, meaning } = edit({ file, document: found?.document });
      if (text !== found?.read.text) await this.#replace({ file, read: found?.read, text, lock });
      return meaning;
    });
  }

  async #locked<Result>(body: (file: TaskFile, lock: FolderLock) => Promise<Result>): Promise<Result> {
    const located = await locateTaskFile(this.#root);
    const lock = await this.#takeLock(located);
    try {
      await removeLeftovers(located.path);
      // Whoever held the lock before may have made or moved the file.
      return await body(await locateTaskFile(this.#root), lock);
    } finally {
      await lock.release();
    }
  }

  async #takeLock({ name, path }: TaskFile): Promise<FolderLock> {
    const lockPath = `${path}.lock`;
    const lock = await this.#lockIn(dirname(path), lockPath).catch((error: unknown) => {
      throw new TrigateError("tasks/write-failed", { file: name, problem: messageOf(error) }, { cause: error });
    });
    if (lock === undefined) throw new TrigateError("tasks/locked", { lock: lockPath, waitedMs: this.#lock.waitMs });
    return lock;
  }

  async #lockIn(folder: string, lockPath: string): Promise<FolderLock | undefined> {
    await mkdir(folder, { recursive: true });
    return takeFolderLock(lockPath, { clock: this.#clock, ...this.#lock });
  }

  async #replace({ file, read, text, hasMark = read?.hasMark ?? false, lock, keepBefore }: Replacement): Promise<void> {
    // A writer that was suspended past the lock's age must not overwrite what others wrote meanwhile.
    const confirm = async () => {
      if (await lock.isOurs()) return;
      throw new TrigateError("tasks/locked", { lock: `${file.path}.lock`, waitedMs: this.#lock.staleAfterMs });
    };
    try {
      const content = withMark({ hasMark }, text);
      const mode = read === undefined ? {} : { mode: read.mode };
      await writeAtomically(file.path, content, { durable: true, confirm, ...mode });
    } catch (error) {
      if (error instanceof TrigateError) throw error;
      throw new TrigateError("tasks/write-failed", { file: file.name, problem: messageOf(error) }, { cause: error });
    }
    await this.#keep({ file, read, text, keepBefore: keepBefore ?? false });
  }

  /** The write is done and stays done, whether or not a version of it can be kept. */
  async #keep({
    file,
    read,
    text,
    keepBefore,
  }: Pick<Replacement, "file" | "read" | "text"> & { keepBefore: boolean }): Promise<void> {
    try {
      const state = await fileState(file);
      const before = read && { text: read.text, content: withMark(read, read.text), state: read.state };
      if (state !== undefined) await this.#versions?.keep({ path: file.path, before, text, state, keepBefore });
    } catch (error) {
      this.#warn(`the state of ${file.name} could not be kept for "trigate tasks restore": ${messageOf(error)}`);
    }
  }
}

interface Replacement {
  readonly file: TaskFile;
  /** What is in the file so far. */
  readonly read: FileText | undefined;
  readonly text: string;
  /** Whether it is to begin with a byte order mark; as so far, where nobody says. */
  readonly hasMark?: boolean;
  readonly lock: FolderLock;
  readonly keepBefore?: boolean;
}

/** What {@link TaskStore.restore} did. */
export interface Restored {
  readonly version: string;
  /** The task file, relative to the root. */
  readonly file: string;
  /** Where the file that could not be read is now, relative to the root. */
  readonly setAside: string | undefined;
}

/** The text of a file that holds a task list, or `undefined` for any other content. */
function readable(found: FileBytes, file: string): FileText | undefined {
  try {
    const read = textOf(found, file);
    parseTasks(read.text, file);
    return read;
  } catch (error) {
    if (isTrigateError(error, "tasks/unreadable") || isTrigateError(error, "tasks/invalid")) return undefined;
    throw error;
  }
}

async function chooseVersion(
  versions: TaskVersions,
  { asked, present }: { readonly asked: string | undefined; readonly present: Uint8Array | undefined },
): Promise<{ readonly version: string; readonly found: FileText }> {
  const candidates = asked === undefined ? await versions.list() : [await versions.find(asked)];
  for (const candidate of candidates) {
    const bytes = await versions.read(candidate);
    const isPresent = present !== undefined && Buffer.compare(bytes, present) === 0;
    if (asked === undefined && isPresent) continue;
    const { version } = candidate;
    const found = readable({ bytes, mode: 0, state: { stamp: "", changedAtMs: 0 } }, `the version of ${version}`);
    if (found !== undefined) return { version, found };
  }
  throw new TrigateError("tasks/no-version", { problem: "no other version is kept that can be read" });
}
