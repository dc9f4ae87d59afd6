import { describe, expect, test } from "vitest";
import { REDACTED, redactor, secretValues } from "./redaction.ts";

/** Put together, so that this file itself holds nothing of that form. */
const KIND = ["EC", "PRIVATE", "KEY"].join(" ");
const PEM = `-----BEGIN ${KIND}-----\nMHQCAQEEIBkg\nabc=\n-----END ${KIND}-----`;
const HEX = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318";

describe("redactor", () => {
  const redact = redactor(["very secret value", 'with "quotes" inside']);

  test.each([
    [`before ${PEM} after`, `before ${REDACTED} after`],
    [`cut off ${PEM.slice(0, 50)}`, `cut off ${REDACTED}`],
    [`PRIVATE_KEY=0x${HEX}`, `PRIVATE_KEY=${REDACTED}`],
    [`{"privateKey": "${HEX}"}`, `{"privateKey": "${REDACTED}"}`],
    [`token ghp_${"a1B2".repeat(9)}.`, `token ${REDACTED}.`],
    ["Authorization: Bearer abcdefgh12345", `Authorization: Bearer ${REDACTED}`],
    [["postgres://me", "hunter2@db/x"].join(":"), `postgres://me:${REDACTED}@db/x`],
    ["it printed very secret value here", `it printed ${REDACTED} here`],
    ['{"a":"with \\"quotes\\" inside"}', `{"a":"${REDACTED}"}`],
    ["?a=very%20secret%20value", `?a=${REDACTED}`],
  ])("%s", (text, clean) => expect(redact(text)).toBe(clean));

  test.each([
    `transaction 0x${HEX} failed`,
    "-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----",
    "see https://example.org:8080/a@b",
    "the key is missing",
  ])("leaves %s", (text) => expect(redact(text)).toBe(text));
});

test("secrets of an environment are known by the names of their variables", () => {
  const env = {
    API_TOKEN: "token-value",
    DEPLOYER_PRIVATE_KEY: HEX,
    DB_PASSWORD: "short",
    SSH_AUTH_SOCK: "/run/agent.sock",
    TOKEN_FILE: "relative-file-name",
    PWD: "/home/somebody",
    HOME: "/home/somebody",
    KEYBOARD: "something long",
  };
  expect(secretValues(env)).toEqual([HEX, "token-value"]);
});
