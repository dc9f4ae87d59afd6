import { z } from "zod";
import type { TestInputs } from "../../../core/impact.ts";
import { readJson } from "../../reading/read-json.ts";
import { type InputSources, testInputsOf } from "../../reading/traced-tests.ts";

const Graph = z.object({
  version: z.literal(1),
  tests: z.array(z.object({ file: z.string(), isTraced: z.boolean(), loaded: z.array(z.string()) })),
  everywhere: z.array(z.string()),
});

/** What a graph of imports does not show: other programs and threads, and modules whose name is made up as they run. */
const UNTRACEABLE =
  /\b(child_process|worker_threads|createRequire|execa|cross-spawn|tinyexec|zx)\b|["'](node:)?cluster["']|\brequire\.(resolve|context)\b|\b(require|requireActual|requireMock|import)\((?!\s*("[^"\n]*"|'[^'\n]*')\s*[,)])/;

/**
 * Reads what the program of `module-graph.ts` prints, in its last line: a configuration may print before. Never throws for
 * what it reads; `undefined` when it is no such graph.
 */
export async function readModuleGraph(printed: string, sources: InputSources): Promise<TestInputs | undefined> {
  const graph = readJson(printed.trimEnd().split("\n").at(-1) ?? "", Graph);
  return graph.ok ? testInputsOf(graph.value, { ...sources, untraceable: UNTRACEABLE }) : undefined;
}
