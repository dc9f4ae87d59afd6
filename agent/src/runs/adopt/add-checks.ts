import { isMap, parseDocument } from "yaml";
import type { Checker } from "../../checkers/checker.ts";
import { resolveConfig } from "../../config/resolve.ts";
import { TrigateError } from "../../errors/trigate-error.ts";

/**
 * The text of a `trigate.yaml` with further checks at the end of its own; what stands there, comments too, stays. Gives the
 * ids that are new. Throws `config/invalid` when the file was or would become faulty.
 */
export function addChecks(
  text: string,
  checks: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  checkers: ReadonlyMap<string, Checker>,
): { readonly text: string; readonly added: readonly string[] } {
  const document = parseDocument(text);
  const present = document.get("checks");
  const added = Object.keys(checks).filter((id) => !isMap(present) || !present.has(id));
  for (const id of added) document.setIn(["checks", id], document.createNode(checks[id]));
  const result = added.length === 0 ? text : document.toString({ lineWidth: 0 });
  const read = resolveConfig(result, checkers);
  if (!read.ok) throw new TrigateError("config/invalid", { file: "trigate.yaml", complaints: read.complaints });
  return { text: result, added };
}
