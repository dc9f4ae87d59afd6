/** What a text names: files that exist, folders that exist, and names of files that are not there yet. */
export interface NamedPaths {
  readonly files: readonly string[];
  /** Without a slash at the end. */
  readonly folders: readonly string[];
  /** Names with a folder and an ending that match nothing: files that are to be made. */
  readonly unknown: readonly string[];
}

/** Words with a slash between parts, or with an ending such as `.ts`. */
const PATH_WORD = /(?:[\w@~.-]+\/)+[\w@~.-]*|[\w@~-]+(?:\.[\w-]+)*\.[A-Za-z][\w]{0,9}\b/g;
const LOOKS_LIKE_FILE = /\/[\w@~.-]*\.[A-Za-z]\w{0,9}$/;
/** A name that so many files have says nothing of which is meant. */
const MOST_OF_A_NAME = 3;

/** Looks up what texts name among the files of a repository. */
export class PathIndex {
  readonly #files: ReadonlySet<string>;
  readonly #byName = new Map<string, string[]>();
  readonly #folders = new Map<string, string[]>();

  constructor(paths: Iterable<string>) {
    this.#files = new Set(paths);
    for (const path of this.#files) {
      const name = path.slice(path.lastIndexOf("/") + 1);
      addTo(this.#byName, name, path);
      for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
        addTo(this.#folders, path.slice(0, end), path);
      }
    }
  }

  /** Files below a folder. */
  below(folder: string): readonly string[] {
    return this.#folders.get(folder) ?? [];
  }

  /** What a text names. Part of a path is enough where it fits few files. Web addresses are no paths. */
  namedIn(text: string): NamedPaths {
    const [files, folders, unknown] = [new Set<string>(), new Set<string>(), new Set<string>()];
    for (const [word] of text.replaceAll(/\b[a-z]+:\/\/\S+/gi, " ").matchAll(PATH_WORD)) {
      const path = word.replace(/^(?:\.\/)+/, "").replace(/[./]+$/, "");
      const found = this.#filesOf(path);
      for (const file of found) files.add(file);
      if (found.length > 0) continue;
      if (this.#folders.has(path)) folders.add(path);
      else if (LOOKS_LIKE_FILE.test(`/${path}`) && path.includes("/")) unknown.add(path);
    }
    return { files: [...files], folders: [...folders], unknown: [...unknown] };
  }

  #filesOf(path: string): readonly string[] {
    if (this.#files.has(path)) return [path];
    const name = path.slice(path.lastIndexOf("/") + 1);
    const matching = (this.#byName.get(name) ?? []).filter((file) => file.endsWith(`/${path}`));
    return matching.length <= MOST_OF_A_NAME ? matching : [];
  }
}

function addTo(lists: Map<string, string[]>, key: string, path: string): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [path]);
  else list.push(path);
}

export const PATH_KINDS = ["tests", "documents", "settings", "code"] as const;
export type PathKind = (typeof PATH_KINDS)[number];

/** What a path is for, by its name alone. */
export function kindOf(path: string): PathKind {
  if (/(^|\/)(tests?|__tests__|spec|e2e)\/|[._-](test|spec)\.\w+$|(^|\/)test_\w+\.py$/i.test(path)) return "tests";
  if (/\.(md|mdx|rst|adoc|txt)$|(^|\/)docs?\//i.test(path)) return "documents";
  if (/\.(json|jsonc|ya?ml|toml|ini|cfg|env|lock)$|(^|\/)(\.github|Dockerfile)/i.test(path)) return "settings";
  return "code";
}
