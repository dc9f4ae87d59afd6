import { join } from "node:path";
import { stringify } from "yaml";
import type { Checker } from "../checkers/checker.ts";
import { resolveConfig } from "../config/resolve.ts";
import { METRIC_IDS, metricDefinition } from "../core/metrics.ts";
import { TrigateError } from "../errors/trigate-error.ts";
import { readTextIfThere } from "../platform/files.ts";
import type { Repository } from "../vcs/repository.ts";

const SCHEMA_LINE = "# yaml-language-server: $schema=./node_modules/@trigate/agent/schema/trigate.schema.json\n";
/** Limits that a new configuration starts with, where a proposed check can feed them. */
const FIRST_LIMITS: Readonly<Record<string, string>> = {
  unit_coverage: ">= 90%",
  patch_coverage: ">= 80%",
  duration: "< 5min",
};

/** A configuration that fits what lies in a repository. */
export interface Proposal {
  readonly version: 1;
  readonly checks: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly gates?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Asks each checker whether it fits the repository. Throws `usage/bad-argument` when none does. */
export async function proposeConfig(
  root: string,
  repository: Repository,
  checkers: ReadonlyMap<string, Checker>,
): Promise<Proposal> {
  const files = await repository.paths();
  const readText = (path: string) => readTextIfThere(join(root, path));
  const checks: Record<string, Readonly<Record<string, unknown>>> = {};
  for (const checker of checkers.values()) {
    const settings = await checker.detect({ files, readText });
    if (settings !== undefined) checks[checker.id] = settings;
  }
  if (Object.keys(checks).length === 0) {
    throw new TrigateError("usage/bad-argument", {
      problem: "nothing in this folder is known to a checker",
      hint: `write trigate.yaml by hand; checkers: ${[...checkers.keys()].join(", ")}`,
    });
  }
  return { version: 1, checks, ...limitsFor(checks, checkers) };
}

/** The proposal as the text of a `trigate.yaml`, read once more as a user's file would be. */
export function proposalText(proposal: Proposal, checkers: ReadonlyMap<string, Checker>): string {
  const text = SCHEMA_LINE + stringify(proposal);
  const checked = resolveConfig(text, checkers);
  if (!checked.ok)
    throw new TrigateError("config/invalid", { file: "the proposed trigate.yaml", complaints: checked.complaints });
  return text;
}

/** Limits on what the proposed checks really measure; the others keep the registry's defaults. */
function limitsFor(checks: Proposal["checks"], checkers: ReadonlyMap<string, Checker>): Pick<Proposal, "gates"> {
  const hasCoverage = Object.values(checks).some((settings) => "coverage" in settings);
  const hasTests = Object.keys(checks).some((id) => checkers.get(id)?.stage === "test");
  const isMeasured = (id: string) =>
    id === "duration" ? hasTests : hasCoverage && (id === "unit_coverage" || id === "patch_coverage");
  const gates: Record<string, Record<string, string>> = {};
  for (const id of METRIC_IDS.filter(isMeasured))
    (gates[metricDefinition(id).stage] ??= {})[id] = FIRST_LIMITS[id] ?? "";
  return Object.keys(gates).length === 0 ? {} : { gates };
}
