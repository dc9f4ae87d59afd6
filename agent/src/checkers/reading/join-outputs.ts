import type { CheckOutput } from "../../core/check.ts";

/** One output of the runs over several batches of files. Evidence of one batch does not speak for another. */
export function joinOutputs(outputs: readonly CheckOutput[]): CheckOutput {
  const evidences = outputs.map(({ evidence }) => evidence);
  const [first] = evidences;
  const complete = first !== undefined && evidences.every((evidence) => evidence !== undefined);
  const counts = evidences.map((evidence) => evidence?.files);
  const files = counts.every((count) => count !== undefined)
    ? counts.reduce((sum, count) => sum + count, 0)
    : undefined;
  const exitCode = evidences
    .map((evidence) => evidence?.exitCode)
    .reduce((worst, code) => (code === undefined || worst === undefined ? undefined : Math.max(worst, code)), 0);
  const summary = [...new Set(evidences.flatMap((evidence) => evidence?.summary ?? []))].join("; ");
  return {
    evidence: complete ? { files, exitCode, summary: summary === "" ? undefined : summary, source: "tool" } : undefined,
    findings: outputs.flatMap(({ findings }) => findings),
    problems: outputs.flatMap(({ problems }) => problems),
    filesLookedAt: outputs.every(({ filesLookedAt }) => filesLookedAt !== undefined)
      ? [...new Set(outputs.flatMap(({ filesLookedAt }) => filesLookedAt ?? []))]
      : undefined,
  };
}
