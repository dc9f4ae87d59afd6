import { Command, InvalidArgumentError } from "commander";
import { TrigateError } from "../errors/trigate-error.ts";
import { systemClock } from "../platform/clock.ts";
import { type Audited, auditCheck, sampleOf } from "../runs/audit.ts";
import { agentVersion } from "../version.ts";
import { EXIT } from "./exit-codes.ts";
import type { Services } from "./services.ts";
import { requireTrust } from "./trust.ts";

const DEFAULT_SAMPLE = 5;
const MOST_PATHS = 10;

/** `trigate cache`: what is kept of earlier answers, and whether it can be believed. */
export function cacheCommand(services: () => Promise<Services>): Command {
  const command = new Command("cache").description("what is kept of earlier answers, and whether it can be believed");
  command
    .command("status")
    .description("how much is kept, and how much may be")
    .action(async () => {
      const { cache, config } = await services();
      const { files, bytes } = await cache.size();
      const { maxBytes, shared } = (await config()).cache;
      console.log(`${files} files, ${inMegabytes(bytes)} of at most ${inMegabytes(maxBytes)}, in ${cache.folder}`);
      if (shared !== undefined) console.log(`shared with others over the server that $${shared.urlVariable} names`);
    });
  command
    .command("path")
    .description("the folder that it lies in")
    .action(async () => console.log((await services()).cache.folder));
  command
    .command("clear")
    .description("forget everything")
    .action(async () => (await services()).cache.clear());
  command
    .command("evict")
    .description("forget what was used least recently, when there is more than may be")
    .action(async () => {
      const { cache, config } = await services();
      const { removed, left } = await cache.evict((await config()).cache.maxBytes, systemClock.now());
      console.log(
        `${removed.files} files removed (${inMegabytes(removed.bytes)}), ${left.files} left (${inMegabytes(left.bytes)})`,
      );
    });
  command
    .command("audit")
    .description("ask the tools of kept answers again, compare, and trace what they read")
    .option("--sample <n>", "how many checks", parseCount, DEFAULT_SAMPLE)
    .option("--check <id>", "only this check")
    .option("--trust", "trust this workspace: its configuration decides which programs run")
    .option("--json", "as JSON")
    .action(async (options: AuditOptions) => {
      process.exitCode = await audit(await services(), options);
    });
  return command;
}

interface AuditOptions {
  readonly sample: number;
  readonly check?: string;
  readonly trust?: true;
  readonly json?: true;
}

function parseCount(value: string): number {
  const count = Number(value);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError("a whole number from 1");
  return count;
}

async function audit(services: Services, { sample, check: wanted, trust, json }: AuditOptions): Promise<number> {
  await requireTrust(services, trust === true);
  const { root, env, checkers, locator, cache, processes } = services;
  const { checks } = await services.config();
  const chosen =
    wanted === undefined
      ? checks.filter((check) => check.cache === "content")
      : checks.filter(({ id }) => id === wanted);
  if (wanted !== undefined && chosen.length === 0)
    throw new TrigateError("usage/bad-argument", {
      problem: `there is no check ${wanted} in trigate.yaml`,
      hint: `there are: ${checks.map(({ id }) => id).join(", ")}`,
    });
  const repository = await services.repository();
  const snapshot = await repository.snapshot();
  const context = {
    root,
    env,
    checkers,
    locator,
    cache,
    processes,
    repository,
    agentVersion: agentVersion(),
    signal: new AbortController().signal,
  };
  const audited: Audited[] = [];
  for (const check of sampleOf(chosen, sample)) audited.push(await auditCheck(check, snapshot, context));
  console.log(
    json === true ? JSON.stringify({ audited }) : audited.flatMap(inLines).concat(summaryOf(audited)).join("\n"),
  );
  const compared = audited.filter(({ outcome }) => outcome === "same" || outcome === "differs");
  if (audited.some(({ outcome }) => outcome === "differs")) return EXIT.failed;
  // Nothing compared shows nothing.
  return compared.length === 0 || audited.some(({ outcome }) => outcome === "failed") ? EXIT.errored : EXIT.passed;
}

function inLines({ check, outcome, detail, reads }: Audited): readonly string[] {
  const words = {
    same: "the same answer",
    differs: `WRONG HIT: ${detail}`,
    "no-answer": detail,
    failed: `could not be asked again: ${detail}`,
  };
  const lines = [`${check}: ${words[outcome]}`];
  if (reads === undefined)
    return outcome === "same" ? [...lines, "  not traced: strace is not installed or may not trace here"] : lines;
  lines.push(
    `  read ${reads.declared} inputs, ${reads.installed} files of installed packages, ${reads.system} of the system, ${reads.undeclared.length} others`,
  );
  return [
    ...lines,
    ...listed("read, but not in the key", reads.undeclared),
    ...listed("looked for, but not in the key if it appears", reads.unwatched),
  ];
}

function listed(what: string, paths: readonly string[]): readonly string[] {
  const shown = paths.slice(0, MOST_PATHS).map((path) => `  ${what}: ${path}`);
  return paths.length > MOST_PATHS ? [...shown, `  and ${paths.length - MOST_PATHS} more`] : shown;
}

function summaryOf(audited: readonly Audited[]): string {
  const wrong = audited.filter(({ outcome }) => outcome === "differs").length;
  const compared = wrong + audited.filter(({ outcome }) => outcome === "same").length;
  const rate = compared === 0 ? "nothing to compare" : `${((100 * wrong) / compared).toFixed(1)} % wrong`;
  const undeclared = audited.reduce((sum, { reads }) => sum + (reads?.undeclared.length ?? 0), 0);
  return `${compared} answers compared: ${rate}; ${undeclared} files read that the key does not cover`;
}

function inMegabytes(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}
