import { join } from "node:path";
import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import { TrigateError } from "../../../errors/trigate-error.ts";
import type { CheckContext, RepositoryFacts } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { isLoopback } from "../../../platform/loopback.ts";
import { workingFolder, workspacePathOf } from "../../reading/report-path.ts";
import { toolFailure } from "../../reading/tool-failure.ts";
import { parseSchemathesis } from "./parse.ts";

const Settings = z.strictObject({
  description: z
    .string()
    .min(1)
    .default("openapi.json")
    .describe("The OpenAPI description, relative to the check's folder."),
  url: z.string().default("http://127.0.0.1:8080").describe("Where the API listens, on this machine only."),
  seed: z.int().min(0).default(20_260_101).describe("The same seed makes the same requests."),
  examples: z.int().min(1).max(100_000).default(100).describe("Test cases for each operation, at most."),
});
type Settings = z.infer<typeof Settings>;

/** Schemathesis on an HTTP API of this machine. Exit code 1 means failures; redirects are not followed. */
export const schemathesisChecker = defineChecker<Settings>({
  id: "schemathesis",
  title: "Schemathesis: property-based tests of an HTTP API",
  stage: "performance",
  feeds: ["vulnerabilities"],
  patterns: ["**/*.{json,yaml,yml}"],
  configFiles: ["**/schemathesis.toml"],
  handles: "project",
  cacheable: false,
  exclusive: false,
  settings: Settings,
  install: "pip install schemathesis",
  locate: (find) => find.python("schemathesis"),
  version: { args: ["--version"], pattern: /version (\d+\.\d+\.\d+)/ },
  // Nobody is attacked without having asked for it.
  detect: async (_repository: RepositoryFacts) => undefined,
  check,
});

async function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  const { description, url, seed, examples } = context.settings;
  const file = workspacePathOf(context, description);
  const text = await context.readText(description);
  if (file === undefined || text === undefined) throw unusable(context, `there is no description at ${description}`);
  if (!isHttpOfThisMachine(url))
    throw unusable(context, `${url} is no http address of this machine, and only this machine is attacked`);
  const report = join(context.scratch, "report.xml");
  const output = await context.run([
    ...context.tool,
    "--no-color",
    "run",
    description,
    "--url",
    url,
    "--seed",
    String(seed),
    "--max-examples",
    String(examples),
    "--report",
    "junit",
    "--report-junit-path",
    report,
    "--generation-database",
    "none",
    "--max-redirects",
    "0",
    ...context.options.args,
  ]);
  const written = await context.readText(report);
  if ((output.exitCode !== 0 && output.exitCode !== 1) || written === undefined)
    throw toolFailure("schemathesis", output, context);
  const { operations, failures, problems } = parseSchemathesis(written);
  const lines = text.split("\n");
  return {
    evidence:
      operations === 0
        ? undefined
        : { files: 1, exitCode: output.exitCode, summary: `${operations} operations tested`, source: "tool" },
    findings: failures.map(({ operation, code, message }) => ({
      rule: code,
      severity: "error",
      message,
      file,
      range: { start: { line: lineOf(operation, lines), column: 1 } },
    })),
    problems: problems.map((problem) => `schemathesis: ${problem}`),
    filesLookedAt: [file],
  };
}

function isHttpOfThisMachine(url: string): boolean {
  const target = URL.parse(url);
  return target !== null && target.protocol === "http:" && isLoopback(target);
}

/** The line where the operation's path is first named. */
function lineOf(operation: string, lines: readonly string[]): number {
  const path = operation.split(" ").slice(1).join(" ");
  return (
    Math.max(
      0,
      lines.findIndex((line) => line.includes(path)),
    ) + 1
  );
}

function unusable(context: CheckContext<Settings>, problem: string): TrigateError<"checker/tool-failed"> {
  const cwd = workingFolder(context);
  return new TrigateError("checker/tool-failed", { tool: "schemathesis", exitCode: undefined, stderr: problem, cwd });
}
