import { z } from "zod";
import { type Stage, STAGES } from "../../core/outcome.ts";
import { TrigateError } from "../../errors/trigate-error.ts";
import { toWorkspacePath } from "../../platform/files.ts";
import type { RunRequest } from "../../runs/run-service.ts";
import { TaskRequires } from "./task-record.ts";

/** What has to pass for a task to be done. */
export interface Requirement {
  /** In the order of a run. */
  readonly stages: readonly Stage[];
  /** Whether the task itself names the stages: then each must have something to judge. */
  readonly namesStages: boolean;
  /** Empty for all checks of the stages. */
  readonly checks: readonly string[];
  /** Empty for the whole repository. */
  readonly paths: readonly string[];
  readonly benchmarks: readonly string[];
}

export interface Workspace {
  /** Absolute. */
  readonly root: string;
  /** `tasks.require` of `trigate.yaml`. */
  readonly require: readonly Stage[];
  readonly checks: readonly { readonly id: string; readonly stage: Stage }[];
}

/**
 * What a task requires: what its `metadata.trigate.requires` says, else all of `tasks.require`. Throws
 * `tasks/bad-requirements` for one that cannot be read or that names what is not there: it must not pass for none.
 */
export function requirementOf(id: string, written: unknown, workspace: Workspace): Requirement {
  const complain = (problem: string) => new TrigateError("tasks/bad-requirements", { id, problem });
  if (written === undefined) return requirement({}, workspace);
  const read = TaskRequires.safeParse(written);
  if (!read.success) throw complain(z.prettifyError(read.error).replaceAll(/\s*\n\s*/g, " "));
  const known = new Set(workspace.checks.map((check) => check.id));
  const unknown = read.data.checks?.filter((check) => !known.has(check)) ?? [];
  if (unknown.length > 0) throw complain(`trigate.yaml has no check ${unknown.join(", ")}`);
  const outside = read.data.paths?.find((path) => toWorkspacePath(workspace.root, path) === undefined);
  if (outside !== undefined) throw complain(`${outside} lies outside the workspace`);
  return requirement(read.data, workspace);
}

function requirement(written: TaskRequires, workspace: Workspace): Requirement {
  const { checks = [], paths = [], benchmarks = [] } = written;
  const wanted = new Set(written.stages ?? stagesOf(checks, workspace));
  if (benchmarks.length > 0) wanted.add("performance");
  return {
    stages: STAGES.filter((stage) => wanted.has(stage)),
    namesStages: written.stages !== undefined,
    checks,
    paths: paths.map((path) => toWorkspacePath(workspace.root, path) ?? path),
    benchmarks,
  };
}

function stagesOf(checks: readonly string[], { require, checks: all }: Workspace): readonly Stage[] {
  if (checks.length === 0) return require;
  return all.filter(({ id }) => checks.includes(id)).map(({ stage }) => stage);
}

/** A requirement in the words of `metadata.trigate.requires`, for the evidence. */
export function writtenRequirement({ stages, checks, paths, benchmarks }: Requirement): TaskRequires {
  const some = (names: readonly string[]) => (names.length > 0 ? [...names] : undefined);
  const parts = { stages: [...stages], checks: some(checks), paths: some(paths), benchmarks: some(benchmarks) };
  return TaskRequires.parse(Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined)));
}

/** The run that judges exactly what is required. */
export function runRequestOf(
  { stages, checks, paths }: Requirement,
  { noCache }: { readonly noCache: boolean },
): RunRequest {
  return {
    paths,
    stages,
    checks,
    changed: false,
    staged: false,
    base: undefined,
    noCache,
    fix: false,
    failFast: false,
  };
}
