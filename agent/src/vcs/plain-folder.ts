import { join } from "node:path";
import type { FileDiff } from "../core/codecov/diff.ts";
import { TrigateError } from "../errors/trigate-error.ts";
import { lstat, readdir, readFile, sha256 } from "../platform/files.ts";
import { snapshotOfHashes } from "./file-tree.ts";
import type { Repository, Snapshot } from "./repository.ts";

/** Folders that tools fill; outside a repository there is no list of ignored files to go by. */
const NEVER_SOURCES = new Set([
  ".git",
  ".hg",
  ".svn",
  "node_modules",
  ".venv",
  "venv",
  "__pycache__",
  ".tools",
  "dist",
  "build",
  "out",
  "target",
  "coverage",
]);

/** A folder that is under no version control: everything in it counts, and nothing is known about changes. */
export class PlainFolder implements Repository {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async snapshot(): Promise<Snapshot> {
    const hashes = new Map<string, string>();
    await collect(this.#root, "", hashes);
    return snapshotOfHashes(hashes, { dirty: true, commit: undefined });
  }

  async paths(): Promise<readonly string[]> {
    return (await this.snapshot()).files.map(({ path }) => path);
  }

  async folders(): Promise<undefined> {
    return undefined;
  }

  async mergeBase(base: string | undefined): Promise<undefined> {
    if (base !== undefined) throw this.#noRepository();
    return undefined;
  }

  async changedLines(): Promise<ReadonlyMap<string, ReadonlySet<number>>> {
    return new Map();
  }

  async diffSince(): Promise<readonly FileDiff[]> {
    return [];
  }

  async ancestors(): Promise<readonly string[]> {
    return [];
  }

  async removedFiles(): Promise<readonly string[]> {
    return [];
  }

  async isShallow(): Promise<boolean> {
    return false;
  }

  async branch(): Promise<undefined> {
    return undefined;
  }

  async treeId(): Promise<undefined> {
    return undefined;
  }

  async stagedFiles(): Promise<readonly string[]> {
    return [];
  }

  async stagedLines(): Promise<ReadonlyMap<string, ReadonlySet<number>>> {
    return new Map();
  }

  async stagedSnapshot(): Promise<undefined> {
    return undefined;
  }

  async exportTo(): Promise<string> {
    throw this.#noRepository();
  }

  async snapshotAt(): Promise<Snapshot> {
    throw this.#noRepository();
  }

  async renames(): Promise<ReadonlyMap<string, string>> {
    return new Map();
  }

  #noRepository(): TrigateError {
    return new TrigateError("usage/bad-argument", {
      problem: `${this.#root} is no git repository`,
      hint: "leave out --base, --changed and --staged, or run git init",
    });
  }

  async filesWith(text: string): Promise<readonly string[]> {
    const paths = await this.paths();
    const texts = await Promise.all(paths.map((path) => readFile(join(this.#root, path), "utf8")));
    return paths.filter((_, index) => texts[index]?.includes(text));
  }
}

async function collect(root: string, folder: string, hashes: Map<string, string>): Promise<void> {
  for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory() && !NEVER_SOURCES.has(entry.name)) await collect(root, path, hashes);
    if (!entry.isFile()) continue;
    const { mode } = await lstat(join(root, path));
    hashes.set(path, `${mode & 0o111 ? "100755" : "100644"}:${sha256(await readFile(join(root, path)))}`);
  }
}
