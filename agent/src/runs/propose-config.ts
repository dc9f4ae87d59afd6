import { join, posix } from "node:path";
import type { Checker, RepositoryFacts, ToolFinder } from "../checkers/checker.ts";
import { USUAL_TOOLS } from "../checkers/usual-tools.ts";
import { METRIC_IDS, metricDefinition } from "../core/metrics.ts";
import { TrigateError } from "../errors/trigate-error.ts";
import { readTextIfThere } from "../platform/files.ts";
import type { Repository } from "../vcs/repository.ts";
import { factsAt, findProjects, ownFiles } from "./adopt/project-roots.ts";

type Settings = Readonly<Record<string, unknown>>;

/** Limits that a new configuration starts with, where a proposed check can feed them. */
const FIRST_LIMITS: Readonly<Record<string, string>> = {
  unit_coverage: ">= 90%",
  patch_coverage: ">= 80%",
  duration: "< 5min",
};

/** A stray script does not make a repository one of its language. */
const LEAST_FILES = 3;

/** A configuration that fits what lies in a repository. */
export interface Proposal {
  readonly version: 1;
  readonly checks: Readonly<Record<string, Settings>>;
  readonly gates?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Id of a check → what its reader has to know, such as how to install the tool. */
  readonly notes: Readonly<Record<string, string>>;
}

export interface ProposalContext {
  readonly root: string;
  readonly repository: Pick<Repository, "paths">;
  readonly checkers: ReadonlyMap<string, Checker>;
  /** Looks for programs from a folder relative to the root. */
  readonly find: (cwd: string) => ToolFinder;
  /** Checks that other tools' configurations stand for; one of a tool that is proposed anyway is left out. */
  readonly imported?: Readonly<Record<string, Settings>>;
}

interface ProposedCheck {
  readonly checker: Checker;
  /** The project that it is for, `""` for the root. */
  readonly project: string;
  readonly settings: Settings;
  readonly note?: string;
}

/** Asks each checker whether it fits the repository or a project of it. Throws `usage/bad-argument` when none does. */
export async function proposeConfig(context: ProposalContext): Promise<Proposal> {
  const { root, repository, checkers, find, imported = {} } = context;
  const files = ownFiles(await repository.paths());
  const facts: RepositoryFacts = { files, readText: (path) => readTextIfThere(join(root, path)), find };
  const projects = await findProjects(facts);
  const proposed: ProposedCheck[] = [];
  for (const checker of checkers.values()) proposed.push(...(await proposalsOf(checker, { facts, projects })));
  const own = new Set(proposed.map(({ checker }) => checker.id));
  const alsoImported = Object.entries(imported).filter(([id, settings]) => !own.has(toolOf(id, settings)));
  const chosen = new Set([...own, ...alsoImported.map(([id, settings]) => toolOf(id, settings))]);
  proposed.push(...(await usualChecks(files, chosen, context)));
  if (proposed.length === 0 && alsoImported.length === 0) {
    throw new TrigateError("usage/bad-argument", {
      problem: "nothing in this folder is known to a checker",
      hint: `write trigate.yaml by hand; checkers: ${[...checkers.keys()].join(", ")}`,
    });
  }
  return assemble(proposed, { checkers, find, imported: Object.fromEntries(alsoImported) });
}

/** Id of the checker of a check. */
function toolOf(id: string, { tool }: Settings): string {
  return typeof tool === "string" ? tool : id;
}

/** Checks of languages that nothing chosen looks at, by tools that are installed. */
async function usualChecks(
  files: readonly string[],
  chosen: ReadonlySet<string>,
  { checkers, find }: Pick<ProposalContext, "checkers" | "find">,
): Promise<readonly ProposedCheck[]> {
  const found: ProposedCheck[] = [];
  for (const { language, files: ofLanguage, tool, instead } of USUAL_TOOLS) {
    const checker = checkers.get(tool);
    if (checker === undefined || [tool, ...instead].some((id) => chosen.has(id))) continue;
    if (files.filter((file) => ofLanguage.test(file)).length < LEAST_FILES) continue;
    if ((await checker.locate(find(""))) === undefined) continue;
    const note = `Nothing here says how ${language} is linted; ${tool} is installed, so it is proposed with its usual rules.`;
    found.push({ checker, project: "", settings: {}, note });
  }
  return found;
}

/**
 * What a project configures decides before what it only depends on: in a workspace the root often depends on all tools for
 * the sake of its members. A configuration of the root serves the projects below it.
 */
async function proposalsOf(
  checker: Checker,
  { facts, projects }: { facts: RepositoryFacts; projects: readonly string[] },
): Promise<ProposedCheck[]> {
  const ask = async (project: string, at: RepositoryFacts): Promise<ProposedCheck[]> => {
    const settings = await checker.detect(at);
    return settings === undefined ? [] : [{ checker, project, settings: placed(settings, project) }];
  };
  if (checker.proposedOnce === true || projects.length === 0) return ask("", facts);
  const ownOf = (project: string) => factsAt(facts, { project, projects });
  const ofRoot = await ask("", withoutDependencies(ownOf("")));
  if (ofRoot.length > 0) return ask("", ownOf(""));
  const configured = await Promise.all(projects.map((project) => ask(project, withoutDependencies(ownOf(project)))));
  const wanted = await Promise.all(projects.map((project) => ask(project, ownOf(project))));
  const inProjects = wanted.flat();
  if (inProjects.length > 0 && configured.flat().length > 0) return inProjects;
  const dependedOn = await ask("", ownOf(""));
  return dependedOn.length > 0 ? dependedOn : inProjects;
}

const DEPENDENCY_KEYS = new Set(["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"]);

/** The same repository as if its package.json required nothing: what is left is what it configures. */
function withoutDependencies(facts: RepositoryFacts): RepositoryFacts {
  const readText = async (path: string) => {
    const text = await facts.readText(path);
    if (text === undefined || posix.basename(path) !== "package.json") return text;
    return JSON.stringify(JSON.parse(text, (key, value: unknown) => (DEPENDENCY_KEYS.has(key) ? undefined : value)));
  };
  return {
    ...facts,
    readText: async (path) => {
      try {
        return await readText(path);
      } catch (error) {
        // A manifest that is no JSON configures nothing that could be taken out of it.
        if (error instanceof SyntaxError) return facts.readText(path);
        throw error;
      }
    },
  };
}

/** Settings as seen from the project, with its folder in front of their own. */
function placed(settings: Settings, project: string): Settings {
  const { cwd: _, ...rest } = settings;
  const folder = posix.join(project, cwdOf(settings));
  return folder === "." || folder === "" ? rest : { cwd: folder, ...rest };
}

function cwdOf({ cwd }: Settings): string {
  return typeof cwd === "string" ? cwd : "";
}

async function assemble(
  proposed: readonly ProposedCheck[],
  {
    checkers,
    find,
    imported,
  }: Pick<ProposalContext, "checkers" | "find"> & { imported: Readonly<Record<string, Settings>> },
): Promise<Proposal> {
  const checks: Record<string, Settings> = {};
  const notes: Record<string, string> = {};
  const keys = keysOf(proposed);
  for (const [index, { checker, settings, note }] of proposed.entries()) {
    const key = keys[index] ?? checker.id;
    const isInstalled = (await checker.locate(find(cwdOf(settings)))) !== undefined;
    checks[key] = {
      ...(key === checker.id ? {} : { tool: checker.id }),
      ...settings,
      ...(isInstalled ? {} : { optional: true }),
    };
    const missing = `Not installed here, so it is skipped for now; install it with: ${checker.install}`;
    const lines = [note, isInstalled ? undefined : missing].filter((line) => line !== undefined);
    if (lines.length > 0) notes[key] = lines.join("\n");
  }
  for (const [key, settings] of Object.entries(imported)) checks[key] ??= settings;
  return { version: 1, checks, ...limitsFor(checks, checkers), notes };
}

/** The tool's own name for the only check of it, else with the project's folder before it: `web-vitest`. */
function keysOf(proposed: readonly ProposedCheck[]): readonly string[] {
  const projects = [...new Set(proposed.map(({ project }) => project).filter((project) => project !== ""))];
  const last = (project: string) => posix.basename(project);
  const nameOf = (project: string) => {
    const isAlone = projects.filter((other) => last(other) === last(project)).length === 1;
    return (isAlone ? last(project) : project.replaceAll("/", "-")).replaceAll(/[^\w.-]+/g, "-");
  };
  return proposed.map(({ checker, project }) => {
    const isOnly = proposed.filter((other) => other.checker === checker).length === 1;
    return isOnly || project === "" ? checker.id : `${nameOf(project)}-${checker.id}`;
  });
}

/** Limits on what the proposed checks really measure; the others keep the registry's defaults. */
function limitsFor(checks: Proposal["checks"], checkers: ReadonlyMap<string, Checker>): Pick<Proposal, "gates"> {
  const tests = Object.entries(checks).filter(([id, settings]) => checkers.get(toolOf(id, settings))?.stage === "test");
  const hasCoverage = tests.some(([, settings]) => "coverage" in settings);
  const isMeasured = (id: string) =>
    id === "duration" ? tests.length > 0 : hasCoverage && (id === "unit_coverage" || id === "patch_coverage");
  const gates: Record<string, Record<string, string>> = {};
  for (const id of METRIC_IDS.filter(isMeasured))
    (gates[metricDefinition(id).stage] ??= {})[id] = FIRST_LIMITS[id] ?? "";
  return Object.keys(gates).length === 0 ? {} : { gates };
}
