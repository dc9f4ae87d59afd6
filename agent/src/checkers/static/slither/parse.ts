import { z } from "zod";
import type { Range, ReportedFinding, Severity } from "../../../core/finding.ts";
import { forwardRange } from "../../reading/forward-range.ts";
import { plainLine } from "../../reading/plain-text.ts";
import { type JsonResult, readJson } from "../../reading/read-json.ts";

const Mapping = z.object({
  filename_relative: z.string(),
  filename_absolute: z.string().nullish(),
  is_dependency: z.boolean().nullish(),
  lines: z.array(z.int()),
  starting_column: z.int().nullish(),
  ending_column: z.int().nullish(),
});

type Mapping = z.infer<typeof Mapping>;

const Detection = z.object({
  check: z.string(),
  impact: z.string(),
  confidence: z.string(),
  description: z.string(),
  elements: z.array(z.object({ name: z.string().nullish(), source_mapping: Mapping.nullish() })),
});
export type SlitherDetection = z.infer<typeof Detection>;

const Report = z.object({
  success: z.boolean(),
  error: z.string().nullish(),
  results: z.object({ detectors: z.array(Detection).nullish() }),
});
export type SlitherReport = z.infer<typeof Report>;

/** Reads what `slither --json` writes (0.11). Never throws. */
export function parseSlitherJson(text: string): JsonResult<SlitherReport> {
  return readJson(text, Report);
}

/** Slither's impacts from the worst to the least. */
export const IMPACTS = ["High", "Medium", "Low", "Informational", "Optimization"] as const;
export type Impact = (typeof IMPACTS)[number];

/** The impact of a detection; an unknown word counts as the worst, so that nothing turns green by it. */
export function impactOf({ impact }: SlitherDetection): Impact {
  return IMPACTS.find((name) => name === impact) ?? "High";
}

/** `High` and `Medium` are errors, `Low` warnings; whatever is below `least` is only told. */
export function severityOf(impact: Impact, least: Impact): Severity {
  if (IMPACTS.indexOf(impact) > IMPACTS.indexOf(least)) return "info";
  return impact === "High" || impact === "Medium" ? "error" : "warning";
}

/** The first place that a detection names. */
export function mappingOf({ elements }: SlitherDetection): Mapping | undefined {
  return elements.find((element) => element.source_mapping)?.source_mapping ?? undefined;
}

function rangeOf({ lines, starting_column: startColumn, ending_column: endColumn }: Mapping): Range | undefined {
  const [first = 0] = lines;
  if (first < 1) return undefined;
  const start = { line: first, column: Math.max(1, startColumn ?? 1) };
  return forwardRange(start, { line: lines.at(-1) ?? first, column: Math.max(1, endColumn ?? 1) });
}

/** One detection at the first place that it names; columns are bytes, so they only count on ASCII lines before them. */
export function slitherFinding(
  detection: SlitherDetection,
  { file, least }: { file: string; least: Impact },
): ReportedFinding {
  const mapping = mappingOf(detection);
  return {
    rule: plainLine(detection.check),
    severity: severityOf(impactOf(detection), least),
    message: `${plainLine(detection.description)} (${detection.impact} impact, ${detection.confidence} confidence)`,
    file,
    range: file === "" || mapping === undefined ? undefined : rangeOf(mapping),
    url: `https://github.com/crytic/slither/wiki/Detector-Documentation#${encodeURIComponent(detection.check)}`,
  };
}
