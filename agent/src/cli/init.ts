import { join } from "node:path";
import { Command } from "commander";
import { TrigateError } from "../errors/trigate-error.ts";
import { exists, writeAtomically } from "../platform/files.ts";
import { installHooks } from "../runs/adopt/git-hooks.ts";
import { FOREIGN_KINDS, importConfiguration, type ImportedFile } from "../runs/adopt/import-configuration.ts";
import {
  namedPresets,
  overPresets,
  type PresetContext,
  type PresetProposal,
  presetProposalText,
} from "../runs/adopt/preset-proposal.ts";
import { proposalText } from "../runs/adopt/proposal-text.ts";
import { type Proposal, proposeConfig } from "../runs/propose-config.ts";
import { hooksParts } from "./hooks.ts";
import type { Services } from "./services.ts";
import { requireTrust } from "./trust.ts";

interface InitOptions {
  readonly print?: true;
  readonly force?: true;
  readonly gitHooks?: true;
  readonly trust?: true;
  readonly json?: true;
  readonly preset?: readonly string[];
}

/** `trigate init`: looks at the repository and proposes a `trigate.yaml`. */
export function initCommand(openHere: () => Promise<Services>): Command {
  return new Command("init")
    .description("look at this repository and propose a trigate.yaml")
    .option("--print", "print the proposal and write nothing")
    .option("--force", "replace a trigate.yaml that is there")
    .option("--preset <name...>", "extend these presets, such as python, and write only what differs from them")
    .option("--git-hooks", "also judge before each commit and push; a trigate.yaml that is there stays")
    .option("--trust", "with --git-hooks: trust this workspace, whose configuration decides which programs run")
    .option("--json", "print the proposal as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  trigate init --print\n  trigate init --preset python monorepo\n  trigate init --git-hooks --trust",
    )
    .action(async (options: InitOptions) => {
      const services = await openHere();
      const isThere = await exists(join(services.root, "trigate.yaml"));
      const onlyHooks = options.gitHooks === true && isThere && !options.force && !options.print && !options.json;
      if (!onlyHooks) await propose(services, { ...options, isThere });
      if (options.gitHooks && !options.print && !options.json) await addHooks(services, options.trust === true);
    });
}

async function propose(services: Services, options: InitOptions & { readonly isThere: boolean }): Promise<void> {
  const { root, repository, checkers, locator } = services;
  const find = (cwd: string) => locator.finderFrom(cwd);
  const others = await importAll(services);
  const imported = Object.fromEntries(others.flatMap(({ checks }) => Object.entries(checks)).toReversed());
  const proposed = await proposeConfig({ root, repository: await repository(), checkers, find, imported });
  const { proposal, text } = await withPresets(proposed, options.preset ?? [], { root, checkers, find });
  if (options.json) console.log(JSON.stringify(proposal, null, 2));
  else if (options.print) process.stdout.write(text);
  else {
    const target = join(root, "trigate.yaml");
    if (options.isThere && options.force !== true)
      throw new TrigateError("usage/bad-argument", {
        problem: `${target} is there already`,
        hint: "look at the proposal with --print, or replace the file with --force",
      });
    await writeAtomically(target, text);
    const names = Object.keys(proposal.checks ?? {});
    for (const { file, kind, notes } of others)
      console.log(
        `read ${file}${notes.length === 0 ? "" : `; "trigate import ${kind} --print" says what of it was not taken over`}`,
      );
    console.log(
      `wrote trigate.yaml ${overWhat(options.preset)}with ${names.length} checks: ${names.join(", ")}\nnow: trigate doctor, then trigate run --trust`,
    );
  }
}

async function withPresets(
  proposal: Proposal,
  names: readonly string[],
  context: PresetContext,
): Promise<{ readonly proposal: Proposal | PresetProposal; readonly text: string }> {
  if (names.length === 0) return { proposal, text: proposalText(proposal, context.checkers) };
  const over = await overPresets(proposal, await namedPresets(names), context);
  return { proposal: over, text: await presetProposalText(over, context) };
}

function overWhat(presets: readonly string[] = []): string {
  return presets.length === 0 ? "" : `over ${presets.join(" and ")} `;
}

/** Configurations of other tools; one that cannot be read is said and passed over, since the proposal can do without. */
async function importAll({ root, checkers }: Services): Promise<readonly ImportedFile[]> {
  const found: ImportedFile[] = [];
  for (const kind of FOREIGN_KINDS) {
    try {
      const imported = await importConfiguration(kind, { root, checkers });
      if (imported !== undefined) found.push(imported);
    } catch (error) {
      if (!(error instanceof TrigateError)) throw error;
      console.error(error.message);
    }
  }
  return found;
}

async function addHooks(services: Services, trusted: boolean): Promise<void> {
  await requireTrust(services, trusted);
  const states = await installHooks(hooksParts(services), { chain: false });
  console.log(`git asks Trigate at: ${states.map(({ hook }) => hook).join(", ")}; "trigate hooks uninstall" ends that`);
}
