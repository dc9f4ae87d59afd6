import { describe, expect, test } from "vitest";
import { type Connection, wayOutRows, whyDown } from "./connection.ts";

const CASES: readonly { connection: Connection; why: string | undefined; ways: string[] }[] = [
  { connection: { kind: "ready", agentVersion: "1", trusted: true }, why: undefined, ways: [] },
  { connection: { kind: "starting" }, why: "The Trigate agent is still starting", ways: [] },
  { connection: { kind: "waiting", reason: "it crashed", retryInMs: 1 }, why: "it crashed", ways: [] },
  { connection: { kind: "failed", reason: "it is gone" }, why: "it is gone", ways: ["Restart Agent", "Show Log"] },
  { connection: { kind: "stopped" }, why: "The Trigate agent was stopped", ways: ["Restart Agent", "Show Log"] },
];

describe.each(CASES)("an agent that is $connection.kind", ({ connection, why, ways }) => {
  test(`is down because: ${why}`, () => expect(whyDown(connection)).toBe(why));
  test(`has ${ways.length} ways out`, () => expect(wayOutRows(connection).map(({ label }) => label)).toEqual(ways));
});
