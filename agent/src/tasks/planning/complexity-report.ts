import { z } from "zod";
import type { Task } from "../../core/task.ts";
import { TrigateError } from "../../errors/trigate-error.ts";
import { writeAtomically } from "../../platform/files.ts";
import { DEFAULT_TAG } from "../file/parse-tasks.ts";
import { inWorkspace } from "../file/task-file.ts";
import { readTaskSettings } from "../file/active-tag.ts";
import type { TaskComplexity } from "./answers.ts";

const Entry = z.looseObject({
  taskId: z.number(),
  taskTitle: z.string().optional(),
  complexityScore: z.number().min(0).max(10),
  recommendedSubtasks: z.number().min(0).optional(),
  expansionPrompt: z.string().nullish(),
  reasoning: z.string().nullish(),
});
const Report = z.looseObject({
  meta: z.looseObject({}).optional(),
  complexityAnalysis: z.array(Entry),
});
export type ComplexityEntry = z.infer<typeof Entry>;

export interface NewAnalysis {
  readonly tag: string;
  readonly tasks: readonly Task[];
  readonly complexities: readonly TaskComplexity[];
  readonly threshold: number;
  readonly research: boolean;
  readonly nowIso: string;
}

/** The report of a tag, where the other program keeps it too. */
function reportFile(tag: string): string {
  const suffix = tag === DEFAULT_TAG ? "" : `_${tag.replaceAll(/[^\w.-]+/g, "-")}`;
  return `.taskmaster/reports/task-complexity-report${suffix}.json`;
}

/** Entries of the last analysis by task id; none where there is no report. Throws `tasks/unreadable` or `tasks/invalid`. */
export async function readComplexities(root: string, tag: string): Promise<ReadonlyMap<string, ComplexityEntry>> {
  const report = await readTaskSettings(root, reportFile(tag), Report);
  return new Map((report?.complexityAnalysis ?? []).map((entry) => [String(entry.taskId), entry]));
}

/**
 * Writes the report of an analysis in the other program's form. Entries of tasks that exist and were not judged this time
 * stay. Throws `tasks/write-failed`, and what reading throws: a broken report is not overwritten.
 */
export async function writeComplexities(root: string, analysis: NewAnalysis): Promise<string> {
  const { tag, tasks, complexities, threshold, research, nowIso } = analysis;
  const name = reportFile(tag);
  const before = await readTaskSettings(root, name, Report);
  const titles = new Map(tasks.map(({ id, title }) => [id, title]));
  const judged = new Set(complexities.map(({ taskId }) => taskId));
  const kept = (before?.complexityAnalysis ?? []).filter(
    ({ taskId }) => !judged.has(taskId) && titles.has(String(taskId)),
  );
  const fresh = complexities.map((entry) => ({ ...entry, taskTitle: titles.get(String(entry.taskId)) ?? "" }));
  const complexityAnalysis = [...kept, ...fresh].toSorted((a, b) => a.taskId - b.taskId);
  const meta = {
    ...before?.meta,
    generatedAt: nowIso,
    tasksAnalyzed: complexities.length,
    totalTasks: tasks.length,
    analysisCount: complexityAnalysis.length,
    thresholdScore: threshold,
    usedResearch: research,
  };
  const { path } = await inWorkspace(root, name);
  try {
    await writeAtomically(path, `${JSON.stringify({ meta, complexityAnalysis }, null, 2)}\n`);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new TrigateError("tasks/write-failed", { file: name, problem }, { cause: error });
  }
  return name;
}
