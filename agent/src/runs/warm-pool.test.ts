import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import type { WarmStart } from "../checkers/warm-tool.ts";
import { messageOf } from "../errors/trigate-error.ts";
import { ResidentProcesses } from "../platform/resident-process.ts";
import { ShellSupervisor } from "../platform/supervisor.ts";
import { type PoolLimits, WarmPool } from "./warm-pool.ts";

/** Answers like a worker: it can echo, hang, refuse and die, as it is asked to. */
const SCRIPT = `
const withdrawn = [];
process.on("message", ({ id, method, params, cancel }) => {
  if (cancel !== undefined) { withdrawn.push(cancel); return; }
  if (method === "start") process.send({ id, result: null });
  if (method === "echo") process.send({ id, result: { params, pid: process.pid, name: process.env.NAME } });
  if (method === "withdrawn") process.send({ id, result: withdrawn.length });
  if (method === "refuse") process.send({ id, error: "no such thing" });
  if (method === "garble") { process.send("what"); process.send({ id: "x" }); process.send({ id, result: "still here" }); }
  if (method === "die") { process.stderr.write("a plugin ended the process"); process.exit(3); }
});
`;
/** Speaks LSP as far as a test needs it: gives back the text that it knows of a document. */
const SERVER = `
let buffer = Buffer.alloc(0); const texts = new Map();
const send = (m) => { const b = JSON.stringify({ jsonrpc: "2.0", ...m }); process.stdout.write("Content-Length: " + Buffer.byteLength(b) + "\\r\\n\\r\\n" + b); };
process.stdin.on("data", (chunk) => {
  buffer = Buffer.concat([buffer, chunk]);
  for (;;) {
    const end = buffer.indexOf("\\r\\n\\r\\n"); if (end < 0) return;
    const length = Number(/content-length: *([0-9]+)/i.exec(buffer.toString("latin1", 0, end))[1]);
    if (buffer.length < end + 4 + length) return;
    const { id, method, params } = JSON.parse(buffer.toString("utf8", end + 4, end + 4 + length));
    buffer = buffer.subarray(end + 4 + length);
    if (method === "textDocument/didOpen") texts.set(params.textDocument.uri, [params.textDocument.version, params.textDocument.text]);
    if (method === "textDocument/didChange") texts.set(params.textDocument.uri, [params.textDocument.version, params.contentChanges[0].text]);
    if (method === "textDocument/didClose") texts.delete(params.textDocument.uri);
    if (method === "initialize") send({ id, result: { capabilities: {} } });
    if (method === "text") send({ id, result: texts.get(params.uri) ?? null });
    if (method === "refuse") send({ id, error: { code: -32000, message: "refused" } });
    if (method === "garble") process.stdout.write("Content-Length: 3\\r\\n\\r\\n{]}");
  }
});
`;

const NODE = process.execPath;
const messages: WarmStart = { argv: [NODE, "--eval", SCRIPT], speaks: "messages" };
const server: WarmStart = { argv: [NODE, "--eval", SERVER], speaks: "lsp" };
const mute: WarmStart = { argv: [NODE, "--eval", "setInterval(() => {}, 1000)"], speaks: "messages" };
const broken: WarmStart = { argv: [NODE, "--eval", "process.exit(9)"], speaks: "messages" };

const opened: { pool: WarmPool; supervisor: ShellSupervisor }[] = [];
afterEach(() => {
  for (const { pool, supervisor } of opened.splice(0)) {
    pool.close();
    supervisor.close();
  }
});

function makePool(limits: Partial<PoolLimits> = {}) {
  const supervisor = new ShellSupervisor();
  const machine = { elapsedMs: 0, freeMemory: 1 };
  const lines: string[] = [];
  const pool = new WarmPool({
    starter: new ResidentProcesses(supervisor),
    clock: { now: () => 0, elapsed: () => machine.elapsedMs },
    freeMemory: () => machine.freeMemory,
    log: (line) => lines.push(line),
    limits,
  });
  opened.push({ pool, supervisor });
  const worker = (start = messages, extra: { identity?: string; env?: Record<string, string> } = {}) =>
    pool.worker({ tool: "tool", start, folder: process.cwd(), env: {}, identity: "", ...extra });
  const ask = async (method: string, params: unknown = null, { start = messages, identity = "" } = {}) =>
    worker(start, { identity }).use(new AbortController().signal, ({ ask: put }) => put(method, params));
  return { pool, machine, lines, worker, ask };
}

const pidOf = (answer: unknown) => z.object({ pid: z.number() }).parse(answer).pid;
/** The machine may be busy with other tests. */
const PATIENCE = { timeout: 15_000 };
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("a worker", () => {
  test("is started once and asked often", async () => {
    const { ask, pool } = makePool();
    const [first, second] = await Promise.all([ask("echo", { a: "é😀" }), ask("echo", 2)]);
    expect(first).toMatchObject({ params: { a: "é😀" } });
    expect(pidOf(second)).toBe(pidOf(first));
    expect(pool.states).toMatchObject([{ tool: "tool", state: "ready", answers: 2, crashes: 0 }]);
  });

  test("that says no, or says what is no message, is asked again", async () => {
    const { ask } = makePool();
    await expect(ask("refuse")).rejects.toThrow("no such thing");
    expect(await ask("garble")).toBe("still here");
  });

  test("hears of questions that were withdrawn", async () => {
    const { ask, worker } = makePool();
    const gone = new AbortController();
    const asked = worker().use(gone.signal, ({ ask: put }) => put("never", null));
    await ask("echo");
    gone.abort(new Error("typed over"));
    await expect(asked).rejects.toThrow("typed over");
    expect(await ask("withdrawn")).toBe(1);
  });

  test("that does not answer in time is ended, and the next question has another", async () => {
    const { ask } = makePool({ answerMs: 300, backOffMs: 0 });
    const pid = pidOf(await ask("echo"));
    await expect(ask("never")).rejects.toThrow("within 300 ms");
    await expect.poll(() => isAlive(pid), PATIENCE).toBe(false);
    await expect.poll(async () => pidOf(await ask("echo").catch(() => ({ pid }))), PATIENCE).not.toBe(pid);
  });

  test("that never says a first word is ended", async () => {
    const { ask } = makePool({ handshakeMs: 200 });
    await expect(ask("echo", null, { start: mute })).rejects.toThrow("within 200 ms");
  });

  test("takes the questions that it was asked along when it dies, and says why", async () => {
    const { worker } = makePool();
    const one = worker();
    const { signal } = new AbortController();
    const lost = one.use(signal, ({ ask: put }) => put("never", null));
    const last = one.use(signal, ({ ask: put }) => put("die", null));
    await expect(last).rejects.toThrow("a plugin ended the process");
    await expect(lost).rejects.toThrow("a plugin ended the process");
    expect(await one.ended).toBe("a plugin ended the process");
  });
});

describe("a language server", () => {
  test("knows the text that is shown, whatever came before", async () => {
    const { worker } = makePool();
    const document = (text: string) => ({ file: "a.ts", path: "/w/a b.ts", text });
    const told = (text: string) =>
      worker(server).use(new AbortController().signal, async ({ ask, show }) =>
        ask("text", { uri: show(document(text), "typescript") }),
      );
    expect(await told("one")).toEqual([1, "one"]);
    expect(await told("one")).toEqual([1, "one"]);
    expect(await told("é😀\r\n")).toEqual([2, "é😀\r\n"]);
    worker(server).forget("/w/a b.ts");
    expect(await told("again")).toEqual([1, "again"]);
  });

  test("that refuses is asked again; one that talks nonsense is ended", async () => {
    const { ask, lines } = makePool({ answerMs: 3_000 });
    await expect(ask("refuse", {}, { start: server })).rejects.toThrow("refused");
    await expect(ask("garble", {}, { start: server })).rejects.toThrow(/worker/);
    expect(lines.join()).toContain("crashed");
  });
});

describe("crashes", () => {
  test("are followed by a wait that doubles, then by giving up until the configuration changes", async () => {
    const { ask, machine, pool, lines } = makePool({ backOffMs: 1_000, mostCrashes: 3 });
    for (const waitMs of [1_000, 2_000]) {
      await expect(ask("echo", null, { start: broken })).rejects.toThrow("exit code 9");
      machine.elapsedMs += waitMs - 1;
      await expect(ask("echo", null, { start: broken }).catch(messageOf)).resolves.toMatch(/crashed \d times/);
      machine.elapsedMs += 1;
    }
    await expect(ask("echo", null, { start: broken })).rejects.toThrow("exit code 9");
    machine.elapsedMs += 1e9;
    expect(() => pool.worker({ tool: "tool", start: broken, folder: process.cwd(), env: {}, identity: "" })).toThrow(
      "crashed 3 times",
    );
    expect(pool.states).toMatchObject([{ state: "gave-up", crashes: 3, problem: "it ended with exit code 9" }]);
    expect(lines.at(-1)).toContain("started each time from now on");
    await expect(ask("echo", null, { start: broken, identity: "edited" })).rejects.toThrow("exit code 9");
  });

  test("of a worker that had answered count anew", async () => {
    const { ask, pool } = makePool({ backOffMs: 0, mostCrashes: 2 });
    for (let crash = 0; crash < 4; crash++) {
      await ask("echo");
      await expect(ask("die")).rejects.toThrow("a plugin");
      await expect.poll(() => pool.states, PATIENCE).toMatchObject([{ state: "waiting", crashes: 1 }]);
    }
  });
});

describe("workers are ended", () => {
  test("when nobody asked for long, and come back with the next question", async () => {
    const { ask, pool, machine, lines } = makePool({ idleMs: 5_000 });
    const pid = pidOf(await ask("echo"));
    machine.elapsedMs = 4_999;
    pool.sweep();
    expect(isAlive(pid)).toBe(true);
    machine.elapsedMs = 10_000;
    pool.sweep();
    await expect.poll(() => isAlive(pid), PATIENCE).toBe(false);
    expect(lines).toEqual([expect.stringContaining("nobody asked")]);
    expect(pool.states).toEqual([]);
    expect(pidOf(await ask("echo"))).not.toBe(pid);
  });

  test("when memory is short, but not while they are asked", async () => {
    const { ask, pool, worker, machine } = makePool();
    const pid = pidOf(await ask("echo"));
    const gone = new AbortController();
    const asked = worker().use(gone.signal, ({ ask: put }) => put("never", null));
    machine.freeMemory = 0.05;
    pool.sweep();
    expect(pool.states).toHaveLength(1);
    gone.abort(new Error("over"));
    await expect(asked).rejects.toThrow("over");
    pool.sweep();
    await expect.poll(() => isAlive(pid), PATIENCE).toBe(false);
  });

  test("when the configuration changed", async () => {
    const { ask } = makePool();
    const pid = pidOf(await ask("echo", null, { identity: "before" }));
    expect(pidOf(await ask("echo", null, { identity: "after" }))).not.toBe(pid);
    await expect.poll(() => isAlive(pid), PATIENCE).toBe(false);
  });

  test("when there are too many: the one that rests longest", async () => {
    const { worker, pool, machine } = makePool({ most: 2 });
    const pids: number[] = [];
    for (const name of ["a", "b", "c"]) {
      machine.elapsedMs += 10;
      const { signal } = new AbortController();
      pids.push(pidOf(await worker(messages, { env: { NAME: name } }).use(signal, ({ ask }) => ask("echo", null))));
    }
    await expect.poll(() => pids.map(isAlive), PATIENCE).toEqual([false, true, true]);
    expect(pool.states).toHaveLength(2);
  });

  test("when the pool is closed, which starts no more", async () => {
    const { ask, pool, worker } = makePool();
    const pid = pidOf(await ask("echo"));
    pool.close();
    await expect.poll(() => isAlive(pid), PATIENCE).toBe(false);
    expect(() => worker()).toThrow("cancelled");
  });
});
