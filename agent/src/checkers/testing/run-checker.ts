import { dirname, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CheckOutput } from "../../core/check.ts";
import { makeScratchFolder, mkdir, readTextIfThere, realpath, removeFolder, writeFile } from "../../platform/files.ts";
import { GroupProcessRunner } from "../../platform/process.ts";
import { ShellSupervisor } from "../../platform/supervisor.ts";
import type { Checker, CheckContext, CheckOptions, ToolFinder, ToolOutput } from "../checker.ts";
import { NodeToolFinder } from "../tool-finder.ts";

/** The repository that the tests belong to: its tools are the ones that tests use. */
export const REPOSITORY = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..", "..");

export interface CheckerRun {
  /** Path → content of the workspace that is made for the test. */
  readonly workspace: Readonly<Record<string, string>>;
  /** Files in scope; all of the workspace by default. */
  readonly files?: readonly string[];
  readonly partial?: boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly options?: Partial<CheckOptions>;
  readonly notesInputs?: boolean;
  readonly selectedTests?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Answers a start from a recording; `undefined` starts the program. */
  readonly recorded?: (argv: readonly string[]) => ToolOutput | undefined;
  /** Done in the workspace before the check, such as a build. */
  readonly prepare?: (folder: string, run: CheckContext["run"]) => Promise<void>;
}

/** Tools of this repository, found the way the agent finds them. */
export function repositoryTools(): ToolFinder {
  return new NodeToolFinder({ root: REPOSITORY, cwd: "", env: process.env });
}

/** Runs an adapter with its real tool in a temporary workspace. A missing tool fails the test: nothing passes by absence. */
export async function runChecker(checker: Checker, request: CheckerRun): Promise<CheckOutput> {
  const root = await realpath(await makeScratchFolder());
  try {
    await writeFiles(root, request.workspace);
    return await runCheckerIn(root, checker, request);
  } finally {
    await removeFolder(root);
  }
}

export async function writeFiles(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
}

/** The same in a workspace that is there already; only `prepare` writes in it before the check. */
export async function runCheckerIn(root: string, checker: Checker, request: CheckerRun): Promise<CheckOutput> {
  const scratch = await makeScratchFolder();
  const supervisor = new ShellSupervisor();
  try {
    const context = await contextOf(checker, { request, root, scratch, runner: new GroupProcessRunner(supervisor) });
    await request.prepare?.(root, context.run);
    return await checker.check(context);
  } finally {
    supervisor.close();
    await removeFolder(scratch);
  }
}

interface Surroundings {
  readonly request: CheckerRun;
  readonly root: string;
  readonly scratch: string;
  readonly runner: GroupProcessRunner;
}

async function contextOf(checker: Checker, { request, root, scratch, runner }: Surroundings): Promise<CheckContext> {
  const options: CheckOptions = {
    id: checker.id,
    cwd: "",
    suite: "unit",
    command: undefined,
    args: [],
    coverage: undefined,
    report: {},
    timeoutMs: 120_000,
    ...request.options,
  };
  const tool = options.command ?? (await checker.locate(repositoryTools()));
  if (tool === undefined) throw new Error(`${checker.id} is not installed; run: npm run setup -- --tools`);
  const { signal } = new AbortController();
  const cwd = join(root, options.cwd);
  return {
    root,
    files: request.files ?? Object.keys(request.workspace),
    partial: request.partial ?? false,
    options,
    settings: checker.settings.parse(request.settings ?? {}),
    tool,
    scratch,
    signal,
    notesInputs: request.notesInputs,
    selectedTests: request.selectedTests,
    readText: (path) => readTextIfThere(isAbsolute(path) ? path : join(cwd, path)),
    run: async (argv, toolOptions = {}) =>
      request.recorded?.(argv) ??
      runner.run({
        argv,
        cwd: toolOptions.cwd ?? cwd,
        env: { ...process.env, ...request.env, ...toolOptions.env },
        stdin: toolOptions.stdin,
        timeoutMs: options.timeoutMs,
        maxOutputBytes: 64_000_000,
        signal,
      }),
  };
}
