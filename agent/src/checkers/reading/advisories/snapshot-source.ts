import { z } from "zod";
import { readJson } from "../read-json.ts";
import { Advisory, type AdvisorySource, ECOSYSTEMS, type InstalledPackage, type Match } from "./advisory.ts";
import { isAffected } from "./affected.ts";

/** The form of a snapshot: OSV records with the day on which they were collected. */
const Snapshot = z.object({
  version: z.literal(1),
  collectedAt: z.iso.date(),
  /** Whether every advisory of these ecosystems that was known then is in it. */
  complete: z.boolean(),
  ecosystems: z.array(z.enum(ECOSYSTEMS)),
  advisories: z.array(Advisory),
});

export interface SnapshotOptions {
  /** As it is shown to people. */
  readonly path: string;
  readonly text: string | undefined;
  readonly maxAgeDays: number;
  readonly nowMs: number;
  /** Why the snapshot is asked although the service should have been. */
  readonly instead?: string | undefined;
}

const MS_PER_DAY = 86_400_000;

/** Advisories from a file. An old or partial one is used, with a warning: only its owner can know whether it is good enough. */
export function snapshotSource({ path, text, maxAgeDays, nowMs, instead }: SnapshotOptions): AdvisorySource {
  return {
    matchesFor: async (packages) => {
      if (text === undefined) return { ok: false, problem: `there is no advisory snapshot at ${path}` };
      const read = readJson(text, Snapshot);
      if (!read.ok) return { ok: false, problem: `the advisory snapshot ${path}: ${read.problem}` };
      const snapshot = read.value;
      const ageDays = Math.floor((nowMs - Date.parse(snapshot.collectedAt)) / MS_PER_DAY);
      const uncovered = new Set(
        packages.map(({ ecosystem }) => ecosystem).filter((ecosystem) => !snapshot.ecosystems.includes(ecosystem)),
      );
      const warnings = [
        ...(instead === undefined ? [] : [instead]),
        ...(ageDays > maxAgeDays ? [`the snapshot is ${ageDays} days old, more than ${maxAgeDays}`] : []),
        ...(snapshot.complete ? [] : ["the snapshot is not complete; only the live service knows all advisories"]),
      ];
      const problems = [...uncovered].map(
        (ecosystem) => `the advisory snapshot ${path} covers no packages of ${ecosystem}`,
      );
      const words = `${snapshot.advisories.length} advisories of the snapshot ${path} of ${snapshot.collectedAt}`;
      const found = match(packages, snapshot.advisories);
      return {
        ok: true,
        matches: found.matches,
        about: { words, warnings },
        problems: [...problems, ...found.problems],
      };
    },
  };
}

function match(
  packages: readonly InstalledPackage[],
  advisories: readonly Advisory[],
): { readonly matches: readonly Match[]; readonly problems: readonly string[] } {
  const matches: Match[] = [];
  const problems: string[] = [];
  for (const installed of packages) {
    for (const advisory of advisories) {
      const verdict = isAffected(advisory, installed);
      if (verdict === undefined)
        problems.push(`${advisory.id} cannot be compared with ${installed.name} ${installed.version}`);
      else if (verdict.affected) matches.push({ package: installed, advisory });
    }
  }
  return { matches, problems };
}
