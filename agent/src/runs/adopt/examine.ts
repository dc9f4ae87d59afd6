import { isAbsolute } from "node:path";
import type { Checker } from "../../checkers/checker.ts";
import type { ResolvedConfig } from "../../config/resolved.ts";
import { isTrusted } from "../../platform/trust.ts";
import type { ProcessRunner } from "../../platform/process.ts";
import type { Repository } from "../../vcs/repository.ts";
import type { ToolLocator } from "../locate-tool.ts";
import { askProgram } from "./ask-program.ts";
import { examineGit, type StateProblem } from "./git-state.ts";
import { joinInstallCommands } from "./install-commands.ts";

/** One check of the configuration and the program behind it. */
export interface ToolState {
  readonly check: string;
  readonly tool: string;
  readonly found: boolean;
  readonly version?: string | undefined;
  /** The program or script that would be started. */
  readonly where?: string | undefined;
  readonly optional: boolean;
  /** The one command that installs it, when it is missing. */
  readonly install?: string | undefined;
}

export interface Examination {
  readonly tools: readonly ToolState[];
  /** One command for each package manager that would install all that is missing. */
  readonly install: readonly string[];
  readonly repository: readonly StateProblem[];
  readonly node: { readonly version: string; readonly path: string };
  /** The Python that tools of the workspace run with; absent where there is none. */
  readonly python: { readonly path: string; readonly version: string | undefined } | undefined;
  readonly stateFolder: { readonly path: string; readonly trusted: boolean };
}

export interface ExamineParts {
  readonly root: string;
  readonly stateFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly checkers: ReadonlyMap<string, Checker>;
  readonly config: ResolvedConfig;
  readonly locator: ToolLocator;
  readonly processes: ProcessRunner;
  readonly repository: Repository;
}

/** Looks at everything that a run would need, and changes nothing. Programs of a workspace that is not trusted are only looked for. */
export async function examine(parts: ExamineParts): Promise<Examination> {
  const trusted = await isTrusted(parts.stateFolder);
  const tools: ToolState[] = [];
  for (const check of parts.config.checks) {
    const checker = parts.checkers.get(check.tool);
    if (checker !== undefined) tools.push(await stateOf({ check, checker, trusted }, parts));
  }
  const missing = tools.flatMap(({ install }) => (install === undefined ? [] : [install]));
  const git = (args: readonly string[]) => askProgram(["git", ...args], parts);
  const { root, repository, config, stateFolder } = parts;
  return {
    tools,
    install: joinInstallCommands(missing),
    repository: await examineGit({ root, repository, base: config.base, git }),
    node: { version: process.versions.node, path: process.execPath },
    python: await pythonOf(parts, trusted),
    stateFolder: { path: stateFolder, trusted },
  };
}

async function stateOf(
  { check, checker, trusted }: { check: ResolvedConfig["checks"][number]; checker: Checker; trusted: boolean },
  { locator }: ExamineParts,
): Promise<ToolState> {
  const argv = await locator.find(check, checker);
  const state = { check: check.id, tool: checker.id, found: argv !== undefined, optional: check.optional };
  if (argv === undefined)
    return {
      ...state,
      install: check.command === undefined ? checker.install : `build or install ${check.command[0]}`,
    };
  const version = trusted ? (await locator.locate(check, checker))?.version : undefined;
  // Before a script stands the Node or Python that runs it; the script says more.
  const where = check.command === undefined ? argv.findLast((part) => isAbsolute(part)) : argv[0];
  return { ...state, version, where };
}

async function pythonOf(parts: ExamineParts, trusted: boolean): Promise<Examination["python"]> {
  const finder = parts.locator.finderFrom("");
  const [path] = (await finder.python("python3")) ?? (await finder.python("python")) ?? [];
  if (path === undefined) return undefined;
  const printed = trusted ? await askProgram([path, "--version"], parts) : undefined;
  return { path, version: /Python (\S+)/.exec(printed ?? "")?.[1] };
}
