import { TrigateError } from "../errors/trigate-error.ts";
import { changedParts, fingerprintOf } from "../runs/fingerprint.ts";
import { filesOf } from "../runs/plan.ts";
import type { Services } from "./services.ts";
import { agentVersion } from "../version.ts";

const PART_NAMES: Readonly<Record<string, string>> = {
  format: "the cache's own form",
  agent: "the version of Trigate",
  platform: "the operating system",
  check: "the check's settings in trigate.yaml",
  tool: "the tool or its version",
  environment: "an environment variable that the tool sees",
  scope: "which files are in scope",
  inputs: "the content of a file that the check depends on",
};

/** Says in one sentence why a check would run again, or that it would not. */
export async function whyNotCached(services: Services, id: string): Promise<string> {
  const config = await services.config();
  const check = config.checks.find((candidate) => candidate.id === id);
  const checker = services.checkers.get(check?.tool ?? "");
  if (check === undefined || checker === undefined) {
    throw new TrigateError("usage/bad-argument", {
      problem: `there is no check ${id} in trigate.yaml`,
      hint: `there are: ${config.checks.map((other) => other.id).join(", ")}`,
    });
  }
  if (check.cache === "never") return `${id} is never cached: its answer depends on more than files`;
  const tool = await services.locator.locate(check, checker);
  if (tool === undefined) return `${id} has no answer: its tool is not installed (${checker.install})`;
  const snapshot = await (await services.repository()).snapshot();
  const files = filesOf(check, { checker, paths: snapshot.files.map(({ path }) => path) });
  const fingerprint = fingerprintOf(
    { check, checker, files, partial: false },
    { snapshot, tool: `${tool.identity} ${tool.version ?? ""}`, env: services.env, agentVersion: agentVersion() },
  );
  if ((await services.cache.get(fingerprint.key)) !== undefined) return `${id} would be answered from the cache`;
  const before = await services.cache.lastParts(id);
  if (before === undefined) return `${id} has never been answered here`;
  const changed = changedParts(before, fingerprint.parts).map((part) => PART_NAMES[part] ?? part);
  return changed.length === 0
    ? `${id} was answered before, but the entry is gone from the cache`
    : `${id} would run again, since this changed: ${changed.join("; ")}`;
}
