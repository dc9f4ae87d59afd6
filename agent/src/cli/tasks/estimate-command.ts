import type { Command } from "commander";
import { plainText } from "../../report/plain-text.ts";
import type { Estimates, TaskEstimate } from "../../insight/task-insight.ts";
import { hoursText } from "../../insight/working-time.ts";
import { requireTrust } from "../trust.ts";
import { type Common, type Open, print, subcommand } from "./task-subcommand.ts";
import type { TextStyle } from "./task-text.ts";

interface EstimateOptions extends Common {
  readonly report?: true;
  readonly trust?: true;
}

/** `trigate tasks estimate`: how long tasks will take, from what finished ones took. */
export function addEstimate(parent: Command, open: Open): void {
  subcommand(parent, "estimate", "trigate tasks estimate 4 7 --report")
    .description("say how long tasks will take, learned from how long finished ones took")
    .argument("[ids...]", "tasks or subtasks; by default all tasks that are open")
    .option("--report", "also say how far estimates of finished tasks were off, beside those of simple guesses")
    .option("--trust", "trust this workspace: git is asked about it")
    .action(async (ids: string[], { tag, json, report, trust }: EstimateOptions) => {
      const services = await open();
      await requireTrust(services, trust === true);
      const estimates = await (await services.insight()).estimate({ tag, ids, withHeld: report === true });
      print(json, estimates, (style) =>
        [
          ...estimates.tasks.flatMap((task) => estimateText(task, style)),
          ...(estimates.tasks.length === 0 ? ["no task is open"] : []),
          "",
          ...sourceText(estimates),
          ...(report ? reportText(estimates) : []),
        ].join("\n"),
      );
    });
}

function estimateText({ id, title, hours, interval, score, modelScore, reasons }: TaskEstimate, { colors }: TextStyle) {
  const time = hours === undefined ? "no estimate" : hoursText(hours);
  const range = interval === undefined ? "" : ` (${hoursText(interval.low)} to ${hoursText(interval.high)})`;
  const given = modelScore === undefined ? "" : `, model's score ${modelScore}`;
  const corrected = score === undefined ? "" : `, score here ${score}`;
  const why = reasons.map(({ feature, factor }) => `${feature} ×${factor.toFixed(2)}`).join(", ");
  return [
    `${colors.bold(plainText(id))} ${plainText(title)}: ${colors.bold(time)}${range}${given}${corrected}`,
    ...(why === "" ? [] : [colors.dim(`   ${why}`)]),
  ];
}

function sourceText({ learned, unusable }: Estimates): readonly string[] {
  const { finished, why } = learned;
  const tasks = `${finished} finished ${finished === 1 ? "task" : "tasks"}`;
  const source = {
    "better-than-median": `learned from ${tasks}`,
    "not-better-than-median": `the median of ${tasks}: what was learned from them is not better than that, so scores stay as they are`,
    "history-too-short": `the median of ${tasks}: history is too short to learn from, eight are the fewest`,
    "no-history": "no task with a known start and end is finished yet, so there is nothing to estimate from",
  }[why];
  const left = [
    ...(unusable.notStarted === 0 ? [] : [`${unusable.notStarted} done without a known start and end`]),
    ...(unusable.shorterThanAMinute === 0
      ? []
      : [`${unusable.shorterThanAMinute} done within a minute of their start`]),
  ];
  return [source, ...(left.length === 0 ? [] : [`left out: ${left.join(", ")}`])];
}

function reportText({ learned: { errors }, held }: Estimates): readonly string[] {
  if (errors === undefined) return ["no errors to report: with so few finished tasks none can be left out"];
  const line = (name: string, { factor, meanLog }: { factor: number; meanLog: number }) =>
    `  ${name.padEnd(24)} off by a factor of ${factor.toFixed(2)} (mean log error ${meanLog.toFixed(3)})`;
  return [
    "",
    "Each finished task left out in turn, and estimated from all others:",
    line("regression", errors.regression),
    line("the model's score alone", errors.scoreAlone),
    line("median of all", errors.median),
    `  regression against median: ${errors.gain.toFixed(3)} ± ${errors.gainStandardError.toFixed(3)} less (log error, standard error)`,
    ...(held === undefined
      ? []
      : [`  intervals held ${held.held} of ${held.asked} left-out tasks; 8 of 10 are meant to be`]),
  ];
}
