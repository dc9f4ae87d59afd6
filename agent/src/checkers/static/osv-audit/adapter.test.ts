import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { statusOf } from "../../../core/check-status.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { REPOSITORY, runChecker } from "../../testing/run-checker.ts";
import { osvAuditChecker } from "./adapter.ts";

const lock = (packages: Readonly<Record<string, string>>) =>
  JSON.stringify(
    {
      lockfileVersion: 3,
      packages: Object.fromEntries(
        Object.entries(packages).map(([name, version]) => [`node_modules/${name}`, { version }]),
      ),
    },
    undefined,
    2,
  );

const advisory = (id: string, name: string, { fixed = "2.0.0", severity = "HIGH", ecosystem = "npm" } = {}) => ({
  schema_version: "1.6.0",
  id,
  aliases: ["CVE-2026-0001"],
  summary: "words that are not repeated",
  affected: [{ package: { ecosystem, name }, ranges: [{ type: "SEMVER", events: [{ introduced: "0" }, { fixed }] }] }],
  database_specific: { severity },
});

const snapshot = (advisories: readonly unknown[], more: Readonly<Record<string, unknown>> = {}) =>
  JSON.stringify({
    version: 1,
    collectedAt: new Date().toISOString().slice(0, 10),
    complete: true,
    ecosystems: ["npm", "PyPI"],
    advisories,
    ...more,
  });

const audit = (workspace: Record<string, string>, settings: Record<string, unknown> = {}) =>
  runChecker(osvAuditChecker, {
    workspace,
    files: Object.keys(workspace).filter((file) => file.endsWith("lock.json") || file.endsWith(".txt")),
    settings: { source: "snapshot", snapshot: "snapshot.json", ...settings },
  });

const red = () => ({
  "package-lock.json": lock({ bad: "1.0.0" }),
  "snapshot.json": snapshot([advisory("GHSA-bbbb", "bad")]),
});

requiredCases(osvAuditChecker, {
  red: () => audit(red()),
  clean: () => audit({ ...red(), "package-lock.json": lock({ bad: "2.0.0" }) }),
  truncated: () => audit({ ...red(), "snapshot.json": snapshot([advisory("GHSA-bbbb", "bad")]).slice(0, 120) }),
  empty: () => audit({ ...red(), "package-lock.json": "" }),
  builtIn: true,
});

describe("against a snapshot", () => {
  test("passes, and says which advisories of which day were used", async () => {
    const output = await audit({
      "package-lock.json": lock({ good: "2.0.0" }),
      "snapshot.json": snapshot([advisory("GHSA-aaaa", "good")]),
    });
    expect(statusOf(output).outcome).toBe("passed");
    expect(output.evidence?.summary).toMatch(
      /^1 packages against 1 advisories of the snapshot snapshot\.json of \d{4}-\d\d-\d\d: 0 affected$/,
    );
    expect(output.findings).toEqual([]);
  });

  test("finds affected packages of npm and PyPI where they are locked", async () => {
    const output = await audit({
      "package-lock.json": lock({ good: "2.0.0", bad: "1.9.9" }),
      "tools/requirements-dev.txt": "fine==1.0\nBad_Py==1.0\n",
      "snapshot.json": snapshot([
        advisory("GHSA-bbbb", "bad"),
        advisory("PYSEC-1", "bad-py", { ecosystem: "PyPI", severity: "LOW", fixed: "1.0.post1" }),
      ]),
    });
    expect(output.findings).toMatchObject([
      {
        rule: "GHSA-bbbb",
        severity: "error",
        file: "package-lock.json",
        range: { start: { line: 7 } },
        message: "bad 1.9.9: GHSA-bbbb (CVE-2026-0001, high) is fixed in 2.0.0",
        url: "https://osv.dev/vulnerability/GHSA-bbbb",
      },
      { rule: "PYSEC-1", severity: "warning", file: "tools/requirements-dev.txt", range: { start: { line: 2 } } },
    ]);
    expect(statusOf(output).outcome).toBe("failed");
  });

  test("an old or partial snapshot is used with a warning in the summary and beside the findings", async () => {
    const output = await audit({
      "package-lock.json": lock({ good: "2.0.0" }),
      "snapshot.json": snapshot([], { collectedAt: "2020-01-01", complete: false }),
    });
    expect(statusOf(output)).toMatchObject({
      outcome: "passed",
      message: expect.stringMatching(/days old.*not complete/),
    });
    expect(output.findings.map(({ severity }) => severity)).toEqual(["info", "info"]);
  });

  test("what was looked at and ignored is shown but does not count, until its day", async () => {
    const workspace = {
      "package-lock.json": lock({ bad: "1.0.0" }),
      "snapshot.json": snapshot([advisory("GHSA-bbbb", "bad")]),
    };
    const reason = "only used at build time";
    expect(statusOf(await audit(workspace, { ignore: [{ id: "GHSA-bbbb", reason }] })).outcome).toBe("passed");
    expect(
      statusOf(await audit(workspace, { ignore: [{ id: "CVE-2026-0001", reason, until: "2999-01-01" }] })).outcome,
    ).toBe("passed");
    expect(
      statusOf(await audit(workspace, { ignore: [{ id: "GHSA-bbbb", reason, until: "2020-01-01" }] })).outcome,
    ).toBe("failed");
    expect(statusOf(await audit(workspace, { ignore: [{ id: "GHSA-cccc", reason }] })).outcome).toBe("failed");
  });

  test("a minimum severity lets what is below pass; no severity at all counts", async () => {
    const workspace = (severity: string) => ({
      "package-lock.json": lock({ bad: "1.0.0" }),
      "snapshot.json": snapshot([advisory("GHSA-bbbb", "bad", { severity })]),
    });
    expect(statusOf(await audit(workspace("MODERATE"), { minimumSeverity: "high" })).outcome).toBe("passed");
    expect(statusOf(await audit(workspace("HIGH"), { minimumSeverity: "high" })).outcome).toBe("failed");
    expect(statusOf(await audit(workspace(""), { minimumSeverity: "high" })).outcome).toBe("failed");
  });

  test.each([
    { what: "a missing snapshot", workspace: { "package-lock.json": lock({ good: "1.0.0" }) } },
    {
      what: "a snapshot that was cut off",
      workspace: {
        "package-lock.json": lock({ good: "1.0.0" }),
        "snapshot.json": snapshot([advisory("GHSA-aaaa", "x")]).slice(0, 90),
      },
    },
    {
      what: "a snapshot without the ecosystem",
      workspace: { "requirements.txt": "a==1.0\n", "snapshot.json": snapshot([], { ecosystems: ["npm"] }) },
    },
    {
      what: "a lock file that was cut off",
      workspace: { "package-lock.json": lock({ good: "1.0.0" }).slice(0, 60), "snapshot.json": snapshot([]) },
    },
    {
      what: "a lock file without packages",
      workspace: { "package-lock.json": lock({}), "snapshot.json": snapshot([]) },
    },
    {
      what: "a version that cannot be compared",
      workspace: { "package-lock.json": lock({ bad: "?" }), "snapshot.json": snapshot([advisory("GHSA-bbbb", "bad")]) },
    },
  ])("$what is errored", async ({ workspace }) => expect(statusOf(await audit(workspace)).outcome).toBe("errored"));

  test("no lock file at all is no evidence", async () => {
    expect(statusOf(await audit({ "snapshot.json": snapshot([]) }))).toMatchObject({
      outcome: "errored",
      reason: "no-evidence",
    });
  });
});

const Queries = z.object({
  queries: z.array(z.object({ package: z.object({ name: z.string() }), page_token: z.string().optional() })),
});

describe("against a live service", () => {
  let close: (() => void) | undefined;
  afterEach(() => close?.());

  /** A service on this machine that speaks OSV. */
  async function serve(
    answer: (request: IncomingMessage, body: string) => { readonly status: number; readonly body: string },
  ): Promise<string> {
    const server = createServer((request: IncomingMessage, response: ServerResponse) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        const { status, body: text } = answer(request, body);
        response.writeHead(status).end(text);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    close = () => server.close();
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("the server has no port");
    return `http://127.0.0.1:${address.port}`;
  }

  const live = (url: string, packages: Record<string, string>) =>
    audit({ "package-lock.json": lock(packages) }, { source: "service", url });

  test("asks in batches, follows pages, and fetches each record once", async () => {
    const asked: string[] = [];
    const url = await serve((request, body) => {
      asked.push(request.url ?? "");
      if (request.url !== "/v1/querybatch")
        return { status: 200, body: JSON.stringify(advisory((request.url ?? "").split("/").at(-1) ?? "", "bad")) };
      const results = Queries.parse(JSON.parse(body)).queries.map(({ package: { name }, page_token: token }) => {
        if (name !== "bad") return {};
        return token === undefined
          ? { vulns: [{ id: "GHSA-bbbb" }], next_page_token: "2" }
          : { vulns: [{ id: "GHSA-dddd" }] };
      });
      return { status: 200, body: JSON.stringify({ results }) };
    });
    const packages = Object.fromEntries(Array.from({ length: 1_200 }, (_, index) => [`p${index}`, "1.0.0"]));
    const output = await live(url, { ...packages, bad: "1.0.0" });
    expect(output.findings.map(({ rule }) => rule).toSorted()).toEqual(["GHSA-bbbb", "GHSA-dddd"]);
    expect(asked.filter((path) => path === "/v1/querybatch")).toHaveLength(3);
    expect(asked.filter((path) => path === "/v1/vulns/GHSA-bbbb")).toHaveLength(1);
    expect(output.evidence?.summary).toContain(`1201 packages against the live service ${url}`);
  });

  test.each([
    { what: "405", status: 405, body: "" },
    { what: "500 with JSON", status: 500, body: '{"results":[{}]}' },
    { what: "no JSON", status: 200, body: "<html>log in</html>" },
    { what: "fewer answers than questions", status: 200, body: '{"results":[]}' },
  ])("$what is errored", async ({ status, body }) => {
    const url = await serve(() => ({ status, body }));
    expect(statusOf(await live(url, { a: "1.0.0" }))).toMatchObject({
      outcome: "errored",
      reason: "unreadable-report",
    });
  });

  test("a service that never answers is errored, or a snapshot asked where that is wanted", async () => {
    const server = createServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    close = () => server.closeAllConnections();
    const address = server.address();
    const url = typeof address === "object" && address !== null ? `http://127.0.0.1:${address.port}` : "";
    const asked = (source: string) =>
      runChecker(osvAuditChecker, {
        workspace: red(),
        files: ["package-lock.json"],
        settings: { source, url, snapshot: "snapshot.json" },
        options: { timeoutMs: 200 },
      });
    expect(statusOf(await asked("service"))).toMatchObject({
      outcome: "errored",
      message: expect.stringContaining(url),
    });
    expect((await asked("service-or-snapshot")).findings.map(({ rule }) => rule)).toContain("GHSA-bbbb");
    server.close();
  });

  test("a service that cannot be reached is errored", async () => {
    const url = await serve(() => ({ status: 200, body: "{}" }));
    close?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(statusOf(await live(url, { a: "1.0.0" })).outcome).toBe("errored");
  });
});

describe("a service that is not there, with a snapshot to fall back on", () => {
  const settings = { source: "service-or-snapshot", url: "http://127.0.0.1:9" };

  test("the outcome says that the service gave no answer, and of which day the snapshot is", async () => {
    const clean = statusOf(await audit({ ...red(), "package-lock.json": lock({ bad: "2.0.0" }) }, settings));
    expect(clean).toMatchObject({
      outcome: "passed",
      message: expect.stringMatching(
        /snapshot\.json of \d{4}-\d\d-\d\d: 0 affected \(the service gave no answer \(http:\/\/127/,
      ),
    });
    expect(statusOf(await audit(red(), settings)).outcome).toBe("failed");
  });

  test("no snapshot either is errored", async () => {
    const workspace = { "package-lock.json": lock({ bad: "1.0.0" }) };
    expect(statusOf(await audit(workspace, settings)).outcome).toBe("errored");
  });

  test("a workspace without a snapshot has the one that comes with Trigate, which says that it is not complete", async () => {
    const workspace = { "package-lock.json": lock({ semver: "7.5.1" }) };
    const output = await audit(workspace, { ...settings, snapshot: undefined });
    expect(output.findings.map(({ rule }) => rule)).toContain("GHSA-c2qf-rxjj-qqgw");
    expect(output.evidence?.summary).toMatch(/snapshot that comes with Trigate of 20.*not complete/);
  });
});

test("the snapshot of this repository can be read and knows of what it lists", async () => {
  const text = readFileSync(join(REPOSITORY, "agent", "advisories", "snapshot.json"), "utf8");
  const output = await audit({
    "package-lock.json": lock({ xml2js: "0.4.23", semver: "7.5.1", tmp: "0.2.7" }),
    "requirements.txt": "pytest==9.0.2\n",
    "snapshot.json": text,
  });
  expect(
    output.findings
      .filter(({ severity }) => severity !== "info")
      .map(({ rule }) => rule)
      .toSorted(),
  ).toEqual(["GHSA-6w46-j5rx-g56g", "GHSA-776f-qx25-q3cc", "GHSA-c2qf-rxjj-qqgw"]);
});
