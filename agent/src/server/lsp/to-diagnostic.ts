import {
  type CodeAction,
  CodeActionKind,
  type Diagnostic,
  DiagnosticSeverity,
  type Range as LspRange,
} from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { z } from "zod";
import type { Finding, Fix, Position, Range } from "../../core/finding.ts";
import { plainText } from "../../report/plain-text.ts";

/** What a diagnostic carries along, so that its quick fix can be found again. */
export const DiagnosticData = z.object({ finding: z.string() });

const SEVERITIES = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
} as const;

/** A finding as an editor shows it. `document` is its open document, which knows how far a word or a line goes. */
export function toDiagnostic(finding: Finding, document: TextDocument | undefined): Diagnostic {
  const { id, check, rule, severity, message, range, url } = finding;
  const isLink = url !== undefined && /^https?:\/\//.test(url);
  return {
    range: toLspRange(range, document),
    severity: SEVERITIES[severity],
    source: `trigate/${check}`,
    code: rule,
    ...(isLink ? { codeDescription: { href: url } } : {}),
    message: plainText(message),
    data: { finding: id },
  };
}

/** From 1-based to 0-based. A place without an end becomes the word there, or the line when its column is the first. */
export function toLspRange(range: Range | undefined, document: TextDocument | undefined): LspRange {
  const start = toLspPosition(range?.start ?? { line: 1, column: 1 });
  if (range?.end !== undefined) return { start, end: toLspPosition(range.end) };
  const length = document === undefined ? 1 : lengthOfPlace(start, document);
  return { start, end: { line: start.line, character: start.character + length } };
}

/** How far the word or line reaches that begins at a place, at least one character. */
function lengthOfPlace({ line, character }: LspRange["start"], document: TextDocument): number {
  const text = document.getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } });
  const rest = text.replace(/[\r\n]+$/, "").slice(character);
  const shown = character === 0 ? rest : (/^[\p{L}\p{N}_$]+/u.exec(rest)?.[0] ?? rest.slice(0, 1));
  return Math.max(1, shown.length);
}

function toLspPosition({ line, column }: Position) {
  return { line: line - 1, character: column - 1 };
}

/** Whether two ranges share a place; touching counts, since a cursor is an empty range. */
export function doTouch(a: LspRange, b: LspRange): boolean {
  return isBefore(a.start, b.end) && isBefore(b.start, a.end);
}

function isBefore(a: LspRange["start"], b: LspRange["start"]): boolean {
  return a.line < b.line || (a.line === b.line && a.character <= b.character);
}

export interface QuickFixOptions {
  readonly document: TextDocument;
  /** The diagnostics that it mends. */
  readonly diagnostics: Diagnostic[];
  /** Whether the editor takes edits that name the version they are made for, and refuses them for another. */
  readonly canVersion: boolean;
}

/** A finding's fix as an editor applies it. */
export function toQuickFix({ title, edits }: Fix, { document, diagnostics, canVersion }: QuickFixOptions): CodeAction {
  const { uri, version } = document;
  const lspEdits = edits.map(({ range, newText }) => ({
    range: { start: toLspPosition(range.start), end: toLspPosition(range.end) },
    newText,
  }));
  return {
    title: plainText(title),
    kind: CodeActionKind.QuickFix,
    diagnostics,
    isPreferred: true,
    edit: canVersion
      ? { documentChanges: [{ textDocument: { uri, version }, edits: lspEdits }] }
      : { changes: { [uri]: lspEdits } },
  };
}
