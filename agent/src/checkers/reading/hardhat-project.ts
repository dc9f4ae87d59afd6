import { sha256 } from "../../platform/files.ts";
import { withMachineLock } from "../../platform/machine-lock.ts";
import type { CheckContext, RunTool } from "../checker.ts";
import { workingFolder } from "./report-path.ts";

/**
 * How to start Hardhat in the check's folder. Two Hardhat processes write the same `cache` and `artifacts` there, so one
 * waits for the other, whichever checks they belong to. Rejects with the signal's reason when aborted while waiting.
 */
export function hardhatRun(context: Pick<CheckContext, "root" | "options" | "run" | "signal">): RunTool {
  const project = sha256(workingFolder(context)).slice(0, 16);
  return (argv, options = {}) =>
    withMachineLock(`hardhat-${project}`, context.signal, () =>
      context.run(argv, { ...options, env: { HARDHAT_DISABLE_TELEMETRY: "true", ...options.env } }),
    );
}
