import { withMachineLock } from "../../platform/machine-lock.ts";
import { sha256 } from "../../platform/files.ts";
import type { CheckContext, ToolOutput, ToolRunOptions } from "../checker.ts";
import { workingFolder } from "./report-path.ts";

/**
 * Starts Hardhat in the check's folder. Two Hardhat processes write the same `cache` and `artifacts` there, so one waits
 * for the other, whichever checks they belong to. Rejects with the signal's reason when it is aborted while waiting.
 */
export async function runHardhat(
  context: Pick<CheckContext, "root" | "options" | "tool" | "run" | "signal">,
  args: readonly string[],
  options: ToolRunOptions = {},
): Promise<ToolOutput> {
  const project = sha256(workingFolder(context)).slice(0, 16);
  return withMachineLock(`hardhat-${project}`, context.signal, () =>
    context.run([...context.tool, ...args], {
      ...options,
      // Without a terminal the question would wait for nobody.
      env: { HARDHAT_DISABLE_TELEMETRY_PROMPT: "true", ...options.env },
    }),
  );
}
