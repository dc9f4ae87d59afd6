import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { StatusNews } from "../../src/tasks/proof/status-news.ts";
import { buildAgent, Workspace } from "./front-door.ts";

const JUDGE = `
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
mkdirSync(".cache", { recursive: true });
const fault = readFileSync("word.txt", "utf8").trim() === "red" ? "<failure/>" : "";
writeFileSync(".cache/junit.xml", '<testsuites><testsuite name="s" tests="1"><testcase name="adds" classname="sum" time="0.001">' +
  fault + "</testcase></testsuite></testsuites>");
process.exit(fault ? 1 : 0);
`;
const CONFIG = `version: 1
checks: { sums: { command: [node, judge.mjs], report: { junit: .cache/junit.xml }, suite: integration } }
gates: { test: { integration_pass: 100% } }
`;
const TASKS = ".taskmaster/tasks/tasks.json";
const TOKEN = "planted-token-of-the-hook";
const Synced = z.object({
  tasks: z.array(z.looseObject({ id: z.string(), outcome: z.string(), message: z.string() })),
});

let workspace: Workspace;
beforeAll(buildAgent, 120_000);
beforeEach(() => {
  workspace = new Workspace();
  workspace.write("trigate.yaml", CONFIG);
  workspace.write("judge.mjs", JUDGE);
  workspace.write("word.txt", "green\n");
  const tasks = [
    { id: 1, title: "One", status: "in-progress" },
    { id: 2, title: "Two", subtasks: [{ id: 1, title: "Part", status: "pending" }] },
    { id: 3, title: "Three", status: "done" },
  ];
  workspace.write(TASKS, `${JSON.stringify({ master: { tasks } }, null, 2)}\n`);
  workspace.folder.commit("all");
});
afterEach(() => workspace.dispose());

const text = () => readFileSync(workspace.folder.path(TASKS), "utf8");
const statuses = () => [...text().matchAll(/"status": "([\w-]+)"/g)].map(([, status]) => status);

describe("sync --from-commits", () => {
  async function sync(...args: readonly string[]) {
    const { exitCode, stdout, stderr } = await workspace.trigate("tasks", "sync", "--trust", "--json", ...args);
    if (!stdout.includes('"tasks"')) return { exitCode, outcomes: [stdout + stderr], messages: "" };
    const { tasks } = Synced.parse(JSON.parse(stdout));
    return {
      exitCode,
      outcomes: tasks.map(({ id, outcome }) => `${id} ${outcome}`).toSorted(),
      messages: tasks.map(({ message }) => message).join("; "),
    };
  }
  const commit = (message: string) => {
    workspace.write("work.txt", `${message}\n`);
    return workspace.folder.commit(message);
  };

  test("closes what commits name when a run on that content passed, once, and says why not of the others", async () => {
    commit("feat: parts\n\nThis is no trailer: Task: 3\n\nTask: 1\nTask: #2.1, 9");
    const tip = commit("feat: the rest\n\ntask: 2\nReviewed-by: N. N.\nTask: 3");
    expect((await workspace.run()).exitCode).toBe(0);
    const before = text();
    const dry = await sync("--from-commits", "HEAD~2..HEAD", "--dry-run");
    expect(dry.outcomes).toEqual(["1 closed", "2 closed", "2.1 closed", "3 settled", "9 unknown"]);
    expect(text()).toBe(before);
    const first = await sync("--from-commits", "HEAD~2..HEAD");
    expect(first).toMatchObject({ exitCode: 0, outcomes: dry.outcomes });
    expect(statuses()).toEqual(["done", "done", "done", "done"]);
    expect(text()).toContain(`"commit": "${tip}"`);
    expect(text()).toContain('"dirty": false');
    const after = text();
    expect((await sync("--from-commits", "HEAD~2..HEAD")).outcomes).toContain("1 settled");
    expect(text()).toBe(after);
  });

  test("closes nothing on a red run, on none, and on that of another content", async () => {
    workspace.write("word.txt", "red\n");
    commit("feat: red\n\nTask: 1");
    const before = text();
    const none = await sync("--from-commits", "HEAD");
    expect(none).toMatchObject({ exitCode: 3, outcomes: ["1 unproven"] });
    expect(none.messages).toContain("no run that passed is recorded");
    const { stdout } = await workspace.trigate("run", "--trust", "--format", "json");
    writeFileSync(workspace.folder.path(".cache/red.json"), stdout);
    expect(await sync("--from-commits", "HEAD", "--report", ".cache/red.json")).toMatchObject({
      exitCode: 1,
      outcomes: ["1 refused"],
    });
    workspace.write("word.txt", "green\n");
    const green = await workspace.trigate("run", "--trust", "--format", "json");
    writeFileSync(workspace.folder.path(".cache/other.json"), green.stdout);
    const other = await sync("--from-commits", "HEAD", "--report", ".cache/other.json");
    expect(other).toMatchObject({ exitCode: 3, outcomes: ["1 unproven"] });
    expect(other.messages).toContain("is of another content");
    expect(text()).toBe(before);
  });

  test("takes the report of a run that was made elsewhere, when its content is the commit's", async () => {
    commit("feat: one\n\nTask: 1");
    const { stdout } = await workspace.trigate("run", "--trust", "--format", "json");
    writeFileSync(workspace.folder.path(".cache/run.json"), stdout);
    // Another machine has no history of it.
    const elsewhere = { TRIGATE_STATE_DIR: `${workspace.stateFolder}/elsewhere` };
    const args = ["tasks", "sync", "--trust", "--from-commits", "HEAD~1..HEAD", "--report", ".cache/run.json"];
    const { exitCode, stdout: said } = await workspace.start(args, elsewhere).ended;
    expect(said).toContain("1: closed: proven on");
    expect(exitCode).toBe(0);
    expect(statuses()[0]).toBe("done");
  });

  test.each([
    ["an unknown range", ["--from-commits", "nowhere..HEAD"], "usage/bad-argument"],
    ["a range that is an option", ["--from-commits=--output=x"], "usage/bad-argument"],
    ["a report that is none", ["--from-commits", "HEAD", "--report", "word.txt"], "tasks/bad-report"],
    ["a report that is not there", ["--from-commits", "HEAD", "--report", "no.json"], "tasks/bad-report"],
  ])("%s is refused", async (_name, args, code) => {
    const { exitCode, outcomes } = await sync(...args);
    expect(exitCode).toBe(2);
    expect(outcomes.join("")).toContain(code);
  });
});

describe("the status hook", () => {
  interface Had {
    readonly key: string | undefined;
    readonly authorization: string | undefined;
    readonly news: StatusNews;
  }
  const had: Had[] = [];
  let answer: (response: ServerResponse, nth: number) => void;
  let server: Server;
  let port = 0;

  beforeEach(async () => {
    had.length = 0;
    answer = (response) => response.writeHead(204).end();
    server = createServer((request, response) => void take(request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    port = typeof address === "object" && address !== null ? address.port : 0;
    configure("attempts: 2, timeout: 500ms");
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const key = request.headers["idempotency-key"];
    const { authorization } = request.headers;
    had.push({ key: String(key), authorization, news: StatusNews.parse(JSON.parse(body)) });
    answer(response, had.length);
  }

  function configure(more: string): void {
    const hook = `{ url: "http://127.0.0.1:${port}/tasks", token: $HOOK_TOKEN, ${more} }`;
    workspace.write("trigate.yaml", `${CONFIG}tasks: { statusHook: ${hook} }\n`);
  }
  const tasks = (...args: readonly string[]) => workspace.start(["tasks", ...args], { HOOK_TOKEN: TOKEN }).ended;
  const trust = () => tasks("hook", "--trust");

  test("is told of each status with a key, a token and the evidence", async () => {
    await trust();
    expect((await tasks("set-status", "2.1", "in-progress")).exitCode).toBe(0);
    expect((await tasks("done", "1")).exitCode).toBe(0);
    expect(had.map(({ news }) => `${news.task.id} ${news.previous} ${news.status}`)).toEqual([
      "2.1 pending in-progress",
      "2 pending in-progress",
      "1 in-progress done",
    ]);
    expect(had.every(({ key, news }) => key === news.key)).toBe(true);
    expect(new Set(had.map(({ key }) => key)).size).toBe(3);
    expect(had[0]?.authorization).toBe(`Bearer ${TOKEN}`);
    expect(had[2]?.news.evidence?.verdict).toBe("passed");
  });

  test("that answers 500 and then 200 is told again, with the same key", async () => {
    await trust();
    answer = (response, nth) => response.writeHead(nth === 1 ? 500 : 200).end(TOKEN);
    const { exitCode, stderr } = await tasks("set-status", "1", "review");
    expect(exitCode).toBe(0);
    expect(stderr).toBe("");
    expect(had.map(({ key }) => key)).toEqual([had[0]?.key, had[0]?.key]);
  });

  test.each([
    ["is gone", (response: ServerResponse) => response.destroy(), "it cannot be reached"],
    ["hangs", () => undefined, "no answer within 500 ms"],
    ["is busy", (response: ServerResponse) => response.writeHead(429).end(), "it answered 429"],
  ])("that %s loses no status and no news", async (_name, fail, problem) => {
    await trust();
    answer = fail;
    const { exitCode, stderr } = await tasks("set-status", "1", "review");
    expect(exitCode).toBe(0);
    expect(statuses()[0]).toBe("review");
    expect(stderr).toContain(problem);
    expect(had).toHaveLength(2);
    const listed = await tasks("hook", "--list");
    expect(listed.stdout).toContain("task 1 review (2 tries");
    answer = (response) => response.writeHead(200).end();
    // The next status takes it along, and before its own news.
    expect((await tasks("set-status", "1", "pending")).stderr).toBe("");
    expect(had.slice(2).map(({ news }) => news.status)).toEqual(["review", "pending"]);
    expect((await tasks("hook")).stdout).toContain("nothing waits");
  });

  test.each([
    ["404", (response: ServerResponse) => response.writeHead(404).end(TOKEN), "it answered 404"],
    [
      "a redirect, which would carry the token away,",
      (response: ServerResponse) => response.writeHead(307, { location: `http://localhost:${port}/else` }).end(),
      "a redirect, which is not followed",
    ],
  ])("that answers %s is given up at once, loudly, and kept", async (_name, refuse, problem) => {
    await trust();
    answer = refuse;
    const { exitCode, stderr, stdout } = await tasks("set-status", "1", "review");
    expect(exitCode).toBe(0);
    expect(stderr).toContain(problem);
    expect(had).toHaveLength(1);
    const listed = await tasks("hook", "--list", "--json");
    expect(listed.stdout).toContain('"givenUp"');
    expect(stdout + stderr + listed.stdout).not.toContain(TOKEN);
    answer = (response) => response.writeHead(200).end();
    expect((await tasks("hook", "--retry")).stdout).toContain("1 sent");
    expect(had[1]?.key).toBe(had[0]?.key);
  });

  test("is told nothing by a workspace that nobody trusts, nor without its token, and no file holds the token", async () => {
    const untrusted = await tasks("set-status", "1", "review");
    expect(untrusted.exitCode).toBe(0);
    expect(untrusted.stderr).toContain("this workspace is not trusted yet");
    const unset = await workspace.trigate("tasks", "hook", "--trust");
    expect(unset.exitCode).toBe(3);
    expect(unset.stdout).toContain("the variable $HOOK_TOKEN is not set");
    expect(had).toEqual([]);
    const kept = readdirSync(workspace.stateFolder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"));
    expect(kept.filter((content) => content.includes("task.status"))).toHaveLength(1);
    expect(kept.join("\n")).not.toContain(TOKEN);
    expect((await tasks("hook")).stdout).toContain("1 sent");
    expect(had).toHaveLength(1);
  });

  test("is told later of what was written while its command was killed", async () => {
    await trust();
    answer = () => undefined;
    configure("attempts: 20, timeout: 1min");
    const { child, ended } = workspace.start(["tasks", "set-status", "1", "review"], { HOOK_TOKEN: TOKEN });
    await expect.poll(() => had.length, { timeout: 20_000 }).toBe(1);
    child.kill("SIGKILL");
    await ended;
    expect(statuses()[0]).toBe("review");
    answer = (response) => response.writeHead(200).end();
    expect((await tasks("hook")).stdout).toContain("1 sent");
    expect(had[1]?.key).toBe(had[0]?.key);
  });
});
