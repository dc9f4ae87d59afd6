import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import { systemClock } from "../../../platform/clock.ts";
import type { CheckContext, RepositoryFacts } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { RUN_BY_AGENT } from "../../run-by-agent.ts";
import type { AdvisorySource } from "../../reading/advisories/advisory.ts";
import { auditLockFiles } from "../../reading/advisories/audit-lock-files.ts";
import { OSV_GRADES } from "../../reading/advisories/locked-findings.ts";
import { ignoredAdvisories } from "../../reading/advisories/policy.ts";
import { advisorySourceSettings, insteadOf, snapshotFor } from "../../reading/advisories/source-setting.ts";
import { liveSource } from "./live-source.ts";

const Settings = z.strictObject({
  ...advisorySourceSettings("an OSV service"),
  url: z
    .url({ protocol: /^https?$/ })
    .default("https://api.osv.dev")
    .describe("The OSV service."),
  minimumSeverity: z.enum(OSV_GRADES).default("low").describe("What is below is shown but not counted."),
  ignore: ignoredAdvisories("The advisory, or its CVE."),
});
type Settings = z.infer<typeof Settings>;

/**
 * An audit of locked dependencies against advisories in OSV format. It has no tool of its own to start: the program that
 * is found is the Node that it runs in.
 */
export const osvAuditChecker = defineChecker<Settings>({
  id: "osv-audit",
  title: "OSV: vulnerable dependencies",
  stage: "static",
  feeds: ["security_issues"],
  patterns: ["**/package-lock.json", "**/npm-shrinkwrap.json", "**/requirements*.txt"],
  configFiles: [],
  handles: "files",
  // What is known about a package changes although the package does not.
  cacheable: false,
  exclusive: false,
  settings: Settings,
  ...RUN_BY_AGENT,
  proposedOnce: true,
  detect: async ({ files }: RepositoryFacts) =>
    files.some((file) => /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|requirements[^/]*\.txt)$/.test(file))
      ? {}
      : undefined,
  check,
});

/** How long a service is waited for where a snapshot can be asked instead. */
const PATIENCE_MS = 30_000;

async function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  const { minimumSeverity, ignore } = context.settings;
  const policy = { minimum: minimumSeverity, ignore, nowMs: systemClock.now() };
  const audit = { tool: "osv-audit", files: context.files, policy, unpinnedIsEnough: true };
  return auditLockFiles(context, await sourceFor(context), audit);
}

async function sourceFor(context: CheckContext<Settings>): Promise<AdvisorySource> {
  const { source, url } = context.settings;
  if (source === "snapshot") return snapshotFor(context, context.settings);
  const { timeoutMs: most } = context.options;
  const timeoutMs = source === "service" ? most : Math.min(most, PATIENCE_MS);
  const live = liveSource({ url, fetch: globalThis.fetch, signal: context.signal, timeoutMs });
  return source === "service" ? live : orSnapshot(live, context);
}

function orSnapshot(live: AdvisorySource, context: CheckContext<Settings>): AdvisorySource {
  return {
    matchesFor: async (packages) => {
      const answer = await live.matchesFor(packages);
      if (answer.ok) return answer;
      const snapshot = await snapshotFor(context, context.settings, insteadOf(answer.problem));
      return snapshot.matchesFor(packages);
    },
  };
}
