import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunReport } from "../../src/protocol/index.ts";
import { buildAgent, checksOf, troubledGates, Workspace } from "./front-door.ts";

/** Made up, and put together here so that no file of this repository contains it. */
const TOKEN = ["xoxb", "123456789012", "123456789012", "DyFa2cxEz1b3DyFa2cxEz1b3"].join("-");

interface Fault {
  readonly name: string;
  readonly file: string;
  /** What the file becomes; new files start empty. */
  readonly plant: (text: string) => string;
  readonly gates: readonly string[];
  /** Where the report points: `check file:line` of a finding or failed test. */
  readonly place?: string;
}

const insert = (marker: string, text: string) => (before: string) => {
  if (!before.includes(marker)) throw new Error(`the sample has no ${marker}`);
  return before.replace(marker, text);
};

const WEB_FAULTS: readonly Fault[] = [
  {
    name: "bad format",
    file: "src/price.ts",
    plant: insert("  return Math", "      return Math"),
    gates: ["static.code_style failed"],
    place: "biome src/price.ts:6",
  },
  {
    name: "a lint fault",
    file: "src/price.ts",
    plant: insert("  return Math", "  debugger;\n  return Math"),
    gates: ["static.code_style failed"],
    place: "oxlint src/price.ts:6",
  },
  {
    name: "a type error",
    file: "src/price.test.ts",
    plant: insert("discounted(999, 10)", 'discounted(999, "10")'),
    gates: ["static.type_errors failed"],
    place: "tsc src/price.test.ts:5",
  },
  {
    name: "a failing test",
    file: "src/price.test.ts",
    plant: insert("toBe(899)", "toBe(900)"),
    gates: ["test.unit_pass failed"],
    place: "vitest src/price.test.ts:5",
  },
  {
    name: "an uncovered new function",
    file: "src/price.ts",
    plant: (text) =>
      `${text}\nexport function gross(cents: number): number {\n  const tax = Math.ceil(cents / 5);\n  return cents + tax;\n}\n`,
    gates: ["test.unit_coverage failed", "test.patch_coverage failed"],
    place: "patch src/price.ts:10",
  },
  {
    name: "a committed secret",
    file: "notes.txt",
    plant: () => `token: ${TOKEN}\n`,
    gates: ["static.security_issues failed"],
    place: "secretlint notes.txt:1",
  },
];

const PYTHON_FAULTS: readonly Fault[] = [
  {
    name: "an unused import",
    file: "shop/price.py",
    plant: (text) => `import os\n\n\n${text}`,
    gates: ["static.code_style failed"],
    place: "ruff shop/price.py:1",
  },
  {
    name: "bad format",
    file: "shop/price.py",
    plant: insert("return cents * ", "return cents  *  "),
    gates: ["static.code_style failed"],
    place: "ruff-format shop/price.py:5",
  },
  {
    name: "a failing test",
    file: "tests/test_price.py",
    plant: insert("== 899", "== 900"),
    gates: ["test.unit_pass failed"],
    place: "pytest tests/test_price.py:7",
  },
  {
    name: "a line that no test runs",
    file: "shop/price.py",
    plant: (text) => `${text}\n\ndef gross(cents: int) -> int:\n    return cents + cents // 5\n`,
    gates: ["test.unit_coverage failed"],
  },
];

/** Where findings, failed tests and changed lines that no test ran lie, as `check file:line`. */
function placesOf({ findings, tests, coverage }: RunReport): readonly string[] {
  return [
    ...findings.map(({ check, file, range }) => `${check} ${file}:${range?.start.line}`),
    ...tests.cases.flatMap(({ status, check, file, line }) =>
      status === "failed" ? [`${check} ${file}:${line}`] : [],
    ),
    ...Object.entries(coverage?.patch?.missed ?? {}).map(([file, [line]]) => `patch ${file}:${line}`),
  ];
}

beforeAll(buildAgent, 120_000);

describe.each([
  { sample: "web" as const, faults: WEB_FAULTS },
  { sample: "python" as const, faults: PYTHON_FAULTS },
])("in the $sample sample", ({ sample, faults }) => {
  let workspace: Workspace;
  beforeAll(() => {
    workspace = new Workspace(sample);
  });
  afterAll(() => workspace.dispose());

  test("without a fault every gate passes", async () => {
    const { exitCode, report } = await workspace.run();
    expect(troubledGates(report).filter((gate) => !gate.endsWith("patch_coverage skipped"))).toEqual([]);
    expect([exitCode, report.verdict, report.findings]).toEqual([0, "passed", []]);
    expect(checksOf(report).every((check) => check.endsWith(" passed clean"))).toBe(true);
  }, 60_000);

  test.each(faults)("$name turns its gate red, and green again without it", async ({ file, plant, gates, place }) => {
    const path = workspace.folder.path(file);
    const isNew = file === "notes.txt";
    const before = isNew ? "" : readFileSync(path, "utf8");
    workspace.write(file, plant(before));
    const { exitCode, report } = await workspace.run();
    if (isNew) workspace.folder.git("clean", "--force", "--quiet", file);
    else workspace.write(file, before);
    expect([exitCode, report.verdict]).toEqual([1, "failed"]);
    expect(troubledGates(report).filter((gate) => gate.endsWith(" failed"))).toEqual(gates);
    if (place !== undefined) expect(placesOf(report)).toContain(place);
    const healed = await workspace.run();
    expect([healed.exitCode, healed.report.verdict]).toEqual([0, "passed"]);
    // What was judged before has its answer: nothing had to run again.
    expect(healed.report.stages.flatMap(({ checks }) => checks).every(({ cached }) => cached)).toBe(true);
  }, 60_000);
});
