import { join } from "node:path";
import { Command } from "commander";
import type { CheckResult } from "../core/check.ts";
import { isCounted } from "../core/check-status.ts";
import type { Finding } from "../core/finding.ts";
import { matchFindings } from "../core/only-new.ts";
import { TrigateError } from "../errors/trigate-error.ts";
import { plainText } from "../report/plain-text.ts";
import { type BaselineEntry, entryOf, readBaseline, writeBaseline } from "../runs/baseline.ts";
import { EXIT } from "./exit-codes.ts";
import type { Services } from "./services.ts";
import { requireTrust } from "./trust.ts";

interface WriteOptions {
  readonly acceptNew?: true;
  readonly check: readonly string[];
  readonly trust?: true;
  readonly json?: true;
}

/** What a command did to the baseline. */
interface Outcome {
  readonly file: string;
  readonly entries: number;
  readonly added: number;
  readonly fixed: number;
  /** Found, and neither in the baseline before nor taken in now. */
  readonly new: number;
  /** Checks that could not look; their entries stay as they are. */
  readonly unknown: readonly string[];
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** `trigate baseline`: inherited findings that do not count, in a file that belongs into the repository. */
export function baselineCommand(services: () => Promise<Services>): Command {
  const command = new Command("baseline").description("keep inherited findings out of the gates");
  const writing = (name: string, description: string) =>
    command
      .command(name)
      .description(description)
      .option("--check <id>", "only this check (may be repeated)", collect, [])
      .option("--json", "print JSON")
      .option("--trust", "trust this workspace: its configuration decides which programs run");
  writing("create", "take in everything that is found now").action(async (options: WriteOptions) => {
    const opened = await services();
    if ((await readBaseline(await baselinePath(opened))) !== undefined)
      throw new TrigateError("usage/bad-argument", {
        problem: "there is a baseline already",
        hint: 'use "trigate baseline update", with --accept-new to take in more',
      });
    await rewrite(opened, { ...options, acceptNew: true });
  });
  writing("update", "take out what is fixed and follow what moved; it only ever shrinks")
    .option("--accept-new", "take in new findings, too")
    .action(async (options: WriteOptions) => rewrite(await services(), options));
  writing("prune", "take out what is fixed, and change nothing else").action(async (options: WriteOptions) =>
    rewrite(await services(), options, (entry) => entry.known),
  );
  command
    .command("show")
    .description("say what is in it, by check and rule")
    .option("--json", "print JSON")
    .action(async ({ json }: { json?: true }) => show(await services(), json === true));
  return command.addHelpText(
    "after",
    "\nExamples:\n  trigate baseline create\n  trigate baseline update            after findings were fixed or files renamed\n  trigate baseline show --json\n\nExit code 3 when a check could not look; its entries stay as they are.",
  );
}

async function baselinePath(services: Services): Promise<string> {
  const { baseline } = await services.config();
  if (baseline === undefined)
    throw new TrigateError("usage/bad-argument", {
      problem: "trigate.yaml says that there is no baseline",
      hint: "take baseline: false out of it",
    });
  return join(services.root, baseline);
}

/** A pair of an entry and the finding that it stands for now. */
interface Kept {
  readonly known: BaselineEntry;
  readonly now: Finding;
}

async function rewrite(
  services: Services,
  options: WriteOptions,
  keep: (pair: Kept) => BaselineEntry = ({ now }) => entryOf(now),
): Promise<void> {
  await requireTrust(services, options.trust === true);
  const path = await baselinePath(services);
  const before = options.acceptNew === true ? await readIfWhole(path) : ((await readBaseline(path)) ?? []);
  const results = await lookedAt(services, options);
  const unknown = results.filter(({ status }) => status === "errored").map(({ id }) => id);
  const looked = new Set(
    results.filter(({ status }) => status === "passed" || status === "failed").map(({ id }) => id),
  );
  const files = new Set(await (await services.repository()).paths());
  const found = results.flatMap(({ findings }) => findings.flatMap(debtOf));
  const { pairs, fresh, gone } = matchFindings(
    before.filter(({ check }) => looked.has(check)),
    found,
    { isThere: (file) => files.has(file) },
  );
  const byFingerprint = new Map(before.map((entry) => [entryKey(entry), entry]));
  const kept = pairs.flatMap(({ known, now }) => {
    const entry = byFingerprint.get(entryKey(known));
    return entry === undefined ? [] : [keep({ known: entry, now })];
  });
  const added = options.acceptNew === true ? fresh.map(entryOf) : [];
  const untouched = before.filter(({ check }) => !looked.has(check));
  const entries = [...untouched, ...kept, ...added];
  await writeBaseline(path, entries);
  tell(
    {
      file: (await services.config()).baseline ?? "",
      entries: entries.length,
      added: added.length,
      fixed: gone.length,
      new: fresh.length - added.length,
      unknown,
    },
    options.json === true,
  );
  process.exitCode = unknown.length > 0 ? EXIT.errored : EXIT.passed;
}

const entryKey = ({ fingerprint, near }: { fingerprint: string; near: string }) => `${fingerprint} ${near}`;

/** A file that a merge left half done may be made anew, but only on request. */
async function readIfWhole(path: string): Promise<readonly BaselineEntry[]> {
  try {
    return (await readBaseline(path)) ?? [];
  } catch (error) {
    if (error instanceof TrigateError && error.code === "baseline/unreadable") return [];
    throw error;
  }
}

/** What counts or would count without the baseline; what somebody suppressed with a reason needs no entry. */
function debtOf(finding: Finding): readonly Finding[] {
  const { suppressed, ...bare } = finding;
  if (suppressed !== undefined && suppressed.kind !== "baseline") return [];
  return isCounted(bare) ? [bare] : [];
}

async function lookedAt(services: Services, { check }: WriteOptions): Promise<readonly CheckResult[]> {
  const request = {
    paths: [],
    stages: [],
    checks: check.length > 0 ? check : await checksWithFindings(services),
    changed: false,
    staged: false,
    base: undefined,
    noCache: false,
    fix: false,
    failFast: false,
    unrecorded: true,
    withoutBaseline: true,
  };
  const run = await services.runs().start(request, () => undefined).finished;
  return run.stages.flatMap(({ checks }) => checks);
}

/** Tests and benchmarks have no findings to inherit, and would only take time. */
async function checksWithFindings(services: Services): Promise<readonly string[]> {
  const { checks } = await services.config();
  return checks.filter(({ stage }) => stage === "static").map(({ id }) => id);
}

function tell(outcome: Outcome, asJson: boolean): void {
  if (asJson) {
    console.log(JSON.stringify(outcome, null, 2));
    return;
  }
  const { file, entries, added, fixed, unknown } = outcome;
  console.log(`${file}: ${entries} entries (${added} added, ${fixed} fixed and taken out)`);
  if (outcome.new > 0) console.log(`${outcome.new} findings are new and count; --accept-new would take them in`);
  if (unknown.length > 0) console.log(`could not look, entries left as they are: ${unknown.join(", ")}`);
}

async function show(services: Services, asJson: boolean): Promise<void> {
  const entries = (await readBaseline(await baselinePath(services))) ?? [];
  if (asJson) {
    console.log(JSON.stringify({ entries }, null, 2));
    return;
  }
  const groups = new Map<string, { count: number; files: Set<string> }>();
  for (const { check, rule, file } of entries) {
    const group = groups.get(`${check}/${rule}`) ?? { count: 0, files: new Set() };
    group.count++;
    group.files.add(file);
    groups.set(`${check}/${rule}`, group);
  }
  const sorted = [...groups].toSorted(([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1));
  for (const [name, { count, files }] of sorted)
    console.log(
      `${String(count).padStart(6)}  ${plainText(name)} in ${files.size} ${files.size === 1 ? "file" : "files"}`,
    );
  console.log(`${entries.length} inherited findings`);
}
