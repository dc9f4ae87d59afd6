import { z } from "zod";

/** Ecosystems whose order of versions is known here, as OSV names them. */
export const ECOSYSTEMS = ["npm", "PyPI"] as const;
export type Ecosystem = (typeof ECOSYSTEMS)[number];

export interface InstalledPackage {
  readonly ecosystem: Ecosystem;
  /** In the ecosystem's own normal form. */
  readonly name: string;
  readonly version: string;
}

const Event = z.object({
  introduced: z.string().optional(),
  fixed: z.string().optional(),
  last_affected: z.string().optional(),
});

const Affected = z.object({
  package: z.object({ ecosystem: z.string(), name: z.string() }).optional(),
  ranges: z.array(z.object({ type: z.string(), events: z.array(Event) })).optional(),
  versions: z.array(z.string()).optional(),
  database_specific: z.object({ last_known_affected_version_range: z.string().optional() }).optional(),
});

/** The part of an OSV record that decides; https://ossf.github.io/osv-schema describes the whole. */
export const Advisory = z.object({
  id: z.string().regex(/^[A-Za-z0-9:._-]{3,64}$/),
  aliases: z.array(z.string()).optional(),
  withdrawn: z.string().optional(),
  affected: z.array(Affected).optional(),
  database_specific: z.object({ severity: z.string().optional() }).optional(),
});
export type Advisory = z.infer<typeof Advisory>;
export type AffectedEntry = z.infer<typeof Affected>;
export type RangeEvent = z.infer<typeof Event>;

/** An installed package and an advisory that says it is affected. */
export interface Match {
  readonly package: InstalledPackage;
  readonly advisory: Advisory;
}

export type Matches =
  | {
      readonly ok: true;
      readonly matches: readonly Match[];
      readonly about: AboutAdvisories;
      readonly problems: readonly string[];
    }
  | { readonly ok: false; readonly problem: string };

/** What the advisories were, for people to weigh the answer. */
export interface AboutAdvisories {
  /** Such as `snapshot advisories/snapshot.json of 2026-11-22`. */
  readonly words: string;
  /** Reasons why a clean answer says less than it seems to: too old, not complete. */
  readonly warnings: readonly string[];
}

/** Where advisories come from. A source that cannot be read says so; it never answers "nothing known". */
export interface AdvisorySource {
  readonly matchesFor: (packages: readonly InstalledPackage[]) => Promise<Matches>;
}
