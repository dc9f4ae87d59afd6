import { mkdirSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { PROTOCOL_VERSION, RPC_ERRORS } from "../../protocol/index.ts";
import { call, daemonWith, disposeDaemons, failure } from "../testing/conversation.ts";
import { FakeRuns, playFindings } from "../testing/fake-runs.ts";
import { RawClient } from "../testing/test-daemon.ts";
import { CLOSE } from "./close-codes.ts";
import { JSON_RPC } from "./rpc-errors.ts";

afterEach(disposeDaemons);

const hello = { protocolVersion: PROTOCOL_VERSION, client: "test", trusted: true };

describe("the door", () => {
  test.each([
    ["a wrong token", (token: string) => ({ token: `${token}x` }), {}, 401],
    ["no token", () => ({ token: "" }), {}, 401],
    ["a page's Origin", () => ({}), { Origin: "http://localhost:8080" }, 403],
    ["an Origin of null", () => ({}), { Origin: "null" }, 403],
    ["another path", () => ({ path: "other" }), {}, 404],
  ])("%s is refused", async (...[_name, change, headers, status]) => {
    const { endpoint } = await daemonWith();
    const changed: { token?: string; path?: string } = change(endpoint.token);
    const target = { url: endpoint.url + (changed.path ?? ""), token: changed.token ?? endpoint.token };
    await expect(RawClient.connect(target, headers)).rejects.toMatchObject({ status });
  });

  test("a plain request learns nothing", async () => {
    const { endpoint } = await daemonWith();
    const status = await new Promise((resolve) =>
      request(endpoint.url.replace("ws:", "http:"), (response) => resolve(response.statusCode)).end(),
    );
    expect(status).toBe(426);
  });

  test("it listens on loopback only", async () => {
    const { endpoint } = await daemonWith();
    expect(new URL(endpoint.url).hostname).toBe("127.0.0.1");
  });
});

describe("the first message", () => {
  test("a good hello is answered with who this is", async () => {
    const { endpoint, root } = await daemonWith();
    const client = await RawClient.connect(endpoint);
    expect(await client.ask(call("hello", hello))).toEqual({
      jsonrpc: "2.0",
      id: 1,
      result: { protocolVersion: PROTOCOL_VERSION, agentVersion: "0.0.1", root, pid: process.pid },
    });
  });

  test("another protocol version is closed with 4001", async () => {
    const { endpoint } = await daemonWith();
    const client = await RawClient.connect(endpoint);
    expect(await client.ask(call("hello", { ...hello, protocolVersion: "0" }))).toEqual(
      failure(RPC_ERRORS.trigate, "daemon/version-mismatch"),
    );
    expect(await client.closed).toEqual({ code: CLOSE.versionMismatch, reason: PROTOCOL_VERSION });
  });

  test("something else than hello is closed with 4002", async () => {
    const { endpoint } = await daemonWith();
    const client = await RawClient.connect(endpoint);
    expect(await client.ask(call("daemon/status"))).toEqual(failure(RPC_ERRORS.helloFirst));
    expect((await client.closed).code).toBe(CLOSE.helloMissing);
  });

  test("a hello without its parts is closed with 4002", async () => {
    const { endpoint } = await daemonWith();
    const client = await RawClient.connect(endpoint);
    expect(await client.ask(call("hello", { protocolVersion: PROTOCOL_VERSION }))).toEqual(
      failure(JSON_RPC.invalidParams, "usage/bad-argument"),
    );
    expect((await client.closed).code).toBe(CLOSE.helloMissing);
  });

  test("silence is closed with 4002", async () => {
    const { endpoint } = await daemonWith({ helloWithinMs: 30 });
    const client = await RawClient.connect(endpoint);
    expect((await client.closed).code).toBe(CLOSE.helloMissing);
  });
});

describe("what is no request", () => {
  test.each([
    ["no JSON", "{]", JSON_RPC.parse],
    ["nothing", "", JSON_RPC.parse],
    ["a number", "4", JSON_RPC.invalidRequest],
    ["a batch", [call("daemon/status")], JSON_RPC.invalidRequest],
    ["another version", { jsonrpc: "1.0", id: 1, method: "daemon/status" }, JSON_RPC.invalidRequest],
    ["an id that is an object", call("daemon/status", {}, {}), JSON_RPC.invalidRequest],
    ["an unknown method", call("run/everything"), JSON_RPC.unknownMethod],
    ["a method of every object", call("toString"), JSON_RPC.unknownMethod],
    ["a second hello", call("hello", hello), JSON_RPC.unknownMethod],
    ["wrong parameters", call("run/cancel", { runId: 4 }), JSON_RPC.invalidParams],
    ["unknown parameters", call("tasks/list", { colour: "red" }), JSON_RPC.invalidParams],
    ["parameters as a list", call("run/cancel", ["run-1"]), JSON_RPC.invalidParams],
    ["parameters that are null", call("daemon/status", null), JSON_RPC.invalidParams],
  ])("%s is answered with an error, and the conversation goes on", async (_name, message, code) => {
    const { endpoint } = await daemonWith();
    const client = await RawClient.greet(endpoint);
    expect(await client.ask(message)).toEqual(failure(code, "usage/bad-argument"));
    expect(await client.ask(call("daemon/status", {}, "after"))).toMatchObject({ id: "after", result: { clients: 1 } });
  });

  test("a message that wants no answer gets none", async () => {
    const { endpoint } = await daemonWith();
    const client = await RawClient.greet(endpoint);
    client.send({ jsonrpc: "2.0", method: "daemon/stop" });
    expect(await client.ask(call("daemon/status", {}, "after"))).toMatchObject({ id: "after" });
  });

  test("binary frames are closed with 1003", async () => {
    const { endpoint } = await daemonWith();
    const client = await RawClient.greet(endpoint);
    client.send(new Uint8Array([1, 2, 3]));
    expect((await client.closed).code).toBe(1003);
  });

  test("a message over the limit is closed with 1009, and others are still served", async () => {
    const { endpoint } = await daemonWith({ maxMessageBytes: 10_000 });
    const client = await RawClient.greet(endpoint);
    client.send("x".repeat(20_000));
    expect((await client.closed).code).toBe(1009);
    const other = await RawClient.greet(endpoint);
    expect(await other.ask(call("daemon/status"))).toMatchObject({ result: { clients: 1 } });
  });

  test.each([
    ["reserved bits", Buffer.from([0xf1, 0x80, 0, 0, 0, 0]), 1002],
    ["an unmasked frame", Buffer.from([0x81, 0x02, 0x7b, 0x7d]), 1002],
    ["text that is not UTF-8", Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe]), 1007],
  ])("a frame with %s is closed with its code", async (_name, bytes, code) => {
    const { endpoint } = await daemonWith();
    const client = await RawClient.greet(endpoint);
    writeRaw(client, bytes);
    expect((await client.closed).code).toBe(code);
    await expect(RawClient.greet(endpoint)).resolves.toBeDefined();
  });

  function writeRaw({ socket }: RawClient, bytes: Uint8Array): void {
    const line: unknown = Reflect.get(socket, "_socket");
    if (typeof line !== "object" || line === null || !("write" in line) || typeof line.write !== "function")
      throw new Error("ws keeps its socket elsewhere now");
    line.write(bytes);
  }
});

describe("trust", () => {
  test.each([
    ["daemon/status", {}, true],
    ["tasks/list", {}, true],
    ["tasks/next", {}, true],
    ["run/latest", {}, true],
    ["run/start", {}, false],
    ["run/verdict", {}, false],
    ["run/cancel", { runId: "x" }, false],
    ["run/findings", { runId: "x" }, false],
    ["run/coverage", {}, false],
    ["run/html", { runId: "x" }, false],
    ["tasks/set-status", { id: "1", status: "done" }, false],
    ["tasks/done", { id: "1" }, false],
    ["tasks/add", { title: "x" }, false],
    ["tasks/repair", {}, false],
    ["tasks/move", { moves: [{ from: "1", to: "2" }] }, false],
    ["tasks/use-tag", { name: "master" }, false],
    ["daemon/stop", {}, false],
  ])("an untrusted client may call %s: %#", async (method, params, isAllowed) => {
    const runs = new FakeRuns(playFindings(() => []));
    const { endpoint, root } = await daemonWith({ services: { runs } });
    mkdirSync(join(root, ".taskmaster/tasks"), { recursive: true });
    writeFileSync(join(root, ".taskmaster/tasks/tasks.json"), '{"master":{"tasks":[{"id":1}]}}');
    const client = await RawClient.greet(endpoint, { trusted: false });
    const answer = await client.ask(call(method, params));
    if (isAllowed) expect(answer).toHaveProperty("result");
    else expect(answer).toEqual(failure(RPC_ERRORS.notTrusted, "usage/not-trusted"));
    expect(runs.played).toEqual([]);
  });
});
