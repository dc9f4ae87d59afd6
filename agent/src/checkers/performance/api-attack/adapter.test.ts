import { afterEach, describe, expect, test } from "vitest";
import type { CheckOutput } from "../../../core/check.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { once } from "../../testing/once.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { runChecker } from "../../testing/run-checker.ts";
import { apiAttackChecker } from "./adapter.ts";
import { type HttpFault, SHOP, SHOP_TOKEN, startShop } from "./testing/http-servers.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const SETTINGS = {
  description: "shop.yaml",
  url: "${SHOP_URL}/",
  headers: { Authorization: "Bearer ${SHOP_TOKEN}" },
  // A third more than the fault takes that is the hardest to find; the same seed always makes the same requests.
  requests: 340,
  requestTimeoutMs: 3_000,
  oversizeBytes: 200_000,
};

async function attack(faults: readonly HttpFault[], settings: Record<string, unknown> = {}): Promise<CheckOutput> {
  const shop = await startShop(...faults);
  closing.push(shop.close);
  return runShop(SHOP, { url: shop.url, settings });
}

function runShop(description: string, { url = "", settings = {} }: { url?: string; settings?: object } = {}) {
  return runChecker(apiAttackChecker, {
    workspace: { "shop.yaml": description },
    settings: { ...SETTINGS, ...settings },
    env: { SHOP_URL: url, SHOP_TOKEN },
  });
}

const crashing = once(() => attack(["crash"]));
const faultless = once(() => attack([], { requests: 500 }));

requiredCases(apiAttackChecker, {
  red: crashing,
  clean: faultless,
  truncated: () => runShop(SHOP.slice(0, SHOP.indexOf("components:") - 30), { url: "http://127.0.0.1:1" }),
  empty: () => runShop(""),
  builtIn: true,
});

const RULES: readonly (readonly [HttpFault, string])[] = [
  ["crash", "server-error"],
  ["hang", "no-answer"],
  ["dies", "server-down"],
  ["trace", "leaked-internals"],
  ["takes-anything", "invalid-input-accepted"],
  ["odd-status", "undeclared-status"],
  ["odd-type", "undeclared-content-type"],
  ["odd-answer", "undeclared-answer"],
  ["html", "reflected-html"],
  ["template", "template-evaluated"],
  ["header", "header-injection"],
  ["open", "missing-authentication"],
  ["cors", "foreign-origin"],
  ["methods", "undeclared-method"],
  ["large", "oversized-accepted"],
  ["malformed", "malformed-accepted"],
];

describe("attack on an HTTP API", () => {
  test.each(RULES)("a shop with the fault %s breaks the rule %s", async (fault, rule) => {
    const { findings } = await attack([fault], fault === "hang" ? { requestTimeoutMs: 200 } : {});
    expect(findings.map((finding) => finding.rule)).toContain(rule);
    expect(JSON.stringify(findings)).not.toContain(SHOP_TOKEN);
  });

  test("a shop without faults breaks none, and evidence says how much was asked", async () => {
    const { findings, evidence, problems } = await faultless();
    expect({ findings, problems }).toEqual({ findings: [], problems: [] });
    expect(evidence?.summary).toMatch(/^5\d\d answers of 2 of 2 operations$/);
  });

  test("a finding names the line, and the smallest request as a command without its secret", async () => {
    const { findings } = await crashing();
    const crash = findings.find(({ rule }) => rule === "server-error");
    expect(crash).toMatchObject({ file: "shop.yaml", range: { start: { line: 7 } }, severity: "error" });
    expect(crash?.message).toContain('"authorization: Bearer ${SHOP_TOKEN}"');
    expect(crash?.message).toMatch(/--data-raw '\{"name":.{1,14},"count":1\}'/);
  });

  test("the same seed finds the same", async () => {
    const messages = async () =>
      (await attack(["takes-anything", "trace"])).findings.map(({ message }) => message.replaceAll(/:\d{4,5}/g, ""));
    expect(await messages()).toEqual(await messages());
  });

  test("operations are left out by name, and a wrong name is a problem", async () => {
    const { findings, evidence } = await attack(["crash"], { except: ["POST /orders"] });
    expect(findings).toEqual([]);
    expect(evidence?.summary).toContain("left out: POST /orders");
    expect((await attack([], { except: ["GET /nowhere"] })).problems).toHaveLength(1);
  });
});

describe("what is attacked", () => {
  test.each([
    "http://192.0.2.1/",
    "http://127.0.0.1@192.0.2.1/",
    "http://localhost.example/",
    "ws://127.0.0.1/",
    "no",
  ])("%s is refused", async (url) => {
    const refused = runShop(SHOP, { settings: { url } });
    await expect(refused).rejects.toSatisfy((error) => isTrigateError(error, "checker/tool-failed"));
  });

  test("nobody at home is no green", async () => {
    const { evidence, problems } = await runShop(SHOP, { url: "http://127.0.0.1:1" });
    expect(evidence).toBeUndefined();
    expect(problems.join()).toContain("nobody answered");
  });

  test("a variable that is not set is named", async () => {
    const asked = runShop(SHOP, { settings: { url: "${NOWHERE_URL}" } });
    await expect(asked).rejects.toThrow(/NOWHERE_URL is not set/);
  });
});
