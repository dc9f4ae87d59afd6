import { join } from "node:path";
import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import { TrigateError } from "../../../errors/trigate-error.ts";
import type { CheckContext, RepositoryFacts } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { overBatches } from "../../reading/over-batches.ts";
import { placeEntries } from "../../reading/placed-entries.ts";
import { workingFolder, workspacePathOf } from "../../reading/report-path.ts";
import { toolFailure } from "../../reading/tool-failure.ts";
import { parseExportedFixes, tidyFinding } from "./parse.ts";

const Settings = z.strictObject({
  buildPath: z.string().default("build").describe("Folder with compile_commands.json, relative to cwd."),
});
type Settings = z.infer<typeof Settings>;

/** clang-tidy. It exits with 0 over warnings and with 1 over errors, so only what it exports tells what it found. */
export const clangTidyChecker = defineChecker<Settings>({
  id: "clang-tidy",
  title: "clang-tidy: C++",
  stage: "static",
  feeds: ["code_style"],
  patterns: ["**/*.{c,cc,cpp,cxx}"],
  configFiles: ["**/.clang-tidy", "**/CMakeLists.txt", "**/CMakePresets.json", "**/*.{h,hh,hpp,hxx,inc}"],
  handles: "files",
  cacheable: true,
  exclusive: false,
  settings: Settings,
  install: "pip install clang-tidy",
  locate: (find) => find.python("clang-tidy"),
  version: { args: ["--version"], pattern: /LLVM version (\S+)/ },
  detect,
  check,
});

async function detect({ files }: RepositoryFacts): Promise<Readonly<Record<string, unknown>> | undefined> {
  return files.some((file) => /(^|\/)\.clang-tidy$/.test(file)) ? {} : undefined;
}

async function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  const database = await databaseFolder(context);
  return overBatches(context, (batch, index) => tidy(context, { batch, index, database }));
}

/**
 * The folder of the compilation database: that of the build, or in a fresh CMake project one that is configured for this run
 * alone. Without a database clang-tidy guesses the flags and reports errors that no compiler would.
 */
async function databaseFolder(context: CheckContext<Settings>): Promise<string> {
  const { buildPath } = context.settings;
  const folder = workingFolder(context);
  if ((await context.readText(join(folder, buildPath, "compile_commands.json"))) !== undefined) return buildPath;
  const configure = (target: string) => ["cmake", "-S", ".", "-B", target, "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON"];
  if ((await context.readText(join(folder, "CMakeLists.txt"))) === undefined) {
    const stderr = `there is no compile_commands.json in ${buildPath}; configure with: ${configure(buildPath).join(" ")}`;
    throw new TrigateError("checker/tool-failed", { tool: "clang-tidy", exitCode: 1, stderr, cwd: folder });
  }
  const own = join(context.scratch, "build");
  const output = await context.run(configure(own));
  if (output.exitCode !== 0)
    throw toolFailure("cmake", { ...output, stderr: `${output.stderr}\n${output.stdout}` }, context);
  return own;
}

interface Batch {
  readonly batch: readonly string[];
  readonly index: number;
  readonly database: string;
}

async function tidy(context: CheckContext<Settings>, { batch, index, database }: Batch): Promise<CheckOutput> {
  const exported = join(context.scratch, `fixes-${index}.yaml`);
  const output = await context.run([
    ...context.tool,
    "-p",
    database,
    "--quiet",
    `--export-fixes=${exported}`,
    ...context.options.args,
    ...batch,
  ]);
  const { exitCode, stdout, stderr } = output;
  if (exitCode === undefined || exitCode > 1) throw toolFailure("clang-tidy", output, context);
  // The file is only written when there is something to say.
  const text = await context.readText(exported);
  if (text === undefined && (exitCode !== 0 || /: (warning|error): /.test(stdout)))
    throw toolFailure("clang-tidy", output, context);
  const { diagnostics, problems } = text === undefined ? { diagnostics: [], problems: [] } : parseExportedFixes(text);
  const entries = await placeEntries(context, diagnostics, ({ path }) => path);
  const placed = entries.filter(({ file }) => file !== "");
  const elsewhere = entries.filter(({ file, entry }) => file === "" && entry.severity === "error");
  const notProcessed = [...stderr.matchAll(/^Error while processing (.+)\.$/gm)]
    .map(([, path = ""]) => path)
    .filter((path) => !placed.some(({ file }) => file === workspacePathOf(context, path)));
  return {
    evidence: {
      files: batch.length,
      exitCode,
      summary: `${batch.length} files, ${placed.length} findings`,
      source: "tool",
    },
    findings: placed.map(({ entry, file, source }) => tidyFinding(entry, file, source)),
    problems: [
      ...problems,
      ...elsewhere.map(({ entry: { path, message } }) => `clang-tidy: ${path === "" ? "" : `${path}: `}${message}`),
      ...notProcessed.map((path) => `clang-tidy: ${path} could not be processed`),
    ],
    filesLookedAt: context.files,
  };
}
