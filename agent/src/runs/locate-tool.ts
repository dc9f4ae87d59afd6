import { isAbsolute, join } from "node:path";
import type { Checker, ToolFinder } from "../checkers/checker.ts";
import type { ResolvedCheck } from "../config/resolved.ts";
import { exists, isSystemError, readTextIfThere, sha256, stat, writeAtomically } from "../platform/files.ts";
import { ObservedFiles } from "../platform/observed-files.ts";

/** A tool that was found: how to start it, its version, and what tells one installation from another. */
export interface LocatedTool {
  readonly argv: readonly string[];
  readonly version: string | undefined;
  /** Changes when the program's file changes. */
  readonly identity: string;
  /** Hash of the content of the files that start it: the same for the same program anywhere. */
  readonly content: () => string;
}

export interface ToolLocatorOptions {
  readonly root: string;
  readonly stateFolder: string;
  /** A finder that starts at this folder, absolute. */
  readonly finderAt: (cwd: string) => ToolFinder;
  /** Runs the tool with its version arguments and gives all that it printed. */
  readonly ask: (argv: readonly string[], cwd: string, signal: AbortSignal) => Promise<string>;
}

/** Finds tools and their versions. A version is asked once per installation and then remembered, since asking can take as long as checking. */
export class ToolLocator {
  readonly #options: ToolLocatorOptions;

  constructor(options: ToolLocatorOptions) {
    this.#options = options;
  }

  /** `undefined` when the tool is not installed. */
  async locate(
    check: ResolvedCheck,
    checker: Checker,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<LocatedTool | undefined> {
    const argv = await this.find(check, checker);
    if (argv === undefined) return undefined;
    const cwd = join(this.#options.root, check.cwd);
    const identity = await identityOf(argv);
    const content = () => contentOf(argv);
    if (check.command !== undefined) return { argv, version: undefined, identity, content };
    return { argv, version: await this.#versionOf(argv, { identity, checker, cwd, signal }), identity, content };
  }

  /** Looks for programs from a folder, relative to the root. */
  finderFrom(cwd: string): ToolFinder {
    return this.#options.finderAt(join(this.#options.root, cwd));
  }

  /** How to start the tool, without starting it; for workspaces that are not trusted. `undefined` when it is not installed. */
  async find(check: ResolvedCheck, checker: Checker): Promise<readonly string[] | undefined> {
    const cwd = join(this.#options.root, check.cwd);
    const finder = this.#options.finderAt(cwd);
    return check.command === undefined ? checker.locate(finder) : locateCommand(check.command, { cwd, finder });
  }

  async #versionOf(
    argv: readonly string[],
    { identity, checker, cwd, signal }: { identity: string; checker: Checker; cwd: string; signal: AbortSignal },
  ): Promise<string | undefined> {
    const memory = join(this.#options.stateFolder, "tools", sha256(`${checker.id}\0${identity}`));
    const remembered = await readTextIfThere(memory);
    if (remembered !== undefined) return remembered;
    const printed = await this.#options.ask([...argv, ...checker.version.args], cwd, signal);
    const version = checker.version.pattern.exec(printed)?.[1];
    if (version !== undefined) await writeAtomically(memory, version);
    return version;
  }
}

/** The program of a configured command: a path relative to the check's folder, or a name on PATH. */
async function locateCommand(
  command: readonly string[],
  { cwd, finder }: { cwd: string; finder: ToolFinder },
): Promise<readonly string[] | undefined> {
  const [program = "", ...args] = command;
  if (!program.includes("/") && !isAbsolute(program)) {
    const found = await finder.path(program);
    return found === undefined ? undefined : [...found, ...args];
  }
  const path = isAbsolute(program) ? program : join(cwd, program);
  return (await exists(path)) ? [path, ...args] : undefined;
}

async function identityOf(argv: readonly string[]): Promise<string> {
  const parts = await Promise.all(
    argv.map(async (part) => {
      if (!isAbsolute(part)) return part;
      try {
        // A time of change of the inode cannot be set back, and a file that takes another's place has another number.
        const { size, mtimeMs, ctimeMs, ino } = await stat(part);
        return `${part}:${size}:${mtimeMs}:${ctimeMs}:${ino}`;
      } catch (error) {
        if (isSystemError(error, "ENOENT")) return part;
        throw error;
      }
    }),
  );
  return parts.join(" ");
}

function contentOf(argv: readonly string[]): string {
  const files = new ObservedFiles();
  return sha256(argv.map((part) => (isAbsolute(part) ? (files.hashOf(part) ?? "") : part)).join("\0"));
}
