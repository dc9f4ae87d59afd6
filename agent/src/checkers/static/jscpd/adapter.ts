import { join } from "node:path";
import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import { writeFile } from "../../../platform/files.ts";
import type { CheckContext, RepositoryFacts } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { readJson } from "../../reading/read-json.ts";
import { workspacePathOf } from "../../reading/report-path.ts";
import { toolFailure } from "../../reading/tool-failure.ts";
import { duplicateFindings, duplicationPercent, type JscpdReport, parseJscpd } from "./parse.ts";

const Settings = z.strictObject({
  minTokens: z.int().min(1).optional().describe("Shorter duplicates do not count. Default: jscpd's, 50."),
  minLines: z.int().min(1).optional().describe("Shorter duplicates do not count. Default: jscpd's, 5."),
  mode: z.enum(["strict", "mild", "weak"]).optional().describe("weak also leaves comments out. Default: mild."),
});
type Settings = z.infer<typeof Settings>;

const OwnConfig = z.record(z.string(), z.unknown());

/** Duplicated code. Its own limit and exit code are left out: the percentage is measured and the gate decides. */
export const jscpdChecker = defineChecker<Settings>({
  id: "jscpd",
  title: "jscpd: duplicated code",
  stage: "static",
  feeds: ["duplication"],
  patterns: [
    "**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx,py,c,cc,cpp,cxx,h,hh,hpp,hxx,java,cs,go,rs,rb,php,swift,scala,kt,sol,sh,css,scss,less,vue,svelte}",
  ],
  configFiles: ["**/.jscpd.json"],
  handles: "project",
  inputs: "scope",
  cacheable: true,
  exclusive: false,
  settings: Settings,
  install: "npm install --save-dev jscpd@4",
  locate: (find) => find.npm("jscpd"),
  version: { args: ["--version"], pattern: /(\d+\.\d+\.\d+)/ },
  proposedOnce: true,
  detect: async ({ files, readText }: RepositoryFacts) =>
    files.includes(".jscpd.json") || /"jscpd"\s*:/.test((await readText("package.json")) ?? "") ? {} : undefined,
  check,
});

async function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  if (context.files.length === 0) return { evidence: undefined, findings: [], problems: [] };
  const config = await configFor(context);
  if (!config.ok) return { evidence: undefined, findings: [], problems: [`jscpd: .jscpd.json: ${config.problem}`] };
  const file = join(context.scratch, "jscpd.json");
  await writeFile(file, JSON.stringify(config.value));
  const output = await context.run([...context.tool, "--config", file, ...context.options.args]);
  if (output.exitCode !== 0) throw toolFailure("jscpd", output, context);
  const text = await context.readText(join(context.scratch, "jscpd-report.json"));
  // Version 4 writes no report when it found no file to look at.
  if (text === undefined) return { evidence: undefined, findings: [], problems: [nothingIn(context)] };
  const read = parseJscpd(text);
  if (!read.ok) return { evidence: undefined, findings: [], problems: [`jscpd: ${read.problem}`] };
  return outputOf(context, read.value);
}

function nothingIn({ files }: CheckContext<Settings>): string {
  return `jscpd: it looked at none of ${files.length} files; they may all be shorter than minTokens or left out by .jscpd.json`;
}

function outputOf(context: CheckContext<Settings>, report: JscpdReport): CheckOutput {
  const { sources, lines, clones } = report.statistics.total;
  const percent = duplicationPercent(report);
  const fileOf = (name: string) => workspacePathOf(context, name) ?? "";
  return {
    evidence:
      sources > 0
        ? {
            files: sources,
            exitCode: 0,
            summary: `${clones} duplicates in ${lines} lines of ${sources} of ${context.files.length} files`,
            source: "tool",
          }
        : undefined,
    findings: report.duplicates.flatMap((duplicate) => duplicateFindings(duplicate, fileOf)),
    measurements:
      percent === undefined
        ? []
        : [
            {
              benchmark: "duplicated lines",
              metric: "duplication",
              unit: "percent",
              better: "lower",
              summary: { value: percent },
            },
          ],
    problems: sources > 0 ? [] : [nothingIn(context)],
    filesLookedAt: context.files,
  };
}

/**
 * A command line cannot carry the names of all files of a large project, and a configuration can. It takes the
 * repository's own settings along, except for what says where to look, what to print and what to call a failure. Files
 * that jscpd finds too long it passes over without a word, so by default none is too long.
 */
async function configFor(
  context: CheckContext<Settings>,
): Promise<{ readonly ok: true; readonly value: object } | { readonly ok: false; readonly problem: string }> {
  const text = await context.readText(".jscpd.json");
  const own = text === undefined ? ({ ok: true, value: {} } as const) : readJson(text, OwnConfig);
  if (!own.ok) return own;
  const { threshold: _threshold, exitCode: _exitCode, ...kept } = own.value;
  const { minTokens, minLines, mode } = context.settings;
  const asked = Object.fromEntries(
    Object.entries({ minTokens, minLines, mode }).filter(([, value]) => value !== undefined),
  );
  const value = {
    maxLines: 1_000_000,
    maxSize: "100mb",
    ...kept,
    ...asked,
    path: context.files.map((file) => join(context.root, file)),
    reporters: ["json"],
    output: context.scratch,
    absolute: true,
    silent: true,
    // What is ignored is not in scope; jscpd would also leave out files that are ignored and tracked all the same.
    gitignore: false,
  };
  return { ok: true, value };
}
