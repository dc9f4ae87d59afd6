import { pathToFileURL } from "node:url";
import { z } from "zod";
import type { Range, ReportedFinding } from "../../core/finding.ts";
import type { CheckContext } from "../checker.ts";
import { forwardRange } from "../reading/forward-range.ts";
import { workingFolder } from "../reading/report-path.ts";
import { toFinding } from "../static/oxlint/parse.ts";
import { fixOfAction, languageOf, MOST_FINDINGS, serverOptions } from "../static/oxlint/quick-fixes.ts";
import { type LspDiagnostic, PulledDiagnostics, rangeFrom, SEVERITY } from "./pulled-diagnostics.ts";
import type { WarmQuestion, WarmTool } from "../warm-tool.ts";

const Settings = z.object({
  typeAware: z.boolean(),
  config: z.string().optional(),
  fixes: z.enum(["safe", "suggestions", "none"]),
});

/** Oxlint's language server gives the findings of its command line and, other than that, the fixes as well. */
export const oxlintWarm: WarmTool<CheckContext> = {
  unsaved: true,
  budgetMs: 300,
  start: async (context) => {
    const { typeAware, config, fixes } = Settings.parse(context.settings);
    const workspaceUri = pathToFileURL(workingFolder(context)).href;
    const options = serverOptions({ typeAware, config, suggestions: fixes === "suggestions" });
    return { argv: [...context.tool, "--lsp"], speaks: "lsp", options: [{ workspaceUri, options }] };
  },
  check,
};

async function check({ context, document, session }: WarmQuestion<CheckContext>) {
  const uri = session.show(document, languageOf(document.file));
  const pulled = PulledDiagnostics.parse(await session.ask("textDocument/diagnostic", { textDocument: { uri } }));
  const found = pulled.items.map((item) => ({ item, finding: findingOf(item, { file: document.file, uri }) }));
  const { fixes } = Settings.parse(context.settings);
  const findings: ReportedFinding[] = [];
  for (const [index, { item, finding }] of found.entries()) {
    if (fixes === "none" || index >= MOST_FINDINGS) {
      findings.push(finding);
      continue;
    }
    const answer = await session.ask("textDocument/codeAction", {
      textDocument: { uri },
      range: item.range,
      context: { diagnostics: [], only: ["quickfix"] },
    });
    findings.push({ ...finding, fix: fixOfAction(answer, { finding, uri }) });
  }
  const evidence = { files: 1, summary: `1 file, ${findings.length} findings`, source: "tool" as const };
  return { output: { evidence, findings, problems: [], filesLookedAt: [document.file] }, isWhole: true };
}

function severityOf({ severity }: LspDiagnostic): "error" | "warning" | "advice" {
  if (severity === SEVERITY.error) return "error";
  return severity === SEVERITY.warning ? "warning" : "advice";
}

/** The server writes the advice of a finding under its message, and names its first place among the related ones. */
function findingOf(
  item: LspDiagnostic,
  { file, uri }: { readonly file: string; readonly uri: string },
): ReportedFinding {
  const [, message = item.message, help] = /^([^]*?)\nhelp: ([^]*)$/.exec(item.message) ?? [];
  const { code = "", codeDescription } = item;
  const diagnostic = {
    message,
    help,
    code: code === "" ? undefined : String(code),
    url: codeDescription?.href,
    severity: severityOf(item),
    filename: file,
    labels: [],
  };
  return { ...toFinding(diagnostic, file, undefined), range: rangeOf(item, uri) };
}

/** The first place of a finding in its own file. One that is a mere point has no end. */
function rangeOf({ relatedInformation, range: whole }: LspDiagnostic, uri: string): Range {
  const first = relatedInformation?.find(({ location }) => location.uri === uri);
  const { start, end } = rangeFrom(first?.location.range ?? whole);
  return forwardRange(start, end);
}
