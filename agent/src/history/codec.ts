import type { CheckOutput, CheckResult } from "../core/check.ts";
import type { CarriedCoverage, CoverageReport, FileCoverage, LineTests } from "../core/coverage.ts";
import { parseOwnJson } from "../platform/own-json.ts";

type StoredFile = Omit<FileCoverage, "lines" | "tests"> & {
  readonly lines: readonly number[];
  readonly tests?: Omit<LineTests, "byLine"> & { readonly byLine: readonly (readonly [number, readonly number[]])[] };
};
type StoredCoverage = Omit<CoverageReport, "files" | "carried"> & {
  readonly files: readonly StoredFile[];
  readonly carried?: readonly (Omit<CarriedCoverage, "files"> & { readonly files: readonly StoredFile[] })[];
};

/** Lines as a flat list of line, hits, line, hits: a tenth of the size of a map written out. */
function packCoverage({ files, carried, ...rest }: CoverageReport): StoredCoverage {
  return {
    ...rest,
    files: files.map(packFile),
    ...(carried === undefined
      ? {}
      : { carried: carried.map((part) => ({ ...part, files: part.files.map(packFile) })) }),
  };
}

function packFile({ lines, tests, ...file }: FileCoverage): StoredFile {
  return {
    ...file,
    lines: [...lines].flat(),
    ...(tests === undefined ? {} : { tests: { names: tests.names, byLine: [...tests.byLine] } }),
  };
}

function unpackCoverage({ files, carried, ...rest }: StoredCoverage): CoverageReport {
  return {
    ...rest,
    files: files.map(unpackFile),
    ...(carried === undefined
      ? {}
      : { carried: carried.map((part) => ({ ...part, files: part.files.map(unpackFile) })) }),
  };
}

function unpackFile({ lines, tests, ...file }: StoredFile): FileCoverage {
  return {
    ...file,
    lines: unpackLines(lines),
    ...(tests === undefined ? {} : { tests: { names: tests.names, byLine: new Map(tests.byLine) } }),
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
