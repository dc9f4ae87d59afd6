import type { CheckOutput } from "../../core/check.ts";
import type { CheckContext } from "../checker.ts";
import { joinOutputs } from "./join-outputs.ts";
import { argumentBatches } from "./report-path.ts";

/** What `judge` makes of the files in scope, in as few runs as command lines allow. Where no file is, nobody has looked. */
export async function overBatches(
  context: Pick<CheckContext, "root" | "options" | "files">,
  judge: (batch: readonly string[], index: number) => Promise<CheckOutput>,
): Promise<CheckOutput> {
  const outputs: CheckOutput[] = [];
  for (const [index, batch] of argumentBatches(context).entries()) outputs.push(await judge(batch, index));
  return outputs.length === 0 ? { evidence: undefined, findings: [], problems: [] } : joinOutputs(outputs);
}
