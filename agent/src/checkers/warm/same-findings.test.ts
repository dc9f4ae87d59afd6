import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { CheckOutput } from "../../core/check.ts";
import type { ReportedFinding } from "../../core/finding.ts";
import type { Checker } from "../checker.ts";
import { biomeChecker } from "../static/biome/adapter.ts";
import { eslintChecker } from "../static/eslint/adapter.ts";
import { mypyChecker } from "../static/mypy/adapter.ts";
import { oxlintChecker } from "../static/oxlint/adapter.ts";
import { prettierChecker } from "../static/prettier/adapter.ts";
import { ruffChecker, ruffFormatChecker } from "../static/ruff/adapter.ts";
import { tscChecker } from "../static/tsc/adapter.ts";
import { REPOSITORY } from "../testing/run-checker.ts";
import { pythonCorpus, typeScriptCorpus } from "./testing/corpus.ts";
import { WarmWorkspace } from "./testing/warm-workspace.ts";

const ESLINT_CONFIG = `import { createRequire } from "node:module";
const { parser } = createRequire(${JSON.stringify(join(REPOSITORY, "package.json"))})("typescript-eslint");
const rules = { "no-debugger": "error", "no-var": "warn", eqeqeq: "error", "prefer-const": "error", "no-extra-boolean-cast": "error" };
export default [
  { files: ["**/*.js"], rules, languageOptions: { sourceType: "script" } },
  { files: ["**/*.{ts,tsx}"], ignores: ["src/planted-4.ts"], rules, languageOptions: { parser } },
];
`;

const UNPARSED = ["src/broken.ts", "src/script.js"];

const CONFIGS = {
  "package.json": '{ "type": "module" }',
  ".oxlintrc.json": JSON.stringify({
    categories: { correctness: "error", suspicious: "warn", perf: "error" },
    rules: {
      "no-var": "error",
      eqeqeq: "error",
      "prefer-const": "warn",
      "unicorn/prefer-string-starts-ends-with": "error",
      "unicorn/prefer-number-properties": "error",
      "unicorn/no-useless-spread": "error",
    },
  }),
  "eslint.config.js": ESLINT_CONFIG,
  ".prettierrc.json": '{ "printWidth": 100 }',
  ".prettierignore": "src/planted-3.ts\n",
  "notes.md": "# Notes\n* one\n* two  é😀\n",
  "data.json": '{"a":1,\n"b":[1,2]}',
  "biome.json": JSON.stringify({ formatter: { indentStyle: "space" } }),
  "ruff.toml": '[lint]\nselect = ["E", "F", "I", "UP", "B", "SIM", "W"]\n',
  "mypy.ini": "[mypy]\nstrict = True\nexclude = broken\\.py$\n",
  "tsconfig.json": JSON.stringify({
    compilerOptions: { strict: true, noEmit: true, module: "nodenext", target: "es2024", types: [], allowJs: true },
    include: ["src"],
    // With a syntax error anywhere the command line tells of syntax errors alone; the server tells the rest as well.
    exclude: UNPARSED,
  }),
};

let workspace: WarmWorkspace;
let state = "";
beforeAll(async () => {
  state = mkdtempSync(join(tmpdir(), "trigate-warm-"));
  vi.stubEnv("TRIGATE_STATE_DIR", state);
  workspace = await WarmWorkspace.create({ ...CONFIGS, ...typeScriptCorpus(), ...pythonCorpus() });
});
afterAll(async () => {
  await workspace.dispose();
  vi.unstubAllEnvs();
  rmSync(state, { recursive: true, force: true });
});

/** Findings as they are shown, in the order of their places. */
function shown(output: CheckOutput, file: string): readonly string[] {
  return output.findings
    .filter((finding) => finding.file === file)
    .map((finding) => JSON.stringify(plain(finding)))
    .toSorted((a, b) => a.localeCompare(b));
}

function plain({ rule, severity, message, range, fix, url }: ReportedFinding): unknown {
  return {
    range,
    rule,
    severity,
    message: message.replaceAll(`${workspace.root}/`, ""),
    fix: fix ?? null,
    url: url ?? null,
  };
}

interface Case {
  readonly checker: Checker;
  readonly files: readonly string[];
  /** Files that the worker leaves to the command line. */
  readonly left: readonly string[];
  readonly hasFixes?: boolean;
}

const scripts = Object.keys(typeScriptCorpus());
const python = Object.keys(pythonCorpus());

const CASES: readonly Case[] = [
  { checker: tscChecker, files: scripts.filter((file) => !UNPARSED.includes(file)), left: [], hasFixes: false },
  { checker: oxlintChecker, files: scripts, left: [] },
  { checker: ruffChecker, files: python, left: [] },
  { checker: eslintChecker, files: scripts, left: [] },
  { checker: mypyChecker, files: python, left: [], hasFixes: false },
  { checker: ruffFormatChecker, files: python, left: ["app/bom.py", "app/broken.py"] },
  {
    checker: biomeChecker,
    files: scripts,
    left: ["src/bom.ts", "src/broken.ts", "src/empty.ts", "src/script.js"],
  },
  {
    checker: prettierChecker,
    files: [...scripts, "notes.md", "data.json"],
    left: ["src/broken.ts", "src/planted-3.ts"],
  },
];

describe.each(CASES)("$checker.id finds the same, asked or started", ({ checker, files, left, hasFixes = true }) => {
  test("over real files with planted faults", { timeout: 60_000 }, async () => {
    const different: unknown[] = [];
    const seen = { findings: 0, fixes: 0, left: [] as string[] };
    // A server may still be reading its configuration when it says that it is ready.
    await expect.poll(() => workspace.warm(checker, files[0] ?? ""), { timeout: 20_000 }).toBeDefined();
    const started = await workspace.started(checker, files);
    for (const file of files) {
      const warm = await workspace.warm(checker, file);
      if (warm === undefined) {
        seen.left.push(file);
        continue;
      }
      const [asked, expected] = [shown(warm, file), shown(started, file)];
      seen.findings += asked.length;
      seen.fixes += warm.findings.filter(({ fix }) => fix !== undefined).length;
      if (JSON.stringify(asked) !== JSON.stringify(expected))
        different.push({
          file,
          onlyAsked: asked.filter((one) => !expected.includes(one)),
          onlyStarted: expected.filter((one) => !asked.includes(one)),
        });
    }
    expect(different).toEqual([]);
    expect(seen.left.toSorted()).toEqual(left.toSorted());
    expect(seen.findings).toBeGreaterThan(4);
    expect(seen.fixes).toBeGreaterThan(hasFixes ? 3 : -1);
  });
});
