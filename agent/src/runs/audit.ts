import { basename, dirname } from "node:path";
import picomatch from "picomatch";
import type { Checker } from "../checkers/checker.ts";
import type { ResolvedCheck } from "../config/resolved.ts";
import type { CheckOutput } from "../core/check.ts";
import { messageOf } from "../errors/trigate-error.ts";
import { encodeOutput } from "../history/codec.ts";
import { ObservedFiles } from "../platform/observed-files.ts";
import type { ProcessRunner } from "../platform/process.ts";
import type { Repository, Snapshot } from "../vcs/repository.ts";
import { keyOf } from "./answers.ts";
import { type Access, TracingRunner } from "./audit-trace.ts";
import type { CacheEntry, ResultCache } from "./cache.ts";
import type { LocatedTool, ToolLocator } from "./locate-tool.ts";
import { filesOf, type PlannedCheck } from "./plan.ts";
import { runAdapter } from "./run-adapter.ts";
import { nameOf } from "./surroundings/configuration-files.ts";
import { Surroundings } from "./surroundings/surroundings.ts";

export interface AuditContext {
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly agentVersion: string;
  readonly checkers: ReadonlyMap<string, Checker>;
  readonly repository: Repository;
  readonly locator: ToolLocator;
  readonly cache: ResultCache;
  readonly processes: ProcessRunner;
  readonly signal: AbortSignal;
}

/** What came of looking at one kept answer again. */
export interface Audited {
  readonly check: string;
  readonly outcome: "same" | "differs" | "no-answer" | "failed";
  /** How the answers differ, or why there is none. */
  readonly detail: string;
  /** `undefined` when nothing could be traced. */
  readonly reads: AuditedReads | undefined;
}

export interface AuditedReads {
  /** Different files that were read, by how the key accounts for them. */
  readonly declared: number;
  readonly system: number;
  readonly installed: number;
  /** Read, and nothing in the key would change with them. */
  readonly undeclared: readonly string[];
  /** Looked for in vain under a name that configuration has, where one that appears would not change the key. */
  readonly unwatched: readonly string[];
}

/** Variables that the key leaves out; an answer must not change with them. */
const OTHER_VARIABLES = { USER: "trigate-audit", LOGNAME: "trigate-audit", SHELL: "/bin/false" };

/**
 * Asks the tools of kept answers again, with other values for the variables that the key leaves out, compares the answers
 * and traces what the tools read. It needs strace for the tracing; without it only the answers are compared.
 */
export async function auditCheck(check: ResolvedCheck, snapshot: Snapshot, context: AuditContext): Promise<Audited> {
  const { root, env, locator, processes, signal } = context;
  const kept = await keptAnswer(check, snapshot, context);
  if (typeof kept === "string") return { check: check.id, outcome: "no-answer", detail: kept, reads: undefined };
  const { planned, tool, stored, watched } = kept;
  const strace = await locator.finderFrom("").path("strace");
  const tracing = strace && new TracingRunner(processes, strace);
  const run = { root, env: { ...env, ...OTHER_VARIABLES }, tool, signal, withoutFixes: false };
  try {
    const { output } = await runAdapter(planned, { ...run, processes: tracing ?? processes });
    const detail = difference(stored.output, output);
    const reads =
      tracing && tracing.accesses.length > 0
        ? classify(tracing.accesses, { planned, snapshot, root, argv: tool.argv, watched: new Set(watched()) })
        : undefined;
    return { check: check.id, outcome: detail === "" ? "same" : "differs", detail, reads };
  } catch (error) {
    signal.throwIfAborted();
    return { check: check.id, outcome: "failed", detail: messageOf(error), reads: undefined };
  }
}

interface KeptAnswer {
  readonly planned: PlannedCheck;
  readonly tool: LocatedTool;
  readonly stored: CacheEntry;
  /** Paths outside of the snapshot that the key accounts for. */
  readonly watched: () => readonly string[];
}

/** The answer that is kept for what is there now, or why there is none. */
async function keptAnswer(
  check: ResolvedCheck,
  snapshot: Snapshot,
  { root, env, agentVersion, checkers, locator, cache, signal }: AuditContext,
): Promise<KeptAnswer | string> {
  const checker = checkers.get(check.tool);
  const tool = checker && (await locator.locate(check, checker, signal));
  if (checker === undefined || tool === undefined) return "its tool is not installed";
  if (check.cache === "never") return "it is never cached";
  const files = filesOf(check, { checker, paths: snapshot.files.map(({ path }) => path) });
  const planned: PlannedCheck = { check, checker, files, partial: false };
  const surroundings = new Surroundings({ root, env, snapshot });
  const fingerprint = keyOf(planned, tool, { root, env, agentVersion, snapshot, surroundings });
  const stored = await cache.get(fingerprint.key);
  if (stored === undefined) return 'nothing is kept for what is there now; "trigate run" makes it';
  return { planned, tool, stored, watched: () => surroundings.watched };
}

/** In words how two answers differ; empty when they say the same. Times never count. */
function difference(before: CheckOutput, now: CheckOutput): string {
  const of = (output: CheckOutput) => ({
    findings: output.findings.map((finding) => JSON.stringify(finding)).toSorted(),
    tests: (output.tests ?? []).map(({ name, file, status }) => `${status} ${file} ${name}`).toSorted(),
    problems: output.problems.toSorted(),
    coverage: encodeOutput({ evidence: undefined, findings: [], problems: [], coverage: output.coverage }),
  });
  const [old, current] = [of(before), of(now)];
  const parts = (["findings", "tests", "problems"] as const).flatMap((part) => {
    const gone = old[part].filter((line) => !current[part].includes(line));
    const added = current[part].filter((line) => !old[part].includes(line));
    if (gone.length + added.length === 0 && old[part].length === current[part].length) return [];
    return [
      `${part}: ${gone.length} gone, ${added.length} new${(added[0] ?? gone[0]) ? ` (${(added[0] ?? gone[0] ?? "").slice(0, 160)})` : ""}`,
    ];
  });
  return [...parts, ...(old.coverage === current.coverage ? [] : ["coverage"])].join("; ");
}

const SYSTEM = [
  "/usr",
  "/lib",
  "/lib32",
  "/lib64",
  "/bin",
  "/sbin",
  "/etc",
  "/proc",
  "/sys",
  "/dev",
  "/run",
  "/var",
  "/opt",
];
const LIKE_CONFIGURATION = /(^\.?[\w-]+rc(\.\w+)?|config(\.\w+)*|ignore|\.(toml|ini|cfg|ya?ml|conf|json|pth))$/;

interface Classifying {
  readonly planned: PlannedCheck;
  readonly snapshot: Snapshot;
  readonly root: string;
  readonly argv: readonly string[];
  readonly watched: ReadonlySet<string>;
}

/** Tells the places of files apart, for one check. */
class Places {
  readonly #of: Classifying;
  readonly #isConfig: (path: string) => boolean;
  readonly #inputs: ReadonlySet<string>;
  readonly #programs: readonly string[];
  readonly #made: ReadonlySet<string>;
  readonly narrow: boolean;

  constructor(of: Classifying, accesses: readonly Access[]) {
    const { check, checker, files } = of.planned;
    this.#of = of;
    this.narrow = checker.inputs === "scope" && check.command === undefined;
    this.#isConfig = picomatch([...checker.configFiles], { dot: true });
    const inScope = new Set(files);
    const isInput = (path: string) =>
      !this.narrow || inScope.has(path) || this.#isConfig(path) || basename(path) === ".gitignore";
    this.#inputs = new Set(of.snapshot.files.map(({ path }) => path).filter(isInput));
    this.#programs = of.argv.flatMap((part) =>
      part.startsWith("/") ? [part, realPath(part)].map((program) => dirname(dirname(program))) : [],
    );
    this.#made = new Set(accesses.filter(({ kind }) => kind === "written").map(({ path }) => path));
  }

  placeOf(path: string): "declared" | "system" | "installed" | "undeclared" {
    const { root, watched } = this.#of;
    const inside = path.startsWith(`${root}/`) ? path.slice(root.length + 1) : undefined;
    if (watched.has(path) || (inside !== undefined && this.#inputs.has(inside))) return "declared";
    if (INSTALLED.test(path) || isBelow(path, this.#programs)) return "installed";
    return isBelow(path, SYSTEM) ? "system" : "undeclared";
  }

  /** Whether the tool or Trigate made it for itself. */
  isOwn(path: string): boolean {
    const temporary = ["/tmp", "/var/tmp"].filter((folder) => !this.#of.root.startsWith(folder));
    return this.#made.has(path) || MADE_BY_TOOLS.test(path) || isBelow(path, temporary);
  }

  /** Whether nobody would notice if the file that was looked for in vain appeared. */
  isUnwatched(path: string): boolean {
    const { root, watched } = this.#of;
    // A folder that was looked for or listed is looked at again each time.
    if (this.placeOf(path) !== "undeclared" || watched.has(dirname(path)) || this.isOwn(path)) return false;
    // A file that appears in the workspace is a new input by itself, unless only the files in scope are.
    return this.narrow ? !this.#isConfig(path.slice(root.length + 1)) : !path.startsWith(`${root}/`);
  }
}

const INSTALLED = /\/(node_modules|site-packages|dist-packages|\.venv|venv|python3\.\d+)\/|\/libpython3[^/]*$/;
const MADE_BY_TOOLS = /\/__pycache__\/|\/trigate-[A-Za-z0-9]{6}(\/|$)/;

function isBelow(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
}

function classify(accesses: readonly Access[], classifying: Classifying): AuditedReads {
  const places = new Places(classifying, accesses);
  const pathsOf = (wanted: Access["kind"]) => [
    ...new Set(accesses.flatMap(({ kind, path }) => (kind === wanted ? [path] : []))),
  ];
  const read = pathsOf("read").filter((path) => !places.isOwn(path));
  const names = new Set(classifying.planned.checker.configFiles.flatMap((pattern) => nameOf(pattern) ?? []));
  const isConfigLike = (path: string) => names.has(basename(path)) || LIKE_CONFIGURATION.test(basename(path));
  const unwatched = pathsOf("absent").filter((path) => isConfigLike(path) && places.isUnwatched(path));
  const count = (place: string) => read.filter((path) => places.placeOf(path) === place).length;
  return {
    declared: count("declared"),
    system: count("system"),
    installed: count("installed"),
    undeclared: read.filter((path) => places.placeOf(path) === "undeclared").toSorted(),
    unwatched: unwatched.toSorted(),
  };
}

function realPath(path: string): string {
  return new ObservedFiles().realPathOf(path) ?? path;
}

/** Every check, or `count` of them that are spread over the list. */
export function sampleOf<T>(checks: readonly T[], count: number): readonly T[] {
  if (count >= checks.length) return checks;
  return Array.from({ length: count }, (_, index) => checks[Math.floor((index * checks.length) / count)]).filter(
    (check) => check !== undefined,
  );
}
