import { type Command, InvalidArgumentError, Option } from "commander";
import { TrigateError } from "../../errors/trigate-error.ts";
import type { Candidate, ClaudeRecord, Suggestion } from "../../insight/assignment.ts";
import type { Accuracy, Backtest } from "../../insight/backtest.ts";
import type { Reach } from "../../insight/task-insight.ts";
import { plainText } from "../../report/plain-text.ts";
import { requireTrust } from "../trust.ts";
import { type Common, type Open, print, subcommand, type TasksServices } from "./task-subcommand.ts";
import type { TextStyle } from "./task-text.ts";

interface AssignOptions extends Common {
  readonly to?: string;
  readonly top: number;
  readonly halfLife: number;
  readonly backtest?: true;
  readonly trust?: true;
}

/** Of those tried on three repositories (15 to 365 days), the one that did best on the whole. */
const HALF_LIFE_DAYS = 45;
const DAY_MS = 86_400_000;

/** `trigate tasks assign`: who should take a task, and why. */
export function addAssign(parent: Command, open: Open): void {
  subcommand(
    parent,
    "assign",
    "trigate tasks assign 5\n  trigate tasks assign 5 --to ada@example.org\n  trigate tasks assign --backtest",
  )
    .description("say who should take a task, with the reasons, or write down who does")
    .argument("[id]", "such as 5, or 5.2 for a subtask; by default the next task")
    .option("--to <name>", "write down who takes it; a blank name takes that away")
    .addOption(new Option("--top <n>", "how many people to show").argParser(wholeNumber(50)).default(3))
    .addOption(
      new Option("--half-life <days>", "in how many days a commit counts half")
        .argParser(wholeNumber(10_000))
        .default(HALF_LIFE_DAYS),
    )
    .addOption(
      new Option("--backtest", "try suggestions on the commits of the past, beside simple guesses").conflicts("to"),
    )
    .option("--trust", "trust this workspace: git is asked about it")
    .action(async (given: string | undefined, options: AssignOptions) => {
      const { tag, json, to, halfLife, top } = options;
      const services = await open();
      if (to !== undefined) {
        const { id } = await (await services.insight()).assign(tag, await idOf(services, given, tag), to);
        const assignee = to.trim() === "" ? null : to.trim();
        print(json, { id, assignee }, () => `${plainText(id)}: ${assignee === null ? "nobody" : plainText(assignee)}`);
        return;
      }
      await requireTrust(services, options.trust === true);
      const insight = await services.insight();
      if (options.backtest) {
        const result = await insight.backtest(halfLife);
        print(json, result, () => backtestText(result));
        return;
      }
      const id = await idOf(services, given, tag);
      const suggestion = await insight.suggest({ tag, id, halfLifeDays: halfLife, most: top });
      print(json, suggestion, (style) => suggestionText(suggestion, style));
    });
}

/** The task that is meant: the one that is named, else the next one. */
async function idOf({ tasks }: TasksServices, given: string | undefined, tag: string | undefined): Promise<string> {
  if (given !== undefined) return given;
  const { task, reason } = await tasks.next(tag);
  if (task === undefined)
    throw new TrigateError("usage/bad-argument", {
      problem: `no task is next (${reason})`,
      hint: "name one, such as trigate tasks assign 5",
    });
  return task.id;
}

/** Where a part of the past is missing, what is told from it is told from the rest. */
function reachText({ shallow }: Reach): readonly string[] {
  return shallow
    ? ['this clone is shallow, so earlier commits are not known; "git fetch --unshallow" brings them']
    : [];
}

function suggestionText(suggestion: Suggestion & Reach, style: TextStyle): string {
  const { id, title, assignee, paths, candidates, claude } = suggestion;
  const { colors } = style;
  const about =
    paths.length === 0
      ? "it names no file or folder, so all there is to go by is who works on everything"
      : `it names ${paths.slice(0, 5).map(plainText).join(", ")}${paths.length > 5 ? ` and ${paths.length - 5} more` : ""}`;
  return [
    `${colors.bold(plainText(id))} ${plainText(title)}${assignee === undefined ? "" : ` (now: ${plainText(assignee)})`}`,
    `   ${about}`,
    ...(claude.verdict === "good" ? [claudeText(claude, style)] : []),
    ...candidates.flatMap((candidate) => candidateText(candidate, style, suggestion)),
    ...(candidates.length === 0 ? ["nobody has committed here yet"] : []),
    ...(claude.verdict === "good" ? [] : [claudeText(claude, style)]),
    ...reachText(suggestion),
  ].join("\n");
}

function candidateText(candidate: Candidate, { colors }: TextStyle, { nowMs, paths }: Suggestion): readonly string[] {
  const { name, email, ownership, inProgress, files, lastCommitMs } = candidate;
  const days = (atMs: number) => {
    const count = Math.max(0, Math.round((nowMs - atMs) / DAY_MS));
    return count === 0 ? "today" : count === 1 ? "yesterday" : `${count} days ago`;
  };
  const reasons = [
    `${percent(ownership)} of the late work ${paths.length === 0 ? "on everything" : "there"}`,
    ...files.map(({ path, commits, lastMs }) => `${plainText(path)}: ${commits} commits, last ${days(lastMs)}`),
    ...(files.length === 0 && paths.length > 0 ? ["none of these files so far, but what lies around them"] : []),
    inProgress.length === 0 ? "nothing in progress" : `in progress: ${inProgress.map(plainText).join(", ")}`,
    ...(lastCommitMs === undefined ? [] : [`last commit ${days(lastCommitMs)}`]),
  ];
  return [`${colors.bold(plainText(name))} <${plainText(email)}>`, ...reasons.map((reason) => `   ${reason}`)];
}

function claudeText({ verdict, of, rate }: ClaudeRecord, { colors }: TextStyle): string {
  const { successes, tries, interval } = rate;
  const range = `${percent(interval.low)} to ${percent(interval.high)}`;
  const which = of === "like-tasks" ? "tasks of a like score" : "tasks of any score";
  const words = {
    good: "does well on such tasks",
    poor: "does badly on such tasks",
    "not-known": tries === 0 ? "has finished no task here yet" : "is not known well enough on such tasks",
  }[verdict];
  const proof =
    tries === 0 ? "" : `: ${successes} of ${tries} ${which} done by proof, so a rate of ${range} (9 in 10 sure)`;
  return `${colors.bold("Claude Code")} ${words}${proof}`;
}

function backtestText(result: Backtest & Reach): string {
  const { asked, newcomers, authors, leftOut, halfLifeDays, suggestion, mostActive, mostActiveLately, lastAuthor } =
    result;
  if (asked === 0)
    return ["history is too short: the first 50 commits are only learned from", ...reachText(result)].join("\n");
  const line = (name: string, { top1, top3 }: Accuracy) =>
    `  ${name.padEnd(34)} ${percent(top1).padStart(6)} ${percent(top3).padStart(8)}`;
  return [
    `${asked} commits by ${authors} authors, each from the commits before it (half-life ${halfLifeDays} days);`,
    `${newcomers} were their author's first, which nobody could name; left out: ${leftOut.bots} of bots, ${leftOut.tooWide} with more than 50 files`,
    `  ${"names the author".padEnd(34)} ${"first".padStart(6)} ${"in three".padStart(8)}`,
    line("suggestion", suggestion),
    line("last author of the files", lastAuthor),
    line("most active in the last 90 days", mostActiveLately),
    line("most active of all", mostActive),
    ...reachText(result),
  ].join("\n");
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}

function wholeNumber(most: number): (value: string) => number {
  return (value) => {
    const count = Number(value);
    if (!Number.isInteger(count) || count < 1 || count > most)
      throw new InvalidArgumentError(`a whole number from 1 to ${most}`);
    return count;
  };
}
