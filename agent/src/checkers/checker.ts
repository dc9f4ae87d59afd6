import type { z } from "zod";
import type { CheckOutput } from "../core/check.ts";
import type { MetricId, Suite } from "../core/metrics.ts";
import type { Stage } from "../core/outcome.ts";
import type { WarmTool } from "./warm-tool.ts";

/** How a tool ended and what it printed. `exitCode` is `undefined` after a signal. */
export interface ToolOutput {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ToolRunOptions {
  /** Defaults to the check's `cwd`. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

/**
 * Starts a program as an argument vector, never through a shell. Throws `checker/timed-out`, `checker/output-too-large`,
 * `run/cancelled` or `platform/spawn-failed`; any exit code is returned.
 */
export type RunTool = (argv: readonly string[], options?: ToolRunOptions) => Promise<ToolOutput>;

/** Looks where an ecosystem keeps its programs. Each answer is an argument vector to put before the tool's own arguments. */
export interface ToolFinder {
  /** A program of an npm package: the native binary or script behind the shim in the nearest `node_modules`, with the right Node before a script. */
  npm(packageName: string, binName?: string): Promise<readonly string[] | undefined>;
  /** The folder of an installed npm package, for one that has no program of its own. */
  npmFolder(packageName: string): Promise<string | undefined>;
  /** A program of a Python environment: `.venv`, `venv`, `VIRTUAL_ENV`, `.tools/python`, then PATH. */
  python(name: string): Promise<readonly string[] | undefined>;
  /** A program on PATH. The names are tried in order. */
  path(...names: string[]): Promise<readonly string[] | undefined>;
}

/** What every check may say in `trigate.yaml`, resolved: nothing optional is left open. */
export interface CheckOptions {
  readonly id: string;
  /** Folder that the tool runs in, relative to the workspace root; `""` is the root. */
  readonly cwd: string;
  readonly suite: Suite;
  /** Replaces how the tool is started, such as `["npm", "run", "test:api"]`. */
  readonly command: readonly string[] | undefined;
  /** Added after the adapter's own arguments. */
  readonly args: readonly string[];
  /** Where the tool leaves a coverage report, relative to `cwd`. */
  readonly coverage: string | undefined;
  /** Reports that the command leaves, by format, relative to `cwd`; an empty path means standard output. */
  readonly report: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** Everything that an adapter needs. It keeps no state of its own. */
export interface CheckContext<Settings = unknown> {
  /** Absolute path of the workspace root. */
  readonly root: string;
  /** Files in scope, relative to the root with `/`, already filtered by the adapter's `patterns` and the check's `files`. */
  readonly files: readonly string[];
  /** Whether `files` is a selection (paths, changed files) and not all of them. */
  readonly partial: boolean;
  readonly options: CheckOptions;
  /** The adapter's own part of the check's options, parsed by its `settings` schema. */
  readonly settings: Settings;
  /** How to start the tool: put the arguments after it. */
  readonly tool: readonly string[];
  /** An empty private folder, absolute, removed after the check. */
  readonly scratch: string;
  readonly run: RunTool;
  /** Leave the fixes out: only set for an adapter with `fixesApart`. */
  readonly withoutFixes?: boolean | undefined;
  /**
   * Only these test files and tests, as `file` or `file::test` with the file relative to the root; set only for an adapter
   * with `selectsTests`.
   */
  readonly selectedTests?: readonly string[] | undefined;
  /** Tell which sources each test file loads; set only for an adapter that selects `files`. */
  readonly notesInputs?: boolean | undefined;
  /** A report of this tool that was made elsewhere from exactly this content: to be read instead of running the tool. */
  readonly taken?: { readonly exitCode: number; readonly report: string } | undefined;
  /** The content of a file, or `undefined` when it is not there. Relative paths start at the check's `cwd`. */
  readonly readText: (path: string) => Promise<string | undefined>;
  readonly signal: AbortSignal;
}

/** What `trigate init` and `doctor` know about a repository. */
export interface RepositoryFacts {
  /** All files that are not ignored, relative to the root with `/`. */
  readonly files: readonly string[];
  /** Text of a file, or `undefined` when there is none. */
  readonly readText: (path: string) => Promise<string | undefined>;
  /** Looks for installed programs from a folder, relative to the root; absent where nobody may look. */
  readonly find?: ((cwd: string) => ToolFinder) | undefined;
}

/**
 * One tool. An adapter knows the tool's flags, exit codes and report, and nothing about limits: what it finds becomes a
 * verdict in `core/judge.ts`. What it throws, the runner turns into `errored`.
 */
export interface Checker<Settings = unknown> {
  /** The tool's name, also the default key under `checks`. */
  readonly id: string;
  readonly title: string;
  readonly stage: Stage;
  /** Metrics that the check's findings, tests, coverage and measurements count for; the first is the findings' default. */
  readonly feeds: readonly MetricId[];
  /** The part of `feeds` that a check with these settings serves, where they decide; all of it by default. */
  readonly feedsWith?: ((settings: Settings) => readonly MetricId[]) | undefined;
  /** Formats that choose this checker when an entry names one as its `report` and no `tool`. The checker's own id always does. */
  readonly reports?: readonly string[] | undefined;
  /** Globs of the files that the tool looks at, relative to the check's `cwd`. */
  readonly patterns: readonly string[];
  /** Globs of files whose content changes the tool's answer besides the files in scope (its configuration). */
  readonly configFiles: readonly string[];
  /** `files`: can be handed single files; `project`: always looks at everything. */
  readonly handles: "files" | "project";
  /**
   * Files whose content can change the answer: `scope` for a tool that proves to read only the files in scope and
   * `configFiles`; by default every file that is not ignored.
   */
  readonly inputs?: "scope" | undefined;
  /** Whether finding the fixes takes the tool a turn of its own, to be left out when an answer is wanted at once. */
  readonly fixesApart?: boolean | undefined;
  /**
   * Whether it can be handed a part of the tests: single `tests`, where its coverage tells which test ran which line; or
   * `files` of tests, where it tells on request which sources each of them loads.
   */
  readonly selectsTests?: "tests" | "files" | undefined;
  /** Whether the same inputs always give the same answer. Never for benchmarks, audits and network tests. */
  readonly cacheable: boolean;
  /** Whether it must run alone on the machine, as benchmarks do. */
  readonly exclusive: boolean;
  /** The adapter's own options in `trigate.yaml`. */
  readonly settings: z.ZodType<Settings>;
  /** The one command that installs the tool. */
  readonly install: string;
  /** Finds the tool; `undefined` when it is not installed. */
  readonly locate: (find: ToolFinder) => Promise<readonly string[] | undefined>;
  /** Arguments that make the tool print its version, and where the version stands in what it prints. */
  readonly version: { readonly args: readonly string[]; readonly pattern: RegExp };
  /**
   * Whether one check over everything is proposed also for a repository of several projects: for tools that ask for a kind
   * of file, and not for a project's configuration. By default each project is asked by itself.
   */
  readonly proposedOnce?: boolean | undefined;
  /** Proposes the check for a repository, or for one project of it: its settings in `trigate.yaml`, or `undefined` when it does not fit. */
  readonly detect: (repository: RepositoryFacts) => Promise<Readonly<Record<string, unknown>> | undefined>;
  readonly check: (context: CheckContext<Settings>) => Promise<CheckOutput>;
  /** How it answers for one file while somebody edits, without being started each time. */
  readonly warm?: WarmTool<CheckContext> | undefined;
}
