import { join } from "node:path";
import { z } from "zod";
import { systemClock } from "../../../platform/clock.ts";
import { readTextIfThere } from "../../../platform/files.ts";
import { isBuilt } from "../../../version.ts";
import type { CheckContext } from "../../checker.ts";
import type { AdvisorySource } from "./advisory.ts";
import { plainLine } from "../plain-text.ts";
import { snapshotSource } from "./snapshot-source.ts";

/** Settings of every audit that says where its advisories come from; `service` is the tool's own in words. */
export function advisorySourceSettings(service: string) {
  return {
    source: z
      .enum(["service", "snapshot", "service-or-snapshot"])
      .default("service")
      .describe(
        `Where advisories come from: ${service}; a snapshot of advisories in a file; or the snapshot where the service gives no answer, and the outcome says so.`,
      ),
    snapshot: z
      .string()
      .optional()
      .describe(
        `The snapshot of advisories in OSV format, relative to cwd. Default: ${OWN_SNAPSHOT}, else the one that comes with Trigate, which is not complete.`,
      ),
    maxAgeDays: z.int().min(1).default(30).describe("A snapshot older than this is used with a warning."),
  };
}

export interface SnapshotSettings {
  readonly snapshot?: string | undefined;
  readonly maxAgeDays: number;
}

const OWN_SNAPSHOT = "advisories/snapshot.json";
/** The build copies it beside itself. */
const SHIPPED = join(import.meta.dirname, isBuilt() ? "." : "../../../..", OWN_SNAPSHOT);

/** The snapshot that a check asks. `instead` says why the service is not asked, where it should have been. */
export async function snapshotFor(
  context: CheckContext,
  { snapshot, maxAgeDays }: SnapshotSettings,
  instead?: string,
): Promise<AdvisorySource> {
  const own = await context.readText(snapshot ?? OWN_SNAPSHOT);
  const isOwn = snapshot !== undefined || own !== undefined;
  return snapshotSource({
    path: isOwn ? (snapshot ?? OWN_SNAPSHOT) : "that comes with Trigate",
    text: isOwn ? own : await readTextIfThere(SHIPPED),
    maxAgeDays,
    nowMs: systemClock.now(),
    instead,
  });
}

/** Why a snapshot was asked, from what went wrong with the service. */
export function insteadOf(problem: string): string {
  return plainLine(`the service gave no answer (${problem}), so a snapshot was asked instead`);
}
