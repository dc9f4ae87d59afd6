import { type FSWatcher, watch } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { isSystemError } from "./files.ts";

/** Editors and atomic writers touch a file several times for one change; events within this time are one. */
const COALESCE_MS = 20;
/** How often to look when the system gives no more watches. */
const POLL_MS = 1_000;

export interface Watch {
  /** Resolves when the state to compare with is known: what changes from then on is reported. */
  readonly ready: Promise<void>;
  readonly close: () => void;
}

/**
 * Calls `onChange` after any of these files appeared, changed or vanished. The files and their folders need not exist
 * yet. The watch alone does not keep the process alive.
 */
export function watchFiles(paths: readonly string[], onChange: () => void): Watch {
  const started = new FilesWatch(paths, onChange);
  return { ready: started.look(), close: () => started.close() };
}

class FilesWatch {
  readonly #paths: readonly string[];
  readonly #onChange: () => void;
  readonly #watchers = new Map<string, FSWatcher>();
  #signature: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #poll: NodeJS.Timeout | undefined;
  #looking = false;
  #lookAgain = false;
  #closed = false;

  constructor(paths: readonly string[], onChange: () => void) {
    this.#paths = paths;
    this.#onChange = onChange;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearInterval(this.#poll);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  /** Arms the watches first and compares then, so that nothing happens unseen in between. */
  async look(): Promise<void> {
    if (this.#looking) {
      this.#lookAgain = true;
      return;
    }
    this.#looking = true;
    try {
      do {
        this.#lookAgain = false;
        await this.#arm();
        const signature = (await Promise.all(this.#paths.map(signatureOf))).join("\n");
        const before = this.#signature;
        this.#signature = signature;
        if (!this.#closed && before !== undefined && before !== signature) this.#onChange();
      } while (this.#lookAgain && !this.#closed);
    } finally {
      this.#looking = false;
    }
  }

  async #arm(): Promise<void> {
    const wanted = new Set(await Promise.all(this.#paths.map((path) => nearestFolder(dirname(path)))));
    if (this.#closed) return;
    for (const [folder, watcher] of this.#watchers) {
      if (wanted.has(folder)) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    for (const folder of wanted) if (!this.#watchers.has(folder)) this.#watch(folder);
  }

  #watch(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, () => this.#soon());
      watcher.on("error", () => this.#drop(folder));
      this.#watchers.set(folder, watcher);
    } catch {
      // The system is out of watches, or the folder went away just now. Looking regularly covers both.
      this.#startPolling();
    }
  }

  #drop(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
    this.#soon();
  }

  #soon(): void {
    if (this.#closed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      // A folder that was removed and made again has the same name but needs a new watch.
      for (const [folder, watcher] of this.#watchers) {
        watcher.close();
        this.#watchers.delete(folder);
      }
      void this.look();
    }, COALESCE_MS);
    this.#timer.unref();
  }

  #startPolling(): void {
    this.#poll ??= setInterval(() => void this.look(), POLL_MS);
    this.#poll.unref();
  }
}

async function signatureOf(path: string): Promise<string> {
  try {
    const { ino, size, mtimeNs } = await stat(path, { bigint: true });
    return `${ino} ${size} ${mtimeNs}`;
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : "unknown";
  }
}

async function nearestFolder(folder: string): Promise<string> {
  try {
    if ((await stat(folder)).isDirectory()) return folder;
  } catch (error) {
    if (!isSystemError(error, "ENOENT") && !isSystemError(error, "ENOTDIR")) return folder;
  }
  const parent = dirname(folder);
  return parent === folder ? folder : nearestFolder(parent);
}
