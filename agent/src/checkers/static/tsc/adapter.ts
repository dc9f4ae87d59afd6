import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import type { ReportedFinding } from "../../../core/finding.ts";
import type { CheckContext, RepositoryFacts } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { workspacePathOf } from "../../reading/report-path.ts";
import { toolFailure } from "../../reading/tool-failure.ts";
import { tscWarm } from "../../warm/tsc.ts";
import { parseTscOutput } from "./parse.ts";

const Settings = z.strictObject({
  project: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .default("tsconfig.json")
    .describe("The tsconfig file, or a list of them, relative to cwd."),
  build: z
    .enum(["auto", "always", "never"])
    .default("auto")
    .describe("Check the projects that a tsconfig refers to (tsc --build). auto: where it has no files of its own."),
  emit: z
    .boolean()
    .default(false)
    .describe("Let tsc --build write its output, which projects need that import each other's declarations."),
});
type Settings = z.infer<typeof Settings>;

/**
 * TypeScript's compiler, 4 to 7, as a type check of whole projects; nothing is written besides an incremental build's own
 * state, unless `emit` is set. Errors in the types of packages count as they do by hand; `skipLibCheck` leaves them out.
 */
export const tscChecker = defineChecker<Settings>({
  id: "tsc",
  title: "TypeScript: type errors",
  stage: "static",
  feeds: ["type_errors"],
  patterns: ["**/*.{ts,mts,cts,tsx,js,mjs,cjs,jsx}"],
  configFiles: ["**/tsconfig*.json", "**/package.json", "package-lock.json"],
  handles: "project",
  cacheable: true,
  exclusive: false,
  settings: Settings,
  install: "npm install --save-dev typescript",
  locate: (find) => find.npm("typescript", "tsc"),
  version: { args: ["--version"], pattern: /Version (\d+\.\d+\.\S+)/ },
  proposedOnce: true,
  detect,
  check,
  warm: tscWarm,
});

/** The tsconfig of the root, or where there is none, those of the packages. */
async function detect({ files }: RepositoryFacts): Promise<Readonly<Record<string, unknown>> | undefined> {
  if (files.includes("tsconfig.json")) return {};
  const packages = files.filter((file) => /^[^/]+(\/[^/]+)?\/package\.json$/.test(file));
  const projects = packages
    .map((file) => file.replace(/package\.json$/, "tsconfig.json"))
    .filter((file) => files.includes(file));
  return projects.length === 0 ? undefined : { project: projects };
}

interface Compilation {
  readonly project: string;
  /** Files of the workspace, outside of packages, that the compiler read. */
  readonly files: readonly string[];
  readonly findings: readonly ReportedFinding[];
  readonly problems: readonly string[];
  readonly exitCode: number;
}

async function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  const projects = [context.settings.project].flat();
  const compiled: Compilation[] = [];
  for (const project of projects) compiled.push(await compile(context, project));
  const files = [...new Set(compiled.flatMap((each) => each.files))];
  const findings = distinct(compiled.flatMap((each) => each.findings));
  return {
    // A project of which no file was read was not checked, however many others were.
    evidence: compiled.every((each) => each.files.length > 0)
      ? {
          files: files.length,
          exitCode: Math.max(...compiled.map(({ exitCode }) => exitCode)),
          summary: `${files.length} files of ${projects.join(", ")}, ${findings.length} errors`,
          source: "tool",
        }
      : undefined,
    findings,
    problems: compiled.flatMap(({ problems }) => problems),
    filesLookedAt: files,
  };
}

async function compile(context: CheckContext<Settings>, project: string): Promise<Compilation> {
  const output = await context.run([
    ...context.tool,
    ...(await projectArguments(context, project)),
    "--pretty",
    "false",
    "--listFiles",
    ...context.options.args,
  ]);
  const { diagnostics, listedFiles, problems } = parseTscOutput(`${output.stdout}\n${output.stderr}`);
  const files = listedFiles
    .flatMap((path) => workspacePathOf(context, path) ?? [])
    .filter((path) => !path.split("/").includes("node_modules"));
  const { exitCode } = output;
  const hasNoInputs = diagnostics.some(({ rule }) => rule === NO_INPUTS);
  // Exit codes 1 and 2 both mean errors, in the configuration too; a compiler that read no file of ours could not check any.
  if (exitCode === undefined || exitCode > 2 || hasNoInputs || (files.length === 0 && exitCode !== 0))
    throw toolFailure("tsc", output, context);
  const findings = diagnostics
    .filter(({ rule }) => rule !== MAY_NOT_DISABLE_EMIT)
    .map(({ path, ...diagnostic }) => ({ ...diagnostic, file: workspacePathOf(context, path) ?? "" }));
  const unchecked = diagnostics.length > findings.length ? [needsEmit(project)] : [];
  const silent = exitCode !== 0 && !diagnostics.some(({ severity }) => severity === "error");
  const unexplained = silent ? [`tsc: exit code ${exitCode}, but no error could be read`] : [];
  return { project, files, findings, problems: [...problems, ...unchecked, ...unexplained], exitCode };
}

async function projectArguments(context: CheckContext<Settings>, project: string): Promise<readonly string[]> {
  if (!(await isBuild(context, project))) return ["--project", project, "--noEmit"];
  // --force: what was built before would be passed over in silence.
  return ["--build", project, "--force", ...(context.settings.emit ? [] : ["--noEmit"])];
}

const NO_INPUTS = "TS18003";
const MAY_NOT_DISABLE_EMIT = "TS6310";

const needsEmit = (project: string) =>
  `tsc: projects of ${project} import each other's declarations, which are only there when they are written: set "emit: true" (as tsc --build does by hand), or list them under "project"`;

/** A tsconfig that only refers to others has nothing to compile itself. Comments may stand anywhere in it. */
async function isBuild(context: CheckContext<Settings>, project: string): Promise<boolean> {
  const { build } = context.settings;
  if (build !== "auto") return build === "always";
  const text = (await context.readText(project)) ?? (await context.readText(`${project}/tsconfig.json`)) ?? "";
  const plain = text.replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, "");
  return /"files"\s*:\s*\[\s*\]/.test(plain) && /"references"\s*:\s*\[\s*\{/.test(plain);
}

/** A file of several projects is checked, and complained about, once for each. */
function distinct(findings: readonly ReportedFinding[]): readonly ReportedFinding[] {
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}
