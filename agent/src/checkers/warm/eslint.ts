import { join } from "node:path";
import { z } from "zod";
import type { CheckContext, ToolOutput } from "../checker.ts";
import { workingFolder } from "../reading/report-path.ts";
import { TrigateError } from "../../errors/trigate-error.ts";
import type { WarmQuestion, WarmTool } from "../warm-tool.ts";
import { workerArguments } from "./worker-script.ts";

const Settings = z.object({ config: z.string().optional() });

/** Loads the workspace's own ESLint once. A rule that asks for types remembers other files, which is said with each answer. */
const SCRIPT = `
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
let eslint;
const methods = {
  async start({ script, cwd, config }) {
    const api = await import(pathToFileURL(createRequire(script).resolve("eslint")).href);
    const { ESLint, loadESLint } = api.default ?? api;
    const Class = loadESLint === undefined ? ESLint : await loadESLint({ cwd });
    eslint = new Class({ cwd, ...(config === null ? {} : { overrideConfigFile: config }) });
  },
  async lint({ path, text }) {
    const results = await eslint.lintText(text, { filePath: path, warnIgnored: true });
    const options = (await eslint.calculateConfigForFile(path).catch(() => undefined)) ?? {};
    const parser = options.languageOptions?.parserOptions ?? options.parserOptions ?? {};
    const hasTypes = Boolean(parser.project || parser.projectService || parser.programs);
    return { report: JSON.stringify(results), errors: results.some(({ errorCount }) => errorCount > 0), hasTypes };
  },
};
`;

const Answer = z.object({ report: z.string(), errors: z.boolean(), hasTypes: z.boolean() });

/** The workspace's ESLint in a process of its own, which prints for the adapter what the command line would have printed. */
export const eslintWarm: WarmTool<CheckContext> = {
  unsaved: true,
  budgetMs: 1_000,
  start: async (context) => {
    const [node, script] = context.tool;
    if (node === undefined || script === undefined) return undefined;
    const { config } = Settings.parse(context.settings);
    const cwd = workingFolder(context);
    const options = { script, cwd, config: config === undefined ? null : join(cwd, config) };
    return { argv: workerArguments(node, SCRIPT), speaks: "messages", options };
  },
  check,
};

async function check({ context, document, session, adapter }: WarmQuestion<CheckContext>) {
  const { path, text } = document;
  const { report, errors, hasTypes } = Answer.parse(await session.ask("lint", { path, text }));
  const printed: ToolOutput = { exitCode: errors ? 1 : 0, stdout: report, stderr: "" };
  const output = await adapter({
    ...context,
    run: async (argv) => {
      if (argv.includes("--format")) return printed;
      throw new TrigateError("checker/worker-failed", { tool: "eslint", problem: "it only lints" });
    },
  });
  return { output, isWhole: !hasTypes };
}
