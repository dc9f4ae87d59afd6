import { dirname, join } from "node:path";
import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import { mkdir, writeFile } from "../../../platform/files.ts";
import type { CheckContext, RepositoryFacts } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { hardhatBuilds, isHardhatProject } from "../../reading/hardhat-build.ts";
import { workspacePathOf } from "../../reading/report-path.ts";
import { toolFailure } from "../../reading/tool-failure.ts";
import { IMPACTS, mappingOf, parseSlitherJson, type SlitherDetection, slitherFinding } from "./parse.ts";

const Settings = z.strictObject({
  target: z.string().default(".").describe("What to analyse: the project's folder or one file, relative to cwd."),
  least: z.enum(IMPACTS).default("Low").describe("The least impact that counts; lesser ones are shown as information."),
  excludeDetectors: z.array(z.string()).default([]).describe("Detectors to leave out, such as naming-convention."),
});
type Settings = z.infer<typeof Settings>;

/**
 * Slither. A Hardhat project is compiled by its own Hardhat first; in others Slither finds Foundry or solc itself. Findings
 * in dependencies and in files that the check leaves out do not count. `// slither-disable-next-line` in the code holds.
 */
export const slitherChecker = defineChecker<Settings>({
  id: "slither",
  title: "Slither: contract security",
  stage: "static",
  feeds: ["security_issues"],
  patterns: ["**/*.sol"],
  configFiles: ["**/slither.config.json", "**/hardhat.config.*", "**/foundry.toml", "**/remappings.txt"],
  handles: "project",
  cacheable: true,
  exclusive: false,
  settings: Settings,
  install: "pip install slither-analyzer",
  locate: (find) => find.python("slither"),
  version: { args: ["--version"], pattern: /(\d+\.\d+\.\d+\S*)/ },
  detect: async ({ files }: RepositoryFacts) => {
    const config = files.find((file) => /(^|\/)(hardhat\.config\.[cm]?[jt]s|foundry\.toml)$/.test(file));
    if (config === undefined || !files.some((file) => file.endsWith(".sol"))) return undefined;
    return dirname(config) === "." ? { optional: true } : { cwd: dirname(config), optional: true };
  },
  check,
});

/**
 * The project's builds where Slither reads them. Slither (crytic-compile 0.4.2) knows the form that builds had in Hardhat 2,
 * with input and output in one file.
 */
async function hardhatArtifacts(context: CheckContext): Promise<string> {
  const builds = await hardhatBuilds(context);
  const target = join(context.scratch, "artifacts", "build-info");
  await mkdir(target, { recursive: true });
  for (const { id, solcVersion, solcLongVersion, input, output } of builds) {
    const old = { _format: "hh-sol-build-info-1", id, solcVersion, solcLongVersion, input, output };
    await writeFile(join(target, `${id}.json`), JSON.stringify(old));
  }
  return join(context.scratch, "artifacts");
}

async function slitherArguments(context: CheckContext<Settings>, report: string): Promise<readonly string[]> {
  const { target, excludeDetectors } = context.settings;
  const framework = (await isHardhatProject(context))
    ? ["--hardhat-ignore-compile", "--hardhat-artifacts-directory", await hardhatArtifacts(context)]
    : [];
  return [
    target,
    ...framework,
    "--json",
    report,
    // Else its exit code tells of findings as well as of trouble.
    "--fail-none",
    "--exclude-dependencies",
    "--disable-color",
    ...(excludeDetectors.length === 0 ? [] : ["--exclude", excludeDetectors.join(",")]),
    ...context.options.args,
  ];
}

async function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  const report = join(context.scratch, "slither.json");
  const output = await context.run([...context.tool, ...(await slitherArguments(context, report))]);
  const text = await context.readText(report);
  if (output.exitCode !== 0 || text === undefined) throw toolFailure("slither", output, context);
  const read = parseSlitherJson(text);
  if (!read.ok) return { evidence: undefined, findings: [], problems: [`slither: ${read.problem}`] };
  const { success, error, results } = read.value;
  if (!success) throw toolFailure("slither", { ...output, stderr: error ?? output.stderr }, context);
  const placed = placeDetections(context, results.detectors ?? []);
  const summary = closingWords(output.stderr);
  const looked = summary !== undefined;
  return {
    evidence: looked ? { files: context.files.length, exitCode: 0, summary, source: "tool" } : undefined,
    findings: placed.map(({ detection, file }) => slitherFinding(detection, { file, least: context.settings.least })),
    problems: [],
    filesLookedAt: looked ? context.files : undefined,
  };
}

/** The line with which Slither closes, where it tells of any contract that was analysed. */
function closingWords(stderr: string): string | undefined {
  const [closing = "", contracts] = /analyzed \((\d+) contracts? with \d+ detectors?\).*/.exec(stderr) ?? [];
  return Number(contracts) > 0 ? closing.replace(/^\W+/, "") : undefined;
}

/** Detections at a file in scope, or at no file at all. */
function placeDetections(context: CheckContext<Settings>, detections: readonly SlitherDetection[]) {
  const inScope = new Set(context.files);
  return detections.flatMap((detection) => {
    const mapping = mappingOf(detection);
    if (mapping === undefined) return [{ detection, file: "" }];
    if (mapping.is_dependency) return [];
    const file = workspacePathOf(context, mapping.filename_absolute ?? mapping.filename_relative);
    return file !== undefined && inScope.has(file) ? [{ detection, file }] : [];
  });
}
