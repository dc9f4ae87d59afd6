import { plainLine } from "../../reading/plain-text.ts";

export interface LizardFunction {
  readonly name: string;
  /** As Lizard writes it: the path that it was handed. */
  readonly file: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly complexity: number;
  readonly length: number;
}

export interface LizardReport {
  readonly functions: readonly LizardFunction[];
  /** Files that Lizard says it analysed; it passes over others without a word. */
  readonly files: readonly string[];
  readonly problems: readonly string[];
}

const FUNCTION = /^\s*\d+\s+(\d+)\s+\d+\s+\d+\s+(\d+) (.*?)@(\d+)-(\d+)@(.+?)\s*$/;
const ANALYZED = /^(\d+) files? analyzed\.\s*$/;
const FILE = /^\s*\d+\s+[\d.]+\s+[\d.]+\s+[\d.]+\s+\d+ {5}(.+?)\s*$/;

/**
 * Reads the tables that Lizard prints. Its XML has no lengths and its CSV no files without functions, so neither shows
 * what was looked at. Never throws.
 */
export function parseLizard(text: string): LizardReport {
  const functions: LizardFunction[] = [];
  const files: string[] = [];
  let announced: number | undefined;
  const lines = text.split(/\r?\n/);
  // Behind this, functions that exceed Lizard's own limits are listed once more.
  const end = lines.findIndex((line) => /^(?:No thresholds exceeded|!{4} Warnings)/.test(line));
  for (const line of end === -1 ? lines : lines.slice(0, end)) {
    const analyzed = ANALYZED.exec(line)?.[1];
    if (analyzed !== undefined) announced ??= Number(analyzed);
    if (announced === undefined) functions.push(...functionOf(line));
    else files.push(...(FILE.exec(line)?.slice(1, 2) ?? []));
  }
  const complete = end !== -1 && files.length === announced;
  const problem = text.trim() === "" ? "lizard: it printed nothing" : "lizard: the table of files is not complete";
  return { functions, files, problems: complete ? [] : [problem] };
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
