import { z } from "zod";
import type { ReportedFinding, Severity } from "../../../core/finding.ts";
import { plainLine } from "../../reading/plain-text.ts";
import { readJson } from "../../reading/read-json.ts";

const Place = z.object({ line: z.int().min(1), column: z.int().nonnegative() });
const Message = z.object({
  message: z.string(),
  messageId: z.string().optional(),
  ruleId: z.string(),
  severity: z.string(),
  range: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
  loc: z.object({ start: Place, end: Place }),
  docsUrl: z.string().optional(),
});
const Report = z.array(
  z.object({ filePath: z.string(), sourceContent: z.string().optional(), messages: z.array(Message) }),
);

export interface SecretlintReport {
  readonly findings: readonly (Omit<ReportedFinding, "file"> & { readonly path: string })[];
  /** Paths of all files that it says it read, clean ones too. */
  readonly files: readonly string[];
  readonly problems: readonly string[];
}

/**
 * Reads `secretlint --format json`. Never throws. The report quotes whole files: nothing of their text leaves this
 * function, and a secret that a message repeats is blotted out whatever the tool's own masking did.
 */
export function parseSecretlintJson(text: string): SecretlintReport {
  const read = readJson(text, Report);
  // A schema's complaint may quote the input, which here may be a secret.
  if (!read.ok)
    return { findings: [], files: [], problems: ["secretlint: the report is empty, cut off or of another form"] };
  const findings = read.value.flatMap(({ filePath, sourceContent, messages }) =>
    messages.map((message) => {
      const { ruleId, severity, loc, docsUrl } = message;
      return {
        rule:
          ruleId
            .split("/")
            .at(-1)
            ?.replace(/^secretlint-rule-/, "") ?? ruleId,
        severity: severityOf(severity),
        message: redact(plainLine(message.message), sourceContent?.slice(...message.range)),
        path: filePath,
        range: {
          start: { line: loc.start.line, column: loc.start.column + 1 },
          end: { line: loc.end.line, column: loc.end.column + 1 },
        },
        url: docsUrl,
      };
    }),
  );
  return { findings, files: read.value.map(({ filePath }) => filePath), problems: [] };
}

function severityOf(severity: string): Severity {
  if (severity === "error") return "error";
  return severity === "warning" ? "warning" : "info";
}

/** Messages name the kind of secret first and its value after a colon; only the kind is kept. */
function redact(message: string, secret: string | undefined): string {
  const masked = secret === undefined || secret === "" ? message : message.replaceAll(plainLine(secret), "***");
  return masked.replace(/:\s*\S.*$/s, "").replaceAll(/\*{2,}/g, "***");
}
