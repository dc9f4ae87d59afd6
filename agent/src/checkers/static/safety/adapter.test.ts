import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { once } from "../../testing/once.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { runChecker } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { safetyChecker } from "./adapter.ts";

const testdata = testdataOf(import.meta.url);
// Safety takes seconds to start on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const META = {
  timestamp: 1_767_225_600,
  last_updated: "2026-01-01 00:00:00",
  base_domain: "https://pyup.io",
  schema_version: "2.0.0",
};
const DATABASE = {
  "db/insecure.json": JSON.stringify({ meta: { ...META, packages: {} }, vulnerable_packages: { jinja2: ["<2.10.1"] } }),
  "db/insecure_full.json": JSON.stringify({
    meta: {
      ...META,
      packages: {
        jinja2: {
          insecure_versions: ["2.10"],
          secure_versions: ["2.10.1"],
          latest_version: "2.10.1",
          more_info_path: "/p",
        },
      },
    },
    vulnerable_packages: {
      jinja2: [
        {
          specs: ["<2.10.1"],
          advisory: "words",
          ids: [
            { type: "pyup", id: "36872" },
            { type: "cve", id: "CVE-2019-10906" },
          ],
          transitive: false,
          more_info_path: "/v/36872/",
        },
      ],
    },
  }),
};

/** Stands for Safety's servers on loopback: it answers who signs accounts, which is all that is asked without one. */
let server: Server;
let address = "";
let home = "";
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "trigate-safety-"));
  server = createServer((request, response) => {
    const answer = request.url?.includes("openid")
      ? {
          issuer: address,
          jwks_uri: `${address}/jwks`,
          token_endpoint: `${address}/t`,
          authorization_endpoint: `${address}/a`,
        }
      : { keys: [] };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const at = server.address();
  address = typeof at === "object" && at !== null ? `http://127.0.0.1:${at.port}` : "";
});
afterAll(async () => {
  await new Promise((done) => server.close(done));
  rmSync(home, { recursive: true, force: true });
});

const SERVICES = ["PLATFORM_API_BASE", "DATA_API_BASE", "AUTH_SERVER", "PLATFORM", "PLATFORM_V2", "FIREWALL_API_BASE"];

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

const audit = (requirements: string, { settings = {}, services = address } = {}) =>
  runChecker(safetyChecker, {
    workspace: { "requirements.txt": requirements, "snapshot.json": snapshot("2.10.1"), ...DATABASE },
    files: ["requirements.txt"],
    settings: { database: "db", ...settings },
    env: {
      HOME: home,
      ...Object.fromEntries(SERVICES.map((name) => [`SAFETY_${name}_URL`, services])),
    },
  });
const recorded = (exitCode: number, stdout: string) =>
  safetyChecker.check(
    fakeContext(safetyChecker, { files: ["requirements.txt"], answers: [{ exitCode, stdout, stderr: "" }] }),
  );

const AFFECTED = "attrs==23.1.0\nJinja2==2.10\n";

const found = once(() => audit(AFFECTED));

requiredCases(safetyChecker, {
  red: found,
  clean: () => audit(AFFECTED, { settings: { ignore: ["36872"] } }),
  truncated: () => recorded(64, testdata("truncated-3.8.1.txt")),
  empty: () => recorded(0, ""),
});

test("finds at the line that asks for the package", async () => {
  const output = await found();
  expect(output.findings).toMatchObject([
    { rule: "36872", severity: "error", file: "requirements.txt", range: { start: { line: 2, column: 1 } } },
  ]);
  expect(output.evidence?.summary).toBe("2 packages against the database db: 1 findings");
});

test("requirements without exact versions are shown, and alone are no evidence", async () => {
  const output = await recorded(0, testdata("unpinned-3.8.1.txt"));
  expect(output.findings).toMatchObject([{ rule: "unpinned", severity: "info" }]);
  expect(statusOf(output)).toMatchObject({ outcome: "errored", reason: "no-evidence" });
});

test("no service at all is errored, with the way out", async () => {
  await expect(audit("attrs==23.1.0\n", { services: "http://127.0.0.1:9" })).rejects.toSatisfy(
    (error) => isTrigateError(error, "checker/tool-failed") && error.message.includes("service-or-snapshot"),
  );
});

test("no service at all falls back on a snapshot where that is wanted, and the outcome says so", async () => {
  const settings = { source: "service-or-snapshot", snapshot: "snapshot.json" };
  const output = await audit(AFFECTED, { settings, services: "http://127.0.0.1:9" });
  expect(output.findings[0]).toMatchObject({
    rule: "PYSEC-2019-217",
    file: "requirements.txt",
    range: { start: { line: 2 } },
  });
  expect(output.evidence?.summary).toMatch(
    /snapshot\.json of 2026-01-02: 1 affected \(the service gave no answer.*not complete/,
  );
});

test("asked alone, a snapshot needs no service and starts nothing", async () => {
  const context = fakeContext(safetyChecker, {
    files: ["requirements.txt"],
    settings: { source: "snapshot", snapshot: "snapshot.json" },
    texts: { "requirements.txt": "jinja2==2.11\n", "snapshot.json": snapshot("2.10.1") },
  });
  expect(statusOf(await safetyChecker.check(context)).outcome).toBe("passed");
  expect(context.calls).toEqual([]);
});
