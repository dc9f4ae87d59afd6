import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { stateFolderOf } from "../../src/platform/state-folder.ts";
import { daemonFiles, readEndpoint } from "../../src/server/lifecycle/endpoint-file.ts";
import { RawClient } from "../../src/server/testing/test-daemon.ts";
import { TaskRecord } from "../../src/tasks/proof/task-record.ts";
import { buildAgent, type Ended, Workspace } from "./front-door.ts";

/** Counts how often it is asked, and says what `word.txt` says: `green`, `red`, `broken`, or `change` a status meanwhile. */
const JUDGE = `
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
mkdirSync(".cache", { recursive: true });
appendFileSync(".cache/asked", "x");
const word = readFileSync("word.txt", "utf8").trim();
if (word === "broken") process.exit(7);
if (word === "change") {
  const file = ".taskmaster/tasks/tasks.json";
  writeFileSync(file, readFileSync(file, "utf8").replace('"status": "in-progress"', '"status": "review"'));
}
const fault = word === "red" ? '<failure message="two is not three">sum.mjs:1</failure>' : "";
writeFileSync(".cache/junit.xml", '<testsuites><testsuite name="s" tests="1" failures="' + (fault ? 1 : 0) +
  '"><testcase name="adds" classname="sum" time="0.001">' + fault + "</testcase></testsuite></testsuites>");
process.exit(fault ? 1 : 0);
`;
/** A benchmark that takes as long as it says. */
const BENCH = `
console.log(JSON.stringify({ context: { date: "2026-01-01T00:00:00+00:00", library_build_type: "release" }, benchmarks: [
  { name: "book/find", run_name: "book/find", run_type: "iteration", repetitions: 1, repetition_index: 0, threads: 1,
    iterations: 1000, real_time: 40, cpu_time: 40, time_unit: "ns" }] }));
`;
const CONFIG = `version: 1
checks:
  sums: { command: [node, judge.mjs], report: { junit: .cache/junit.xml }, suite: integration }
  bench: { command: [node, bench.mjs], report: google-benchmark }
gates:
  test: { integration_pass: 100% }
  performance: { latency: { "book/*": "mean < 1ms" } }
`;
const TASKS = ".taskmaster/tasks/tasks.json";
const List = z.object({
  master: z.object({
    tasks: z.array(
      z.looseObject({
        id: z.number(),
        status: z.string(),
        metadata: z.looseObject({ trigate: TaskRecord.optional() }).optional(),
        subtasks: z
          .array(z.looseObject({ status: z.string(), metadata: z.looseObject({ trigate: TaskRecord }).optional() }))
          .optional(),
      }),
    ),
  }),
});
const Answer = z.looseObject({
  done: z.boolean(),
  verdict: z.string(),
  runId: z.string().optional(),
  reused: z.boolean(),
  causes: z.array(z.looseObject({ id: z.string(), message: z.string() })),
});

let workspace: Workspace;

beforeAll(buildAgent, 120_000);
beforeEach(() => {
  workspace = new Workspace();
  workspace.write("trigate.yaml", CONFIG);
  workspace.write("judge.mjs", JUDGE);
  workspace.write("bench.mjs", BENCH);
  put("green");
  list([{ id: 1, title: "Sums", status: "in-progress", metadata: { jira: "K-1" } }]);
  workspace.folder.commit("all");
});
afterEach(() => workspace.dispose());

const put = (word: string) => workspace.write("word.txt", `${word}\n`);
const text = () => readFileSync(workspace.folder.path(TASKS), "utf8");
const asked = () =>
  existsSync(workspace.folder.path(".cache/asked"))
    ? readFileSync(workspace.folder.path(".cache/asked"), "utf8").length
    : 0;
const trigate = (...args: readonly string[]): Promise<Ended> => workspace.trigate("tasks", ...args);
const done = (...args: readonly string[]) => trigate("done", ...args, "--trust");

function list(tasks: readonly object[]): void {
  workspace.write(TASKS, `${JSON.stringify({ master: { tasks, metadata: { owner: "x" } } }, null, 2)}\n`);
}

function task(at = 0) {
  const found = List.parse(JSON.parse(text())).master.tasks[at];
  if (found === undefined) throw new Error(`no task ${at}`);
  return { ...found, record: TaskRecord.parse(found.metadata?.trigate ?? {}) };
}

describe("done", () => {
  test("is refused by a red gate, which is named, and the list stays as it was", async () => {
    put("red");
    const before = text();
    const { exitCode, stdout } = await done("1");
    expect(exitCode).toBe(1);
    expect(stdout).toContain("1 is not done: its status stays as it was");
    expect(stdout).toContain("failed  test.integration_pass");
    expect(stdout).toContain("two is not three");
    expect(text()).toBe(before);
  });

  test("is refused with exit code 3 where a gate cannot be judged", async () => {
    put("broken");
    const before = text();
    const { exitCode, stdout } = await done("1", "--json");
    expect(exitCode).toBe(3);
    expect(Answer.parse(JSON.parse(stdout))).toMatchObject({ done: false, verdict: "errored" });
    expect(text()).toBe(before);
  });

  test("is written with its evidence in one step when all gates pass, and what others keep there stays", async () => {
    const { exitCode, stdout } = await done("1", "--json");
    expect(stdout).toContain('"done": true');
    expect(exitCode).toBe(0);
    const { status, metadata, record } = task();
    expect(status).toBe("done");
    expect(metadata).toMatchObject({ jira: "K-1" });
    expect(record.evidence).toMatchObject({
      runId: Answer.parse(JSON.parse(stdout)).runId,
      commit: workspace.folder.git("rev-parse", "HEAD").trim(),
      dirty: false,
      verdict: "passed",
      required: { stages: ["static", "test", "performance"] },
      empty: ["static"],
      gates: [
        { id: "test.integration_pass", actual: 100, threshold: "100%", verdict: "passed" },
        { id: "performance.latency[book/*]", threshold: "mean < 1ms", verdict: "passed" },
      ],
      benchmarks: [{ benchmark: "book/find", summary: { mean: 40 } }],
    });
    expect(record.times?.finishedAt).toBeDefined();
    expect(Object.keys(JSON.parse(text()).master.metadata)).toEqual(["owner"]);
  });

  test("takes a run of the very same content that passed, and none of another", async () => {
    const { report } = await workspace.run("--no-cache");
    expect(asked()).toBe(1);
    put("green ");
    const other = await done("1", "--run", report.id, "--json");
    expect(other.exitCode).toBe(2);
    expect(other.stdout).toContain("tasks/other-tree");
    put("green");
    expect(Answer.parse(JSON.parse((await done("1", "--json")).stdout))).toMatchObject({
      done: true,
      reused: true,
      runId: report.id,
    });
    expect(asked()).toBe(1);
  });

  test("takes no run of a part as proof of the whole", async () => {
    const { report } = await workspace.run("--stage", "test");
    const { exitCode, stdout } = await done("1", "--run", report.id, "--json");
    expect(exitCode).toBe(3);
    expect(Answer.parse(JSON.parse(stdout)).causes[0]?.message).toContain("left out the stages static, performance");
  });

  test("is not written over a status that was changed while the gates ran", async () => {
    put("change");
    const { exitCode, stdout } = await done("1", "--json");
    expect(stdout).toContain("tasks/conflict");
    expect(exitCode).toBe(2);
    expect(task()).toMatchObject({ status: "review", record: {} });
  });

  test("is not to be had by set-status", async () => {
    const before = text();
    const { exitCode, stderr } = await trigate("set-status", "1", "done");
    expect(exitCode).toBe(2);
    expect(stderr).toContain('run "trigate tasks done 1"');
    expect(text()).toBe(before);
  });

  test("is left where the run is interrupted", async () => {
    workspace.write(
      "judge.mjs",
      'import { writeFileSync } from "node:fs"; writeFileSync(".begun", ""); setInterval(() => {}, 1000);',
    );
    workspace.write(".gitignore", "node_modules\n.cache/\n.begun\n");
    const before = text();
    const { child, ended } = workspace.start(["tasks", "done", "1", "--trust"]);
    await expect.poll(() => existsSync(workspace.folder.path(".begun")), { timeout: 20_000 }).toBe(true);
    child.kill("SIGINT");
    expect((await ended).exitCode).toBe(130);
    expect(text()).toBe(before);
  });
});

describe("what a task requires", () => {
  const requiring = (requires: unknown) => list([{ id: 1, title: "Sums", metadata: { trigate: { requires } } }]);

  test("may be a check alone, whatever the others say", async () => {
    put("red");
    requiring({ checks: ["bench"] });
    expect((await done("1")).exitCode).toBe(0);
    expect(task().record.evidence?.required).toEqual({ stages: ["performance"], checks: ["bench"] });
    expect(task().record.requires).toEqual({ checks: ["bench"] });
    expect(asked()).toBe(0);
  });

  test("may be benchmarks, which then must have been measured", async () => {
    requiring({ stages: ["test"], benchmarks: ["book/*"] });
    expect((await done("1")).exitCode).toBe(0);
    expect(task().record.evidence?.benchmarks).toHaveLength(1);
    requiring({ benchmarks: ["book/insert"] });
    const { exitCode, stdout } = await done("1");
    expect(exitCode).toBe(3);
    expect(stdout).toContain("benchmark book/insert: nobody measured it");
  });

  test("is no pass where a stage that it names has nothing to judge", async () => {
    requiring({ stages: ["static"] });
    expect((await done("1")).exitCode).toBe(3);
  });

  test("is refused where it names what is not there, and does not pass for nothing", async () => {
    requiring({ checks: ["sum"] });
    const { exitCode, stdout } = await done("1", "--json");
    expect(exitCode).toBe(2);
    expect(stdout).toContain("tasks/bad-requirements");
    expect(asked()).toBe(0);
  });
});

describe("subtasks and dependencies", () => {
  const parts = (...statuses: readonly string[]) =>
    statuses.map((status, index) => ({ id: index + 1, title: `Part ${index + 1}`, status, dependencies: [] }));

  test("open subtasks stand against it, unless they are proven with it, by one run", async () => {
    list([{ id: 1, title: "Sums", status: "in-progress", subtasks: parts("done", "pending", "cancelled") }]);
    const refused = await done("1", "--json");
    expect(refused.exitCode).toBe(2);
    expect(refused.stdout).toContain("tasks/open-subtasks");
    expect((await done("1", "--with-subtasks")).exitCode).toBe(0);
    expect(task().status).toBe("done");
    expect(task().subtasks?.map(({ status }) => status)).toEqual(["done", "done", "cancelled"]);
    const proof = task().subtasks?.[1]?.metadata?.trigate.evidence;
    expect(proof?.runId).toBe(task().record.evidence?.runId);
    expect(asked()).toBe(1);
  });

  test("what it waits for is warned of, and refused on request", async () => {
    list([
      { id: 1, title: "Sums", dependencies: [2] },
      { id: 2, title: "Numbers" },
    ]);
    const strict = await done("1", "--strict", "--json");
    expect(strict.exitCode).toBe(2);
    expect(strict.stdout).toContain("tasks/not-ready");
    const { exitCode, stderr } = await done("1");
    expect(exitCode).toBe(0);
    expect(stderr).toContain("task 1 is done before what it waits for: 2");
  });
});

describe("force", () => {
  test("needs a reason, overrules a red gate, and is seen for ever", async () => {
    put("red");
    expect((await done("1", "--force")).exitCode).toBe(2);
    expect((await done("1", "--force", "--reason", " ")).exitCode).toBe(2);
    const { exitCode, stdout } = await done("1", "--force", "--reason", "the bench is down");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("forced without proof");
    expect(task()).toMatchObject({
      status: "done",
      record: { forced: [{ reason: "the bench is down", verdict: "failed", overruled: ["test.integration_pass"] }] },
    });
    expect(task().record.evidence).toBeUndefined();
    expect((await trigate("show", "1")).stdout).toContain("the bench is down");
    expect((await trigate("list")).stdout).toContain("forced");
    // A proof that comes later does not make it undone.
    put("green");
    expect((await done("1")).exitCode).toBe(0);
    expect(task().record.forced).toHaveLength(1);
    expect(task().record.evidence?.verdict).toBe("passed");
    expect((await trigate("set-status", "1", "pending")).exitCode).toBe(0);
    expect(task().record.forced).toHaveLength(1);
    expect(task().record.evidence).toBeUndefined();
  });

  test("works where no gate can even be run", async () => {
    rmSync(workspace.folder.path("trigate.yaml"));
    workspace.write("trigate.yaml", "version: 1\nchecks: { nonsense: {} }\n");
    expect((await done("1")).exitCode).toBe(2);
    expect((await done("1", "--force", "--reason", "no time", "--unjudged")).exitCode).toBe(0);
    expect(task().record.forced).toMatchObject([{ verdict: "not-run", overruled: [] }]);
    expect((await done("1", "--force", "--reason", "again")).exitCode).toBe(0);
    expect(task().record.forced).toHaveLength(2);
    expect(task().record.forced?.[1]?.overruled[0]).toContain("nonsense");
  });
});

test("what a task took is noted from its start to its end", async () => {
  list([{ id: 1, title: "Sums", subtasks: [{ id: 1, title: "Part" }] }]);
  const start = workspace.folder.commit("list");
  expect((await trigate("set-status", "1.1", "in-progress")).exitCode).toBe(0);
  const { startedAt } = task().record.times ?? {};
  expect(task().record.times).toEqual({ startedAt: expect.any(String), startCommit: start });
  workspace.write("sum.mjs", "export const sum = (a, b) => a + b;\nexport const two = 2;\n");
  const end = workspace.folder.commit("work");
  workspace.write("more.mjs", "1;\n");
  expect((await done("1", "--with-subtasks")).exitCode).toBe(0);
  expect(task().record.times).toMatchObject({
    startedAt,
    change: { from: start, to: end, dirty: true, files: 2, added: 3, removed: 0, paths: ["sum.mjs", "more.mjs"] },
  });
  expect(join(...(task().record.times?.change?.paths ?? []))).not.toContain(".taskmaster");
});

test("a client of the daemon sees the gates run, is told what is against it, and then that it is done", async () => {
  expect((await workspace.trigate("daemon", "start")).exitCode).toBe(0);
  const env = { TRIGATE_STATE_DIR: workspace.stateFolder };
  const endpoint = await readEndpoint(daemonFiles(stateFolderOf(workspace.folder.root, env)));
  if (endpoint === undefined) throw new Error("the daemon says nowhere where it is");
  const client = await RawClient.greet(endpoint, { env: { PATH: process.env["PATH"] ?? "" } });
  try {
    put("red");
    const ask = (method: string, params: object) => client.ask({ jsonrpc: "2.0", id: method, method, params });
    expect(await ask("tasks/set-status", { id: "1", status: "done" })).toHaveProperty(
      "error.data.code",
      "tasks/needs-proof",
    );
    expect(await ask("tasks/done", { id: "1" })).toMatchObject({
      result: { done: false, verdict: "failed", causes: [{ id: "test.integration_pass", verdict: "failed" }] },
    });
    const events: unknown[] = [];
    while (!JSON.stringify(events).includes("run-finished")) events.push(await client.notification());
    expect(JSON.stringify(events)).toContain("check-finished");
    expect(task().status).toBe("in-progress");
    put("green");
    expect(await ask("tasks/done", { id: "1" })).toMatchObject({
      result: { done: true, verdict: "passed", forced: false },
    });
    expect(task()).toMatchObject({ status: "done", record: { evidence: { verdict: "passed" } } });
  } finally {
    client.close();
    await workspace.trigate("daemon", "stop");
  }
});
