import type { Task } from "../../core/task.ts";
import { type AskJsonOptions, askJson, firstQuestion, type JsonQuestion } from "../../models/ask-json.ts";
import type { Model, ModelUsage } from "../../models/model.ts";
import { UpdatedTask } from "./answers.ts";
import { fillPrompt } from "./prompt.ts";
import { surroundings, taskMaterial } from "./task-material.ts";

export interface UpdateRequest {
  readonly task: Task;
  /** The list that the task stands in. */
  readonly tasks: readonly Task[];
  /** What has changed, in a person's words. */
  readonly information: string;
  readonly research: boolean;
  readonly attempts: number;
}

export interface TaskUpdate {
  /** The fields that change, each in full; none when nothing has to. */
  readonly fields: UpdatedTask;
  readonly usage: ModelUsage;
}

/** Asks what a change of plan changes in a task. Throws what {@link askJson} throws; nothing is written here. */
export async function updateTask(model: Model, request: UpdateRequest, options: AskJsonOptions): Promise<TaskUpdate> {
  const { output, usage } = await askJson(model, await questionOf(request), options);
  return { fields: output, usage };
}

/** The question as it would be asked: for a dry run. */
export async function previewUpdate(model: Model, request: UpdateRequest): Promise<unknown> {
  return model.preview(firstQuestion(await questionOf(request)));
}

async function questionOf({
  task,
  tasks,
  information,
  research,
  attempts,
}: UpdateRequest): Promise<JsonQuestion<UpdatedTask>> {
  const { system, prompt } = await fillPrompt("update", {
    research: research ? "yes" : "",
    task: taskMaterial(task),
    information,
    context: surroundings(task, tasks),
  });
  return { system, prompt, name: "task", schema: UpdatedTask, problems: () => [], research, attempts };
}
