import { type Command, InvalidArgumentError, Option } from "commander";
import { TrigateError } from "../../errors/trigate-error.ts";
import { readTextIfThere } from "../../platform/files.ts";
import { plainText } from "../../report/plain-text.ts";
import type { DryRun, PlanningService } from "../../tasks/planning/planning-service.ts";
import { requireTrust } from "../trust.ts";
import { costText, withPlanning } from "./planning-progress.ts";
import { type Common, print, subcommand, type TasksServices } from "./task-subcommand.ts";

/** Of all that tasks need, what plans need. */
type OpenPlanning = () => Promise<Pick<TasksServices, "root" | "stateFolder" | "planning">>;

/** Options of every command that asks a model. */
interface PlanOptions extends Common {
  readonly research?: true;
  readonly dryRun?: true;
  readonly trust?: true;
}

const DEFAULT_THRESHOLD = 5;
/** Longer documents are no requirements; they are refused before they cost anything. */
const LONGEST_DOCUMENT = 4_000_000;

/** The commands that plan through a model: `parse-prd`, `analyze-complexity`, `expand` and `update`. */
export function addPlanning(parent: Command, open: OpenPlanning): void {
  for (const add of [addParsePrd, addAnalyze, addExpand, addUpdate]) add(parent, open);
}

function planCommand(parent: Command, name: string, example: string): Command {
  return subcommand(parent, name, example)
    .option("--research", "let the model look things up first")
    .option("--dry-run", "print what would be asked, and ask nothing")
    .option("--trust", "trust this workspace: its files name the model that texts are sent to");
}

/** Where a workspace's own files say which model is asked, it must be trusted: they decide where texts and keys go. */
async function planning(open: OpenPlanning, { trust }: PlanOptions): Promise<PlanningService> {
  const services = await open();
  await requireTrust(services, trust === true);
  return services.planning();
}

function addParsePrd(parent: Command, open: OpenPlanning): void {
  interface PrdOptions extends PlanOptions {
    readonly numTasks?: number;
    readonly append?: true;
    readonly force?: true;
  }
  planCommand(parent, "parse-prd", "trigate tasks parse-prd docs/prd.md --num-tasks 25 --research")
    .description("make tasks from a requirements document")
    .argument("<file>", "the document, as text or Markdown")
    .addOption(new Option("--num-tasks <n>", "how many tasks; by default the model decides").argParser(wholeNumber))
    .option("--append", "add to the tasks that exist")
    .addOption(new Option("--force", "put the plan in the place of the tasks that exist").conflicts("append"))
    .action(async (file: string, options: PrdOptions) => {
      const plans = await planning(open, options);
      const document = await readDocument(file);
      const existing = options.force ? "replace" : options.append ? "append" : "refuse";
      const wish = {
        tag: options.tag,
        document,
        count: options.numTasks,
        research: options.research === true,
        existing,
      } as const;
      if (options.dryRun) {
        printDryRun(await plans.previewPrd(wish));
        return;
      }
      const plan = await withPlanning((ask, progress) =>
        plans.parsePrd(wish, {
          ...ask,
          onPart: ({ part, parts, planned }) =>
            progress.about(parts === 1 ? "the plan" : `part ${part} of ${parts}, ${planned} tasks so far`),
        }),
      );
      print(options.json, { ids: plan.ids, merged: plan.merged, usage: plan.usage }, () =>
        [
          ...plan.tasks.map(({ id, title, priority }) => `${id}. ${plainText(title)} (${priority})`),
          ...plan.merged.map((title) => `asked for twice, taken once: ${plainText(title)}`),
          `${plan.ids.length} tasks; ${costText(plan.usage)}`,
        ].join("\n"),
      );
    });
}

function addAnalyze(parent: Command, open: OpenPlanning): void {
  interface AnalyzeOptions extends PlanOptions {
    readonly threshold: number;
  }
  planCommand(parent, "analyze-complexity", "trigate tasks analyze-complexity --research --threshold 5")
    .description("let the model score how hard the open tasks are, and say which to split")
    .argument("[ids...]", "tasks; by default all that are open")
    .addOption(
      new Option("--threshold <score>", "from this score on a task should be split")
        .argParser(score)
        .default(DEFAULT_THRESHOLD),
    )
    .action(async (ids: string[], options: AnalyzeOptions) => {
      const plans = await planning(open, options);
      const { threshold } = options;
      const wish = { tag: options.tag, ids, threshold, research: options.research === true };
      if (options.dryRun) {
        printDryRun(await plans.previewAnalysis(wish));
        return;
      }
      const analysis = await withPlanning((ask, progress) =>
        plans.analyze(wish, { ...ask, onTasks: (done, all) => progress.about(`${done} of ${all} tasks`) }),
      );
      print(options.json, analysis, ({ colors }) =>
        [
          ...analysis.complexities
            .toSorted((a, b) => b.complexityScore - a.complexityScore)
            .map(({ taskId, complexityScore, recommendedSubtasks, reasoning }) => {
              const split = complexityScore >= threshold ? `, split into ${recommendedSubtasks}` : "";
              return `${colors.bold(`${taskId}: ${complexityScore}${split}`)}  ${plainText(reasoning)}`;
            }),
          `written to ${analysis.report}; ${costText(analysis.usage)}`,
          `"trigate tasks expand --all" splits them`,
        ].join("\n"),
      );
    });
}

function addExpand(parent: Command, open: OpenPlanning): void {
  interface ExpandOptions extends PlanOptions {
    readonly all?: true;
    readonly num?: number;
    readonly prompt: string;
    readonly force?: true;
  }
  planCommand(parent, "expand", "trigate tasks expand --all --research")
    .description("split tasks into subtasks, as the last analysis recommends")
    .argument("[ids...]", "tasks to split")
    .option("--all", "all open tasks that have no subtasks and that the analysis found too large")
    .addOption(new Option("--num <n>", "how many subtasks each").argParser(wholeNumber))
    .option("--prompt <text>", "how they are to be cut", "")
    .option("--force", "split again: subtasks that exist are replaced, their statuses with them")
    .action(async (ids: string[], options: ExpandOptions) => {
      if ((ids.length === 0) === (options.all !== true))
        throw new TrigateError("usage/bad-argument", {
          problem: "name tasks, or say --all",
          hint: "trigate tasks expand 3 4",
        });
      const plans = await planning(open, options);
      const { tag, num, prompt: advice } = options;
      const wish = { tag, ids, count: num, advice, force: options.force === true, research: options.research === true };
      if (options.dryRun) {
        printDryRun(await plans.previewExpansion(wish));
        return;
      }
      const { added, usage } = await withPlanning((ask, progress) =>
        plans.expand(wish, {
          ...ask,
          onTask: ({ id, done, all }) => progress.about(`task ${id} (${done + 1} of ${all})`),
        }),
      );
      print(options.json, { added, usage }, () =>
        [...Object.entries(added).map(([id, subtasks]) => `${id}: ${subtasks.join(", ")}`), costText(usage)].join("\n"),
      );
    });
}

function addUpdate(parent: Command, open: OpenPlanning): void {
  interface UpdateOptions extends PlanOptions {
    readonly prompt: string;
  }
  planCommand(parent, "update", 'trigate tasks update 5.2 --prompt "the cache is Redis now, not memcached"')
    .description("bring a task's text up to date after a change of plan")
    .argument("<id>", "such as 5, or 5.2 for a subtask")
    .requiredOption("--prompt <text>", "what has changed")
    .action(async (id: string, options: UpdateOptions) => {
      const plans = await planning(open, options);
      const wish = { tag: options.tag, id, information: options.prompt, research: options.research === true };
      if (options.dryRun) {
        printDryRun(await plans.previewUpdate(wish));
        return;
      }
      const { changed, usage } = await withPlanning((ask, progress) => {
        progress.about(`task ${id}`);
        return plans.update(wish, ask);
      });
      print(
        options.json,
        { id, changed, usage },
        () =>
          `${id}: ${changed.length === 0 ? "nothing had to change" : `changed ${changed.join(", ")}`}; ${costText(usage)}`,
      );
    });
}

function printDryRun({ requests }: DryRun): void {
  console.log(JSON.stringify({ requests }, null, 2));
}

async function readDocument(file: string): Promise<string> {
  const text = await readTextIfThere(file);
  if (text === undefined)
    throw new TrigateError("usage/bad-argument", {
      problem: `there is no file ${file}`,
      hint: "name the requirements document",
    });
  if (text.trim() === "" || text.includes("\u0000") || text.length > LONGEST_DOCUMENT)
    throw new TrigateError("usage/bad-argument", {
      problem: `${file} is ${text.trim() === "" ? "empty" : text.length > LONGEST_DOCUMENT ? "larger than 4 MB" : "no text"}`,
      hint: "give a document of text or Markdown",
    });
  return text;
}

function wholeNumber(value: string): number {
  const count = Number(value);
  if (!Number.isInteger(count) || count < 1 || count > 500)
    throw new InvalidArgumentError("a whole number from 1 to 500");
  return count;
}

function score(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > 10)
    throw new InvalidArgumentError("a whole number from 1 to 10");
  return number;
}
