import type { Checker } from "../checkers/checker.ts";
import type { ResolvedCheck } from "../config/resolved.ts";
import { TrigateError } from "../errors/trigate-error.ts";
import { keyOf } from "../runs/answers.ts";
import { changedLinesOf, changedParts, type Fingerprint } from "../runs/fingerprint.ts";
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
  installed: "the packages that are installed beside the tool",
  outside:
    "a file outside of version control that configuration names, or the tool's configuration above the workspace",
};
/** Parts that are written in lines: what stands before the last blank of a line names what it is about. */
const IN_LINES = new Set(["environment", "outside"]);
const MOST_NAMES = 5;

function nameOf(part: string, before: Fingerprint["parts"], now: Fingerprint["parts"]): string {
  const name = PART_NAMES[part] ?? part;
  const lines = IN_LINES.has(part) ? changedLinesOf(before[part], now[part]) : [];
  return lines.length === 0 ? name : `${name} (${lines.slice(0, MOST_NAMES).join(", ")})`;
}

/** Throws `usage/bad-argument` where no check is called so. */
async function checkOf(services: Services, id: string): Promise<{ check: ResolvedCheck; checker: Checker }> {
  const { checks } = await services.config();
  const check = checks.find((candidate) => candidate.id === id);
  const checker = services.checkers.get(check?.tool ?? "");
  if (check !== undefined && checker !== undefined) return { check, checker };
  throw new TrigateError("usage/bad-argument", {
    problem: `there is no check ${id} in trigate.yaml`,
    hint: `there are: ${checks.map((other) => other.id).join(", ")}`,
  });
}

/** Says in one sentence why a check would run again, or that it would not. */
export async function whyNotCached(services: Services, id: string): Promise<string> {
  const { check, checker } = await checkOf(services, id);
  if (check.cache === "never") return `${id} is never cached: its answer depends on more than files`;
  const tool = await services.locator.locate(check, checker);
  if (tool === undefined) return `${id} has no answer: its tool is not installed (${checker.install})`;
  const snapshot = await (await services.repository()).snapshot();
  const files = filesOf(check, { checker, paths: snapshot.files.map(({ path }) => path) });
  const { root, env } = services;
  const fingerprint = keyOf({ check, checker, files, partial: false }, tool, {
    root,
    env,
    agentVersion: agentVersion(),
    snapshot,
  });
  if ((await services.cache.get(fingerprint.key)) !== undefined) return `${id} would be answered from the cache`;
  const before = await services.cache.lastParts(id);
  if (before === undefined) return `${id} has never been answered here`;
  const changed = changedParts(before, fingerprint.parts).map((part) => nameOf(part, before, fingerprint.parts));
  return changed.length === 0
    ? `${id} was answered before, but the entry is gone from the cache`
    : `${id} would run again, since this changed: ${changed.join("; ")}`;
}
