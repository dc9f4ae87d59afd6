import { join } from "node:path";
import { z } from "zod";
import type { CheckContext } from "../checker.ts";
import { formattingFindings } from "../reading/formatting-findings.ts";
import { workingFolder } from "../reading/report-path.ts";
import type { WarmQuestion, WarmTool } from "../warm-tool.ts";
import { workerArguments } from "./worker-script.ts";

const Settings = z.object({
  config: z.string().optional(),
  ignoreFile: z.string().optional(),
  plugins: z.array(z.string()),
});

const SCRIPT = `
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
let prettier, settings;
const methods = {
  async start(given) {
    settings = given;
    const api = await import(pathToFileURL(createRequire(given.script).resolve("prettier")).href);
    prettier = api.default ?? api;
    if (given.plugins.length > 0) {
      const resolve = createRequire(join(given.cwd, "package.json")).resolve;
      settings.plugins = await Promise.all(given.plugins.map((name) => import(pathToFileURL(resolve(name)).href)));
    }
  },
  async format({ path, text }) {
    const { config, ignorePath, plugins } = settings;
    const { ignored } = await prettier.getFileInfo(path, { ignorePath, plugins, withNodeModules: false, resolveConfig: false });
    if (ignored) return { formatted: null };
    const found = (await prettier.resolveConfig(path, { config: config ?? undefined, editorconfig: true, useCache: false })) ?? {};
    const all = [...(found.plugins ?? []), ...plugins];
    try {
      return { formatted: await prettier.format(text, { ...found, plugins: all, filepath: path }) };
    } catch {
      return { formatted: null };
    }
  },
};
`;

const Answer = z.object({ formatted: z.string().nullable() });

/** The workspace's Prettier in a process of its own. What it ignores or cannot parse, the command line explains. */
export const prettierWarm: WarmTool<CheckContext> = {
  unsaved: true,
  budgetMs: 500,
  start: async (context) => {
    const [node, script] = context.tool;
    if (node === undefined || script === undefined) return undefined;
    const { config, ignoreFile, plugins } = Settings.parse(context.settings);
    const cwd = workingFolder(context);
    const ignorePath = (ignoreFile === undefined ? [".gitignore", ".prettierignore"] : [ignoreFile]).map((file) =>
      join(cwd, file),
    );
    const options = { script, cwd, config: config === undefined ? null : join(cwd, config), ignorePath, plugins };
    return { argv: workerArguments(node, SCRIPT), speaks: "messages", options };
  },
  check,
};

async function check({ context, document, session }: WarmQuestion<CheckContext>) {
  const { path, text, file } = document;
  const { formatted } = Answer.parse(await session.ask("format", { path, text }));
  if (formatted === null) return undefined;
  const files = formatted === text ? [] : [file];
  const findings = await formattingFindings(context, { tool: "Prettier", files, formatted: async () => formatted });
  const evidence = { files: 1, summary: `1 files, ${files.length} not formatted`, source: "tool" as const };
  return { output: { evidence, findings, problems: [], filesLookedAt: [file] }, isWhole: true };
}
