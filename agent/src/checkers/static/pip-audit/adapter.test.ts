import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { once } from "../../testing/once.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { runChecker } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { pipAuditChecker } from "./adapter.ts";

const testdata = testdataOf(import.meta.url);
const Query = z.object({ package: z.object({ name: z.string(), ecosystem: z.literal("PyPI") }), version: z.string() });

const ADVISORY = {
  id: "GHSA-462w-v97r-4m45",
  summary: "words",
  details: "more words",
  aliases: ["CVE-2019-10906"],
  modified: "2023-04-11T01:22:46Z",
  published: "2019-04-10T14:30:24Z",
  schema_version: "1.6.0",
  affected: [
    {
      package: { name: "jinja2", ecosystem: "PyPI" },
      ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }, { fixed: "2.10.1" }] }],
    },
  ],
};

/** An OSV service on loopback that knows one advisory, and under `/405` one that refuses to answer. */
let server: Server;
let address = "";
beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      if (request.url === "/silent") return undefined;
      if (request.url === "/405") return response.writeHead(405).end();
      const query = Query.parse(JSON.parse(Buffer.concat(chunks).toString("utf8")));
      const affected = query.package.name === "jinja2" && query.version === "2.10.0";
      return response
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify(affected ? { vulns: [ADVISORY] } : {}));
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const at = server.address();
  address = typeof at === "object" && at !== null ? `http://127.0.0.1:${at.port}` : "";
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

const audit = (requirements: string, settings: Record<string, unknown> = {}) =>
  runChecker(pipAuditChecker, {
    workspace: { "requirements.txt": requirements },
    settings: { service: "osv", url: `${address}/v1/query`, ...settings },
    env: { NO_PROXY: "127.0.0.1" },
  });
const recorded = (exitCode: number, stdout: string, stderr = "") =>
  pipAuditChecker.check(
    fakeContext(pipAuditChecker, {
      files: ["requirements.txt"],
      texts: { "requirements.txt": "jinja2==2.10.0\nattrs==23.1.0\n" },
      answers: [{ exitCode, stdout, stderr }],
    }),
  );

const found = once(() => audit("# pinned\nattrs==23.1.0\nJinja2==2.10.0\n"));

requiredCases(pipAuditChecker, {
  red: found,
  clean: () => audit("attrs==23.1.0\n"),
  truncated: () => recorded(1, testdata("truncated-2.10.1.json")),
  empty: () => recorded(0, testdata("empty-2.10.1.json")),
});

describe("with a service on loopback", () => {
  test("finds at the line that asks for the package", async () => {
    const output = await found();
    expect(output.findings).toMatchObject([
      { severity: "error", file: "requirements.txt", range: { start: { line: 3, column: 1 } } },
    ]);
    expect(output.findings[0]?.message).toMatch(/^jinja2 2\.10\.0: .*CVE-2019-10906.* is fixed in 2\.10\.1$/);
    expect(output.evidence?.summary).toBe(`2 packages against ${address}/v1/query: 1 findings`);
  });

  test("what was looked at and ignored does not count", async () =>
    expect(statusOf(await audit("jinja2==2.10.0\n", { ignore: ["CVE-2019-10906"] })).outcome).toBe("passed"));

  test.each([
    {
      what: "a service that answers 405",
      requirements: "attrs==23.1.0\n",
      url: () => `${address}/405`,
      way: "service-or-snapshot",
    },
    {
      what: "no service at all",
      requirements: "attrs==23.1.0\n",
      url: () => "http://127.0.0.1:9/v1/query",
      way: "service-or-snapshot",
    },
    {
      what: "a requirement that is not pinned",
      requirements: "attrs>=23\n",
      url: () => `${address}/v1`,
      way: "resolve: true",
    },
    {
      what: "an unreadable requirement",
      requirements: "no such thing\n",
      url: () => `${address}/v1`,
      way: "requirements.txt",
    },
  ])("$what is errored, with the way out", async ({ requirements, url, way }) => {
    await expect(audit(requirements, { url: url() })).rejects.toSatisfy(
      (error) => isTrigateError(error, "checker/tool-failed") && error.message.includes(way),
    );
  });
});

test("packages that the service does not know are errored although pip-audit ends with 0", async () => {
  expect(statusOf(await recorded(0, testdata("skipped-2.10.1.json")))).toMatchObject({
    outcome: "errored",
    message: expect.stringContaining("jinja2 was not audited"),
  });
});

describe("with a snapshot", () => {
  const snapshot = (fixed: string) =>
    JSON.stringify({
      version: 1,
      collectedAt: "2026-01-02",
      complete: false,
      ecosystems: ["PyPI"],
      advisories: [
        {
          id: "PYSEC-2019-217",
          aliases: ["CVE-2019-10906"],
          affected: [
            {
              package: { ecosystem: "PyPI", name: "jinja2" },
              ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }, { fixed }] }],
            },
          ],
        },
      ],
    });

  const bySnapshot = (requirements: string, { fixed = "2.10.1", ...settings }: Record<string, unknown> = {}) =>
    runChecker(pipAuditChecker, {
      options: { args: ["--timeout=1"] },
      workspace: { "requirements.txt": requirements, "snapshot.json": snapshot(String(fixed)) },
      files: ["requirements.txt"],
      settings: { snapshot: "snapshot.json", service: "osv", url: `${address}/405`, ...settings },
      env: { NO_PROXY: "127.0.0.1" },
    });

  test("a service that refuses falls back on it, and the outcome says so with the snapshot's day and what it lacks", async () => {
    const red = await bySnapshot("attrs==23.1.0\nJinja2==2.10.0\n", { source: "service-or-snapshot" });
    expect(red.findings).toMatchObject([
      { rule: "PYSEC-2019-217", severity: "error", file: "requirements.txt", range: { start: { line: 2 } } },
      { rule: "advisories", severity: "info", message: expect.stringContaining("gave no answer (") },
      { rule: "advisories", message: expect.stringMatching(/days old, more than 30/) },
      { rule: "advisories", message: expect.stringContaining("not complete") },
    ]);
    expect(statusOf(red).outcome).toBe("failed");
    const clean = statusOf(await bySnapshot("jinja2==2.10.0\n", { source: "service-or-snapshot", fixed: "2.9" }));
    expect(clean).toMatchObject({
      outcome: "passed",
      message: expect.stringMatching(
        /snapshot\.json of 2026-01-02: 0 affected \(the service gave no answer.*not complete/,
      ),
    });
  });

  test("a service that never answers is one that gives no answer", async () => {
    const settings = { source: "service-or-snapshot", url: `${address}/silent` };
    const output = await bySnapshot("jinja2==2.10.0\n", settings);
    expect(output.findings[0]).toMatchObject({ rule: "PYSEC-2019-217" });
  });

  test("a service that answers is asked alone", async () => {
    const output = await bySnapshot("jinja2==2.10.0\n", { source: "service-or-snapshot", url: `${address}/v1/query` });
    expect(output.findings.map(({ rule }) => rule)).toEqual(["CVE-2019-10906"]);
  });

  test("asked alone, nothing is started; nothing that is pinned is no evidence", async () => {
    const context = (requirements: string, ignore: string[] = []) =>
      fakeContext(pipAuditChecker, {
        files: ["requirements.txt"],
        settings: { source: "snapshot", snapshot: "snapshot.json", ignore },
        texts: { "requirements.txt": requirements, "snapshot.json": snapshot("2.10.1") },
      });
    const asked = context("jinja2==2.10\n");
    expect(statusOf(await pipAuditChecker.check(asked)).outcome).toBe("failed");
    expect(asked.calls).toEqual([]);
    const ignored = await pipAuditChecker.check(context("jinja2==2.10\n", ["CVE-2019-10906"]));
    expect(statusOf(ignored).outcome).toBe("passed");
    expect(statusOf(await pipAuditChecker.check(context("jinja2>=2\n")))).toMatchObject({
      outcome: "errored",
      reason: "no-evidence",
    });
  });

  test("is not asked about what is installed", () => {
    const { success } = pipAuditChecker.settings.safeParse({ source: "snapshot", audited: "environment" });
    expect(success).toBe(false);
  });
});

test("is proposed where it is used and there is something to audit", async () => {
  const facts = (texts: Record<string, string>) => ({
    files: Object.keys(texts),
    readText: async (path: string) => texts[path],
  });
  expect(await pipAuditChecker.detect(facts({ "requirements.txt": "pip-audit\n" }))).toEqual({});
  expect(await pipAuditChecker.detect(facts({ "requirements.txt": "attrs\n" }))).toBeUndefined();
});
