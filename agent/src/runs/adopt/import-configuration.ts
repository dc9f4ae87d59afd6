import { extname, join } from "node:path";
import type { Checker } from "../../checkers/checker.ts";
import type { Imported, ImportNote } from "../../config/foreign/imported-checks.ts";
import { importLefthook } from "../../config/foreign/lefthook.ts";
import { importLintStaged, lintStagedOfManifest } from "../../config/foreign/lint-staged.ts";
import { importPreCommit } from "../../config/foreign/pre-commit.ts";
import { resolveConfig } from "../../config/resolve.ts";
import { messageOf, TrigateError } from "../../errors/trigate-error.ts";
import { readTextIfThere } from "../../platform/files.ts";

export const FOREIGN_KINDS = ["pre-commit", "lint-staged", "lefthook"] as const;
export type ForeignKind = (typeof FOREIGN_KINDS)[number];

/** Where each tool looks for its configuration, in its own order. */
const FILES: Readonly<Record<ForeignKind, readonly string[]>> = {
  "pre-commit": [".pre-commit-config.yaml", ".pre-commit-config.yml"],
  "lint-staged": [
    "package.json",
    ".lintstagedrc",
    ".lintstagedrc.json",
    ".lintstagedrc.yaml",
    ".lintstagedrc.yml",
    ...["mjs", "js", "cjs", "mts", "ts"].flatMap((ending) => [
      `.lintstagedrc.${ending}`,
      `lint-staged.config.${ending}`,
    ]),
  ],
  lefthook: ["yml", "yaml", "json", "toml"].flatMap((ending) => [
    `lefthook.${ending}`,
    `.lefthook.${ending}`,
    `.config/lefthook.${ending}`,
  ]),
};
/** To read these, a program would have to be run, or a language be read that nothing here reads. */
const PROGRAMS = new Set([".js", ".mjs", ".cjs", ".ts", ".mts", ".toml"]);

export interface ImportedFile extends Imported {
  readonly kind: ForeignKind;
  readonly file: string;
}

/**
 * Converts the configuration of another tool, `file` or the one that it would find itself; `undefined` when there is none.
 * Checks that `trigate.yaml` would refuse are among the notes instead. Throws `usage/bad-argument` for a file that cannot be read.
 */
export async function importConfiguration(
  kind: ForeignKind,
  { root, file, checkers }: { root: string; file?: string | undefined; checkers: ReadonlyMap<string, Checker> },
): Promise<ImportedFile | undefined> {
  for (const candidate of file === undefined ? FILES[kind] : [file]) {
    const text = await readTextIfThere(join(root, candidate));
    if (text === undefined) continue;
    const imported = converted(kind, candidate, text);
    if (imported !== undefined) return { kind, file: candidate, ...onlyAccepted(imported, checkers) };
  }
  return undefined;
}

function converted(kind: ForeignKind, file: string, text: string): Imported | undefined {
  if (PROGRAMS.has(extname(file)))
    return {
      checks: {},
      notes: [{ what: file, reason: "is a program or TOML, which is not read; write its commands as checks by hand" }],
    };
  try {
    if (kind === "pre-commit") return importPreCommit(text);
    if (kind === "lefthook") return importLefthook(text);
    const own = /(^|\/)package\.json$/.test(file) ? lintStagedOfManifest(text) : text;
    return own === undefined ? undefined : importLintStaged(own);
  } catch (error) {
    throw new TrigateError(
      "usage/bad-argument",
      {
        problem: `${file} is not a configuration of ${kind}: ${messageOf(error).slice(0, 500)}`,
        hint: "name the right file, or mend it",
      },
      { cause: error },
    );
  }
}

/** What a user's file could not say, nobody gets. */
function onlyAccepted({ checks, notes }: Imported, checkers: ReadonlyMap<string, Checker>): Imported {
  const accepted: Record<string, Readonly<Record<string, unknown>>> = {};
  const refused: ImportNote[] = [];
  for (const [id, settings] of Object.entries(checks)) {
    const read = resolveConfig(JSON.stringify({ version: 1, checks: { [id]: settings } }), checkers);
    if (read.ok) accepted[id] = settings;
    else
      refused.push({ what: id, reason: read.complaints.map(({ path, message }) => `${path}: ${message}`).join("; ") });
  }
  return { checks: accepted, notes: [...notes, ...refused] };
}
