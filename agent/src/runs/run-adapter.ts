import { join } from "node:path";
import type { CheckContext, ToolOutput, ToolRunOptions } from "../checkers/checker.ts";
import type { CheckOutput } from "../core/check.ts";
import { isLfsPointer } from "../core/lfs-pointer.ts";
import { redactor, secretValues } from "../core/redaction.ts";
import { TrigateError } from "../errors/trigate-error.ts";
import { makeScratchFolder, readTextIfThere, removeFolder, toWorkspacePath } from "../platform/files.ts";
import type { ProcessRunner } from "../platform/process.ts";
import type { LocatedTool } from "./locate-tool.ts";
import { withPointerNotice } from "./lfs-pointers.ts";
import type { PlannedCheck } from "./plan.ts";
import type { TakenReport } from "./take-in.ts";
import { toolEnvironment } from "./tool-environment.ts";
import { withoutSecrets } from "./without-secrets.ts";

/** More than this from one tool is a mistake, not a report; a check may set its own limit. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

export interface AdapterRun {
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Variables that services hand to the check. */
  readonly provided?: Readonly<Record<string, string>> | undefined;
  readonly processes: Pick<ProcessRunner, "run">;
  readonly tool: LocatedTool;
  readonly taken?: TakenReport | undefined;
  readonly withoutFixes: boolean;
  readonly signal: AbortSignal;
}

/** Asks the tool once through its adapter. The command is the last one that was started, empty for a report that was taken in. */
export async function runAdapter(
  { check, checker, files, partial, pointers, selectedTests, notesInputs }: PlannedCheck,
  { root, env: own, provided, processes, tool, taken, withoutFixes, signal }: AdapterRun,
): Promise<{ output: CheckOutput; command: readonly string[] }> {
  const scratch = await makeScratchFolder();
  const cwd = join(root, check.cwd);
  const env = { ...toolEnvironment(own, { root, names: check.env }), ...provided };
  let command: readonly string[] = tool.argv;
  const run = async (argv: readonly string[], options: ToolRunOptions = {}): Promise<ToolOutput> => {
    command = argv;
    return processes.run({
      argv,
      cwd: options.cwd ?? cwd,
      env: { ...env, ...options.env },
      stdin: options.stdin,
      timeoutMs: check.timeoutMs,
      maxOutputBytes: check.maxOutputBytes ?? MAX_OUTPUT_BYTES,
      signal,
    });
  };
  const { id, suite, command: ownCommand, args, coverage, report, timeoutMs } = check;
  const context: CheckContext = {
    root,
    files,
    partial,
    options: { id, cwd: check.cwd, suite, command: ownCommand, args, coverage, report, timeoutMs },
    settings: check.settings,
    tool: tool.argv,
    scratch,
    run,
    ...(taken === undefined ? {} : { taken }),
    ...(selectedTests === undefined ? {} : { selectedTests }),
    ...(notesInputs === true ? { notesInputs } : {}),
    ...(withoutFixes && checker.fixesApart === true ? { withoutFixes: true } : {}),
    readText: (path) => readContent(join(path.startsWith("/") ? "" : cwd, path), root),
    signal,
  };
  try {
    const output = withPointerNotice(await checker.check(context), pointers);
    const evidence =
      taken === undefined ? output.evidence : output.evidence && { ...output.evidence, source: "taken-in" as const };
    const redact = redactor(secretValues({ ...own, ...provided }));
    return {
      output: withoutSecrets(relabel({ ...output, evidence }, root), redact),
      command: taken === undefined ? command.map(redact) : [],
    };
  } finally {
    await removeFolder(scratch);
  }
}

/** Throws `checker/only-pointer` for what Git LFS left in the place of the content. */
async function readContent(path: string, root: string): Promise<string | undefined> {
  const text = await readTextIfThere(path);
  if (text !== undefined && isLfsPointer(text))
    throw new TrigateError("checker/only-pointer", { file: toWorkspacePath(root, path) ?? path });
  return text;
}

/** The root's own path is noise in messages and would make reports differ from machine to machine. */
function relabel(output: CheckOutput, root: string): CheckOutput {
  const strip = (text: string) => text.replaceAll(`${root}/`, "");
  return {
    ...output,
    findings: output.findings.map((finding) => ({ ...finding, message: strip(finding.message) })),
    problems: output.problems.map(strip),
  };
}
