import type { Command } from "commander";
import pc from "picocolors";
import type { TaskInsight } from "../../insight/task-insight.ts";
import type { PlanningService } from "../../tasks/planning/planning-service.ts";
import type { CommitSync } from "../../tasks/proof/commit-sync.ts";
import type { StatusHook } from "../../tasks/proof/status-hook.ts";
import type { TaskFinisher } from "../../tasks/proof/task-finisher.ts";
import type { TaskStatuses } from "../../tasks/proof/task-statuses.ts";
import type { TaskStore } from "../../tasks/task-store.ts";
import type { TextStyle } from "./task-text.ts";

/** What proves tasks, and tells others of their statuses. */
export interface ProofServices {
  readonly hook: StatusHook;
  readonly finisher: TaskFinisher;
  readonly sync: CommitSync;
}

/** What the commands need; opened only when one of them runs. */
export interface TasksServices {
  /** Absolute folder of the workspace. */
  readonly root: string;
  readonly stateFolder: string;
  readonly tasks: TaskStore;
  readonly planning: () => Promise<PlanningService>;
  readonly statuses: TaskStatuses;
  readonly proof: () => Promise<ProofServices>;
  readonly insight: () => Promise<TaskInsight>;
}

export type Open = () => Promise<TasksServices>;

/** Options that every command of `trigate tasks` has. */
export interface Common {
  readonly tag?: string;
  readonly json?: true;
}

/** Lines of a pipe are as long as those of a narrow terminal. */
const WIDTH_WITHOUT_TERMINAL = 80;

/** A command below `trigate tasks` with the options that all have, and an example of its use. */
export function subcommand(parent: Command, name: string, example: string): Command {
  return parent
    .command(name)
    .option("--tag <name>", "the list to use instead of the active one")
    .option("--json", "print JSON")
    .addHelpText("after", `\nExample:\n  ${example}`);
}

/** Prints a value as JSON, or as text for people. */
export function print(json: true | undefined, value: object, text: (style: TextStyle) => string): void {
  if (json) console.log(JSON.stringify(value, null, 2));
  else console.log(text({ colors: pc, width: process.stdout.columns ?? WIDTH_WITHOUT_TERMINAL }));
}

/** Ids that are given one by one or with commas between them. */
export function idList(words: readonly string[]): readonly string[] {
  return words
    .flatMap((word) => word.split(","))
    .map((id) => id.trim())
    .filter((id) => id !== "");
}
