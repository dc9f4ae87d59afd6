import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import type { CheckContext } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { NAMED_COMMAND } from "../../named-command.ts";
import { runForReport } from "../../reading/command-report.ts";
import { plainText } from "../../reading/plain-text.ts";
import { parseGoogleBenchmark } from "./parse.ts";

const Settings = z.strictObject({
  acceptDebugLibrary: z
    .boolean()
    .default(false)
    .describe(
      "Take times although the benchmark library calls itself a debug build, as the optimised one of Debian's libbenchmark-dev does.",
    ),
});
type Settings = z.infer<typeof Settings>;

/** A program made with Google Benchmark. It exits with 0 even when benchmarks report errors; its JSON tells. */
export const googleBenchmarkChecker = defineChecker<Settings>({
  id: "google-benchmark",
  title: "Google Benchmark",
  stage: "performance",
  feeds: ["latency", "throughput", "ratio", "memory", "regression"],
  patterns: ["**/*.{c,cc,cpp,cxx,h,hh,hpp,hxx,cmake}", "**/CMakeLists.txt"],
  configFiles: ["**/CMakeLists.txt", "**/CMakePresets.json"],
  handles: "project",
  cacheable: false,
  exclusive: true,
  settings: Settings,
  install: 'building your benchmark program, and name it: "command": [build/bench, --benchmark_format=json]',
  // Each repository builds a benchmark program of its own, so only its "command" can name it.
  ...NAMED_COMMAND,
  check,
});

async function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  const { report, said } = await runForReport(context, "google-benchmark");
  if (!report.ok) return { evidence: undefined, findings: [], problems: [`google-benchmark: ${report.problem}`] };
  if (report.text.trim() === "") {
    // A filter that fits no benchmark ends with 0 as well, and says so on standard error only.
    const words = plainText(said).slice(-500);
    const problem = `google-benchmark: no benchmark was run${words === "" ? "; does the command print JSON (--benchmark_format=json)?" : `: ${words}`}`;
    return { evidence: undefined, findings: [], problems: [problem] };
  }
  const { measurements, benchmarks, debugLibrary, libraryVersion, problems } = parseGoogleBenchmark(report.text);
  const unfit =
    debugLibrary && !context.settings.acceptDebugLibrary
      ? [
          "google-benchmark: the benchmark library is a debug build, which slows what it measures; build it for release, or set acceptDebugLibrary: true if it only calls itself so, as Debian's does",
        ]
      : [];
  const library = libraryVersion === undefined ? "" : `, library ${libraryVersion}`;
  return {
    evidence:
      benchmarks > 0
        ? {
            exitCode: 0,
            summary: `${benchmarks} benchmarks, ${measurements.length} measurements${library}`,
            source: "tool",
          }
        : undefined,
    findings: [],
    measurements,
    problems: [...problems, ...unfit],
  };
}
