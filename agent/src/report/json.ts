import type { Run } from "../core/run.ts";
import { toRunReport } from "./run-report.ts";

/** The run report of the protocol, as text. */
export function toJson(run: Run): string {
  return `${JSON.stringify(toRunReport(run), null, 2)}\n`;
}
