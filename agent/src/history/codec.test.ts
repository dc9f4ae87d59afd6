import fc from "fast-check";
import { expect, test } from "vitest";
import type { CheckOutput } from "../core/check.ts";
import { METRIC_IDS, UNITS } from "../core/metrics.ts";
import { sampleCheck } from "../core/testing/samples.ts";
import { decodeOutput, decodeResult, encodeOutput, encodeResult } from "./codec.ts";

const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const position = fc.record({ line: fc.integer({ min: 1 }), column: fc.integer({ min: 1 }) });
const coverage = fc.record({
  files: fc.array(
    fc.record({
      file: fc.string(),
      lines: fc
        .uniqueArray(fc.tuple(fc.integer({ min: 1 }), fc.nat()), { selector: ([line]) => line })
        .map((lines) => new Map(lines)),
      branches: fc.array(
        fc.record({ line: fc.nat(), block: fc.string(), branch: fc.string(), taken: fc.option(fc.nat()) }),
      ),
      functions: fc.array(fc.record({ name: fc.string(), line: fc.nat(), hits: fc.nat() })),
      tests: optional(
        fc.record({
          names: fc.array(fc.string()),
          byLine: fc
            .uniqueArray(fc.tuple(fc.integer({ min: 1 }), fc.array(fc.nat())), { selector: ([line]) => line })
            .map((lines) => new Map(lines)),
        }),
      ),
      stale: optional(fc.array(fc.tuple(fc.nat(), fc.nat()))),
      content: optional(fc.record({ hash: fc.string(), lineHashes: fc.string() })),
    }),
  ),
  unplaced: fc.array(fc.string()),
  unplacedReasons: optional(fc.dictionary(fc.string(), fc.string())),
});
const output: fc.Arbitrary<CheckOutput> = fc.record({
  evidence: optional(
    fc.record({ files: optional(fc.nat()), exitCode: optional(fc.nat()), summary: optional(fc.string()) }),
  ),
  findings: fc.array(
    fc.record({
      rule: fc.string(),
      severity: fc.constantFrom("error", "warning", "info"),
      message: fc.string({ unit: "binary" }),
      file: fc.string(),
      range: optional(fc.record({ start: position, end: optional(position) })),
    }),
  ),
  measurements: optional(
    fc.array(
      fc.record({
        benchmark: fc.string(),
        metric: fc.constantFrom(...METRIC_IDS),
        unit: fc.constantFrom(...UNITS),
        better: fc.constantFrom("lower", "higher"),
        samples: optional(fc.array(finite)),
        summary: fc.record({ p50: finite, max: finite }, { requiredKeys: [] }),
      }),
    ),
  ),
  coverage: optional(coverage),
  tests: optional(
    fc.array(
      fc.record({
        name: fc.string(),
        file: fc.string(),
        status: fc.constantFrom("passed", "failed", "skipped"),
        durationMs: fc.nat(),
      }),
    ),
  ),
  problems: fc.array(fc.string()),
  filesLookedAt: optional(fc.array(fc.string())),
});

test("an output comes back as it was", () => {
  fc.assert(
    fc.property(output, (written) => {
      expect(decodeOutput(encodeOutput(written))).toEqual(written);
    }),
  );
});

test("a result comes back as it was", () => {
  fc.assert(
    fc.property(
      output,
      ({ findings: _findings, measurements: _measurements, filesLookedAt: _files, tests, ...rest }) => {
        const written = sampleCheck({ ...rest, tests: tests ?? [] });
        expect(decodeResult(encodeResult(written))).toEqual(written);
      },
    ),
  );
});
