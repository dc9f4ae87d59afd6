import { expect, test } from "vitest";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { lineOfNode, parseNpmAudit } from "./parse.ts";

const testdata = testdataOf(import.meta.url);

test("each advisory about a package is one entry", () => {
  expect(parseNpmAudit(testdata("found-11.19.1.json"))).toEqual({
    ok: true,
    packages: 1,
    problems: [],
    vulnerable: [
      {
        id: "GHSA-aaaa-bbbb-cccc",
        packageName: "ms",
        severity: "moderate",
        title: "slow",
        url: "https://github.com/advisories/GHSA-aaaa-bbbb-cccc",
        range: "<2.2.0",
        nodes: ["node_modules/ms"],
        wayOut: "npm install ms@3.0.0 mends it, a breaking change",
      },
    ],
  });
});

test("a package that is only in trouble through another adds nothing", () => {
  const entry = (name: string, via: unknown[]) => ({ name, via, nodes: [`node_modules/${name}`], fixAvailable: true });
  const advisory = { source: 7, title: null, severity: "high", range: "*" };
  const report = {
    auditReportVersion: 2,
    vulnerabilities: { a: entry("a", ["b"]), b: entry("b", [advisory, { ...advisory, source: 8 }]) },
    metadata: { vulnerabilities: { total: 2 }, dependencies: { total: 5 } },
  };
  const read = parseNpmAudit(JSON.stringify(report));
  expect(read.ok && read.vulnerable.map(({ id, packageName }) => [id, packageName])).toEqual([
    ["npm-7", "b"],
    ["npm-8", "b"],
  ]);
  const hidden = parseNpmAudit(JSON.stringify({ ...report, vulnerabilities: { a: entry("a", ["b"]) } }));
  expect(hidden.ok && hidden.problems).toHaveLength(1);
});

test.each([
  { recorded: "not-allowed-11.19.1.json", says: /^405 Method Not Allowed/ },
  { recorded: "offline-11.19.1.json", says: /ECONNREFUSED/ },
  { recorded: "no-lock-11.19.1.json", says: /^ENOLOCK: This command requires an existing lockfile/ },
  { recorded: "truncated-11.19.1.json", says: /not complete JSON/ },
])("$recorded is no report", ({ recorded, says }) => {
  expect(parseNpmAudit(testdata(recorded))).toEqual({ ok: false, problem: expect.stringMatching(says) });
});

test("finds the line of an installed package in a lock file", () => {
  const lock = '{\n  "packages": {\n    "node_modules/ms": {\n      "version": "1"\n    }\n  }\n}\n';
  expect([lineOfNode(lock, "node_modules/ms"), lineOfNode(lock, "node_modules/m")]).toEqual([3, 1]);
});

fuzzParser("parseNpmAudit", {
  samples: ["found", "not-allowed", "offline", "no-lock"].map((name) => testdata(`${name}-11.19.1.json`)),
  reported: (text) => {
    const read = parseNpmAudit(text);
    return read.ok ? read.vulnerable.length : 0;
  },
});
