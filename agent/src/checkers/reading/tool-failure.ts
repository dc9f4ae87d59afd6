import { TrigateError } from "../../errors/trigate-error.ts";
import type { CheckContext, ToolOutput } from "../checker.ts";
import { plainText } from "./plain-text.ts";
import { workingFolder } from "./report-path.ts";

/** The end of what a tool printed is where it says why it stopped. */
const SHOWN_CHARACTERS = 2_000;

/** The error of a tool that broke, as opposed to one that found something. */
export function toolFailure(
  tool: string,
  { exitCode, stdout, stderr }: ToolOutput,
  context: Pick<CheckContext, "root" | "options">,
): TrigateError<"checker/tool-failed"> {
  const said = plainText(
    stderr.trim() === "" ? stdout.slice(-2 * SHOWN_CHARACTERS) : stderr.slice(-2 * SHOWN_CHARACTERS),
  ).slice(-SHOWN_CHARACTERS);
  return new TrigateError("checker/tool-failed", {
    tool,
    exitCode,
    stderr: said || "it printed nothing",
    cwd: workingFolder(context),
  });
}

export interface ExpectedEnd {
  /** Name of the tool for people. */
  readonly tool: string;
  /** Those after which its report counts. */
  readonly exitCodes: readonly number[];
  /** Whether its report is there at all. */
  readonly reported: boolean;
}

/** The exit code of a tool that came to its end with a report. @throws {@link toolFailure} for one that did not. */
export function expectedExit(
  output: ToolOutput,
  { tool, exitCodes, reported }: ExpectedEnd,
  context: Pick<CheckContext, "root" | "options">,
): number {
  const { exitCode } = output;
  if (exitCode === undefined || !exitCodes.includes(exitCode) || !reported) throw toolFailure(tool, output, context);
  return exitCode;
}
