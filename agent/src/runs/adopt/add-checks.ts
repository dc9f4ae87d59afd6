import { isMap, parseDocument } from "yaml";
import type { Checker } from "../../checkers/checker.ts";
import { readExtended } from "../../config/extends.ts";
import { resolveConfig } from "../../config/resolve.ts";
import { TrigateError } from "../../errors/trigate-error.ts";

/**
 * The text of a `trigate.yaml` with further checks at the end of its own; what stands there, comments too, stays. Gives the
 * ids that are new; a check that an extended file has is none. Throws `config/invalid` when the file was or would become
 * faulty.
 */
export async function addChecks(
  text: string,
  checks: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  { file, checkers }: { readonly file: string; readonly checkers: ReadonlyMap<string, Checker> },
): Promise<{ readonly text: string; readonly added: readonly string[] }> {
  const document = parseDocument(text);
  const { sourceOf } = await readExtended(text, file);
  const own = document.get("checks");
  const isOwn = (id: string) => isMap(own) && own.has(id);
  const added = Object.keys(checks).filter((id) => sourceOf(["checks", id]) === undefined && !isOwn(id));
  for (const id of added) document.setIn(["checks", id], document.createNode(checks[id]));
  const result = added.length === 0 ? text : document.toString({ lineWidth: 0 });
  const read = resolveConfig((await readExtended(result, file)).yaml, checkers);
  if (!read.ok) throw new TrigateError("config/invalid", { file: "trigate.yaml", complaints: read.complaints });
  return { text: result, added };
}
