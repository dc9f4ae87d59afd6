import { wordsOf, withoutStarter } from "./command-words.ts";
import { KNOWN_TOOLS } from "./known-tools.ts";

type Settings = Readonly<Record<string, unknown>>;

/** What a configuration of another tool stands for. */
export interface Imported {
  readonly checks: Readonly<Record<string, Settings>>;
  /** What was left out or changed on the way, and why. */
  readonly notes: readonly ImportNote[];
}

export interface ImportNote {
  /** The hook or command, by the name that its configuration gives it. */
  readonly what: string;
  readonly reason: string;
}

/** One call of a program, whichever configuration it comes from. */
export interface ForeignCommand {
  readonly name: string;
  /** The program and its arguments, without files. */
  readonly words: readonly string[];
  readonly files?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
  readonly cwd?: string | undefined;
  /** Whether the files in scope come after the arguments. */
  readonly passFiles: boolean;
}

/** `FILE:LINE:COLUMN: message`, as most programs print it; the column may be missing. */
const USUAL_LINES = {
  pattern: { regexp: String.raw`^(.+?):(\d+):(?:(\d+):)?\s*(.*)$`, file: 1, line: 2, column: 3, message: 4 },
};

/** Arguments with which programs write files, in the command itself or in one for a shell. */
const CHANGING =
  /(^|\s)(--fix(=|$|\s)|--fix-only|--write|-w($|\s)|-i($|\s)|--in-?place|--apply)|\bgit (add|update-index)\b/;

/** Settings without those that nothing is said about. */
function stated(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function unlessEmpty(list: readonly string[] | undefined): readonly string[] | undefined {
  return list?.length === 0 ? undefined : list;
}

/** Collects checks under names of their own. */
export class ImportedChecks {
  readonly #checks: Record<string, Settings> = {};
  readonly #notes: ImportNote[] = [];

  leaveOut(what: string, reason: string): void {
    this.#notes.push({ what, reason });
  }

  /** Adds a command line as a check. */
  addLine(line: string, rest: Omit<ForeignCommand, "words">): void {
    const words = wordsOf(line);
    if (words !== undefined && words.length > 0) {
      this.add({ ...rest, words });
      return;
    }
    // Without files of its own, a shell can be named as the program; with them, nobody can say where they belong.
    if (rest.passFiles)
      this.leaveOut(
        rest.name,
        "needs a shell and is handed files; put it into a script and name that as the command of a check",
      );
    else this.#addCommand({ ...rest, words: ["sh", "-c", line] });
  }

  add(command: ForeignCommand): void {
    const [program = "", ...args] = withoutStarter(command.words);
    const known = KNOWN_TOOLS.get(
      program
        .split("/")
        .at(-1)
        ?.replace(/\.(exe|cmd)$/, "") ?? "",
    );
    if (program === "lint-staged")
      this.leaveOut(command.name, "has a configuration of its own: trigate import lint-staged");
    else if (known === undefined) this.#addCommand(command);
    else this.addKnown(program, { ...command, args });
  }

  /** Adds a check of a checker's own, with those of the arguments that are about looking. */
  addKnown(
    id: string,
    { name, files, exclude, cwd, args }: Omit<ForeignCommand, "words" | "passFiles"> & { args: readonly string[] },
  ): boolean {
    const known = KNOWN_TOOLS.get(id);
    if (known === undefined) return false;
    const subcommand = known.subcommands?.[args[0] ?? ""];
    const tool = subcommand ?? known.tool;
    if (known.instead !== undefined) {
      this.leaveOut(name, `${known.instead}, by rules of its own; settings of ${id} were not taken over`);
      this.#put(tool, stated({ cwd, exclude: unlessEmpty(exclude) }));
      return true;
    }
    const rest = subcommand === undefined ? args : args.slice(1);
    const kept = rest.filter((arg) => arg !== "." && known.drop?.some((form) => form.test(arg)) !== true);
    this.#put(tool, stated({ cwd, args: unlessEmpty(kept), files, exclude: unlessEmpty(exclude) }));
    return true;
  }

  result(): Imported {
    return { checks: this.#checks, notes: this.#notes };
  }

  #addCommand({ name, words, files, exclude, cwd, passFiles }: ForeignCommand): void {
    if (words.some((word) => CHANGING.test(word))) {
      this.leaveOut(name, "changes files, and a check only looks; name the command that tells what it would change");
      return;
    }
    const key =
      name
        .toLowerCase()
        .replaceAll(/[^\w.-]+/g, "-")
        .replaceAll(/^-+|-+$/g, "") || "command";
    this.#put(key, {
      tool: "generic",
      command: words,
      report: "problem-matcher",
      matcher: USUAL_LINES,
      ...stated({ cwd, files, exclude: unlessEmpty(exclude) }),
      ...(passFiles ? { passFiles } : {}),
    });
    this.leaveOut(
      name,
      `no checker knows ${words[0]}: it is run as a command, and its lines are read as FILE:LINE: message`,
    );
  }

  /** The same check twice is one; another one of the same tool gets a number. */
  #put(id: string, settings: Settings): void {
    const text = JSON.stringify(settings);
    for (let count = 1; ; count++) {
      const key = count === 1 ? id : `${id}-${count}`;
      const before = this.#checks[key];
      const own = count === 1 || "tool" in settings ? settings : { tool: id, ...settings };
      if (before === undefined) {
        this.#checks[key] = own;
        return;
      }
      if (JSON.stringify(before) === text || JSON.stringify(before) === JSON.stringify(own)) return;
    }
  }
}
