import { parseCoveragePy } from "./formats/coverage-py.ts";
import { parseLcov } from "./formats/lcov.ts";
import type { ParsedCoverage } from "./parsed-coverage.ts";

/** Reads a coverage report in whichever of the known formats it is, told by its content. Never throws. */
export function parseCoverage(text: string): ParsedCoverage {
  const start = text.trimStart().slice(0, 400);
  if (start.startsWith("{")) return parseCoveragePy(text);
  if (start.startsWith("<"))
    return {
      files: [],
      problems: ["coverage: XML reports are not read; let the tool write LCOV or coverage.py's JSON instead"],
    };
  return parseLcov(text);
}
