import { z } from "zod";
import type { TestInputs } from "../../../core/impact.ts";
import { readJson } from "../../reading/read-json.ts";
import { type InputSources, testInputsOf } from "../../reading/traced-tests.ts";

const Report = z.object({
  version: z.literal(1),
  tests: z.array(z.object({ file: z.string(), isTraced: z.boolean(), loaded: z.array(z.string()) })),
  everywhere: z.array(z.string()),
});

/**
 * What no graph of imports shows: other programs and threads, modules loaded by a name that is made up as they run, and
 * modules that Vitest loads by their name although somebody imports a mock in their place.
 */
const UNTRACEABLE =
  /\b(child_process|worker_threads|createRequire|importActual|importMock|execa|cross-spawn|tinyexec|zx)\b|["'](node:)?cluster["']|\brequire\(|\bimport\(\s*[^\s"'`)]/;

/**
 * Reads what {@link moduleReporter} wrote. A test that does what no graph of imports shows is untraced. Never throws for what
 * it reads; `undefined` when it is no such report.
 */
export async function readTestInputs(text: string, sources: InputSources): Promise<TestInputs | undefined> {
  const report = readJson(text, Report);
  return report.ok ? testInputsOf(report.value, { ...sources, untraceable: UNTRACEABLE }) : undefined;
}
