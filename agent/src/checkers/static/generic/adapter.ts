import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import { METRIC_IDS, type MetricId, metricDefinition } from "../../../core/metrics.ts";
import type { CheckContext } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { NAMED_COMMAND } from "../../named-command.ts";
import { FreshReports } from "../../reading/fresh-reports.ts";
import { joinOutputs } from "../../reading/join-outputs.ts";
import { WrittenMatcher } from "../../reading/problem-matcher/form.ts";
import { argumentBatches } from "../../reading/report-path.ts";
import { expectedExit } from "../../reading/tool-failure.ts";
import { FORMATS, isFormat, readers, type ToolReport } from "./formats.ts";

/** Metrics that findings can count for. */
const FED = METRIC_IDS.filter(
  (id) =>
    metricDefinition(id).stage === "static" &&
    ["clean-files", "finding-count"].includes(metricDefinition(id).aggregate),
);

const ExitCodes = z.array(z.int().min(0).max(255));

const Settings = z.strictObject({
  format: z
    .enum(FORMATS)
    .optional()
    .describe("What the command prints or leaves. Default: the format that report names."),
  metric: z.enum(FED).default("code_style").describe("The metric that the findings count for."),
  matcher: WrittenMatcher.optional().describe(
    'For problem-matcher: a problemMatcher as in VS Code\'s tasks.json: a name such as "$gcc", an object with a pattern, or a list.',
  ),
  exitCodes: z
    .strictObject({
      clean: ExitCodes.default([0]).describe(
        "Exit codes that mean that the tool looked and found nothing that counts.",
      ),
      findings: ExitCodes.default([1]).describe("Exit codes that mean that the tool looked and found something."),
    })
    .prefault({})
    .describe("Any other exit code means that the tool broke."),
  matchTimeoutMs: z
    .int()
    .min(1)
    .max(60_000)
    .default(5_000)
    .describe("Time that the matcher's expressions may take for all of the output, in milliseconds."),
  passFiles: z.boolean().default(false).describe("Add the files in scope to the command's arguments."),
});
type Settings = z.infer<typeof Settings>;

/**
 * Any command, in configuration only: `command`, and what it reports as SARIF, Checkstyle XML, or lines that a problem
 * matcher of VS Code understands.
 */
export const genericChecker = defineChecker<Settings>({
  id: "generic",
  title: "Any tool that prints SARIF, Checkstyle or lines for a problem matcher",
  stage: "static",
  feeds: FED,
  feedsWith: ({ metric }): readonly MetricId[] => [metric],
  reports: FORMATS,
  patterns: ["**/*"],
  configFiles: [],
  handles: "project",
  cacheable: true,
  exclusive: false,
  settings: Settings,
  install: 'give the check a "command" and say what it reports: "report: sarif", "checkstyle" or "problem-matcher"',
  ...NAMED_COMMAND,
  check,
});

async function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  const { report } = context.options;
  const format = context.settings.format ?? Object.keys(report).find(isFormat);
  if (format === undefined)
    return broken(`${context.options.id}: say what the command reports, such as "report: sarif"`);
  if (format === "problem-matcher" && context.settings.matcher === undefined)
    return broken(`${context.options.id}: a problem-matcher needs a "matcher", such as matcher: $gcc`);
  const batches = context.settings.passFiles ? argumentBatches(context) : [[]];
  const outputs: CheckOutput[] = [];
  for (const batch of batches) outputs.push(await runOnce(context, { format, batch, path: report[format] ?? "" }));
  const output = joinOutputs(outputs);
  const { metric } = context.settings;
  return { ...output, findings: output.findings.map((finding) => ({ ...finding, metric })) };
}

function broken(problem: string): CheckOutput {
  return { evidence: undefined, findings: [], problems: [problem] };
}

interface Once {
  readonly format: (typeof FORMATS)[number];
  readonly batch: readonly string[];
  /** Where the command leaves its report; empty for standard output. */
  readonly path: string;
}

async function runOnce(context: CheckContext<Settings>, { format, batch, path }: Once): Promise<CheckOutput> {
  const { id, args } = context.options;
  const { exitCodes, matcher, matchTimeoutMs } = context.settings;
  const fresh = await FreshReports.watch(context, path === "" ? [] : [path]);
  const output = await context.run([...context.tool, ...args, ...batch]);
  const known = [...exitCodes.clean, ...exitCodes.findings];
  const exitCode = expectedExit(output, { tool: id, exitCodes: known, reported: true }, context);
  const text = path === "" ? undefined : await fresh.read(path);
  if (text?.ok === false) return broken(`${id}: ${text.problem}`);
  const report = await readers[format](context, { text: text?.text, output, matcher, matchTimeoutMs });
  const problems = [...report.problems, ...unexplained(report, { context, exitCode })];
  return {
    evidence: problems.length === 0 && report.looked ? evidenceOf(report, { batch, exitCode }) : undefined,
    findings: report.findings,
    problems,
    filesLookedAt: context.files,
  };
}

function unexplained(
  { findings, problems, nothing }: ToolReport,
  { context, exitCode }: { readonly context: CheckContext<Settings>; readonly exitCode: number },
): readonly string[] {
  const { exitCodes } = context.settings;
  const isRed = exitCodes.findings.includes(exitCode) && !exitCodes.clean.includes(exitCode);
  const isSilent = findings.length === 0 && problems.length === 0;
  if (!isRed || !isSilent) return [];
  return [`${context.options.id}: exit code ${exitCode} says that there are findings, but ${nothing}`];
}

function evidenceOf(
  { summary }: ToolReport,
  { batch, exitCode }: { readonly batch: readonly string[]; readonly exitCode: number },
): CheckOutput["evidence"] {
  const files = batch.length === 0 ? {} : { files: batch.length };
  return { ...files, exitCode, summary, source: "tool" };
}
