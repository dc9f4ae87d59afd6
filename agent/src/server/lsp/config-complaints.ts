import { type Diagnostic, DiagnosticSeverity } from "vscode-languageserver/node";
import type { TrigateError } from "../../errors/trigate-error.ts";
import { plainText } from "../../report/plain-text.ts";

/** The faults of a configuration file as an editor shows them; one without a line stands on the first. */
export function complaintDiagnostics({ details }: TrigateError<"config/invalid">): Diagnostic[] {
  return details.complaints.map(({ path, line, message }) => {
    const place = { line: (line ?? 1) - 1, character: 0 };
    return {
      // An end far beyond the line's is cut by the editor to the line's own.
      range: { start: place, end: { line: place.line, character: 1_000 } },
      severity: DiagnosticSeverity.Error,
      source: "trigate/config",
      code: "config/invalid",
      message: plainText(path === "" ? message : `${path}: ${message}`),
    };
  });
}
