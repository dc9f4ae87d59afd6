import type { FileText } from "./task-file.ts";
import { parseTasks, type TaskDocument } from "./parse-tasks.ts";

/**
 * A file that was changed so shortly before it was read may change again within the same tick of the file system's
 * clock, and look unchanged.
 */
const SETTLED_AFTER_MS = 100;

/** A task file as it was read, with what it says. */
export interface ReadDocument {
  readonly read: FileText;
  readonly document: TaskDocument;
}

/** Keeps the last document of a file and parses it again only when the file is another one. */
export class DocumentMemo {
  #kept: (ReadDocument & { readonly stamp: string }) | undefined;

  /** What was read when the file had this stamp, if it was the last one read. */
  get(stamp: string): ReadDocument | undefined {
    return this.#kept?.stamp === stamp ? this.#kept : undefined;
  }

  /** The document of a text. `nowMs` is the time of the read, to know whether the stamp may be relied on later. */
  parse(read: FileText, { file, nowMs }: { readonly file: string; readonly nowMs: number }): ReadDocument {
    const same = this.#kept?.read.text === read.text ? this.#kept.document : undefined;
    const document = same ?? parseTasks(read.text, file);
    const isSettled = nowMs - read.state.changedAtMs > SETTLED_AFTER_MS;
    this.#kept = { read, document, stamp: isSettled ? read.state.stamp : "" };
    return { read, document };
  }
}
