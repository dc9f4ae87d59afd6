import type { CheckOutput } from "../../../core/check.ts";
import { systemClock } from "../../../platform/clock.ts";
import type { CheckContext } from "../../checker.ts";
import { auditLockFiles } from "./audit-lock-files.ts";
import { type SnapshotSettings, snapshotFor } from "./source-setting.ts";

export interface RequirementsAudit {
  /** Stands before each problem. */
  readonly tool: string;
  /** Why the snapshot is asked although the service should have been. */
  readonly instead?: string | undefined;
}

/**
 * What the requirements files in scope pin, held against a snapshot of advisories in the place of a Python tool's own
 * service. Such tools grade nothing, so every advisory counts; requirements without an exact version alone are no evidence.
 */
export async function auditRequirements(
  context: CheckContext<SnapshotSettings & { readonly ignore: readonly string[] }>,
  { tool, instead }: RequirementsAudit,
): Promise<CheckOutput> {
  const ignore = context.settings.ignore.map((id) => ({ id, reason: "listed under ignore" }));
  const policy = { minimum: "info" as const, ignore, nowMs: systemClock.now() };
  const audit = { tool, files: context.files, policy, unpinnedIsEnough: false };
  return auditLockFiles(context, await snapshotFor(context, context.settings, instead), audit);
}
