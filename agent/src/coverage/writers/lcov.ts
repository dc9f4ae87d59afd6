import type { FileCoverage } from "../../core/coverage.ts";

/** Files as an LCOV tracefile. Which tests ran a line is left out: LCOV keeps a count for each test instead. */
export function toLcov(files: readonly FileCoverage[]): string {
  return files.map(toRecord).join("");
}

function toRecord({ file, lines, branches, functions }: FileCoverage): string {
  const hit = (values: Iterable<number | null>) => [...values].filter((value) => (value ?? 0) > 0).length;
  return [
    "TN:",
    `SF:${onOneLine(file)}`,
    ...functions.map(({ name, line }) => `FN:${line},${onOneLine(name)}`),
    ...functions.map(({ name, hits }) => `FNDA:${hits},${onOneLine(name)}`),
    `FNF:${functions.length}`,
    `FNH:${hit(functions.map(({ hits }) => hits))}`,
    ...branches.map(
      ({ line, block, branch, taken }) =>
        `BRDA:${line},${onOneLine(block).replaceAll(",", ";")},${onOneLine(branch)},${taken ?? "-"}`,
    ),
    `BRF:${branches.length}`,
    `BRH:${hit(branches.map(({ taken }) => taken))}`,
    ...[...lines].map(([line, hits]) => `DA:${line},${hits}`),
    `LF:${lines.size}`,
    `LH:${hit(lines.values())}`,
    "end_of_record",
    "",
  ].join("\n");
}

/** A line end in a name would begin another record. */
function onOneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, " ");
}
