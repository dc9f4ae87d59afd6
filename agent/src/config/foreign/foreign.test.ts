import fc from "fast-check";
import picomatch from "picomatch";
import { describe, expect, test } from "vitest";
import { withoutStarter, wordsOf } from "./command-words.ts";
import { importLefthook } from "./lefthook.ts";
import { importLintStaged, lintStagedOfManifest } from "./lint-staged.ts";
import { importPreCommit } from "./pre-commit.ts";
import { globsOfRegex } from "./regex-to-globs.ts";

const PATHS = [
  "a.py",
  "src/a.py",
  "src/deep/a.py",
  "docs/a.md",
  "docs/x/b.md",
  "src/docs/a.txt",
  "setup.py",
  "my-setup.py",
  "tests/test_a.py",
  "tests/x/test_b.py",
  "a.js",
  "b.ts",
  "x/migrations/1.py",
  "k8s/a.yaml",
  "a+b.txt",
];

describe("expressions as globs match the same paths", () => {
  test.each([
    "^src/",
    "src/",
    String.raw`\.py$`,
    String.raw`\.(js|ts)$`,
    String.raw`^docs/.*\.md$`,
    "^docs/",
    String.raw`^setup\.py$`,
    String.raw`setup\.py`,
    "^(docs|tests)/",
    "^(src/|docs/)",
    String.raw`^tests/.*\.py$|^a\.js$`,
    String.raw`(^|/)migrations/`.replace("(^|/)", "/"),
    String.raw`^tests/test_[^/]*\.py$`,
    String.raw`k8s\/.*`,
    ".*a.py",
    String.raw`^a\+b\.txt$`,
    "(?x)^(\n  docs/.*|  # all of them\n  src/deep/.*\n)$",
    "test_.*py$",
    "",
    "^$",
  ])("%s", (regex) => {
    const globs = globsOfRegex(regex);
    expect(globs).toBeDefined();
    const isMatch = picomatch([...(globs ?? [])], { dot: true });
    const plain = regex.startsWith("(?x)") ? regex.slice(4).replaceAll(/#[^\n]*|\s/g, "") : regex;
    expect(PATHS.filter((path) => globs?.length !== 0 && isMatch(path))).toEqual(
      PATHS.filter((path) => new RegExp(plain).test(path)),
    );
  });

  test.each([
    "^(?!examples/)",
    String.raw`\d+\.py$`,
    "[ab].py",
    "a+",
    "(a|b)*c",
    String.raw`\bx\b`,
    "a{2}",
  ])("%s says more than globs can", (regex) => expect(globsOfRegex(regex)).toBeUndefined());

  test("any text comes back in time, as globs or as nothing", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        const globs = globsOfRegex(text);
        expect(globs === undefined || globs.every((glob) => typeof glob === "string")).toBe(true);
      }),
      { numRuns: 10_000 },
    );
  });
});

describe("command lines", () => {
  test.each([
    { line: "eslint --fix", words: ["eslint", "--fix"] },
    {
      line: `prettier --config "my config.json" 'a b' c\\ d`,
      words: ["prettier", "--config", "my config.json", "a b", "c d"],
    },
    { line: "a && b", words: undefined },
    { line: "echo $HOME", words: undefined },
    { line: 'bash -c "a; b"', words: ["bash", "-c", "a; b"] },
    { line: 'bash -c "$X"', words: undefined },
    { line: "a 'open", words: undefined },
    { line: "", words: [] },
  ])("$line", ({ line, words }) => expect(wordsOf(line)).toEqual(words));

  test.each([
    { words: ["npx", "--no-install", "eslint", "."], bare: ["eslint", "."] },
    { words: ["poetry", "run", "python", "-m", "pytest"], bare: ["pytest"] },
    { words: ["node_modules/.bin/tsc", "-p", "."], bare: ["tsc", "-p", "."] },
    { words: ["make", "lint"], bare: ["make", "lint"] },
    { words: ["npx"], bare: ["npx"] },
  ])("$words", ({ words, bare }) => expect(withoutStarter(words)).toEqual(bare));
});

const hooks = (text: string) =>
  importPreCommit(`repos:\n  - repo: https://example.org/x\n    rev: v1\n    hooks:\n      - ${text}\n`);
const local = (text: string) => importPreCommit(`repos:\n  - repo: local\n    hooks:\n      - ${text}\n`);

describe("pre-commit", () => {
  test.each([
    { hook: "{ id: black, args: [--safe, --line-length=100] }", checks: { black: { args: ["--line-length=100"] } } },
    {
      hook: "{ id: isort, args: [--profile, black, --filter-files] }",
      checks: { isort: { args: ["--profile", "black"] } },
    },
    { hook: "{ id: flake8, exclude: ^docs/ }", checks: { flake8: { exclude: ["docs/**"] } } },
    { hook: "{ id: ruff-check, args: [--fix] }", checks: { ruff: {} } },
    { hook: "{ id: ruff-format }", checks: { "ruff-format": {} } },
    {
      hook: "{ id: mypy, files: ^src/, args: [--strict, --install-types, --non-interactive] }",
      checks: { mypy: { args: ["--strict"], files: ["src/**"] } },
    },
    { hook: "{ id: bandit, args: [-q, -ll] }", checks: { bandit: { args: ["-ll"] } } },
    {
      hook: "{ id: prettier, types_or: [javascript, css] }",
      checks: { prettier: { files: ["**/*.{js,mjs,cjs}", "**/*.css"] } },
    },
    { hook: "{ id: prettier, types_or: [javascript, unknown-type] }", checks: { prettier: {} } },
    { hook: "{ id: eslint, args: [--quiet, --max-warnings=0] }", checks: { eslint: { args: ["--max-warnings=0"] } } },
    { hook: "{ id: shellcheck }", checks: { shellcheck: {} } },
    { hook: "{ id: clang-format, args: [-i] }", checks: { "clang-format": {} } },
    { hook: "{ id: actionlint-docker }", checks: { actionlint: {} } },
  ])("$hook", ({ hook, checks }) => expect(hooks(hook)).toEqual({ checks, notes: [] }));

  test.each([
    { hook: "{ id: gitleaks, args: [--verbose] }", checks: { secretlint: {} }, reason: /secretlint/ },
    { hook: "{ id: detect-secrets, args: [--baseline, x] }", checks: { secretlint: {} }, reason: /not taken over/ },
    { hook: "{ id: check-yaml }", checks: {}, reason: /no checker/ },
    { hook: "{ id: black, stages: [commit-msg] }", checks: {}, reason: /commit-msg/ },
    { hook: "{ id: black, stages: [manual] }", checks: {}, reason: /manual/ },
    { hook: '{ id: black, exclude: "^(?!src/)" }', checks: { black: {} }, reason: /by hand/ },
  ])("said: $hook", ({ hook, checks, reason }) => {
    const imported = hooks(hook);
    expect(imported.checks).toEqual(checks);
    expect(imported.notes).toMatchObject([{ reason: expect.stringMatching(reason) }]);
  });

  test.each([
    {
      hook: "{ id: types, entry: poetry run mypy --strict, language: system }",
      checks: { mypy: { args: ["--strict"] } },
    },
    { hook: "{ id: unit, entry: pytest -q, language: system, pass_filenames: false }", checks: { pytest: {} } },
    {
      hook: "{ id: Own Check, entry: ./lint.sh, language: script, args: [--all], types: [python] }",
      checks: {
        "own-check": {
          tool: "generic",
          command: ["./lint.sh", "--all"],
          files: ["**/*.py", "**/*.pyi"],
          passFiles: true,
        },
      },
    },
    {
      hook: "{ id: x, entry: make lint, language: system, pass_filenames: false }",
      checks: { x: { command: ["make", "lint"] } },
    },
    { hook: "{ id: x, entry: 'print.*', language: pygrep }", checks: {} },
    { hook: "{ id: x, entry: a | b, language: system }", checks: {} },
    { hook: "{ id: x, entry: own-format --write, language: system }", checks: {} },
  ])("local: $hook", ({ hook, checks }) => {
    const imported = local(hook);
    expect(imported.checks).toMatchObject(checks);
    expect(Object.keys(imported.checks)).toEqual(Object.keys(checks));
    expect(imported.notes.length > 0 || !JSON.stringify(checks).includes("command")).toBe(true);
  });

  test("what holds for all hooks, and one tool twice", () => {
    const text =
      "exclude: ^docs/\ndefault_stages: [pre-commit]\nrepos:\n  - { repo: x, hooks: [{ id: ruff, args: [--select=I, --fix] }, { id: ruff }, { id: ruff }] }\n";
    expect(importPreCommit(text).checks).toEqual({
      ruff: { args: ["--select=I"], exclude: ["docs/**"] },
      "ruff-2": { tool: "ruff", exclude: ["docs/**"] },
    });
  });
});

describe("lint-staged", () => {
  test("known and unknown commands, patterns by name and by path", () => {
    const { checks, notes } = importLintStaged(
      JSON.stringify({
        "*.{js,ts}": ["eslint --fix --max-warnings=0", "prettier --write", "git add"],
        "src/**/*.css": "stylelint",
        "*.md": "stylelint --fix",
        "*.py": {},
      }),
    );
    expect(checks["eslint"]).toEqual({ args: ["--max-warnings=0"], files: ["**/*.{js,ts}"] });
    expect(checks["prettier"]).toEqual({ files: ["**/*.{js,ts}"] });
    expect(checks["stylelint"]).toMatchObject({ tool: "generic", files: ["src/**/*.css"], passFiles: true });
    expect(notes.map(({ what }) => what)).toEqual(["git add", "stylelint", "stylelint --fix", "*.py"]);
  });

  test("inside of a package.json", () => {
    expect(lintStagedOfManifest('{"lint-staged":{"*.js":"eslint"}}')).toBe('{"*.js":"eslint"}');
    expect(lintStagedOfManifest("{}")).toBeUndefined();
  });
});

describe("lefthook", () => {
  test("commands, jobs in groups, folders and what belongs elsewhere", () => {
    const { checks, notes } = importLefthook(`
extends: [other.yml]
commit-msg: { commands: { lint: { run: "commitlint --edit {1}" } } }
pre-commit:
  commands:
    staged: { run: npx lint-staged }
    format: { glob: "*.ts", run: "npx oxfmt --write {staged_files}" }
    types: { glob: "*.{ts,tsx}", run: "npx tsc --noEmit {staged_files}", root: "web/" }
    both: { run: make lint && make docs }
    pipe: { run: "cat {staged_files} | wc -l" }
  jobs:
    - { name: js, glob: ["*.js"], run: "yarn exec eslint {staged_files}", exclude: ["gen/*.js"] }
    - group: { jobs: [{ name: sh, run: "shellcheck {staged_files}", glob: "*.sh" }] }
    - { script: own.sh }
pre-push:
  scripts: { "check.sh": { runner: bash } }
`);
    expect(checks).toMatchObject({
      tsc: { cwd: "web", files: ["**/*.{ts,tsx}"] },
      both: { tool: "generic", command: ["sh", "-c", "make lint && make docs"] },
      eslint: { files: ["**/*.js"], exclude: ["gen/*.js"] },
      shellcheck: { files: ["**/*.sh"] },
    });
    expect(Object.keys(checks)).toHaveLength(4);
    expect(notes.map(({ what }) => what)).toEqual([
      "extends",
      "commit-msg",
      "staged",
      "format",
      "both",
      "pipe",
      "own.sh",
      "check.sh",
    ]);
  });
});

test.each([
  importPreCommit,
  importLintStaged,
  importLefthook,
])("text that is no configuration is refused", (convert) => {
  expect(() => convert("[1, 2")).toThrow(/flow|expected/i);
  expect(() => convert("- 1")).toThrow(/expected/i);
});
