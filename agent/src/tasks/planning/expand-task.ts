import type { Task } from "../../core/task.ts";
import { type AskJsonOptions, askJson, firstQuestion, type JsonQuestion } from "../../models/ask-json.ts";
import type { Model, ModelUsage } from "../../models/model.ts";
import { type PlannedSubtask, PlannedSubtasks } from "./answers.ts";
import { graphProblems } from "./graph-rules.ts";
import { fillPrompt } from "./prompt.ts";
import { surroundings, taskLine, taskMaterial } from "./task-material.ts";

export interface ExpandRequest {
  readonly task: Task;
  /** The list that the task stands in. */
  readonly tasks: readonly Task[];
  /** How many subtasks; `undefined` leaves it to the model. */
  readonly count: number | undefined;
  /** What a person or an analysis says about how to cut it; empty for nothing. */
  readonly advice: string;
  /** Subtasks that stay; new ones are added behind them. */
  readonly existing: readonly Task[];
  readonly research: boolean;
  readonly attempts: number;
}

export interface Expansion {
  /** Ids count on from the existing ones, within the task. */
  readonly subtasks: readonly PlannedSubtask[];
  readonly usage: ModelUsage;
}

/** Asks how a task is split. Throws what {@link askJson} throws; nothing is written here. */
export async function expandTask(model: Model, request: ExpandRequest, options: AskJsonOptions): Promise<Expansion> {
  const { output, usage } = await askJson(model, await questionOf(request), options);
  return { subtasks: output.subtasks, usage };
}

/** The question as it would be asked: for a dry run. */
export async function previewExpansion(model: Model, request: ExpandRequest): Promise<unknown> {
  return model.preview(firstQuestion(await questionOf(request)));
}

async function questionOf(request: ExpandRequest): Promise<JsonQuestion<{ subtasks: PlannedSubtask[] }>> {
  const { task, tasks, count, advice, existing, research, attempts } = request;
  const known = existing.map(({ id }) => localId(id)).filter(Number.isSafeInteger);
  const firstId = Math.max(0, ...known) + 1;
  const { system, prompt } = await fillPrompt("expand", {
    firstId: String(firstId),
    research: research ? "yes" : "",
    count: count === undefined ? "as many subtasks as it has outcomes" : `exactly ${count} subtasks`,
    task: taskMaterial(task),
    advice,
    existing: existing.map(taskLine).join("\n"),
    context: surroundings(task, tasks),
  });
  const rules = { firstId, known: new Set(known), noun: "subtask", count };
  return {
    system,
    prompt,
    name: "subtasks",
    schema: PlannedSubtasks,
    problems: ({ subtasks }) => graphProblems(subtasks, rules),
    research,
    attempts,
  };
}

/** `5.2` is the second within its task. */
function localId(id: string): number {
  return Number(id.slice(id.lastIndexOf(".") + 1));
}
