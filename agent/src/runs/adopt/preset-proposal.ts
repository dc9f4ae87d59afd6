import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Checker, ToolFinder } from "../../checkers/checker.ts";
import { readExtended } from "../../config/extends.ts";
import { isPreset, presetNames } from "../../config/presets.ts";
import { resolveConfig } from "../../config/resolve.ts";
import { TrigateError } from "../../errors/trigate-error.ts";
import type { Proposal } from "../propose-config.ts";
import { textOf } from "./proposal-text.ts";

type Settings = Readonly<Record<string, unknown>>;

export interface PresetContext {
  readonly root: string;
  readonly checkers: ReadonlyMap<string, Checker>;
  readonly find: (cwd: string) => ToolFinder;
}

/** A configuration over presets: what it takes away is `null`. */
export interface PresetProposal {
  readonly version: 1;
  readonly extends: readonly string[];
  readonly checks?: Readonly<Record<string, Settings | null>>;
  readonly gates?: Proposal["gates"];
  readonly notes: Readonly<Record<string, string>>;
}

const Preset = z.looseObject({
  checks: z.record(z.string(), z.looseObject({ tool: z.string().optional() })).default({}),
  gates: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
});
type Preset = z.infer<typeof Preset>;

const NOT_USED = "Of a preset, and not used here; without this line it is asked for.";

/** Presets by their names, with or without `trigate:`. Throws `usage/bad-argument` for one that there is not. */
export async function namedPresets(names: readonly string[]): Promise<readonly string[]> {
  const known = await presetNames();
  const full = names.map((name) => (isPreset(name) ? name : `trigate:${name}`));
  const unknown = full.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new TrigateError("usage/bad-argument", {
      problem: `there is no preset ${unknown}`,
      hint: `there are: ${known.join(", ")}`,
    });
  return full;
}

/**
 * The same proposal as what a repository says on top of presets: what they say already is left out, what they ask for and
 * the repository has no use for is taken away.
 */
export async function overPresets(
  proposal: Proposal,
  presets: readonly string[],
  context: PresetContext,
): Promise<PresetProposal> {
  const { yaml } = await readExtended(JSON.stringify({ extends: presets }), join(context.root, "trigate.yaml"));
  const base = Preset.parse(yaml.value);
  const unused = await unusedOf(base, { proposal, context });
  const checks = { ...Object.fromEntries(unused.map((id) => [id, null])), ...ownChecks(proposal, base) };
  const gates = ownGates(proposal, base);
  const notes = Object.entries(proposal.notes).filter(([id]) => id in checks);
  const unusedNotes = unused.map((id) => [id, NOT_USED] as const);
  return {
    version: 1,
    extends: presets,
    ...(Object.keys(checks).length === 0 ? {} : { checks }),
    ...(Object.keys(gates).length === 0 ? {} : { gates }),
    notes: Object.fromEntries([...notes, ...unusedNotes]),
  };
}

/** The text of a `trigate.yaml` over presets, read once more as a user's file would be. Throws `config/invalid`. */
export async function presetProposalText(proposal: PresetProposal, context: PresetContext): Promise<string> {
  const text = textOf(proposal);
  const { yaml } = await readExtended(text, join(context.root, "trigate.yaml"));
  const checked = resolveConfig(yaml, context.checkers);
  if (!checked.ok)
    throw new TrigateError("config/invalid", { file: "the proposed trigate.yaml", complaints: checked.complaints });
  return text;
}

function ownChecks({ checks }: Proposal, base: Preset): Readonly<Record<string, Settings>> {
  const own = Object.entries(checks).map(([id, settings]) => {
    const preset = base.checks[id];
    return [id, preset === undefined ? settings : differing(settings, preset), preset] as const;
  });
  const said = own.filter(([, settings, preset]) => preset === undefined || Object.keys(settings).length > 0);
  return Object.fromEntries(said.map(([id, settings]) => [id, settings]));
}

/** What differs from the preset; what only the preset says is taken away, but for its leave to be missing. */
function differing(settings: Settings, preset: Settings): Settings {
  const changed = Object.entries(settings).filter(([key, value]) => !isDeepStrictEqual(preset[key], value));
  const missing = Object.keys(preset).filter((key) => key !== "optional" && !(key in settings));
  return Object.fromEntries([...changed, ...missing.map((key) => [key, null] as const)]);
}

/** Checks of the presets that were not proposed: made another way here, or by a tool that is not installed. */
async function unusedOf(
  base: Preset,
  { proposal, context }: { readonly proposal: Proposal; readonly context: PresetContext },
): Promise<readonly string[]> {
  const proposedTools = new Set(Object.entries(proposal.checks).map(([id, settings]) => toolOf(id, settings)));
  const unused: string[] = [];
  for (const [id, settings] of Object.entries(base.checks)) {
    if (id in proposal.checks) continue;
    const tool = toolOf(id, settings);
    const isInstalled = (await context.checkers.get(tool)?.locate(context.find(""))) !== undefined;
    if (proposedTools.has(tool) || !isInstalled) unused.push(id);
  }
  return unused;
}

function toolOf(id: string, { tool }: Settings): string {
  return typeof tool === "string" ? tool : id;
}

function ownGates({ gates = {} }: Proposal, base: Preset): NonNullable<Proposal["gates"]> {
  const own = Object.entries(gates).map(([stage, limits]) => {
    const said = Object.entries(limits).filter(([metric, limit]) => base.gates[stage]?.[metric] !== limit);
    return [stage, Object.fromEntries(said)] as const;
  });
  return Object.fromEntries(own.filter(([, limits]) => Object.keys(limits).length > 0));
}
