import { type AskJsonOptions, askJson, firstQuestion, type JsonQuestion } from "../../models/ask-json.ts";
import { addUsage, type Model, type ModelUsage, NO_USAGE } from "../../models/model.ts";
import { type PlannedTask, PlannedTasks } from "./answers.ts";
import { graphProblems } from "./graph-rules.ts";
import { fillPrompt } from "./prompt.ts";
import { isSameTask } from "./similar-titles.ts";
import { type DocumentPart, outlineOf, splitDocument } from "./split-document.ts";

/** A document to be planned, and what there is already. */
export interface PrdRequest {
  readonly document: string;
  /** How many tasks; `undefined` leaves it to the model. */
  readonly count: number | undefined;
  readonly research: boolean;
  /** Tasks that exist and stay, which are not planned again. */
  readonly known: readonly { readonly id: number; readonly title: string }[];
  /** Id of the first new task. */
  readonly firstId: number;
  /** How often a wrong answer is sent back. */
  readonly attempts: number;
}

export interface PrdPlan {
  /** Ids count from `firstId` without gaps; dependencies name them or known tasks. */
  readonly tasks: readonly PlannedTask[];
  readonly usage: ModelUsage;
  readonly parts: number;
  /** Titles that two parts of the document both asked for; the first one was kept. */
  readonly merged: readonly string[];
}

/** What is told while a document is planned. */
export interface PrdProgress {
  readonly part: number;
  readonly parts: number;
  readonly planned: number;
}

export type PrdOptions = AskJsonOptions & { readonly onPart: (progress: PrdProgress) => void };

/** What one question takes: about 20,000 tokens, which every model of today reads with care. */
const LONGEST_PART = 60_000;

/**
 * Plans the tasks of a requirements document. A long one is asked part by part, each knowing what was planned before; what two
 * parts both ask for is taken once. Throws what {@link askJson} throws; nothing is written here.
 */
export async function planPrd(model: Model, request: PrdRequest, options: PrdOptions): Promise<PrdPlan> {
  const parts = partsOf(request);
  const counts = shareOut(request.count, parts);
  const tasks: PlannedTask[] = [];
  const merged: string[] = [];
  let usage = NO_USAGE;
  for (const [index, part] of parts.entries()) {
    options.onPart({ part: index + 1, parts: parts.length, planned: tasks.length });
    const known = request.known.concat(tasks);
    const firstId = request.firstId + tasks.length;
    const question = await questionOf({ ...request, known, firstId, count: counts[index] }, part, parts.length);
    const answer = await askJson(model, question, options);
    const fresh = withoutRepeats(answer.output.tasks, known, firstId);
    tasks.push(...fresh.kept);
    merged.push(...fresh.merged);
    usage = addUsage(usage, answer.usage);
  }
  return { tasks, usage, parts: parts.length, merged };
}

/** The questions as they would be asked first, without what earlier parts answer: for a dry run. */
export async function previewPrd(model: Model, request: PrdRequest): Promise<readonly unknown[]> {
  const parts = partsOf(request);
  const counts = shareOut(request.count, parts);
  const questions = await Promise.all(
    parts.map((part, index) => questionOf({ ...request, count: counts[index] }, part, parts.length)),
  );
  return questions.map((question) => model.preview(firstQuestion(question)));
}

/** With fewer tasks than parts, some part would have to go without any; larger parts are the lesser evil. */
function partsOf({ document, count }: PrdRequest): readonly DocumentPart[] {
  const most = count ?? Number.POSITIVE_INFINITY;
  let longest = LONGEST_PART;
  let parts = splitDocument(document, longest);
  while (parts.length > most) {
    longest *= 2;
    parts = splitDocument(document, longest);
  }
  return parts;
}

/** So many tasks over the parts by their length, at least one each; by the largest remainders where it does not divide. */
export function shareOut(count: number | undefined, parts: readonly DocumentPart[]): readonly (number | undefined)[] {
  if (count === undefined) return parts.map(() => undefined);
  const total = parts.reduce((sum, { text }) => sum + text.length, 0);
  const exact = parts.map(({ text }) => (count * text.length) / total);
  const shares = exact.map((share) => Math.max(1, Math.floor(share)));
  const order = exact
    .map((share, index) => ({ index, rest: share - Math.floor(share) }))
    .toSorted((a, b) => b.rest - a.rest);
  let left = count - shares.reduce((sum, share) => sum + share, 0);
  for (let turn = 0; left !== 0; turn++) {
    const index = order[turn % order.length]?.index ?? 0;
    const share = shares[index] ?? 1;
    if (left > 0) shares[index] = share + 1;
    else if (share > 1) shares[index] = share - 1;
    else if (shares.every((each) => each === 1)) break;
    left = count - shares.reduce((sum, each) => sum + each, 0);
  }
  return shares;
}

async function questionOf(
  { document, count, research, known, firstId, attempts }: PrdRequest,
  part: DocumentPart,
  parts: number,
): Promise<JsonQuestion<{ tasks: PlannedTask[] }>> {
  const { system, prompt } = await fillPrompt("parse-prd", {
    firstId: String(firstId),
    research: research ? "yes" : "",
    count:
      count === undefined ? "as many tasks as the work needs" : `exactly ${count} ${count === 1 ? "task" : "tasks"}`,
    knownTasks: known.map(({ id, title }) => `${id}. ${title}`).join("\n"),
    outline: parts === 1 ? "" : outlineOf(document),
    document: withHeadings(part),
  });
  const knownIds = new Set(known.map(({ id }) => id));
  return {
    system,
    prompt,
    name: "tasks",
    schema: PlannedTasks,
    problems: ({ tasks }) => graphProblems(tasks, { firstId, known: knownIds, noun: "task", count }),
    research,
    attempts,
  };
}

/** A part that begins below a heading of an earlier part says where it stands. */
function withHeadings({ headings, text }: DocumentPart): string {
  const above = headings.filter((heading) => !text.trimStart().split("\n", 1)[0]?.includes(heading));
  return above.length === 0 ? text.trim() : `(from: ${above.join(" > ")})\n\n${text.trim()}`;
}

interface Repeats {
  readonly kept: readonly PlannedTask[];
  readonly merged: readonly string[];
}

/** Takes out what is planned already, turns what depended on it to the task that is kept, and closes the gaps in the ids. */
function withoutRepeats(
  answered: readonly PlannedTask[],
  known: readonly { readonly id: number; readonly title: string }[],
  firstId: number,
): Repeats {
  const newIds = new Map<number, number>();
  const kept: PlannedTask[] = [];
  const merged: string[] = [];
  for (const task of answered) {
    const same = known.find(({ title }) => isSameTask(title, task.title));
    if (same !== undefined) {
      newIds.set(task.id, same.id);
      merged.push(task.title);
      continue;
    }
    const id = firstId + kept.length;
    newIds.set(task.id, id);
    const dependencies = [...new Set(task.dependencies.map((dependency) => newIds.get(dependency) ?? dependency))];
    kept.push({ ...task, id, dependencies });
  }
  return { kept, merged };
}
