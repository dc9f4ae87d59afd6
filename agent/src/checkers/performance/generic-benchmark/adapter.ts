import { z } from "zod";
import { parseHyperfine, parseJmh, parsePytestBenchmark, parseVitestBench } from "../../../benchmarks/json-formats.ts";
import type { ParsedBenchmarks } from "../../../benchmarks/measured.ts";
import { parseCargoBench, parseGoBench } from "../../../benchmarks/text-formats.ts";
import type { CheckOutput } from "../../../core/check.ts";
import type { CheckContext } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { NAMED_COMMAND } from "../../named-command.ts";
import { runForMeasurements } from "../../reading/command-report.ts";
import { plainLine } from "../../reading/plain-text.ts";

const FORMATS = [
  "pytest-benchmark",
  "hyperfine",
  "vitest-bench",
  "jmh",
  "go-bench",
  "cargo-bench",
  "criterion",
] as const;
type Format = (typeof FORMATS)[number];

const PARSERS: Readonly<Record<Format, (text: string) => ParsedBenchmarks>> = {
  "pytest-benchmark": parsePytestBenchmark,
  hyperfine: parseHyperfine,
  "vitest-bench": parseVitestBench,
  jmh: parseJmh,
  "go-bench": parseGoBench,
  "cargo-bench": parseCargoBench,
  criterion: parseCargoBench,
};

const Settings = z.strictObject({
  format: z.enum(FORMATS).optional().describe("What the command reports. Default: the format that report names."),
});
type Settings = z.infer<typeof Settings>;

/** Any command that reports its benchmarks in one of the usual formats, printed or left in a file. */
export const genericBenchmarkChecker = defineChecker<Settings>({
  id: "generic-benchmark",
  title: "Benchmarks of pytest-benchmark, hyperfine, Vitest, JMH, Go and Cargo",
  stage: "performance",
  feeds: ["latency", "throughput", "memory", "regression"],
  reports: FORMATS,
  patterns: ["**/*"],
  configFiles: [],
  handles: "project",
  cacheable: false,
  exclusive: true,
  settings: Settings,
  install: `give the check a "command" and say what it reports: "report: ${FORMATS.join('", "')}"`,
  ...NAMED_COMMAND,
  check,
});

async function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  const { report: written } = context.options;
  const format = context.settings.format ?? FORMATS.find((each) => Object.hasOwn(written, each));
  if (format === undefined) {
    const problem = `${context.options.id}: say what the command reports, such as "report: ${FORMATS[0]}"`;
    return { evidence: undefined, findings: [], problems: [problem] };
  }
  return runForMeasurements(context, format, (text) => {
    const { measurements, problems } = PARSERS[format](text);
    return {
      measurements: measurements.map((each) => ({ ...each, benchmark: plainLine(each.benchmark) })),
      problems: problems.map(plainLine),
    };
  });
}
