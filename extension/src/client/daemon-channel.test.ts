import { PROTOCOL_VERSION } from "@trigate/agent/protocol";
import { afterEach, describe, expect, test } from "vitest";
import { type FakeAnswer, FakeDaemon, type FakeRequest } from "../../test/fake-daemon.ts";
import { taskList } from "../../test/samples.ts";
import { type ChannelOptions, DaemonChannel, type DaemonNotification } from "./daemon-channel.ts";

const running: FakeDaemon[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((daemon) => daemon.stop()));
});

async function daemonThat(answer: (request: FakeRequest) => FakeAnswer | undefined): Promise<FakeDaemon> {
  const daemon = await FakeDaemon.start(answer);
  running.push(daemon);
  return daemon;
}

/** A channel, and what it told of besides answers. */
async function connect(daemon: FakeDaemon, changes: Partial<ChannelOptions> = {}) {
  const notifications: DaemonNotification[] = [];
  const oddities: string[] = [];
  const channel = await DaemonChannel.open({
    endpoint: daemon.endpoint,
    client: { client: "test", trusted: true, env: { LANG: "C" } },
    onNotification: (notification) => notifications.push(notification),
    onOddity: (text) => oddities.push(text),
    timeoutMs: 2000,
    ...changes,
  });
  return { channel, notifications, oddities };
}

describe("open", () => {
  test("says hello with the protocol version, trust and environment", async () => {
    const daemon = await daemonThat(() => undefined);
    const { channel } = await connect(daemon);
    expect(channel.agentVersion).toBe("9.9.9");
    const params = { protocolVersion: PROTOCOL_VERSION, client: "test", trusted: true, env: { LANG: "C" } };
    expect(daemon.requests).toMatchObject([{ method: "hello", params }]);
  });

  test("is refused with a wrong token", async () => {
    const daemon = await daemonThat(() => undefined);
    const endpoint = { ...daemon.endpoint, token: "x".repeat(48) };
    await expect(connect(daemon, { endpoint })).rejects.toMatchObject({ code: "channel/closed" });
  });

  test("does not even connect to an endpoint of another version", async () => {
    const daemon = await daemonThat(() => undefined);
    const endpoint = { ...daemon.endpoint, protocolVersion: "0" };
    await expect(connect(daemon, { endpoint })).rejects.toMatchObject({ code: "protocol/version-mismatch" });
    expect(daemon.requests).toEqual([]);
  });

  test("ends with a version mismatch when the daemon closes with 4001", async () => {
    const daemon = await daemonThat(() => "silence");
    const opening = connect(daemon);
    await expect.poll(() => daemon.requests.length).toBe(1);
    daemon.hangUp(4001, "2");
    await expect(opening).rejects.toMatchObject({ code: "protocol/version-mismatch", details: { agent: "2" } });
  });

  test("rejects when nobody listens", async () => {
    const daemon = await daemonThat(() => undefined);
    await daemon.stop();
    running.splice(0);
    await expect(connect(daemon)).rejects.toMatchObject({ code: "channel/closed" });
  });
});

describe("call", () => {
  test("gives the parsed result", async () => {
    const daemon = await daemonThat(({ method }) => (method === "tasks/list" ? { result: taskList() } : undefined));
    const { channel } = await connect(daemon);
    expect((await channel.call("tasks/list", {})).next).toBe("2.2");
  });

  test("keeps answers apart that come in another order", async () => {
    const daemon = await daemonThat(({ method }) => (method === "hello" ? undefined : "silence"));
    const { channel } = await connect(daemon);
    const calls = [channel.call("run/cancel", { runId: "a" }), channel.call("run/cancel", { runId: "b" })];
    await expect.poll(() => daemon.requests.length).toBe(3);
    const [, first, second] = daemon.requests;
    daemon.say({ jsonrpc: "2.0", id: second?.id, result: { cancelled: true } });
    daemon.say({ jsonrpc: "2.0", id: first?.id, result: { cancelled: false } });
    expect(await Promise.all(calls)).toEqual([{ cancelled: false }, { cancelled: true }]);
  });

  test.each([
    {
      name: "an error of the agent keeps the agent's code",
      answer: { error: { code: -32000, message: "no such task", data: { code: "tasks/unknown" } } },
      rejection: { code: "rpc/failed", message: "no such task", details: { code: "tasks/unknown" } },
    },
    {
      name: "a refusal for want of trust",
      answer: { error: { code: -32001, message: "not trusted" } },
      rejection: { code: "workspace/untrusted" },
    },
    { name: "a result of another form", answer: { result: { tasks: 3 } }, rejection: { code: "channel/malformed" } },
    { name: "a hang-up", answer: "hang-up" as const, rejection: { code: "channel/closed" } },
  ])("rejects: $name", async ({ answer, rejection }) => {
    const daemon = await daemonThat(({ method }) => (method === "hello" ? undefined : answer));
    const { channel } = await connect(daemon);
    await expect(channel.call("tasks/list", {})).rejects.toMatchObject(rejection);
  });

  test("rejects when no answer comes in time", async () => {
    const daemon = await daemonThat(() => undefined);
    const { channel } = await connect(daemon, { timeoutMs: 100 });
    await expect(channel.call("tasks/list", {})).rejects.toMatchObject({ code: "channel/timed-out" });
  });
});

test("a proof takes as long as its run, and ends with the channel", async () => {
  const daemon = await daemonThat(({ method }) => (method === "hello" ? undefined : "silence"));
  const { channel } = await connect(daemon, { timeoutMs: 50 });
  let isOver = false;
  const proof = channel.call("tasks/done", { id: "1" }).finally(() => (isOver = true));
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(isOver).toBe(false);
  daemon.hangUp(1001, "gone");
  await expect(proof).rejects.toMatchObject({ code: "channel/closed" });
});

describe("what comes unasked", () => {
  test("notifications arrive parsed; unknown ones and rubbish are told of and dropped", async () => {
    const daemon = await daemonThat(() => undefined);
    const { notifications, oddities } = await connect(daemon);
    daemon.say("not json");
    daemon.say({ jsonrpc: "2.0", id: 99, result: {} });
    daemon.say({ jsonrpc: "2.0", method: "run/event", params: { type: "unheard-of" } });
    daemon.say({ jsonrpc: "2.0", method: "new/thing", params: {} });
    daemon.say({ jsonrpc: "2.0", method: "tasks/changed" });
    daemon.say({ jsonrpc: "2.0", method: "run/event", params: { type: "run-cancelled", runId: "r" } });
    await expect.poll(() => notifications.length).toBe(2);
    expect(notifications).toEqual([
      { name: "tasks/changed", params: {} },
      { name: "run/event", params: { type: "run-cancelled", runId: "r" } },
    ]);
    expect(oddities).toHaveLength(4);
  });

  test("`closed` tells why the conversation ended", async () => {
    const daemon = await daemonThat(() => undefined);
    const { channel } = await connect(daemon);
    daemon.hangUp(1001, "idle");
    expect(await channel.closed).toMatchObject({ code: "channel/closed", details: { why: "idle" } });
  });
});
