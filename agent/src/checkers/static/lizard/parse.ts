import type { FunctionFigures } from "../../reading/function-report.ts";
import { plainLine } from "../../reading/plain-text.ts";

export interface LizardFunction extends FunctionFigures {
  /** As Lizard writes it: the path that it was handed. */
  readonly file: string;
}

export interface LizardReport {
  readonly functions: readonly LizardFunction[];
  /** Files that Lizard says it analysed; it passes over others without a word. */
  readonly files: readonly string[];
  readonly problems: readonly string[];
}

const FUNCTION = /^\s*\d+\s+(\d+)\s+\d+\s+\d+\s+(\d+) (.*?)@(\d+)-(\d+)@(.+?)\s*$/;
const ANALYZED = /^(\d+) files? analyzed\.\s*$/;
const CONCLUSION = /^(?:No thresholds exceeded|!{4} Warnings)/;
const FILE = /^\s*\d+\s+[\d.]+\s+[\d.]+\s+[\d.]+\s+\d+ {5}(.+?)\s*$/;

/**
 * Reads the tables that Lizard prints. Its XML has no lengths and its CSV no files without functions, so neither shows
 * what was looked at. Never throws.
 */
export function parseLizard(text: string): LizardReport {
  // Behind its conclusion, functions that exceed Lizard's own limits are listed once more.
  const [tables, conclusion] = cutAt(text.split(/\r?\n/), CONCLUSION);
  const [functionTable, fileTable] = cutAt(tables, ANALYZED);
  const functions = functionTable.flatMap(functionOf);
  const files = fileTable.flatMap((line) => FILE.exec(line)?.slice(1, 2) ?? []);
  const announced = ANALYZED.exec(fileTable[0] ?? "")?.[1];
  const complete = conclusion.length > 0 && files.length === Number(announced);
  const problem = text.trim() === "" ? "lizard: it printed nothing" : "lizard: the table of files is not complete";
  return { functions, files, problems: complete ? [] : [problem] };
}

/** The lines before the first that fits, and those from it on. */
function cutAt(
  lines: readonly string[],
  form: RegExp,
): readonly [before: readonly string[], behind: readonly string[]] {
  const at = lines.findIndex((line) => form.test(line));
  return at === -1 ? [lines, []] : [lines.slice(0, at), lines.slice(at)];
}

/** The function that a line of the table names; none for any other line. */
function functionOf(line: string): readonly LizardFunction[] {
  const [, complexity, length, name, start, end, file] = FUNCTION.exec(line) ?? [];
  if (name === undefined || file === undefined) return [];
  const startLine = Math.max(1, Number(start));
  return [
    {
      name: plainLine(name),
      file,
      startLine,
      endLine: Math.max(startLine, Number(end)),
      complexity: Number(complexity),
      length: Number(length),
    },
  ];
}
