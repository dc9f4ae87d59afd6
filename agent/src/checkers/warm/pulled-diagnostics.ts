import { z } from "zod";
import type { Fix, Range } from "../../core/finding.ts";

const Place = z.object({ line: z.int().nonnegative(), character: z.int().nonnegative() });
export const LspRange = z.object({ start: Place, end: Place });
export type LspRange = z.infer<typeof LspRange>;
const LspEdit = z.object({ range: LspRange, newText: z.string() });
export const LspEdits = z.array(LspEdit).nullable();

export const LspDiagnostic = z.object({
  range: LspRange,
  severity: z.int().optional(),
  code: z.union([z.string(), z.int()]).optional(),
  codeDescription: z.object({ href: z.string() }).nullish(),
  message: z.string(),
  relatedInformation: z.array(z.object({ location: z.object({ uri: z.string(), range: LspRange }) })).nullish(),
  data: z.unknown().optional(),
});
export type LspDiagnostic = z.infer<typeof LspDiagnostic>;

/** The answer to `textDocument/diagnostic`; an unchanged one is never asked for, since no result id is sent along. */
export const PulledDiagnostics = z.object({ kind: z.literal("full"), items: z.array(LspDiagnostic) });

export const SEVERITY = { error: 1, warning: 2 } as const;

/** From LSP's places, which start at 0. */
export function rangeFrom({ start, end }: LspRange): Range & { readonly end: Range["start"] } {
  return {
    start: { line: start.line + 1, column: start.character + 1 },
    end: { line: end.line + 1, column: end.character + 1 },
  };
}

export function fixFrom(title: string, edits: readonly z.infer<typeof LspEdit>[]): Fix {
  return { title, edits: edits.map(({ range, newText }) => ({ range: rangeFrom(range), newText })) };
}
