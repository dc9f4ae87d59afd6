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
