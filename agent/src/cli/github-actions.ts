import { writeFile } from "../platform/files.ts";
import type { Run } from "../core/run.ts";

/** GitHub refuses longer step summaries. */
const SUMMARY_LIMIT = 1_000_000;

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Text for a log of GitHub Actions in which nothing is a workflow command, whatever tools, tests or file names say. The
 * runner looks for commands at the start of each line, behind white space too. Elsewhere the text stays as it is.
 */
export function withoutWorkflowCommands(text: string, { env, token }: { env: Env; token: string }): string {
  if (env["GITHUB_ACTIONS"] !== "true" || !text.includes("::")) return text;
  return `::stop-commands::${token}\n${text.endsWith("\n") ? text : `${text}\n`}::${token}::\n`;
}

/** Adds the run to the page of the workflow's run, where there is one. */
export async function appendStepSummary(run: Run, env: Env): Promise<void> {
  const file = env["GITHUB_STEP_SUMMARY"];
  if (env["GITHUB_ACTIONS"] !== "true" || file === undefined || file === "") return;
  const { toMarkdown } = await import("../report/markdown.ts");
  await writeFile(file, toMarkdown(run, { limit: SUMMARY_LIMIT }), { flag: "a" });
}
