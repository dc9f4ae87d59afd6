import { spawn } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { randomIds } from "../../platform/clock.ts";
import { isProcessAlive } from "../../platform/machine-lock.ts";
import { tryLockFile } from "../../platform/exclusive-file.ts";
import { type Endpoint, PROTOCOL_VERSION } from "../../protocol/index.ts";
import { Daemon } from "../daemon.ts";
import {
  COMPILED_SOURCES,
  daemonCommand,
  makeTestFolder,
  RawClient,
  type TestFolder,
  testServices,
} from "../testing/test-daemon.ts";
import { listenOnLoopback } from "../ws/loopback-server.ts";
import { CLOSE } from "../ws/close-codes.ts";
import { messageText } from "../ws/message-text.ts";
import { DaemonClient } from "./daemon-client.ts";
import { daemonFiles, readEndpoint, writeEndpoint } from "./endpoint-file.ts";
import { joinDaemon, type StartOptions, startOrJoin } from "./start-or-join.ts";

const SLOW = 60_000;
const client = { client: "test", trusted: true, env: {} };
const coded = (code: string) => expect.objectContaining({ code });

const folders: TestFolder[] = [];
const pids = new Set<number>();
async function folder(): Promise<TestFolder> {
  const made = await makeTestFolder();
  folders.push(made);
  return made;
}

afterEach(async () => {
  for (const made of folders) {
    const endpoint = await readEndpoint(daemonFiles(made.stateFolder));
    if (endpoint !== undefined && endpoint.pid !== process.pid) pids.add(endpoint.pid);
  }
  for (const pid of pids) {
    if (isProcessAlive(pid)) process.kill(pid, "SIGKILL");
  }
  pids.clear();
  for (const made of folders.splice(0)) await made.dispose();
});

function options(
  made: TestFolder,
  { flags = [], ...rest }: Partial<StartOptions> & { flags?: readonly string[] } = {},
): StartOptions {
  return {
    stateFolder: made.stateFolder,
    client,
    command: daemonCommand(made, ...flags),
    cwd: made.root,
    env: { ...COMPILED_SOURCES, ...process.env },
    ...rest,
  };
}

async function gone(pid: number): Promise<void> {
  while (isProcessAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
}

const endpointOf = (made: TestFolder): Endpoint =>
  JSON.parse(readFileSync(daemonFiles(made.stateFolder).endpoint, "utf8"));

describe("starting", () => {
  test(
    "starts a daemon of its own that outlives the conversation, and the next one joins it",
    async () => {
      const made = await folder();
      expect(await joinDaemon({ stateFolder: made.stateFolder, client })).toBeUndefined();
      const first = await startOrJoin(options(made));
      const { pid } = await first.call("daemon/status", {});
      expect(pid).not.toBe(process.pid);
      first.close();
      await first.closed;
      const second = await startOrJoin(options(made));
      expect(await second.call("daemon/status", {})).toMatchObject({ pid, root: made.root, clients: 1, runs: 0 });
      expect(await second.call("run/verdict", { paths: ["a.ts"] })).toMatchObject({ verdict: "failed" });
      await second.call("daemon/stop", {});
      expect(await second.closed).toMatchObject({ code: "daemon/unreachable" });
      await gone(pid);
      expect(existsSync(daemonFiles(made.stateFolder).endpoint)).toBe(false);
      expect(await joinDaemon({ stateFolder: made.stateFolder, client })).toBeUndefined();
    },
    SLOW,
  );

  test(
    "only its user can read the token, and the log says where it listens",
    async () => {
      const made = await folder();
      const joined = await startOrJoin(options(made));
      const files = daemonFiles(made.stateFolder);
      expect(statSync(files.endpoint).mode & 0o777).toBe(0o600);
      expect(statSync(files.log).mode & 0o777).toBe(0o600);
      const log = readFileSync(files.log, "utf8");
      expect(log).toContain(joined.endpoint.url);
      expect(log).not.toContain(joined.endpoint.token);
      joined.close();
    },
    SLOW,
  );

  test(
    "of several starters at once, one starts a daemon and all join it",
    async () => {
      const made = await folder();
      const joined = await Promise.all(Array.from({ length: 5 }, () => startOrJoin(options(made))));
      const statuses = await Promise.all(joined.map((each) => each.call("daemon/status", {})));
      expect(new Set(statuses.map(({ pid }) => pid)).size).toBe(1);
      for (const each of joined) each.close();
    },
    SLOW,
  );

  test(
    "two daemons started by hand at once end as one",
    async () => {
      const made = await folder();
      const [node = "", ...args] = daemonCommand(made);
      const spawned = [0, 1].map(() =>
        spawn(node, args, { stdio: "ignore", env: { ...COMPILED_SOURCES, ...process.env } }),
      );
      for (const { pid } of spawned) if (pid !== undefined) pids.add(pid);
      const exit = await Promise.race(spawned.map((child) => new Promise((resolve) => child.once("exit", resolve))));
      expect(exit).toBe(0);
      const survivor = spawned.find(({ exitCode }) => exitCode === null);
      const joined = await startOrJoin(options(made));
      expect((await joined.call("daemon/status", {})).pid).toBe(survivor?.pid);
      joined.close();
    },
    SLOW,
  );

  test(
    "a daemon that dies while it starts is told with its log",
    async () => {
      const made = await folder();
      const error: unknown = await startOrJoin(options(made, { flags: ["crash"] })).catch((thrown: unknown) => thrown);
      const { log } = daemonFiles(made.stateFolder);
      expect(error).toMatchObject({
        code: "daemon/start-failed",
        details: { log, problem: "it ended with exit code 1" },
      });
      expect(readFileSync(log, "utf8")).toContain("the daemon was told to crash");
      // The failure holds nobody up: the next one starts.
      (await startOrJoin(options(made))).close();
    },
    SLOW,
  );

  test("a command that is not there is told", async () => {
    const made = await folder();
    await expect(startOrJoin(options(made, { command: ["/nowhere/trigate"] }))).rejects.toThrow(
      coded("daemon/start-failed"),
    );
  });
});

describe("what a dead daemon left behind", () => {
  test(
    "after kill -9 the next one starts anew",
    async () => {
      const made = await folder();
      const first = await startOrJoin(options(made));
      const { pid } = first.endpoint;
      process.kill(pid, "SIGKILL");
      expect(await first.closed).toMatchObject({ code: "daemon/unreachable" });
      await gone(pid);
      expect(endpointOf(made).pid).toBe(pid);
      const second = await startOrJoin(options(made));
      expect(second.endpoint.pid).not.toBe(pid);
      second.close();
    },
    SLOW,
  );

  test.each([
    ["names a process that is gone", { pid: 2 ** 22 + 1 }],
    ["names a process that is somebody else's", { pid: process.pid }],
    ["is of another protocol version", { pid: process.pid, protocolVersion: "0" }],
  ])(
    "an endpoint file that %s is replaced, and nobody is killed",
    async (_name, change) => {
      const made = await folder();
      const stale = {
        url: "ws://127.0.0.1:9/",
        token: "t".repeat(43),
        protocolVersion: PROTOCOL_VERSION,
        ...change,
      };
      await writeEndpoint(daemonFiles(made.stateFolder), stale);
      const joined = await startOrJoin(options(made));
      expect(endpointOf(made)).toEqual(joined.endpoint);
      expect(joined.endpoint.url).not.toBe(stale.url);
      joined.close();
    },
    SLOW,
  );

  test.each(["", "{", '{"url": 4}', "\u0000\u0000"])(
    "an endpoint file with %j is replaced",
    async (text) => {
      const made = await folder();
      writeFileSync(daemonFiles(made.stateFolder).endpoint, text);
      const joined = await startOrJoin(options(made));
      expect(endpointOf(made)).toEqual(joined.endpoint);
      joined.close();
    },
    SLOW,
  );

  test(
    "a daemon that listens but does not answer is killed and replaced",
    async () => {
      const made = await folder();
      const first = await startOrJoin(options(made));
      const { pid } = first.endpoint;
      const unanswered = first.call("run/start", { checks: ["hang"] }).catch((error: unknown) => error);
      const { log } = daemonFiles(made.stateFolder);
      while (!readFileSync(log, "utf8").includes("hanging")) await new Promise((resolve) => setTimeout(resolve, 20));
      const second = await startOrJoin(options(made, { answerWithinMs: 500, patienceMs: 5_000 }));
      expect(second.endpoint.pid).not.toBe(pid);
      expect(await unanswered).toMatchObject({ code: "daemon/unreachable" });
      await gone(pid);
      second.close();
    },
    SLOW,
  );

  test(
    "a daemon of another version is asked to end, and replaced",
    async () => {
      const made = await folder();
      const files = daemonFiles(made.stateFolder);
      const lock = tryLockFile(files.alive);
      const asked: string[] = [];
      const token = randomIds.token();
      const old = await listenOnLoopback({
        token,
        log: () => undefined,
        routes: new Map([
          [
            "/",
            (socket) =>
              socket.on("message", (data) => {
                const { id, method, params } = JSON.parse(messageText(data));
                asked.push(method === "hello" ? `hello ${params.protocolVersion}` : method);
                const hello = { protocolVersion: "0", agentVersion: "0", root: made.root, pid: process.pid };
                socket.send(JSON.stringify({ jsonrpc: "2.0", id, result: method === "hello" ? hello : {} }));
                if (method === "daemon/stop") lock?.release();
              }),
          ],
        ]),
      });
      await writeEndpoint(files, { url: old.url, token, protocolVersion: "0", pid: process.pid });
      const joined = await startOrJoin(options(made));
      expect(asked).toEqual(["hello 0", "daemon/stop"]);
      expect(joined.endpoint.pid).not.toBe(process.pid);
      joined.close();
      await old.close(1000, "");
    },
    SLOW,
  );

  test(
    "a starter that was killed does not keep others from starting",
    async () => {
      const made = await folder();
      const holder = spawn(
        process.execPath,
        ["--input-type=module", "-e", HOLD, daemonFiles(made.stateFolder).starting],
        { stdio: ["ignore", "pipe", "inherit"], cwd: import.meta.dirname },
      );
      await new Promise((resolve) => holder.stdout.once("data", resolve));
      expect(tryLockFile(daemonFiles(made.stateFolder).starting)).toBeUndefined();
      holder.kill("SIGKILL");
      (await startOrJoin(options(made))).close();
    },
    SLOW,
  );

  const HOLD = `
    const { tryLockFile } = await import(${JSON.stringify(new URL("../../platform/exclusive-file.ts", import.meta.url).href)});
    globalThis.lock = tryLockFile(process.argv[1]);
    console.log(lock === undefined ? "refused" : "held");
    setInterval(() => undefined, 60000);
  `;
});

describe("ending", () => {
  test("it ends when nobody has needed it for long, but not before", async () => {
    const made = await folder();
    const daemon = new Daemon(testServices(made.root), { stateFolder: made.stateFolder, idleMs: 80 });
    const endpoint = await daemon.start();
    if (endpoint === undefined) throw new Error("there is one already");
    const joined = await RawClient.greet(endpoint);
    const first = await Promise.race([
      daemon.stopped,
      new Promise((resolve) => setTimeout(resolve, 300, "still there")),
    ]);
    expect(first).toBe("still there");
    joined.close();
    expect(await daemon.stopped).toBe("nobody needed it any more");
    expect(existsSync(daemonFiles(made.stateFolder).endpoint)).toBe(false);
  });

  test("clients are told, and their connections closed with 1001", async () => {
    const made = await folder();
    const daemon = new Daemon(testServices(made.root), { stateFolder: made.stateFolder });
    const endpoint = await daemon.start();
    if (endpoint === undefined) throw new Error("there is one already");
    const joined = await RawClient.greet(endpoint);
    await daemon.stop("the test says so");
    expect(await joined.notification()).toEqual({
      jsonrpc: "2.0",
      method: "daemon/closing",
      params: { reason: "the test says so" },
    });
    expect(await joined.closed).toEqual({ code: CLOSE.goingAway, reason: "the test says so" });
    await expect(DaemonClient.connect(endpoint, { client, timeoutMs: 1_000 })).rejects.toThrow(
      coded("daemon/unreachable"),
    );
  });

  test("a second daemon in the same state folder does not start, and the endpoint stays the first one's", async () => {
    const made = await folder();
    const [first, second] = [0, 1].map(() => new Daemon(testServices(made.root), { stateFolder: made.stateFolder }));
    const endpoint = await first?.start();
    expect(await second?.start()).toBeUndefined();
    await second?.stop("over");
    expect(endpointOf(made)).toEqual(endpoint);
    await first?.stop("over");
  });

  test(
    "a signal ends it in order",
    async () => {
      const made = await folder();
      const joined = await startOrJoin(options(made));
      process.kill(joined.endpoint.pid, "SIGTERM");
      expect(await joined.closed).toMatchObject({ details: { problem: "asked by a signal" } });
      await gone(joined.endpoint.pid);
      expect(existsSync(daemonFiles(made.stateFolder).endpoint)).toBe(false);
    },
    SLOW,
  );
});

describe("the client", () => {
  test("a wrong token and a closed port are told as unreachable", async () => {
    const made = await folder();
    const daemon = new Daemon(testServices(made.root), { stateFolder: made.stateFolder });
    const endpoint = await daemon.start();
    if (endpoint === undefined) throw new Error("there is one already");
    const wrong = { ...endpoint, token: "w".repeat(43) };
    await expect(DaemonClient.connect(wrong, { client, timeoutMs: 1_000 })).rejects.toThrow(
      coded("daemon/unreachable"),
    );
    await expect(DaemonClient.connect(endpoint, { client, timeoutMs: 1_000, protocolVersion: "0" })).rejects.toThrow(
      coded("daemon/version-mismatch"),
    );
    const good = await DaemonClient.connect(endpoint, { client, timeoutMs: 1_000 });
    await expect(good.call("tasks/list", {})).rejects.toThrow(coded("tasks/missing"));
    const heard: string[] = [];
    good.on("daemon/closing", ({ reason }) => heard.push(reason));
    await daemon.stop("over");
    await good.closed;
    expect(heard).toEqual(["over"]);
    await expect(good.call("tasks/list", {})).rejects.toThrow(coded("daemon/unreachable"));
  });
});
