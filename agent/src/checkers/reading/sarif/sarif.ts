import { plainText } from "../plain-text.ts";
import { readJson } from "../read-json.ts";
import { SarifLog, type SarifRun } from "./form.ts";
import { resultOf, type SarifResult } from "./result.ts";

export interface SarifReport {
  readonly results: readonly SarifResult[];
  /** Names of the tools that say that they looked: by results, were it none, or by `executionSuccessful`. */
  readonly tools: readonly string[];
  readonly problems: readonly string[];
}

/**
 * Reads SARIF 2.1.0. A run that failed, or that has neither results nor the word that it succeeded, is a problem: nobody
 * knows what it would have found. Results of the kinds `pass` and `notApplicable`, and those that are no longer there
 * (`absent`), are left out. Never throws.
 */
export function parseSarif(text: string): SarifReport {
  const read = readJson(text, SarifLog);
  if (!read.ok) return { results: [], tools: [], problems: [`sarif: ${read.problem}`] };
  const problems = read.value.runs.flatMap(problemsOf);
  if (read.value.runs.length === 0) problems.push("sarif: the report holds no run");
  const looked = read.value.runs.filter((run) => problemsOf(run).length === 0);
  return {
    results: read.value.runs.flatMap((run) => (run.results ?? []).flatMap((result) => resultOf(result, run) ?? [])),
    tools: looked.map(({ tool: { driver } }) => plainText(driver.name)),
    problems,
  };
}

function problemsOf({ tool, invocations = [], results }: SarifRun): string[] {
  const name = plainText(tool.driver.name);
  const failed = invocations.some(({ executionSuccessful }) => executionSuccessful === false);
  const said = invocations
    .flatMap(({ toolExecutionNotifications = [], toolConfigurationNotifications = [] }) => [
      ...toolExecutionNotifications,
      ...toolConfigurationNotifications,
    ])
    .filter(({ level }) => level === "error")
    .map(({ message }) => plainText(message?.text ?? ""))
    .filter((words) => words !== "");
  if (failed) return [`sarif: ${name} did not succeed${said.length === 0 ? "" : `: ${said.slice(0, 3).join("; ")}`}`];
  const succeeded = invocations.some(({ executionSuccessful }) => executionSuccessful === true);
  return results || succeeded ? [] : [`sarif: the run of ${name} has no results and does not say that it succeeded`];
}
