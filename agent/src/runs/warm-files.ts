import { posix } from "node:path";
import picomatch from "picomatch";
import type { Clock } from "../platform/clock.ts";
import { areUntouched, type Stamp, stampsOf } from "../platform/stamps.ts";
import type { Repository } from "../vcs/repository.ts";

/** Places that tell a freshly installed tool or plugin. */
const TOOL_PLACES = ["node_modules/.package-lock.json", ".venv/pyvenv.cfg", "venv/pyvenv.cfg"];
/** What is ignored can change without a folder changing, so the list is read again after a while. */
const TRUSTED_MS = 60_000;

interface KnownPaths {
  readonly paths: ReadonlySet<string>;
  readonly readAtMs: number;
  /** Folders in which something new would count, with their stamps when the list was read. */
  readonly folders: Map<string, Stamp>;
  /** Configuration files by the globs that ask for them. */
  readonly configs: Map<string, readonly string[]>;
}

/**
 * Which files of the workspace count, without a look at all of them: the list is read again when a folder on the way to the
 * asked file changed.
 */
export class WarmFiles {
  readonly #root: string;
  readonly #repository: () => Promise<Repository>;
  readonly #clock: Clock;
  #known: KnownPaths | undefined;

  constructor(root: string, repository: () => Promise<Repository>, clock: Clock) {
    this.#root = root;
    this.#repository = repository;
    this.#clock = clock;
  }

  /** Everything that counts: what is there and not ignored. */
  async paths(file: string): Promise<ReadonlySet<string>> {
    return (await this.#current(file)).paths;
  }

  /** Changes when a file that one of the globs names changed, came or went, or packages were installed. */
  async configIdentity(file: string, globs: readonly string[]): Promise<string> {
    const known = await this.#current(file);
    const key = globs.join("\0");
    const configs = known.configs.get(key) ?? configsAmong(known.paths, globs);
    known.configs.set(key, configs);
    return JSON.stringify(stampsOf(this.#root, [...configs, ...TOOL_PLACES]));
  }

  async #current(file: string): Promise<KnownPaths> {
    const folders = foldersOf(file);
    const known = this.#known;
    if (known !== undefined && this.#clock.now() - known.readAtMs < TRUSTED_MS) {
      const stamps = folders.map((folder) => known.folders.get(folder));
      if (stamps.every((stamp) => stamp !== undefined) && areUntouched(this.#root, stamps)) return known;
    }
    const readAtMs = this.#clock.now();
    // Stamps before the list: what changes meanwhile is seen the next time.
    const everyFolder = new Set([...folders, ...(known?.folders.keys() ?? [])]);
    const stamps = new Map(stampsOf(this.#root, [...everyFolder]).map((stamp) => [stamp[0], stamp]));
    const paths = new Set(await (await this.#repository()).paths());
    this.#known = { paths, readAtMs, folders: stamps, configs: new Map() };
    return this.#known;
  }
}

function configsAmong(paths: ReadonlySet<string>, globs: readonly string[]): readonly string[] {
  const isConfig = picomatch([...globs], { dot: true });
  return [...paths].filter((path) => isConfig(path));
}

/** The folders on the way to a file, the root (`""`) first. */
function foldersOf(file: string): readonly string[] {
  const folders = [""];
  for (let at = posix.dirname(file); at !== "."; at = posix.dirname(at)) folders.push(at);
  return folders;
}
