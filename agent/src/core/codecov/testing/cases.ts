import { flagCases } from "./flag-cases.ts";
import { changesCases, patchCases } from "./patch-cases.ts";
import { projectCases, roundingCases } from "./project-cases.ts";
import { removedCases } from "./removed-code-cases.ts";
import { ruleCases } from "./rule-cases.ts";
import type { StatusCase } from "./status-case.ts";

export const STATUS_CASES: readonly StatusCase[] = [
  ...projectCases,
  ...roundingCases,
  ...removedCases,
  ...patchCases,
  ...changesCases,
  ...ruleCases,
  ...flagCases,
];
