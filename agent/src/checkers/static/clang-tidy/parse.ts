import { isAbsolute, join } from "node:path";
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import type { Fix, ReportedFinding, Severity, TextEdit } from "../../../core/finding.ts";
import { plainLine } from "../../reading/plain-text.ts";
import type { TextPositions } from "../../reading/text-positions.ts";

const Replacement = z.object({
  FilePath: z.string(),
  Offset: z.int().nonnegative(),
  Length: z.int().nonnegative(),
  ReplacementText: z.string(),
});

const Diagnostic = z.object({
  DiagnosticName: z.string(),
  DiagnosticMessage: z.object({
    Message: z.string(),
    FilePath: z.string(),
    FileOffset: z.int().nonnegative(),
    Replacements: z.array(Replacement).nullish(),
  }),
  Level: z.string().optional(),
  BuildDirectory: z.string().optional(),
});
type Diagnostic = z.infer<typeof Diagnostic>;

const ExportedFixes = z.object({ Diagnostics: z.array(Diagnostic).nullable() });

export interface TidyDiagnostic {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  /** Absolute, or relative to the folder that the compiler would run in; empty when it belongs to no file. */
  readonly path: string;
  /** In bytes, from 0. */
  readonly byteOffset: number;
  readonly replacements: readonly {
    readonly path: string;
    readonly byteOffset: number;
    readonly byteLength: number;
    readonly newText: string;
  }[];
}

/** Reads the YAML that `clang-tidy --export-fixes` writes. Never throws. The same finding in a header that several files include comes back once. */
export function parseExportedFixes(text: string): {
  readonly diagnostics: readonly TidyDiagnostic[];
  readonly problems: readonly string[];
} {
  let value: unknown;
  try {
    value = parseYaml(text, { schema: "core", uniqueKeys: false, logLevel: "error" });
  } catch (error) {
    return {
      diagnostics: [],
      problems: [
        `clang-tidy: the exported fixes are no YAML: ${error instanceof Error ? plainLine(error.message).slice(0, 200) : String(error)}`,
      ],
    };
  }
  const parsed = ExportedFixes.safeParse(value);
  if (!parsed.success)
    return {
      diagnostics: [],
      problems: [
        `clang-tidy: the exported fixes have another form: ${plainLine(z.prettifyError(parsed.error)).slice(0, 200)}`,
      ],
    };
  const unique = new Map<string, TidyDiagnostic>();
  for (const diagnostic of (parsed.data.Diagnostics ?? []).map(toDiagnostic)) {
    unique.set(`${diagnostic.path}\n${diagnostic.byteOffset}\n${diagnostic.rule}\n${diagnostic.message}`, diagnostic);
  }
  return { diagnostics: [...unique.values()], problems: [] };
}

function toDiagnostic({
  DiagnosticName,
  DiagnosticMessage: said,
  Level,
  BuildDirectory = "",
}: Diagnostic): TidyDiagnostic {
  const located = (path: string) => (path === "" || isAbsolute(path) ? path : join(BuildDirectory, path));
  return {
    rule: DiagnosticName,
    severity: severityOf(Level),
    message: plainLine(said.Message),
    path: located(said.FilePath),
    byteOffset: said.FileOffset,
    replacements: (said.Replacements ?? []).map(({ FilePath, Offset, Length, ReplacementText }) => ({
      path: located(FilePath),
      byteOffset: Offset,
      byteLength: Length,
      newText: ReplacementText,
    })),
  };
}

function severityOf(level: string | undefined): Severity {
  if (level === "Error") return "error";
  return level === "Remark" ? "info" : "warning";
}

/** One finding in `file`, whose text tells lines and columns. Its fix stands when all edits are in that file. */
export function tidyFinding(
  diagnostic: TidyDiagnostic,
  file: string,
  source: TextPositions | undefined,
): ReportedFinding {
  const { rule, severity, message, byteOffset } = diagnostic;
  const range = source === undefined ? undefined : { start: source.ofByteOffset(byteOffset) };
  return {
    rule,
    severity,
    message,
    file,
    range,
    fix: source === undefined ? undefined : fixOf(diagnostic, source),
    url: documentationOf(rule),
  };
}

function fixOf({ path, replacements, message }: TidyDiagnostic, source: TextPositions): Fix | undefined {
  if (replacements.length === 0 || replacements.some((replacement) => replacement.path !== path)) return undefined;
  const edits = replacements.map(
    ({ byteOffset, byteLength, newText }): TextEdit => ({
      range: { start: source.ofByteOffset(byteOffset), end: source.ofByteOffset(byteOffset + byteLength) },
      newText,
    }),
  );
  return { title: `Fix: ${message}`, edits };
}

/** The page of a check is `<module>/<rest>.html`; compiler warnings have none. */
function documentationOf(rule: string): string | undefined {
  const [, module, rest] = /^([a-z]+)-([a-z0-9.-]+)$/i.exec(rule.split(",")[0] ?? "") ?? [];
  if (module === undefined || rest === undefined || rule.startsWith("clang-diagnostic-")) return undefined;
  const [, analyzer] = /^clang-analyzer-(.+)$/.exec(rule) ?? [];
  const page = analyzer === undefined ? `${module}/${rest}` : `clang-analyzer/${analyzer}`;
  return `https://clang.llvm.org/extra/clang-tidy/checks/${page}.html`;
}
