import { Command } from "commander";
import { createColors } from "picocolors";
import { stringify } from "yaml";
import type { ExplainedSetting } from "../config/explain.ts";
import { plainText } from "../report/plain-text.ts";
import type { Services } from "./services.ts";

interface ConfigOptions {
  readonly all?: true;
  readonly json?: true;
}

/** What is written into a file or a pipe has to be YAML, in CI as well, where colours are shown elsewhere. */
const colors = createColors(isTerminal(process.stdout));

/** `isTTY` is left out where it is not true, whatever its declaration says, and left out would mean the usual colours. */
function isTerminal({ isTTY }: { readonly isTTY?: boolean }): boolean {
  return isTTY === true;
}

/** Comments stand in one column up to here; what is longer pushes its own aside. */
const WIDEST = 60;

/** `trigate config`: the configuration after all that it extends, with where each value was written. */
export function configCommand(services: () => Promise<Services>): Command {
  return new Command("config")
    .description("print the configuration that holds and where each value of it comes from")
    .option("--all", "also what each check leaves to its defaults")
    .option("--json", "print JSON, with all defaults")
    .addHelpText("after", "\nExamples:\n  trigate config\n  trigate config --all --json")
    .action(async ({ all, json }: ConfigOptions) => {
      const { root, explain } = await services();
      const { sources, settings } = await explain();
      if (json) {
        console.log(JSON.stringify({ root, sources, settings }, null, 2));
        return;
      }
      const shown = settings.filter(
        ({ from, path: [first] }) => all === true || from !== "default" || first === "gates",
      );
      console.log([colors.dim(`# from ${sources.join(", ")}`), ...linesOf(shown)].join("\n"));
    });
}

interface Line {
  readonly text: string;
  readonly origin?: string;
}

/** The settings as YAML, each with its origin as a comment. */
function linesOf(settings: readonly ExplainedSetting[]): readonly string[] {
  const lines: Line[] = [];
  let open: readonly string[] = [];
  for (const [index, setting] of settings.entries()) {
    const { path } = setting;
    const hasMore = isUnder(settings[index + 1]?.path ?? [], path);
    lines.push(...headings(path.slice(0, -1), open), lineOf(setting, hasMore));
    open = hasMore ? path : path.slice(0, -1);
  }
  const column = Math.min(WIDEST, Math.max(0, ...lines.map(({ text }) => text.length)));
  return lines.map(({ text, origin }) =>
    origin === undefined ? text : `${text.padEnd(column)} ${colors.dim(`# ${plainText(origin)}`)}`,
  );
}

/** The maps around a value that the lines before it do not stand in. */
function headings(folders: readonly string[], open: readonly string[]): readonly Line[] {
  const shared = folders.findIndex((part, depth) => part !== open[depth]);
  if (shared === -1) return [];
  return folders
    .slice(shared)
    .map((part, index) => ({ text: plainText(`${indent(shared + index)}${inOneLine(part)}:`) }));
}

function lineOf({ path, value, from, line }: ExplainedSetting, hasMore: boolean): Line {
  const key = `${indent(path.length - 1)}${inOneLine(path.at(-1))}:`;
  const origin = line === undefined ? from : `${from}:${line}`;
  return { text: plainText(hasMore ? key : `${key} ${inOneLine(value)}`), origin };
}

function isUnder(path: readonly string[], above: readonly string[]): boolean {
  return path.length > above.length && above.every((part, depth) => part === path[depth]);
}

function indent(depth: number): string {
  return "  ".repeat(depth);
}

function inOneLine(value: unknown): string {
  return stringify(value, { collectionStyle: "flow", lineWidth: 0 }).trim();
}
