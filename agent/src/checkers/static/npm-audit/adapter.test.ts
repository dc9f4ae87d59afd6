import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { once } from "../../testing/once.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { runChecker } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { npmAuditChecker } from "./adapter.ts";

const testdata = testdataOf(import.meta.url);

const MANIFEST = '{"name":"x","version":"1.0.0","dependencies":{"ms":"2.1.3"}}';
const LOCK = JSON.stringify(
  {
    name: "x",
    version: "1.0.0",
    lockfileVersion: 3,
    packages: {
      "": { name: "x", version: "1.0.0", dependencies: { ms: "2.1.3" } },
      "node_modules/ms": { version: "2.1.3", resolved: "https://registry.invalid/ms.tgz", integrity: "sha512-AA==" },
    },
  },
  undefined,
  2,
);
const WORKSPACE = { "package.json": MANIFEST, "package-lock.json": LOCK };

const Asked = z.record(z.string(), z.array(z.string()));
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Plays the part of a registry: its audit service and the list of versions of one package. */
async function registry(answer: (asked: z.infer<typeof Asked>) => { status: number; body: unknown }): Promise<string> {
  const reply = async (request: IncomingMessage, response: ServerResponse) => {
    const sent = await buffer(request);
    const send = (status: number, body: unknown) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (request.url === "/-/npm/v1/security/advisories/bulk") {
      const text = request.headers["content-encoding"] === "gzip" ? gunzipSync(sent) : sent;
      const { status, body } = answer(Asked.parse(JSON.parse(text.toString("utf8"))));
      send(status, body);
    } else if (request.url === "/ms") {
      const versions = Object.fromEntries(["2.1.3", "2.2.0"].map((version) => [version, { name: "ms", version }]));
      send(200, { name: "ms", "dist-tags": { latest: "2.2.0" }, versions });
    } else send(404, {});
  };
  const server = createServer((request, response) => void reply(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => new Promise((resolve) => server.close(() => resolve())));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return `http://127.0.0.1:${address.port}/`;
}

const advisory = (severity: string) => ({
  id: 1,
  url: "https://github.com/advisories/GHSA-aaaa-bbbb-cccc",
  title: "slow for long input",
  severity,
  vulnerable_versions: "<2.2.0",
  cwe: [],
  cvss: { score: 5, vectorString: null },
});
const knows = (severity: string) =>
  registry((asked) => ({ status: 200, body: asked["ms"]?.includes("2.1.3") ? { ms: [advisory(severity)] } : {} }));
const knowsNothing = () => registry(() => ({ status: 200, body: {} }));
const refuses = () => registry(() => ({ status: 405, body: {} }));

interface Audit {
  readonly url: string;
  readonly settings?: Record<string, unknown>;
  readonly workspace?: Record<string, string>;
}

const audit = ({ url, settings = {}, workspace = WORKSPACE }: Audit) =>
  runChecker(npmAuditChecker, {
    workspace,
    settings,
    // The answer about a package is not to come out of a cache of an earlier test.
    options: { args: ["--registry", url, "--cache", ".npm-cache"] },
  });
const recorded = (exitCode: number, stdout: string) =>
  npmAuditChecker.check(
    fakeContext(npmAuditChecker, { files: ["package-lock.json"], answers: [{ exitCode, stdout, stderr: "" }] }),
  );

const found = once(async () => audit({ url: await knows("high") }));

requiredCases(npmAuditChecker, {
  red: found,
  clean: async () => audit({ url: await knowsNothing() }),
  truncated: () => recorded(1, testdata("truncated-11.19.1.json")),
  empty: () => recorded(0, ""),
});

test("the real npm asks about what is locked, and the finding stands where it is locked", async () => {
  const output = await found();
  expect(output.findings).toMatchObject([
    {
      rule: "GHSA-aaaa-bbbb-cccc",
      severity: "error",
      file: "package-lock.json",
      range: { start: { line: 13 } },
      url: "https://github.com/advisories/GHSA-aaaa-bbbb-cccc",
    },
  ]);
  expect(output.findings[0]?.message).toMatch(/^ms <2\.2\.0: slow for long input \(high\); npm install ms@2\.2\.0/);
  expect(output.evidence?.summary).toBe("1 packages against the registry's advisories: 1 found");
});

test("a minimum severity lets what is below pass", async () => {
  const url = await knows("moderate");
  expect(statusOf(await audit({ url })).outcome).toBe("failed");
  const output = await audit({ url, settings: { minimumSeverity: "high" } });
  expect(statusOf(output).outcome).toBe("passed");
  expect(output.findings.map(({ severity }) => severity)).toEqual(["info"]);
});

test("what was looked at and ignored does not count, until its day", async () => {
  const url = await knows("critical");
  const ignore = (until: string) => [{ id: "GHSA-aaaa-bbbb-cccc", reason: "never sees foreign input", until }];
  expect(statusOf(await audit({ url, settings: { ignore: ignore("2999-01-01") } })).outcome).toBe("passed");
  expect(statusOf(await audit({ url, settings: { ignore: ignore("2020-01-01") } })).outcome).toBe("failed");
});

test("a registry without an audit service is errored, with the way out", async () => {
  await expect(audit({ url: await refuses() })).rejects.toSatisfy(
    (error) =>
      isTrigateError(error, "checker/tool-failed") &&
      error.message.includes("405") &&
      error.message.includes("source: service-or-snapshot"),
  );
});

test("a registry that is not reached is errored, also as npm tells it", async () => {
  for (const answer of [testdata("offline-11.19.1.json"), testdata("not-allowed-11.19.1.json")])
    await expect(recorded(1, answer)).rejects.toSatisfy((error) => isTrigateError(error, "checker/tool-failed"));
});

const snapshot = (fixed: string) =>
  JSON.stringify({
    version: 1,
    collectedAt: new Date().toISOString().slice(0, 10),
    complete: true,
    ecosystems: ["npm"],
    advisories: [
      {
        id: "GHSA-xxxx-yyyy-zzzz",
        affected: [
          {
            package: { ecosystem: "npm", name: "ms" },
            ranges: [{ type: "SEMVER", events: [{ introduced: "0" }, { fixed }] }],
          },
        ],
        database_specific: { severity: "HIGH" },
      },
    ],
  });

test("falls back on a snapshot where that is wanted, and says so", async () => {
  const url = await refuses();
  const settings = { source: "service-or-snapshot", snapshot: "snapshot.json" };
  const red = await audit({ url, settings, workspace: { ...WORKSPACE, "snapshot.json": snapshot("3.0.0") } });
  expect(red.findings).toMatchObject([
    { rule: "GHSA-xxxx-yyyy-zzzz", severity: "error", file: "package-lock.json" },
    { rule: "advisories", severity: "info", message: expect.stringContaining("405") },
  ]);
  expect(statusOf(red).outcome).toBe("failed");
  const clean = await audit({ url, settings, workspace: { ...WORKSPACE, "snapshot.json": snapshot("1.0.0") } });
  expect(statusOf(clean)).toMatchObject({
    outcome: "passed",
    message: expect.stringMatching(/snapshot\.json of 20.*gave no answer \(.*405/),
  });
  expect(statusOf(await audit({ url, settings })).outcome).toBe("errored");
});

test("falls back on a snapshot where the registry never answers", async () => {
  const server = createServer(() => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(
    async () => server.closeAllConnections(),
    () => new Promise((resolve) => server.close(() => resolve())),
  );
  const address = server.address();
  const url = typeof address === "object" && address !== null ? `http://127.0.0.1:${address.port}/` : "";
  const output = await runChecker(npmAuditChecker, {
    workspace: { ...WORKSPACE, "snapshot.json": snapshot("3.0.0") },
    settings: { source: "service-or-snapshot", snapshot: "snapshot.json" },
    options: { args: ["--registry", url, "--cache", ".npm-cache", "--fetch-timeout=300"] },
  });
  expect(output.findings[0]).toMatchObject({ rule: "GHSA-xxxx-yyyy-zzzz" });
  expect(output.evidence?.summary).toMatch(/gave no answer/);
});

test("asks only the snapshot when told so", async () => {
  const context = fakeContext(npmAuditChecker, {
    files: ["package.json", "package-lock.json"],
    settings: { source: "snapshot", snapshot: "snapshot.json" },
    texts: { "package-lock.json": LOCK, "snapshot.json": snapshot("3.0.0") },
  });
  expect((await npmAuditChecker.check(context)).findings).toMatchObject([{ rule: "GHSA-xxxx-yyyy-zzzz" }]);
  expect(context.calls).toEqual([]);
});

test("a project without a lock file is errored even with a snapshot to fall back on", async () => {
  const workspace = { "package.json": MANIFEST, "snapshot.json": snapshot("3.0.0") };
  const settings = { source: "service-or-snapshot", snapshot: "snapshot.json" };
  await expect(audit({ url: await knowsNothing(), settings, workspace })).rejects.toSatisfy(
    (error) => isTrigateError(error, "checker/tool-failed") && error.message.includes("package-lock-only"),
  );
});

test("proposes itself where a project already audits", async () => {
  const facts = (files: readonly string[], text: string) => ({ files, readText: async () => text });
  expect(await npmAuditChecker.detect(facts(["package-lock.json"], '{"scripts":{"audit":"npm audit"}}'))).toEqual({});
  expect(await npmAuditChecker.detect(facts(["package-lock.json"], "{}"))).toBeUndefined();
  expect(await npmAuditChecker.detect(facts([], '{"scripts":{"audit":"npm audit"}}'))).toBeUndefined();
});
