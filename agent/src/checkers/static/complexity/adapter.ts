import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import { systemClock } from "../../../platform/clock.ts";
import type { CheckContext, RepositoryFacts } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { RUN_BY_AGENT } from "../../run-by-agent.ts";
import { functionReport, type MeasuredFunction } from "../../reading/function-report.ts";
import { ShownFunctions } from "../../reading/function-settings.ts";
import { plainLine } from "../../reading/plain-text.ts";

const Settings = z.strictObject({ show: ShownFunctions });
type Settings = z.infer<typeof Settings>;

/** Parsing takes the agent's own time, so others have a turn after so many milliseconds. */
const SLICE_MS = 20;

/**
 * Complexity and length of the functions of JavaScript and TypeScript. It has no tool of its own to start: the program
 * that is found is the Node that it runs in.
 */
export const complexityChecker = defineChecker<Settings>({
  id: "complexity",
  title: "Complexity and length of functions: JavaScript, TypeScript",
  stage: "static",
  feeds: ["complexity", "function_length"],
  patterns: ["**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx}"],
  configFiles: [],
  handles: "files",
  inputs: "scope",
  cacheable: true,
  exclusive: false,
  settings: Settings,
  ...RUN_BY_AGENT,
  proposedOnce: true,
  detect: async ({ files }: RepositoryFacts) =>
    files.some((file) => /\.[mc]?[jt]sx?$/.test(file) && !file.endsWith(".d.ts")) ? {} : undefined,
  check,
});

async function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  // The parser takes longer to load than most commands that never need it take in all.
  const { measureFunctions } = await import("./measure.ts");
  const functions: MeasuredFunction[] = [];
  const problems: string[] = [];
  let turn = systemClock.elapsed();
  for (const file of context.files) {
    context.signal.throwIfAborted();
    const text = await context.readText(join(context.root, file));
    const measured = text === undefined ? undefined : measureFunctions(text, file);
    if (measured === undefined) problems.push(`complexity: ${file} is not there`);
    else if (measured.ok)
      functions.push(...measured.functions.map((each) => ({ ...each, file, name: plainLine(each.name) })));
    else problems.push(`complexity: ${file} ${plainLine(measured.problem)}`);
    if (systemClock.elapsed() - turn < SLICE_MS) continue;
    await nextTurn();
    turn = systemClock.elapsed();
  }
  const count = context.files.length;
  return {
    evidence:
      count > 0 && problems.length === 0
        ? { files: count, summary: `${functions.length} functions in ${count} files`, source: "tool" }
        : undefined,
    ...functionReport(context.files, functions, context.settings.show),
    problems,
    filesLookedAt: context.files,
  };
}
