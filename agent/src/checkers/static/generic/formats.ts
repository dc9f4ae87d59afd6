import type { ReportedFinding } from "../../../core/finding.ts";
import type { CheckContext } from "../../checker.ts";
import { parseCheckstyle } from "../../reading/checkstyle.ts";
import { matchProblems } from "../../reading/problem-matcher/budget.ts";
import { problemFinding } from "../../reading/problem-matcher/findings.ts";
import { problemMatchers, type WrittenMatcher } from "../../reading/problem-matcher/form.ts";
import { workspacePathOf } from "../../reading/report-path.ts";
import { sarifFindings } from "../../reading/sarif/findings.ts";
import { parseSarif } from "../../reading/sarif/sarif.ts";

export const FORMATS = ["sarif", "checkstyle", "problem-matcher"] as const;
export type Format = (typeof FORMATS)[number];

export function isFormat(name: string): name is Format {
  return FORMATS.some((format) => format === name);
}

/** What a report says, whatever its format. */
export interface ToolReport {
  readonly findings: readonly ReportedFinding[];
  readonly problems: readonly string[];
  /** Whether the report itself, besides the exit code, allows to say that the tool looked. */
  readonly looked: boolean;
  readonly summary: string;
  /** Why there may be no finding although the exit code says that there is one. */
  readonly nothing: string;
}

interface Said {
  /** The text of the report's file; `undefined` where the report is what was printed. */
  readonly text: string | undefined;
  readonly output: { readonly stdout: string; readonly stderr: string };
  readonly matcher: WrittenMatcher | undefined;
  readonly matchTimeoutMs: number;
}

export const readers: Readonly<Record<Format, (context: CheckContext, said: Said) => Promise<ToolReport>>> = {
  sarif: readSarif,
  checkstyle: readCheckstyle,
  "problem-matcher": readLines,
};

async function readSarif(context: CheckContext, { text, output }: Said): Promise<ToolReport> {
  const { results, tools, problems } = parseSarif(text ?? output.stdout);
  return {
    findings: await sarifFindings(context, results),
    problems,
    looked: tools.length > 0,
    summary: `${tools.join(", ")}: ${results.length} results`,
    nothing: "the SARIF report holds no result",
  };
}

async function readCheckstyle(context: CheckContext, { text, output }: Said): Promise<ToolReport> {
  const { entries, files, problems } = parseCheckstyle(text ?? output.stdout);
  const findings = entries.map((entry): ReportedFinding => {
    const file = workspacePathOf(context, entry.file);
    const { rule, severity, line, column } = entry;
    return {
      rule,
      severity,
      message: file === undefined && entry.file !== "" ? `${entry.file}: ${entry.message}` : entry.message,
      file: file ?? "",
      range: file === undefined || line === 0 ? undefined : { start: { line, column: Math.max(1, column) } },
    };
  });
  return {
    findings,
    problems,
    looked: problems.length === 0,
    summary: `${files.length} files listed, ${entries.length} entries`,
    nothing: "the report lists no entry",
  };
}

/** A compiler that is asked about two files reports a header of both twice. */
async function readLines(context: CheckContext, { text, output, matcher, matchTimeoutMs }: Said): Promise<ToolReport> {
  const texts = text === undefined ? [output.stdout, output.stderr] : [text];
  const matchers = matcher === undefined ? [] : problemMatchers(matcher);
  const findings = new Map<string, ReportedFinding>();
  const problems: string[] = [];
  let lineCount = 0;
  for (const each of texts) {
    const lines = linesOf(each);
    lineCount += lines.length;
    const matched = await matchProblems(matchers, lines, { budgetMs: matchTimeoutMs, signal: context.signal });
    if (!matched.ok) problems.push(`problem-matcher: ${matched.problem}`);
    for (const problem of matched.ok ? matched.problems : []) {
      const finding = problemFinding(context, problem, problem.matcher);
      findings.set(JSON.stringify(finding), finding);
    }
  }
  return {
    findings: [...findings.values()],
    problems,
    looked: matchers.length > 0,
    summary: `${findings.size} problems in ${lineCount} lines`,
    nothing: `none of the ${lineCount} lines of its output fits the matcher`,
  };
}

const ESCAPE_SEQUENCES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\))/g;

/** Lines as a terminal would show them, without colours. */
function linesOf(text: string): readonly string[] {
  const lines = text.replaceAll(ESCAPE_SEQUENCES, "").split(/\r?\n/);
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}
