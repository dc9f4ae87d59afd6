import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { TrigateError } from "../../errors/trigate-error.ts";
import { RPC_ERRORS } from "../../protocol/index.ts";
import { call, daemonWith, disposeDaemons, failure, result } from "../testing/conversation.ts";
import { FakeRuns, finding, finishedRun, checkResult, playFindings } from "../testing/fake-runs.ts";
import { RawClient } from "../testing/test-daemon.ts";
import { CLOSE } from "./close-codes.ts";
import { JSON_RPC } from "./rpc-errors.ts";

afterEach(disposeDaemons);

describe("runs", () => {
  const planted = finding({ message: "bad\u001b[31m red" });

  test("a run streams its events to every client, and its parts can be asked for", async () => {
    const runs = new FakeRuns(playFindings(() => [planted, finding({ id: "f2", file: "src/b.ts" })]));
    const { endpoint } = await daemonWith({ services: { runs } });
    const [client, other] = [await RawClient.greet(endpoint), await RawClient.greet(endpoint)];
    expect(await client.ask(call("run/start", { paths: ["src"], stages: ["static"] }))).toEqual(
      result({ runId: "run-1" }),
    );
    const types = ["run-started", "check-started", "check-finished", "run-finished"];
    for (const reader of [client, other]) {
      for (const type of types) {
        const params = expect.objectContaining({ type, runId: "run-1" });
        expect(await reader.notification()).toEqual({ jsonrpc: "2.0", method: "run/event", params });
      }
    }
    expect(runs.played[0]?.request).toMatchObject({
      paths: ["src"],
      stages: ["static"],
      checks: [],
      changed: false,
      staged: false,
      base: undefined,
      noCache: false,
      fix: false,
      failFast: false,
    });

    expect(await client.ask(call("run/latest"))).toMatchObject({
      result: { run: { id: "run-1", verdict: "failed", counts: { findings: 2 } } },
    });
    expect(await client.ask(call("run/findings", { runId: "run-1", page: 1, pageSize: 1 }))).toMatchObject({
      result: { total: 2, findings: [{ id: "f2" }] },
    });
    expect(await client.ask(call("run/html", { runId: "run-1" }))).toEqual(
      result({ html: "<!doctype html><title>run-1</title>" }),
    );
    expect(await client.ask(call("run/html", { runId: "run-9" }))).toEqual(
      failure(RPC_ERRORS.trigate, "run/not-found"),
    );
  });

  test("run/verdict answers when the run is over", async () => {
    const { endpoint } = await daemonWith();
    const client = await RawClient.greet(endpoint);
    const answer = await client.ask(call("run/verdict"));
    expect(answer).toMatchObject({ result: { verdict: "passed" } });
  });

  test("run/cancel ends a run, and every client hears of it", async () => {
    const runs = new FakeRuns(({ id, emit }) => {
      emit({ type: "run-started", runId: id, checks: [] });
      return new Promise(() => undefined);
    });
    const { endpoint } = await daemonWith({ services: { runs } });
    const client = await RawClient.greet(endpoint);
    expect(await client.ask(call("run/start"))).toEqual(result({ runId: "run-1" }));
    expect(await client.notification()).toMatchObject({ params: { type: "run-started" } });
    expect(await client.ask(call("daemon/status"))).toMatchObject({ result: { runs: 1, running: "run-1" } });
    expect(await client.ask(call("run/cancel", { runId: "run-1" }))).toEqual(result({ cancelled: true }));
    expect(await client.notification()).toEqual({
      jsonrpc: "2.0",
      method: "run/event",
      params: { type: "run-cancelled", runId: "run-1" },
    });
    expect(await client.ask(call("run/cancel", { runId: "run-1" }))).toEqual(result({ cancelled: false }));
    expect(runs.played[0]?.signal.aborted).toBe(true);
  });

  test("a run whose only reader goes is cancelled", async () => {
    const begun = Promise.withResolvers<AbortSignal>();
    const runs = new FakeRuns(({ signal }) => {
      begun.resolve(signal);
      return new Promise(() => undefined);
    });
    const { endpoint } = await daemonWith({ services: { runs } });
    const client = await RawClient.greet(endpoint);
    client.send(call("run/verdict"));
    const signal = await begun.promise;
    client.close();
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    expect(signal.aborted).toBe(true);
  });

  test("a faulty configuration is the answer to run/start", async () => {
    const fault = new TrigateError("config/invalid", {
      file: "trigate.yaml",
      complaints: [{ path: "gates", line: 3, message: "unknown \u001b[2Jkey" }],
    });
    const { endpoint } = await daemonWith({ services: { runs: new FakeRuns(() => Promise.reject(fault)) } });
    const client = await RawClient.greet(endpoint);
    const answer = await client.ask(call("run/start"));
    expect(answer).toEqual(failure(RPC_ERRORS.trigate, "config/invalid"));
    expect(JSON.stringify(answer)).toContain("line 3: gates: unknown [2Jkey");
  });

  test("a run that breaks off in the middle is over for the clients, and the cause is in the log", async () => {
    const log: string[] = [];
    const runs = new FakeRuns(async ({ id, emit }) => {
      emit({ type: "run-started", runId: id, checks: [] });
      throw new Error("the disk is full");
    });
    const { endpoint } = await daemonWith({ services: { runs, log: (line) => log.push(line) } });
    const client = await RawClient.greet(endpoint);
    expect(await client.ask(call("run/start"))).toEqual(result({ runId: "run-1" }));
    expect(await client.notification()).toMatchObject({ params: { type: "run-started" } });
    expect(await client.notification()).toMatchObject({ params: { type: "run-cancelled", runId: "run-1" } });
    expect(log.join()).toContain("the disk is full");
  });

  test("what only the agent should know stays in its log", async () => {
    const log: string[] = [];
    const runs = new FakeRuns(() => Promise.reject(new Error("secret detail")));
    const { endpoint } = await daemonWith({ services: { runs, log: (line) => log.push(line) } });
    const client = await RawClient.greet(endpoint);
    const answer = await client.ask(call("run/verdict"));
    expect(answer).toEqual(failure(JSON_RPC.internal, "internal"));
    expect(JSON.stringify(answer)).not.toContain("secret");
    expect(log.join()).toContain("secret detail");
  });

  test("paths outside the workspace are refused before anything runs", async () => {
    const runs = new FakeRuns(playFindings(() => []));
    const { endpoint } = await daemonWith({ services: { runs } });
    const client = await RawClient.greet(endpoint);
    expect(await client.ask(call("run/start", { paths: ["src", "../other"] }))).toEqual(
      failure(RPC_ERRORS.trigate, "platform/path-outside"),
    );
    expect(runs.played).toEqual([]);
  });

  test("coverage is that of the newest run that measured any", async () => {
    const file = (name: string) => ({
      file: name,
      lines: new Map([
        [1, 1],
        [2, 0],
      ]),
      branches: [],
      functions: [],
    });
    const none = { covered: 0, total: 0 };
    const coverage = {
      lines: none,
      branches: none,
      functions: none,
      patch: undefined,
      unmeasured: [],
      files: [file("a.ts"), file("b.ts")],
    };
    const run = finishedRun("measured", [checkResult()], { coverage });
    const { endpoint } = await daemonWith({ services: { latestWithCoverage: async () => run } });
    const client = await RawClient.greet(endpoint);
    expect(await client.ask(call("run/coverage", { files: ["b.ts"] }))).toEqual(
      result({
        runId: "measured",
        files: [
          {
            file: "b.ts",
            lines: { covered: 1, total: 2, percent: 50 },
            covered: [[1, 1]],
            partial: [],
            missed: [[2, 2]],
          },
        ],
      }),
    );
    expect(await client.ask(call("run/coverage"))).toMatchObject({
      result: { files: [{ file: "a.ts" }, { file: "b.ts" }] },
    });
  });

  test("tools get the environment of the client that asks", async () => {
    const seen: unknown[] = [];
    const runs = new FakeRuns(playFindings(() => []));
    const runsFor = (env: unknown) => {
      seen.push(env);
      return runs;
    };
    const { endpoint } = await daemonWith({ services: { runsFor } });
    const client = await RawClient.greet(endpoint, { env: { PATH: "/client/bin" } });
    await client.ask(call("run/verdict"));
    expect(seen).toEqual([{ PATH: "/client/bin" }]);
  });

  test("a client that does not read is let go, and the others are served", async () => {
    const runs = new FakeRuns(async ({ id, emit }) => {
      for (let index = 0; index < 400; index++) {
        emit({ type: "check-finished", runId: id, result: checkResult({ message: "x".repeat(50_000) }) });
        await new Promise((resolve) => setImmediate(resolve));
      }
      return finishedRun(id, []);
    });
    const { endpoint } = await daemonWith({ services: { runs }, maxUnsentBytes: 200_000 });
    const [slow, quick] = [await RawClient.greet(endpoint), await RawClient.greet(endpoint)];
    slow.socket.pause();
    expect(await quick.ask(call("run/verdict"))).toHaveProperty("result");
    slow.socket.resume();
    expect((await slow.closed).code).toBe(CLOSE.tooSlow);
    expect(await quick.ask(call("daemon/status"))).toMatchObject({ result: { runs: 1 } });
  });
});

describe("tasks", () => {
  async function withTasks() {
    const started = await daemonWith();
    mkdirSync(join(started.root, ".taskmaster/tasks"), { recursive: true });
    const tasks = [
      { id: 1, title: "One", status: "done" },
      { id: "2", title: "Two", dependencies: [1], subtasks: [{ id: 1, title: "Sub", complexity: 3 }] },
    ];
    writeFileSync(join(started.root, ".taskmaster/tasks/tasks.json"), JSON.stringify({ master: { tasks } }));
    return { ...started, client: await RawClient.greet(started.endpoint) };
  }

  test("are listed, chosen, changed and added", async () => {
    const { client } = await withTasks();
    expect(await client.ask(call("tasks/list"))).toMatchObject({
      result: {
        tag: "master",
        tags: ["master"],
        next: "2",
        tasks: [{ id: "1" }, { id: "2", blockedBy: [], subtasks: [{ id: "2.1", complexity: 3 }] }],
      },
    });
    expect(await client.ask(call("tasks/next"))).toMatchObject({
      result: { task: { id: "2", title: "Two" }, reason: expect.stringContaining("2 is ready") },
    });
    const begin = { id: "2", status: "in-progress", expected: "pending" };
    expect(await client.ask(call("tasks/set-status", begin))).toEqual(result({ id: "2", status: "in-progress" }));
    expect(await client.notification()).toEqual({ jsonrpc: "2.0", method: "tasks/changed", params: {} });
    expect(await client.ask(call("tasks/set-status", { id: "2", status: "review", expected: "pending" }))).toEqual(
      failure(RPC_ERRORS.trigate, "tasks/conflict"),
    );
    expect(await client.ask(call("tasks/set-status", { id: "2", status: "done" }))).toEqual(
      failure(RPC_ERRORS.trigate, "tasks/needs-proof"),
    );
    expect(await client.ask(call("tasks/add", { title: "Three", dependencies: ["2"] }))).toEqual(result({ id: "3" }));
  });

  test("are listed without their long texts for a tree of many", async () => {
    const { client, root } = await withTasks();
    const tasks = [{ id: 1, title: "One", details: "long", subtasks: [{ id: 1, title: "Sub", description: "long" }] }];
    writeFileSync(join(root, ".taskmaster/tasks/tasks.json"), JSON.stringify({ master: { tasks } }));
    const listed = await client.ask(call("tasks/list", { outline: true }));
    expect(listed).toMatchObject({
      result: { next: "1", tasks: [{ title: "One", details: "", subtasks: [{ title: "Sub", description: "" }] }] },
    });
    expect(await client.ask(call("tasks/list"))).toMatchObject({
      result: { tasks: [{ details: "long", subtasks: [{ description: "long" }] }] },
    });
  });

  test("are connected, checked and mended", async () => {
    const { client, root } = await withTasks();
    expect(await client.ask(call("tasks/validate"))).toEqual(result({ tag: "master", problems: [] }));
    expect(await client.ask(call("tasks/add-dependency", { id: "1", dependencies: ["2"] }))).toEqual(
      failure(RPC_ERRORS.trigate, "tasks/cycle"),
    );
    expect(await client.ask(call("tasks/remove-dependency", { id: "2", dependencies: ["1"] }))).toEqual(
      result({ id: "2", changed: ["1"], dependencies: [] }),
    );
    expect(await client.notification()).toEqual({ jsonrpc: "2.0", method: "tasks/changed", params: {} });
    expect(await client.ask(call("tasks/add-dependency", { id: "1", dependencies: ["2"] }))).toEqual(
      result({ id: "1", changed: ["2"], dependencies: ["2"] }),
    );
    const tasks = [{ id: 1, dependencies: [1, 9] }];
    writeFileSync(join(root, ".taskmaster/tasks/tasks.json"), JSON.stringify({ master: { tasks } }));
    expect(await client.ask(call("tasks/validate"))).toMatchObject({
      result: {
        problems: [
          { kind: "self-dependency", ids: ["1", "1"] },
          { kind: "dangling", ids: ["1", "9"] },
        ],
      },
    });
    expect(await client.ask(call("tasks/repair", { dryRun: true }))).toMatchObject({ result: { mended: [{}, {}] } });
    expect(await client.ask(call("tasks/repair"))).toMatchObject({
      result: { mended: [{}, { done: "1 no longer depends on 9" }] },
    });
    expect(await client.ask(call("tasks/repair"))).toEqual(result({ mended: [] }));
  });

  test("are moved, noted and explained, and their lists are chosen", async () => {
    const { client, root } = await withTasks();
    expect(await client.ask(call("tasks/move", { moves: [{ from: "1", to: "2" }] }))).toEqual(
      failure(RPC_ERRORS.trigate, "tasks/id-taken"),
    );
    expect(await client.ask(call("tasks/move", { moves: [{ from: "1", to: "7" }] }))).toEqual(
      result({ moved: [{ from: "1", to: "7" }], rewritten: ["2"], cut: [] }),
    );
    expect(await client.ask(call("tasks/note", { id: "2.1", text: "hm" }))).toMatchObject({ result: { id: "2.1" } });
    expect(readFileSync(join(root, ".taskmaster/tasks/tasks.json"), "utf8")).toMatch(/<info added on \S+>\\nhm\\n/);
    expect(await client.ask(call("tasks/explain"))).toMatchObject({
      result: { task: { id: "2" }, others: [{ id: "2.1", ready: false }] },
    });
    expect(await client.ask(call("tasks/tags"))).toEqual(
      result({ active: "master", tags: [{ name: "master", tasks: 2, done: 1, active: true }] }),
    );
    expect(await client.ask(call("tasks/use-tag", { name: "lost" }))).toEqual(
      failure(RPC_ERRORS.trigate, "usage/bad-argument"),
    );
    expect(await client.ask(call("tasks/use-tag", { name: "master" }))).toEqual(result({ tag: "master" }));
  });

  test("a broken file is an error with its code", async () => {
    const { client, root } = await withTasks();
    writeFileSync(join(root, ".taskmaster/tasks/tasks.json"), "{");
    expect(await client.ask(call("tasks/list"))).toEqual(failure(RPC_ERRORS.trigate, "tasks/unreadable"));
    expect(await client.ask(call("tasks/add", { title: "x" }))).toEqual(
      failure(RPC_ERRORS.trigate, "tasks/unreadable"),
    );
  });
});
