import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, realpathSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";

/** A folder with more files than this is told apart by sizes and times of change, not by content. */
const MOST_FILES_READ = 2_000;
/** Larger files are told apart by size and time of change. */
const MOST_BYTES_READ = 64 * 1024 * 1024;
const NEVER_ENTERED = new Set([".git", "node_modules", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"]);

/**
 * Reads files outside of what version control knows, and remembers every path that it looked at, whether something was
 * there or not: as long as none of them is touched, every answer stays the same. What cannot be read counts as absent.
 */
export class ObservedFiles {
  readonly #hashes = new Map<string, string | undefined>();
  readonly #listings = new Map<string, readonly string[] | undefined>();
  readonly #seen = new Set<string>();

  /** All paths that any answer rests on, absolute. */
  get watched(): readonly string[] {
    return [...this.#seen];
  }

  /** Hash of a regular file's mode and content, links followed; `undefined` when there is none. */
  hashOf(path: string): string | undefined {
    if (this.#hashes.has(path)) return this.#hashes.get(path);
    const hash = this.#hash(path);
    this.#hashes.set(path, hash);
    return hash;
  }

  /** Text of a regular file of at most `maxBytes`. */
  textOf(path: string, maxBytes: number): string | undefined {
    const stats = this.#stats(path);
    if (stats === undefined || !stats.isFile() || stats.size > maxBytes) return undefined;
    return orUndefined(() => readFileSync(path, "utf8"));
  }

  /** Sorted names in a folder; `undefined` when there is none. */
  namesIn(folder: string): readonly string[] | undefined {
    if (this.#listings.has(folder)) return this.#listings.get(folder);
    const names = this.#stats(folder)?.isDirectory() ? orUndefined(() => readdirSync(folder).toSorted()) : undefined;
    this.#listings.set(folder, names);
    return names;
  }

  isFolder(path: string): boolean {
    return this.#stats(path)?.isDirectory() ?? false;
  }

  /** Where a path really lies; `undefined` when there is nothing. */
  realPathOf(path: string): string | undefined {
    this.#seen.add(path);
    return orUndefined(() => realpathSync.native(path));
  }

  /** Hash over a folder's files, deep, without repositories' and caches' own folders; `undefined` when there is none. */
  treeHashOf(folder: string): string | undefined {
    if (this.namesIn(folder) === undefined) return undefined;
    const hash = createHash("sha256");
    let files = 0;
    const visit = (at: string, inside: string) => {
      for (const name of this.namesIn(at) ?? []) {
        if (NEVER_ENTERED.has(name)) continue;
        const path = join(at, name);
        const stats = orUndefined(() => lstatSync(path));
        if (stats?.isDirectory()) visit(path, `${inside}${name}/`);
        else if (stats !== undefined) {
          const content = files++ < MOST_FILES_READ ? this.hashOf(path) : stampOf(stats);
          hash.update(`${inside}${name}\0${content ?? ""}\0`);
        }
      }
    };
    visit(folder, "");
    return hash.digest("hex");
  }

  #hash(path: string): string | undefined {
    const stats = this.#stats(path);
    if (stats === undefined || !stats.isFile()) return undefined;
    if (stats.size > MOST_BYTES_READ) return stampOf(stats);
    const content = orUndefined(() => readFileSync(path));
    const mode = stats.mode & 0o111 ? "x" : "-";
    return content && `${mode}${createHash("sha256").update(content).digest("hex")}`;
  }

  #stats(path: string): Stats | undefined {
    this.#seen.add(path);
    const stats = orUndefined(() => statSync(path, { throwIfNoEntry: false }));
    if (stats === undefined || orUndefined(() => lstatSync(path))?.isSymbolicLink() !== true) return stats;
    // The stamp of a link says nothing about what it leads to.
    const real = orUndefined(() => realpathSync.native(path));
    if (real !== undefined) this.#seen.add(real);
    return stats;
  }
}

function stampOf({ size, mtimeMs, ctimeMs }: Stats): string {
  return `stamp:${size}:${mtimeMs}:${ctimeMs}`;
}

/** Whatever keeps a path from being read (no permission, a loop of links, gone meanwhile), tools fare alike. */
function orUndefined<T>(body: () => T): T | undefined {
  try {
    return body();
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}
