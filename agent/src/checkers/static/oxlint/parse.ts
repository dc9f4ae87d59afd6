import { z } from "zod";
import type { Range, ReportedFinding, Severity } from "../../../core/finding.ts";
import { plainLine } from "../../reading/plain-text.ts";
import { readJson } from "../../reading/read-json.ts";
import type { TextPositions } from "../../reading/text-positions.ts";

const Span = z.object({ offset: z.int().nonnegative(), length: z.int().nonnegative(), line: z.int(), column: z.int() });

const Diagnostic = z.object({
  message: z.string(),
  code: z.string().optional(),
  severity: z.string(),
  url: z.string().optional(),
  help: z.string().optional(),
  filename: z.string(),
  labels: z.array(z.object({ span: Span })),
});
export type OxlintDiagnostic = z.infer<typeof Diagnostic>;

const OxlintReport = z.object({
  diagnostics: z.array(Diagnostic),
  number_of_files: z.int().nonnegative(),
  /** Null when files are linted under several configurations, whose numbers of rules differ. */
  number_of_rules: z.int().nonnegative().nullish(),
});

export interface OxlintReport {
  readonly diagnostics: readonly OxlintDiagnostic[];
  /** Files that Oxlint says it read; `undefined` when the report could not be read. */
  readonly files: number | undefined;
  readonly rules: number | undefined;
  readonly problems: readonly string[];
}

/** Reads what `oxlint --format json` prints. Sentences for people may stand before the JSON. Never throws. */
export function parseOxlintJson(text: string): OxlintReport {
  const start = /^\{/m.exec(text)?.index ?? 0;
  const read = readJson(text.slice(start), OxlintReport);
  if (!read.ok) return { diagnostics: [], files: undefined, rules: undefined, problems: [`oxlint: ${read.problem}`] };
  return {
    diagnostics: read.value.diagnostics,
    files: read.value.number_of_files,
    rules: read.value.number_of_rules ?? undefined,
    problems: [],
  };
}

/** A rule as a configuration names it: `eslint(no-var)` is `no-var`, `typescript(no-floating-promises)` is `typescript/no-floating-promises`. */
export function ruleName(code: string | undefined): string {
  if (code === undefined) return "syntax";
  const [, plugin, rule] = /^([^()]+)\(([^()]+)\)$/.exec(code) ?? [];
  if (plugin === undefined || rule === undefined) return plainLine(code);
  return plugin === "eslint" ? rule : `${plugin}/${rule}`;
}

/** One finding for a diagnostic in `file`. Oxlint counts bytes, so the file's text is needed to tell columns; without it they are taken as they are. */
export function toFinding(
  diagnostic: OxlintDiagnostic,
  file: string,
  source: TextPositions | undefined,
): ReportedFinding {
  const { message, help, url } = diagnostic;
  const advice = help === undefined ? "" : `${/[.!?]$/.test(message) ? "" : "."} ${help}`;
  return {
    rule: ruleName(diagnostic.code),
    severity: severityOf(diagnostic.severity),
    message: plainLine(`${message}${advice}`),
    file,
    range: rangeOf(diagnostic, source),
    url,
  };
}

function severityOf(severity: string): Severity {
  if (severity === "error") return "error";
  return severity === "warning" ? "warning" : "info";
}

function rangeOf({ labels: [label] }: OxlintDiagnostic, source: TextPositions | undefined): Range | undefined {
  if (label === undefined) return undefined;
  const { offset, length, line, column } = label.span;
  if (source === undefined) return line < 1 ? undefined : { start: { line, column: Math.max(1, column) } };
  const start = source.ofByteOffset(offset);
  return length === 0 ? { start } : { start, end: source.ofByteOffset(offset + length) };
}
