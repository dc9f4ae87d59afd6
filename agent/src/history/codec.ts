import type { CheckOutput, CheckResult } from "../core/check.ts";
import type { CoverageReport, FileCoverage } from "../core/coverage.ts";
import { parseOwnJson } from "../platform/own-json.ts";

type StoredFile = Omit<FileCoverage, "lines"> & { readonly lines: readonly number[] };
interface StoredCoverage {
  readonly files: readonly StoredFile[];
  readonly unplaced: readonly string[];
}

/** Lines as a flat list of line, hits, line, hits: a tenth of the size of a map written out. */
function packCoverage(coverage: CoverageReport): StoredCoverage {
  return {
    unplaced: coverage.unplaced,
    files: coverage.files.map((file) => ({ ...file, lines: [...file.lines].flat() })),
  };
}

function unpackCoverage(stored: StoredCoverage): CoverageReport {
  return {
    unplaced: stored.unplaced,
    files: stored.files.map((file) => ({ ...file, lines: unpackLines(file.lines) })),
  };
}

function unpackLines(flat: readonly number[]): Map<number, number> {
  const lines = new Map<number, number>();
  for (let index = 0; index + 1 < flat.length; index += 2) lines.set(flat[index] ?? 0, flat[index + 1] ?? 0);
  return lines;
}

/** Text of an adapter's output, for the agent's own cache only; the cache guards it with a checksum. */
export function encodeOutput(output: CheckOutput): string {
  return JSON.stringify({ ...output, coverage: output.coverage && packCoverage(output.coverage) });
}

export function decodeOutput(text: string): CheckOutput {
  const stored = parseOwnJson<Omit<CheckOutput, "coverage"> & { coverage?: StoredCoverage }>(text);
  return { ...stored, coverage: stored.coverage && unpackCoverage(stored.coverage) };
}

/** Text of a check's result, for the agent's own history only. */
export function encodeResult(result: CheckResult): string {
  return JSON.stringify({ ...result, coverage: result.coverage && packCoverage(result.coverage) });
}

export function decodeResult(text: string): CheckResult {
  const stored = parseOwnJson<Omit<CheckResult, "coverage"> & { coverage?: StoredCoverage }>(text);
  return { ...stored, coverage: stored.coverage && unpackCoverage(stored.coverage) };
}
