import { Document, isMap, isScalar } from "yaml";
import type { Checker } from "../../checkers/checker.ts";
import { resolveConfig } from "../../config/resolve.ts";
import { TrigateError } from "../../errors/trigate-error.ts";
import type { Proposal } from "../propose-config.ts";

const SCHEMA_LINE = "# yaml-language-server: $schema=./node_modules/@trigate/agent/schema/trigate.schema.json\n";

/** The proposal as the text of a `trigate.yaml` with its notes as comments, read once more as a user's file would be. */
export function proposalText(proposal: Proposal, checkers: ReadonlyMap<string, Checker>): string {
  const text = textOf(proposal);
  const checked = resolveConfig(text, checkers);
  if (!checked.ok)
    throw new TrigateError("config/invalid", { file: "the proposed trigate.yaml", complaints: checked.complaints });
  return text;
}

/** The text alone. `notes` are comments over the checks that they are called by. */
export function textOf({ notes, ...proposal }: { readonly notes: Readonly<Record<string, string>> }): string {
  const document = new Document(proposal);
  const checks = document.get("checks");
  for (const { key } of isMap(checks) ? checks.items : []) {
    const note = isScalar(key) ? notes[String(key.value)] : undefined;
    if (isScalar(key) && note !== undefined) key.commentBefore = note.replaceAll(/^/gm, " ");
  }
  return SCHEMA_LINE + document.toString({ lineWidth: 0 });
}
