import type { Task } from "../../core/task.ts";
import { type AskJsonOptions, askJson, firstQuestion, type JsonQuestion } from "../../models/ask-json.ts";
import { addUsage, type Model, type ModelUsage, NO_USAGE } from "../../models/model.ts";
import { type TaskComplexity, TaskComplexities } from "./answers.ts";
import { fillPrompt } from "./prompt.ts";
import { taskMaterial } from "./task-material.ts";

export interface AnalysisRequest {
  /** Tasks whose ids are whole numbers: the other program's report knows no others. */
  readonly tasks: readonly Task[];
  /** From this score on a task should be split, 1 to 10. */
  readonly threshold: number;
  readonly research: boolean;
  readonly attempts: number;
}

export interface Analysis {
  /** One for each task, in their order. */
  readonly complexities: readonly TaskComplexity[];
  readonly usage: ModelUsage;
}

export type AnalysisOptions = AskJsonOptions & { readonly onTasks: (done: number, all: number) => void };

/** So many tasks are judged beside each other in one question. */
const PER_QUESTION = 20;

/** Asks how hard tasks are. Throws what {@link askJson} throws; nothing is written here. */
export async function analyzeComplexity(
  model: Model,
  request: AnalysisRequest,
  options: AnalysisOptions,
): Promise<Analysis> {
  const complexities: TaskComplexity[] = [];
  let usage = NO_USAGE;
  for (const tasks of batchesOf(request.tasks)) {
    options.onTasks(complexities.length, request.tasks.length);
    const answer = await askJson(model, await questionOf({ ...request, tasks }), options);
    const byId = new Map(answer.output.complexityAnalysis.map((each) => [each.taskId, each]));
    complexities.push(...tasks.flatMap(({ id }) => byId.get(Number(id)) ?? []));
    usage = addUsage(usage, answer.usage);
  }
  return { complexities, usage };
}

/** The questions as they would be asked: for a dry run. */
export async function previewAnalysis(model: Model, request: AnalysisRequest): Promise<readonly unknown[]> {
  const questions = await Promise.all(batchesOf(request.tasks).map((tasks) => questionOf({ ...request, tasks })));
  return questions.map((question) => model.preview(firstQuestion(question)));
}

function batchesOf(tasks: readonly Task[]): readonly (readonly Task[])[] {
  return Array.from({ length: Math.ceil(tasks.length / PER_QUESTION) }, (_none, index) =>
    tasks.slice(index * PER_QUESTION, (index + 1) * PER_QUESTION),
  );
}

async function questionOf({
  tasks,
  threshold,
  research,
  attempts,
}: AnalysisRequest): Promise<JsonQuestion<{ complexityAnalysis: TaskComplexity[] }>> {
  const { system, prompt } = await fillPrompt("analyze-complexity", {
    threshold: String(threshold),
    research: research ? "yes" : "",
    tasks: tasks.map(taskMaterial).join("\n\n"),
  });
  const ids = tasks.map(({ id }) => Number(id));
  return {
    system,
    prompt,
    name: "complexity",
    schema: TaskComplexities,
    problems: ({ complexityAnalysis }) => analysisProblems(complexityAnalysis, { ids, threshold }),
    research,
    attempts,
  };
}

/** What is wrong with an analysis: tasks that are missing, twice or unknown, and advice that contradicts the score. */
function analysisProblems(
  analysis: readonly TaskComplexity[],
  { ids, threshold }: { readonly ids: readonly number[]; readonly threshold: number },
): readonly string[] {
  const asked = new Set(ids);
  const answered = analysis.map(({ taskId }) => taskId);
  const missing = ids.filter((id) => !answered.includes(id));
  const unknown = answered.filter((id) => !asked.has(id));
  const twice = answered.filter((id, index) => answered.indexOf(id) !== index);
  return [
    ...(missing.length === 0 ? [] : [`tasks without a score: ${missing.join(", ")}`]),
    ...(unknown.length === 0 ? [] : [`tasks that nobody asked about: ${unknown.join(", ")}`]),
    ...(twice.length === 0 ? [] : [`tasks with several scores: ${[...new Set(twice)].join(", ")}`]),
    ...analysis
      .filter(({ complexityScore, recommendedSubtasks }) => complexityScore >= threshold && recommendedSubtasks < 2)
      .map(({ taskId }) => `task ${taskId} is at or above ${threshold} and should be split into 2 or more subtasks`),
  ];
}
