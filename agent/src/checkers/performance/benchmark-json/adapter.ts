import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import { STATISTICS } from "../../../core/statistic.ts";
import type { CheckContext } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { NAMED_COMMAND } from "../../named-command.ts";
import { runForMeasurements } from "../../reading/command-report.ts";
import { JSON_METRICS, parseBenchmarkJson } from "./parse.ts";

const Settings = z.strictObject({
  metric: z.enum(JSON_METRICS).optional().describe("What the values are. Default: what each one's unit tells."),
  better: z
    .enum(["lower", "higher", "smaller", "bigger"])
    .optional()
    .describe("Which values are better; the check is errored where the metric says otherwise. Default: the metric's."),
  statistic: z
    .enum(STATISTICS)
    .optional()
    .describe("Which statistic the values are, for limits such as p99 < 5ms. Default: value; for ratios speedup."),
});
type Settings = z.infer<typeof Settings>;

/** github-action-benchmark says smaller and bigger. */
const BETTER: Readonly<Record<string, "lower" | "higher">> = {
  lower: "lower",
  smaller: "lower",
  higher: "higher",
  bigger: "higher",
};

/** Any command that writes github-action-benchmark's custom JSON, a list of names, units and values. */
export const benchmarkJsonChecker = defineChecker<Settings>({
  id: "benchmark-json",
  title: "Benchmarks of any tool that writes a JSON list",
  stage: "performance",
  feeds: ["latency", "throughput", "memory", "gas", "ratio", "regression"],
  patterns: ["**/*"],
  configFiles: [],
  handles: "project",
  cacheable: false,
  exclusive: true,
  settings: Settings,
  install: 'give the check a "command" that prints or leaves a JSON list of { name, unit, value }',
  ...NAMED_COMMAND,
  check,
});

function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  const { metric, statistic } = context.settings;
  const better = BETTER[context.settings.better ?? ""];
  return runForMeasurements(context, "benchmark-json", (text) =>
    parseBenchmarkJson(text, { metric, better, statistic }),
  );
}
