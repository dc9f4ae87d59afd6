import type { Checker } from "./checker.ts";
import { apiAttackChecker } from "./performance/api-attack/adapter.ts";
import { benchmarkJsonChecker } from "./performance/benchmark-json/adapter.ts";
import { gasChecker } from "./performance/gas/adapter.ts";
import { genericBenchmarkChecker } from "./performance/generic-benchmark/adapter.ts";
import { googleBenchmarkChecker } from "./performance/google-benchmark/adapter.ts";
import { banditChecker } from "./static/bandit/adapter.ts";
import { mythrilChecker } from "./performance/mythril/adapter.ts";
import { schemathesisChecker } from "./performance/schemathesis/adapter.ts";
import { biomeChecker } from "./static/biome/adapter.ts";
import { blackChecker } from "./static/black/adapter.ts";
import { clangFormatChecker } from "./static/clang-format/adapter.ts";
import { clangTidyChecker } from "./static/clang-tidy/adapter.ts";
import { actionlintChecker } from "./static/actionlint/adapter.ts";
import { complexityChecker } from "./static/complexity/adapter.ts";
import { cppcheckChecker } from "./static/cppcheck/adapter.ts";
import { eslintChecker } from "./static/eslint/adapter.ts";
import { flake8Checker } from "./static/flake8/adapter.ts";
import { genericChecker } from "./static/generic/adapter.ts";
import { isortChecker } from "./static/isort/adapter.ts";
import { knipChecker } from "./static/knip/adapter.ts";
import { mypyChecker, mypyCoverageChecker } from "./static/mypy/adapter.ts";
import { npmAuditChecker } from "./static/npm-audit/adapter.ts";
import { jscpdChecker } from "./static/jscpd/adapter.ts";
import { licencesChecker } from "./static/licences/adapter.ts";
import { lizardChecker } from "./static/lizard/adapter.ts";
import { osvAuditChecker } from "./static/osv-audit/adapter.ts";
import { oxlintChecker } from "./static/oxlint/adapter.ts";
import { pipAuditChecker } from "./static/pip-audit/adapter.ts";
import { prettierChecker } from "./static/prettier/adapter.ts";
import { ruffChecker, ruffFormatChecker } from "./static/ruff/adapter.ts";
import { safetyChecker } from "./static/safety/adapter.ts";
import { secretlintChecker } from "./static/secretlint/adapter.ts";
import { slitherChecker } from "./static/slither/adapter.ts";
import { shellcheckChecker } from "./static/shellcheck/adapter.ts";
import { solhintChecker } from "./static/solhint/adapter.ts";
import { tscChecker } from "./static/tsc/adapter.ts";
import { typeCoverageChecker } from "./static/type-coverage/adapter.ts";
import { ctestChecker } from "./test/ctest/adapter.ts";
import { forgeChecker } from "./test/forge/adapter.ts";
import { hardhatChecker } from "./test/hardhat/adapter.ts";
import { jestChecker } from "./test/jest/adapter.ts";
import { junitChecker } from "./test/junit/adapter.ts";
import { nodeTestChecker } from "./test/node-test/adapter.ts";
import { pytestChecker } from "./test/pytest/adapter.ts";
import { vitestChecker } from "./test/vitest/adapter.ts";

const ALL: readonly Checker[] = [
  banditChecker,
  actionlintChecker,
  apiAttackChecker,
  benchmarkJsonChecker,
  biomeChecker,
  blackChecker,
  clangFormatChecker,
  clangTidyChecker,
  complexityChecker,
  cppcheckChecker,
  ctestChecker,
  eslintChecker,
  flake8Checker,
  forgeChecker,
  gasChecker,
  genericBenchmarkChecker,
  genericChecker,
  googleBenchmarkChecker,
  hardhatChecker,
  isortChecker,
  jestChecker,
  junitChecker,
  knipChecker,
  mypyChecker,
  mypyCoverageChecker,
  nodeTestChecker,
  npmAuditChecker,
  mythrilChecker,
  jscpdChecker,
  licencesChecker,
  lizardChecker,
  osvAuditChecker,
  oxlintChecker,
  pipAuditChecker,
  prettierChecker,
  pytestChecker,
  ruffChecker,
  ruffFormatChecker,
  safetyChecker,
  schemathesisChecker,
  secretlintChecker,
  slitherChecker,
  shellcheckChecker,
  solhintChecker,
  tscChecker,
  typeCoverageChecker,
  vitestChecker,
];

/** Every checker that there is, by its id. */
export const CHECKERS: ReadonlyMap<string, Checker> = new Map(ALL.map((checker) => [checker.id, checker]));
