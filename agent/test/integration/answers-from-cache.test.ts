import { mkdirSync, rmSync } from "node:fs";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { RunReport } from "../../src/protocol/index.ts";
import { buildAgent, checksOf, Workspace } from "./front-door.ts";

let workspace: Workspace;
beforeAll(buildAgent, 120_000);
beforeEach(() => {
  workspace = new Workspace("web");
});
afterEach(() => workspace.dispose());

/** Ids of the checks that really ran. */
const ran = ({ stages }: RunReport) =>
  stages.flatMap(({ checks }) => checks.flatMap(({ id, cached }) => (cached ? [] : [id])));
const EVERY = ["biome", "oxlint", "tsc", "secretlint", "vitest"];
const SOURCE = "export const two = 2;\n";

describe("the same question again", () => {
  test("is answered from the cache with the same verdict, findings and figures; --no-cache asks again", async () => {
    workspace.write("src/bad.ts", "debugger;\n");
    const [first, second, third] = [await workspace.run(), await workspace.run(), await workspace.run("--no-cache")];
    expect([ran(first.report), ran(second.report), ran(third.report)]).toEqual([EVERY, [], EVERY]);
    const judged = ({ exitCode, report }: typeof first) => ({
      exitCode,
      verdict: report.verdict,
      message: report.message,
      tree: report.tree,
      checks: checksOf(report),
      findings: report.findings,
      gates: report.stages.map(({ gates }) => gates),
      lines: report.coverage?.lines,
    });
    expect(judged(second)).toEqual(judged(first));
    expect(judged(third)).toMatchObject({ exitCode: 1, findings: first.report.findings });
    expect(second.report.stages.flatMap(({ checks }) => checks.map(({ evidence }) => evidence?.source))).toEqual(
      EVERY.map(() => "cache"),
    );
  }, 60_000);

  test("after one file changed, only what it can affect runs again", async () => {
    await workspace.run();
    workspace.write("notes.txt", "nothing that a formatter looks at\n");
    expect(ran((await workspace.run()).report)).toEqual(["oxlint", "tsc", "secretlint", "vitest"]);
    workspace.folder.commit("notes");
    expect(ran((await workspace.run()).report)).toEqual([]);
  }, 60_000);

  test("--why names what made the answer unusable", async () => {
    expect((await workspace.trigate("run", "--trust", "--why", "biome")).stdout).toContain("never been answered");
    await workspace.run();
    expect((await workspace.trigate("run", "--why", "biome")).stdout).toContain("from the cache");
    workspace.write("src/new.ts", SOURCE);
    const { exitCode, stdout } = await workspace.trigate("run", "--why", "biome");
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/file/)]);
    expect((await workspace.trigate("run", "--why", "nobody")).exitCode).toBe(2);
  }, 60_000);
});

describe("the quick answer of an untouched workspace", () => {
  const LIGHT = "version: 1\nchecks: { biome: {}, oxlint: {}, tsc: {} }\n";
  beforeEach(() => workspace.write("trigate.yaml", LIGHT));

  /** Runs until the answer comes from memory alone, then gives what the next plain run says. */
  async function settled(): Promise<void> {
    for (let time = 0; time < 3; time++) expect((await workspace.trigate("run", "--trust")).exitCode).toBe(0);
  }

  test.each<{ name: string; before?: (one: Workspace) => void; change: (one: Workspace) => void }>([
    { name: "a file is changed", change: (one) => one.write("src/price.ts", "debugger;\n") },
    { name: "a file is added", change: (one) => one.write("src/bad.ts", "debugger;\n") },
    {
      name: "a file is added in a folder that had no source",
      before: (one) => void mkdirSync(one.folder.path("src/empty"), { recursive: true }),
      change: (one) => one.write("src/empty/bad.ts", "debugger;\n"),
    },
    {
      name: "a file is added in a folder that had only ignored ones",
      before: (one) => one.write("src/made/coverage/x.ts", ""),
      change: (one) => one.write("src/made/bad.ts", "debugger;\n"),
    },
    {
      name: "a file is added in a folder below an ignored file's",
      before: (one) => one.write("other/.cache/x.ts", ""),
      change: (one) => one.write("other/bad.ts", "debugger;\n"),
    },
    { name: "a file is deleted", change: (one) => rmSync(one.folder.path("src/price.ts")) },
    { name: "a file is renamed", change: (one) => void one.folder.git("mv", "src/price.ts", "src/cost.ts") },
    {
      name: "an ignored file is no longer ignored",
      before: (one) => one.write(".cache/bad.ts", "debugger;\n"),
      change: (one) => one.write(".gitignore", "node_modules\ncoverage/\n"),
    },
    {
      name: "a linter is told more",
      change: (one) =>
        one.write(".oxlintrc.json", '{ "rules": { "no-debugger": "error", "no-magic-numbers": "error" } }\n'),
    },
    {
      name: "a limit is raised",
      change: (one) => one.write("trigate.yaml", `${LIGHT}gates: { static: { code_style: "> 100%" } }\n`),
    },
    { name: "the configuration becomes faulty", change: (one) => one.write("trigate.yaml", "nonsense\n") },
  ])("is not given when $name", async ({ before, change }) => {
    before?.(workspace);
    await settled();
    change(workspace);
    expect((await workspace.trigate("run")).exitCode).not.toBe(0);
  }, 60_000);

  test("names the commit that is there now", async () => {
    workspace.write("src/two.ts", SOURCE);
    workspace.write("trigate.yaml", "version: 1\nchecks: { biome: {} }\n");
    await settled();
    const newest = async () => JSON.parse((await workspace.trigate("report", "--json")).stdout);
    expect(await newest()).toMatchObject({ dirty: true });
    const commit = workspace.folder.commit("two");
    await workspace.trigate("run");
    expect(await newest()).toMatchObject({ dirty: false, commit });
  }, 60_000);

  test("is recorded like any other run", async () => {
    workspace.write("trigate.yaml", "version: 1\nchecks: { vitest: { coverage: coverage/lcov.info } }\n");
    await settled();
    const { stdout } = await workspace.trigate("report", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ verdict: "passed", coverage: { lines: { covered: 3, total: 3 } } });
  }, 60_000);
});

test("two runs at once in one workspace both end right, and both are recorded", async () => {
  const [one, two] = await Promise.all([workspace.run(), workspace.run()]);
  expect([one.exitCode, two.exitCode, one.report.verdict, two.report.verdict]).toEqual([0, 0, "passed", "passed"]);
  expect(one.report.id).not.toBe(two.report.id);
  for (const { report } of [one, two]) {
    const again = await workspace.trigate("report", report.id, "--json");
    expect([again.exitCode, JSON.parse(again.stdout).id]).toEqual([0, report.id]);
  }
  expect(ran((await workspace.run()).report)).toEqual([]);
}, 60_000);
