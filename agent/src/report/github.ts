import type { Finding } from "../core/finding.ts";
import type { Run } from "../core/run.ts";
import { plainText } from "./plain-text.ts";
import { countedFindings, erroredChecks, failedTests } from "./selection.ts";

/** GitHub shows this many annotations of one level for a step, and drops the others without a word. */
const MOST_OF_A_LEVEL = 10;

interface Annotation {
  readonly level: "error" | "warning";
  readonly title: string;
  readonly message: string;
  readonly file?: string;
  readonly range?: Finding["range"];
}

/**
 * Workflow commands of GitHub Actions that put findings on the lines of a pull request. Where there are more than GitHub
 * shows, the last one says how many are missing and where they are.
 */
export function toGithub(run: Run): string {
  const annotations = annotationsOf(run);
  const lines = (["error", "warning"] as const).flatMap((level) => shown(annotations, level).map(toCommand));
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

function annotationsOf(run: Run): readonly Annotation[] {
  const gates = run.stages.flatMap((stage) => stage.gates);
  return [
    ...erroredChecks(run).map(({ id, message, advisory }) => ({
      level: advisory ? ("warning" as const) : ("error" as const),
      title: `${id} could not be judged`,
      message,
    })),
    ...gates.flatMap(({ id, verdict, advisory, message }) =>
      verdict === "failed"
        ? [{ level: advisory ? ("warning" as const) : ("error" as const), title: `gate ${id}`, message }]
        : [],
    ),
    ...failedTests(run).map(({ check, name, file, line, message }) => ({
      level: "error" as const,
      title: `${check}: ${name}`,
      message: message ?? "failed",
      file,
      ...(line === undefined ? {} : { range: { start: { line, column: 1 } } }),
    })),
    ...countedFindings(run).map(({ check, rule, severity, message, file, range }) => ({
      level: severity === "error" ? ("error" as const) : ("warning" as const),
      title: `${check}/${rule}`,
      message,
      file,
      range,
    })),
  ];
}

function shown(all: readonly Annotation[], level: Annotation["level"]): readonly Annotation[] {
  const annotations = all.filter((annotation) => annotation.level === level);
  if (annotations.length <= MOST_OF_A_LEVEL) return annotations;
  const kept = annotations.slice(0, MOST_OF_A_LEVEL - 1);
  const message = `${annotations.length - kept.length} more are not shown here; the step's summary and the report have them`;
  return [...kept, { level, title: "Trigate", message }];
}

function toCommand({ level, title, message, file = "", range }: Annotation): string {
  const properties = [["title", title] as const, ...placeProperties(file, range)];
  return `::${level} ${properties.map(([key, value]) => `${key}=${escapeProperty(value)}`).join(",")}::${escapeData(message)}`;
}

function placeProperties(file: string, range: Finding["range"]): readonly (readonly [string, string])[] {
  if (file === "") return [];
  if (range === undefined) return [["file", file]];
  const { start, end } = range;
  const lines = [
    ["file", file],
    ["line", String(start.line)],
  ] as const;
  if (end === undefined) return [...lines, ["col", String(start.column)]];
  // Columns of an annotation over several lines are refused.
  if (end.line !== start.line) return [...lines, ["endLine", String(end.line)]];
  return [...lines, ["endLine", String(end.line)], ["col", String(start.column)], ["endColumn", String(end.column)]];
}

function escapeData(text: string): string {
  return plainText(text).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
