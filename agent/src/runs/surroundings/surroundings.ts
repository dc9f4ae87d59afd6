import { join } from "node:path";
import type { PlannedCheck } from "../plan.ts";
import { sha256 } from "../../platform/files.ts";
import { homeFolder } from "../../platform/machine.ts";
import { ObservedFiles } from "../../platform/observed-files.ts";
import type { Snapshot } from "../../vcs/repository.ts";
import { configurationOf, type ConfigurationFiles } from "./configuration-files.ts";
import { installedState } from "./installed-state.ts";
import { linksOf, linkTargets } from "./link-targets.ts";
import { namedFiles } from "./named-files.ts";
import { outsideCandidates } from "./outside-candidates.ts";
import { labelOf } from "./where.ts";

/** What an answer depends on besides the files that version control knows: by part of the key. */
export interface Surrounding {
  /** What the package managers say is installed where the tool looks for plugins and libraries. */
  readonly installed: string;
  /** Configuration outside of the workspace, files that configuration names, and what links lead to; one line each. */
  readonly outside: string;
}

export interface SurroundingsOptions {
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly snapshot: Snapshot;
}

/**
 * Looks up what surrounds the checks of one run. Files are read once for all checks; a new run needs a new object, since
 * nothing is read twice.
 */
export class Surroundings {
  readonly #options: SurroundingsOptions;
  readonly #files = new ObservedFiles();
  readonly #home: string;
  #paths: ReadonlySet<string> | undefined;
  #configuration: ConfigurationFiles | undefined;
  #links: readonly string[] | undefined;

  constructor(options: SurroundingsOptions) {
    this.#options = options;
    this.#home = homeFolder(options.env);
  }

  /** Absolute paths that any answer of {@link of} rested on, there or not. */
  get watched(): readonly string[] {
    return this.#files.watched;
  }

  /** What surrounds one check, whose tool is started by `argv`. */
  of({ check, checker, files }: PlannedCheck, argv: readonly string[]): Surrounding {
    const { root, env, snapshot } = this.#options;
    const observed = this.#files;
    const where = { root, home: this.#home, env, cwd: join(root, check.cwd) };
    const paths = (this.#paths ??= new Set(snapshot.files.map((file) => file.path)));
    this.#configuration ??= configurationOf(snapshot);
    const configFiles = this.#configuration.matching(checker.configFiles);
    const narrow = checker.inputs === "scope" && check.command === undefined;
    const isKnown = (path: string) => !narrow && paths.has(path);
    const outside = new Map<string, string>();
    const note = (path: string) => {
      const hash = observed.hashOf(path);
      if (hash !== undefined) outside.set(labelOf(path, where), hash);
      return hash !== undefined;
    };
    const found = outsideCandidates({ checker, where, observed }).filter(note);
    for (const path of namedFiles({
      where,
      observed,
      isKnown,
      texts: [...configFiles.map((file) => join(root, file)), ...found],
      strings: stringsIn([check.settings, check.args, check.command ?? []]),
    }))
      note(path);
    const links = (this.#links ??= linksOf(snapshot));
    const inScope = narrow ? new Set([...files, ...configFiles]) : undefined;
    for (const { link, hash } of linkTargets({ root, links, paths, observed, inScope })) outside.set(link, hash);
    return {
      installed: sha256(installedState({ checker, argv, where, observed })),
      outside: [...outside]
        .map(([path, hash]) => `${path} ${hash}`)
        .toSorted()
        .join("\n"),
    };
  }
}

function stringsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(stringsIn);
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}
