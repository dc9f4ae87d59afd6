import { afterEach, describe, expect, test } from "vitest";
import type { CheckOutput } from "../../../core/check.ts";
import { runChecker } from "../../testing/run-checker.ts";
import { apiAttackChecker } from "./adapter.ts";
import { COUNTER, COUNTER_TOKEN, startCounter, type WsFault } from "./testing/ws-servers.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function attack(faults: readonly WsFault[], settings: object = {}): Promise<CheckOutput> {
  const counter = await startCounter(...faults);
  closing.push(counter.close);
  return runChecker(apiAttackChecker, {
    workspace: { "counter.json": COUNTER },
    settings: {
      description: "counter.json",
      url: counter.url,
      headers: { Authorization: "Bearer ${COUNTER_TOKEN}" },
      requests: 160,
      requestTimeoutMs: 3_000,
      oversizeBytes: 200_000,
      ...settings,
    },
    env: { COUNTER_TOKEN },
  });
}

const RULES: readonly (readonly [WsFault, string])[] = [
  ["internal", "server-error"],
  ["hang", "no-answer"],
  ["drops", "no-answer"],
  ["dies", "server-down"],
  ["trace", "leaked-internals"],
  ["takes-anything", "invalid-input-accepted"],
  ["odd-answer", "undeclared-answer"],
  ["template", "template-evaluated"],
  ["open", "missing-authentication"],
  ["origin", "foreign-origin"],
  ["no-first", "missing-authentication"],
  ["large", "oversized-accepted"],
  ["malformed", "malformed-accepted"],
];

/**
 * Where silence is the fault, it is not waited for long, but long enough that a busy machine answers all else in that time;
 * where one text of many is, more are tried.
 */
const MORE: Partial<Record<WsFault, object>> = {
  hang: { requestTimeoutMs: 200, requests: 60 },
  template: { requests: 600 },
};

describe("attack on a ws API", () => {
  test.each(RULES)("a counter with the fault %s breaks the rule %s", async (fault, rule) => {
    const { findings } = await attack([fault], MORE[fault]);
    expect(findings.map((finding) => finding.rule)).toContain(rule);
    expect(JSON.stringify(findings)).not.toContain(COUNTER_TOKEN);
  });

  test("a counter without faults breaks none", async () => {
    const { findings, evidence, problems } = await attack([]);
    expect({ findings, problems }).toEqual({ findings: [], problems: [] });
    expect(evidence?.summary).toMatch(/^\d{3} answers of 2 of 2 operations$/);
  });

  test("a finding names the operation's line and the smallest message", async () => {
    const { findings } = await attack(["takes-anything"]);
    const accepted = findings.find(({ message }) => message.startsWith("add "));
    const line = COUNTER.split("\n").findIndex((text) => text.startsWith('  "add"')) + 1;
    expect(accepted).toMatchObject({ rule: "invalid-input-accepted", severity: "error", range: { start: { line } } });
    expect(accepted?.message).toMatch(/Repeat it with: \{"jsonrpc":"2.0","id":0,"method":"add".{0,30}\}$/);
  });
});
