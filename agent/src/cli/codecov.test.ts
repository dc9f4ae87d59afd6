import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { RunReport } from "../protocol/index.ts";
import { main } from "./main.ts";

const repository = join(import.meta.dirname, "..", "..", "..");
let root = "";
let home = { cwd: "", env: process.env, exitCode: process.exitCode };
const stateFolder = () => `${root}-state`;

beforeEach(() => {
  home = { cwd: process.cwd(), env: process.env, exitCode: process.exitCode };
  root = realpathSync(mkdtempSync(join(tmpdir(), "trigate-codecov-")));
  const { CI: _ci, ...env } = process.env;
  process.env = { ...env, TRIGATE_STATE_DIR: stateFolder(), NO_COLOR: "1" };
  process.chdir(root);
});

afterEach(() => {
  process.chdir(home.cwd);
  process.env = home.env;
  process.exitCode = home.exitCode;
  rmSync(root, { recursive: true, force: true });
  rmSync(stateFolder(), { recursive: true, force: true });
});

const git = (...args: readonly string[]) =>
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@localhost", ...args], { cwd: root, encoding: "utf8" });
const write = (files: Readonly<Record<string, string>>) => {
  for (const [file, text] of Object.entries(files)) writeFileSync(join(root, file), text);
};

async function trigate(...argv: string[]): Promise<{ exitCode: typeof process.exitCode; out: string; err: string }> {
  const printed = { out: "", err: "" };
  const spies = [
    vi.spyOn(console, "log").mockImplementation((text: unknown) => void (printed.out += `${String(text)}\n`)),
    vi.spyOn(console, "error").mockImplementation((text: unknown) => void (printed.err += `${String(text)}\n`)),
    vi.spyOn(process.stdout, "write").mockImplementation((text) => {
      printed.out += String(text);
      return true;
    }),
  ];
  process.exitCode = undefined;
  try {
    await main(argv);
    return { exitCode: process.exitCode, ...printed };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

const Judgement = z.object({
  statuses: z.array(z.object({ name: z.string(), state: z.string(), description: z.string() })),
  notes: z.array(z.string()),
});

const BASE = {
  "trigate.yaml": "version: 1\nchecks:\n  vitest: { coverage: coverage/lcov.info }\n",
  "package.json": '{ "type": "module" }\n',
  "vitest.config.js":
    'export default { test: { coverage: { provider: "v8", include: ["*.ts"], exclude: ["*.test.ts", "unloaded.ts"] } } };\n',
  "codecov.yml": [
    "coverage:",
    "  status:",
    "    project: { default: { target: auto } }",
    "    patch: { default: { target: 80% } }",
    "    changes: yes",
    "flags: { sums: { paths: [sum.ts] } }",
    'comment: { layout: "diff, flags, files", require_changes: yes, hide_project_coverage: no }',
    "",
  ].join("\n"),
  ".gitignore": "node_modules\ncoverage\n",
  "sum.ts": "export function add(a: number, b: number): number {\n  return a + b;\n}\n",
  "sum.test.ts":
    'import { expect, test } from "vitest";\nimport { add } from "./sum.ts";\ntest("add", () => expect(add(1, 2)).toBe(3));\n',
};
const CHANGE = {
  "sum.ts": `${BASE["sum.ts"]}\nexport function share(a: number, b: number): number {\n  if (b === 0) return 0;\n  const part = a / b;\n  return part;\n}\n`,
  "unloaded.ts": "export const never = 1;\n",
};

test("a push that would fail is told before it is made", { timeout: 120_000 }, async () => {
  write(BASE);
  symlinkSync(join(repository, "node_modules"), join(root, "node_modules"));
  git("init", "-qb", "main");
  git("add", "-A");
  git("commit", "-qm", "base");
  const base = git("rev-parse", "HEAD").slice(0, 7);

  const early = await trigate("codecov", "status");
  expect(early.exitCode).toBe(2);
  expect(early.err).toContain('run "trigate run --stage test" first');
  expect(await trigate("run", "--stage", "test", "--trust")).toMatchObject({ exitCode: 0 });

  git("checkout", "-qb", "feature");
  write(CHANGE);
  git("add", "-A");
  git("commit", "-qm", "change");
  const run = await trigate("run", "--stage", "test", "--json");
  expect(run.exitCode).toBe(1);
  const report = RunReport.parse(JSON.parse(run.out));
  const gate = report.stages.flatMap(({ gates }) => gates).find(({ metric }) => metric === "codecov");
  expect(gate).toMatchObject({ verdict: "failed", reason: "limit-missed" });
  expect(report.coverage?.flags["sums"]?.total).toBeGreaterThan(0);

  const status = await trigate("codecov", "status", "--json");
  expect(status.exitCode).toBe(1);
  const { statuses } = Judgement.parse(JSON.parse(status.out));
  expect(statuses).toEqual(
    report.coverage?.statuses?.map((one) =>
      expect.objectContaining({ name: one.name, state: one.state, description: one.description }),
    ),
  );
  expect(statuses.map(({ name, state }) => `${name} ${state}`)).toEqual([
    "codecov/project failure",
    "codecov/patch failure",
    "codecov/changes success",
    "trigate/unmeasured failure",
  ]);
  expect(statuses[0]?.description).toMatch(new RegExp(String.raw`^\d+\.\d\d% \(-\d+\.\d\d%\) compared to ${base}$`));
  expect(statuses[1]?.description).toMatch(/^\d+\.\d\d% of diff hit \(target 80\.00%\)$/);
  expect(statuses[3]?.description).toBe("1 changed file is in no coverage report: unloaded.ts:1");

  const comment = await trigate("codecov", "comment");
  expect(comment.out).toMatch(/^<!-- trigate:codecov -->\n/);
  expect(comment.out).toContain("@@ ");
  expect(comment.out).toMatch(/\| sums \| `\d+\.\d\d% <\d+\.\d\d%> \(-\d+\.\d\d%\)` \| :arrow_down: \|/);
  expect(comment.out).toContain("| trigate/unmeasured | :x: failure |");

  write({ "sum.ts": `${CHANGE["sum.ts"]}// edited since\n` });
  expect(await trigate("codecov", "status")).toMatchObject({ exitCode: 2 });
});
