import { posix } from "node:path";
import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import type { ReportedFinding } from "../../../core/finding.ts";
import type { CheckContext, RepositoryFacts } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { RUN_BY_AGENT } from "../../run-by-agent.ts";
import { plainLine } from "../../reading/plain-text.ts";
import { toolFailure } from "../../reading/tool-failure.ts";
import { npmPackages, type PackageSource } from "./npm.ts";
import type { InstalledPackage } from "./package.ts";
import { judgeLicence, PERMISSIVE, WEAK_COPYLEFT } from "./policy.ts";
import { LIST_DISTRIBUTIONS, pythonPackages } from "./python.ts";

const Exception = z.strictObject({
  package: z.string().min(1).describe("Name of the package, or name@version for that version only."),
  reason: z.string().min(10).describe("Why it may be used all the same."),
});

const Settings = z.strictObject({
  allow: z
    .array(z.string())
    .default([...PERMISSIVE, ...WEAK_COPYLEFT])
    .describe("SPDX names of licences that are allowed. Default: permissive ones and weak copyleft."),
  deny: z.array(z.string()).default([]).describe("SPDX names that are refused even where allow names them."),
  exceptions: z.array(Exception).default([]).describe("Packages that may be used whatever their licence."),
  production: z.boolean().default(false).describe("Leave out what npm marks as needed for development only."),
  python: z
    .string()
    .optional()
    .describe("Python of the environment whose packages are looked at, relative to cwd. Default: none but npm's are."),
});
type Settings = z.infer<typeof Settings>;

/**
 * Licences of installed dependencies. It has no tool of its own to start: the program that is found is the Node that it
 * runs in; Python's packages are asked from the Python that `python` names.
 */
export const licencesChecker = defineChecker<Settings>({
  id: "licences",
  title: "Licences of dependencies: npm, Python",
  stage: "static",
  feeds: ["licences"],
  patterns: [
    "**/package-lock.json",
    "**/npm-shrinkwrap.json",
    "**/requirements*.txt",
    "**/requirements/*.txt",
    "**/pyproject.toml",
    "**/setup.{py,cfg}",
  ],
  configFiles: [],
  handles: "project",
  // What is installed is ignored by version control, so no fingerprint of the content knows it.
  cacheable: false,
  exclusive: false,
  settings: Settings,
  ...RUN_BY_AGENT,
  proposedOnce: true,
  detect: async ({ files }: RepositoryFacts) =>
    files.some((file) => /(^|\/)(?:package-lock|npm-shrinkwrap)\.json$/.test(file)) ? {} : undefined,
  check,
});

async function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  const locks = context.files.filter((file) => /(^|\/)(?:package-lock|npm-shrinkwrap)\.json$/.test(file));
  const sources: PackageSource[] = [];
  for (const file of locks) sources.push(await npmPackages({ root: context.root, file }, context.readText));
  if (context.settings.python !== undefined) sources.push(await askPython(context, context.settings.python));
  const problems = sources.flatMap((source) => source.problems);
  if (sources.length === 0)
    problems.push("licences: there is no lock file of npm in scope, and no python is named to ask for its packages");
  const { production } = context.settings;
  const packages = sources
    .flatMap((source) => source.packages)
    .filter(({ development }) => !production || !development);
  const findings = packages.flatMap((each) => findingOf(each, context.settings) ?? []);
  return {
    evidence:
      problems.length === 0
        ? {
            files: locks.length,
            summary: `${packages.length} packages, ${findings.length} not allowed`,
            source: "tool",
          }
        : undefined,
    findings,
    problems,
    filesLookedAt: locks,
  };
}

async function askPython(context: CheckContext<Settings>, python: string): Promise<PackageSource> {
  const output = await context.run([python, "-c", LIST_DISTRIBUTIONS], { env: { PYTHONIOENCODING: "utf-8" } });
  if (output.exitCode !== 0) throw toolFailure("python", output, context);
  const file = context.files.find((each) => /(?:requirements[^/]*\.txt|pyproject\.toml)$/.test(each)) ?? "";
  const source = posix.join(context.options.cwd, python);
  const read = pythonPackages(output.stdout, { source, file });
  if (read.problems.length > 0 || read.packages.length > 0) return read;
  return {
    packages: [],
    problems: [
      `licences: nothing is installed in the environment of ${source}; install the project's requirements first`,
    ],
  };
}

function findingOf(each: InstalledPackage, { allow, deny, exceptions }: Settings): ReportedFinding | undefined {
  const { name, version, file, source, path } = each;
  if (exceptions.some((exception) => [name, `${name}@${version}`].includes(exception.package))) return undefined;
  const verdict = judgeLicence(each.licence, { allow, deny });
  if (verdict.allowed) return undefined;
  const what =
    verdict.why === "unknown"
      ? `has a licence that nobody can tell (${plainLine(verdict.licence).slice(0, 100)})`
      : `is under ${plainLine(verdict.licence)}, which is ${verdict.why}`;
  const way = path.length === 0 ? `of ${source}` : `of ${source}, needed by ${path.join(" > ")}`;
  return {
    rule:
      verdict.why === "unknown"
        ? "unknown-licence"
        : verdict.why === "denied"
          ? "denied-licence"
          : "licence-not-allowed",
    severity: "error",
    message: `${plainLine(name)} ${plainLine(version)} ${what}; ${plainLine(way)}`,
    file,
  };
}
