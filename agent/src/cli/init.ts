import { join } from "node:path";
import { Command } from "commander";
import { stringify } from "yaml";
import { CHECKERS } from "../checkers/registry.ts";
import { CONFIG_FILE } from "../config/load.ts";
import { resolveConfig } from "../config/resolve.ts";
import { TrigateError } from "../errors/trigate-error.ts";
import { exists, readTextIfThere, writeAtomically } from "../platform/files.ts";
import { openRepository } from "../vcs/open-repository.ts";
import { METRIC_IDS, metricDefinition } from "../core/metrics.ts";

const SCHEMA_LINE = "# yaml-language-server: $schema=./node_modules/@trigate/agent/schema/trigate.schema.json\n";
/** Limits that a new configuration starts with, where a proposed check can feed them. */
const FIRST_LIMITS: Readonly<Record<string, string>> = {
  unit_coverage: ">= 90%",
  patch_coverage: ">= 80%",
  duration: "< 5min",
};

/** `trigate init`: looks at the repository and proposes a `trigate.yaml`. */
export function initCommand(env: Readonly<Record<string, string | undefined>>): Command {
  return new Command("init")
    .description("look at this repository and propose a trigate.yaml")
    .option("--print", "print the proposal and write nothing")
    .option("--force", "replace a trigate.yaml that is there")
    .option("--json", "print the proposal as JSON")
    .addHelpText("after", "\nExample:\n  trigate init --print")
    .action(async (options: { print?: true; force?: true; json?: true }) => {
      const root = process.cwd();
      const file = join(root, CONFIG_FILE);
      const proposal = await propose(root, env);
      const text = SCHEMA_LINE + stringify(proposal);
      const checked = resolveConfig(text, CHECKERS);
      if (!checked.ok)
        throw new TrigateError("config/invalid", { file: "the proposed trigate.yaml", complaints: checked.complaints });
      if (options.json) console.log(JSON.stringify(proposal, null, 2));
      else if (options.print) process.stdout.write(text);
      else {
        if (!options.force && (await exists(file)))
          throw new TrigateError("usage/bad-argument", {
            problem: `${file} is there already`,
            hint: "look at the proposal with --print, or replace the file with --force",
          });
        await writeAtomically(file, text);
        console.log(
          `wrote ${CONFIG_FILE} with ${Object.keys(proposal.checks).length} checks: ${Object.keys(proposal.checks).join(", ")}\nnow: trigate doctor, then trigate run --trust`,
        );
      }
    });
}

interface Proposal {
  readonly version: 1;
  readonly checks: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly gates?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

async function propose(root: string, env: Readonly<Record<string, string | undefined>>): Promise<Proposal> {
  const repository = await openRepository(root, env);
  const files = (await repository.snapshot()).files.map(({ path }) => path);
  const readText = (path: string) => readTextIfThere(join(root, path));
  const checks: Record<string, Readonly<Record<string, unknown>>> = {};
  for (const checker of CHECKERS.values()) {
    const settings = await checker.detect({ files, readText });
    if (settings !== undefined) checks[checker.id] = settings;
  }
  if (Object.keys(checks).length === 0) {
    throw new TrigateError("usage/bad-argument", {
      problem: "nothing in this folder is known to a checker",
      hint: `write trigate.yaml by hand; checkers: ${[...CHECKERS.keys()].join(", ")}`,
    });
  }
  return { version: 1, checks, ...limitsFor(checks) };
}

/** Limits on what the proposed checks really measure; the others keep the registry's defaults. */
function limitsFor(checks: Proposal["checks"]): Pick<Proposal, "gates"> {
  const hasCoverage = Object.values(checks).some((settings) => "coverage" in settings);
  const hasTests = Object.keys(checks).some((id) => CHECKERS.get(id)?.stage === "test");
  const wanted = METRIC_IDS.filter((id) =>
    id === "duration" ? hasTests : hasCoverage && (id === "unit_coverage" || id === "patch_coverage"),
  );
  if (wanted.length === 0) return {};
  const gates: Record<string, Record<string, string>> = {};
  for (const id of wanted) (gates[metricDefinition(id).stage] ??= {})[id] = FIRST_LIMITS[id] ?? "";
  return { gates };
}
