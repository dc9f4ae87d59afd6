import { describe, expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { type CheckerRun, repositoryTools, runChecker } from "../../testing/run-checker.ts";
import { licencesChecker } from "./adapter.ts";
import { npmPackages } from "./npm.ts";
import { judgeLicence, PERMISSIVE } from "./policy.ts";
import { pythonPackages } from "./python.ts";

/** A project with one direct and one indirect dependency, as npm writes and installs it. */
function project(licences: { readonly direct: unknown; readonly deep?: unknown }): CheckerRun["workspace"] {
  const { direct, deep = "MIT" } = licences;
  const lock = {
    name: "p",
    version: "1.0.0",
    lockfileVersion: 3,
    packages: {
      "": { name: "p", dependencies: { direct: "^1.0.0" } },
      "node_modules/direct": { version: "1.0.0", dependencies: { deep: "2" } },
      "node_modules/direct/node_modules/deep": { version: "2.0.0", dev: true },
      "node_modules/other-platform": { version: "3.0.0", optional: true },
    },
  };
  return {
    "package-lock.json": JSON.stringify(lock),
    "node_modules/direct/package.json": JSON.stringify({ name: "direct", version: "1.0.0", license: direct }),
    "node_modules/direct/node_modules/deep/package.json": JSON.stringify({
      name: "deep",
      version: "2.0.0",
      license: deep,
    }),
  };
}

const run = (workspace: CheckerRun["workspace"], settings: Record<string, unknown> = {}) =>
  runChecker(licencesChecker, {
    workspace,
    settings,
    files: Object.keys(workspace).filter((file) => !file.startsWith("node_modules")),
  });

const onlyLock = (text: string) => run({ "package-lock.json": text });
const LOCK = String(project({ direct: "MIT" })["package-lock.json"]);

requiredCases(licencesChecker, {
  builtIn: true,
  red: () => run(project({ direct: "GPL-3.0-only" })),
  clean: () => run(project({ direct: "MIT" })),
  truncated: () => onlyLock(LOCK.slice(0, 100)),
  empty: () => onlyLock(""),
});

describe("npm", () => {
  test("names package, version, licence and the way to it", async () => {
    const output = await run(project({ direct: "ISC", deep: "AGPL-3.0-only" }));
    expect(output.findings).toMatchObject([
      {
        rule: "licence-not-allowed",
        file: "package-lock.json",
        message: "deep 2.0.0 is under AGPL-3.0-only, which is not allowed; of package-lock.json, needed by direct",
      },
    ]);
    expect(output.evidence).toMatchObject({ summary: "2 packages, 1 not allowed" });
  });

  test.each([
    {
      what: "an exception with a reason",
      settings: { exceptions: [{ package: "deep@2.0.0", reason: "only used in a test" }] },
    },
    { what: "production only", settings: { production: true } },
    { what: "a policy that allows it", settings: { allow: ["MIT", "AGPL-3.0"] } },
  ])("$what lets it pass", async ({ settings }) =>
    expect(statusOf(await run(project({ direct: "MIT", deep: "AGPL-3.0-only" }), settings)).outcome).toBe("passed"));

  test.each([
    { licence: undefined, rule: "unknown-licence" },
    { licence: "SEE LICENSE IN x", rule: "unknown-licence" },
    { licence: "UNLICENSED", rule: "unknown-licence" },
    { licence: { type: "GPL-2.0" }, rule: "licence-not-allowed" },
  ])("$licence", async ({ licence, rule }) =>
    expect((await run(project({ direct: licence }))).findings).toMatchObject([{ rule }]));

  test("that is not installed is errored, with the way out", async () =>
    expect(statusOf(await onlyLock(LOCK))).toMatchObject({
      outcome: "errored",
      message: expect.stringContaining("npm ci"),
    }));

  test("without anything to look at is errored", async () =>
    expect(statusOf(await run({ "a.txt": "" })).outcome).toBe("errored"));
});

test("the packages of a real Python environment", async () => {
  const python = await repositoryTools().python("python");
  if (python?.[0] === undefined) throw new Error("python is not installed; run: npm run setup -- --tools");
  const output = await runChecker(licencesChecker, {
    workspace: { "requirements.txt": "" },
    settings: { python: python[0], allow: ["MIT"] },
  });
  expect(output.problems).toEqual([]);
  expect(Number(/^(\d+) packages/.exec(output.evidence?.summary ?? "")?.[1])).toBeGreaterThan(10);
  expect(output.findings.find(({ message }) => message.startsWith("coverage "))?.message).toContain("Apache-2.0");
});

test.each([
  { licence: "MIT OR GPL-3.0", allowed: true },
  { licence: "MIT AND GPL-3.0-only", allowed: false },
  { licence: "(Apache-2.0 WITH LLVM-exception)", allowed: true },
  { licence: "GPL-2.0-only WITH Classpath-exception-2.0", allowed: false },
  { licence: "Apache 2.0", allowed: true },
  { licence: "GPLv3", allowed: false },
  { licence: "constructor", allowed: false },
])("$licence: $allowed", ({ licence, allowed }) =>
  expect(judgeLicence(licence, { allow: PERMISSIVE, deny: [] }).allowed).toBe(allowed));

test("what is denied stays so", () =>
  expect(judgeLicence("MIT AND BSD-3-Clause", { allow: PERMISSIVE, deny: ["MIT"] })).toMatchObject({ why: "denied" }));

const DISTRIBUTIONS = JSON.stringify([
  { name: "a", version: "1", expression: "MIT", license: null, classifiers: [] },
  {
    name: "b",
    version: "2",
    expression: null,
    license: "x".repeat(200),
    classifiers: ["License :: OSI Approved :: MIT License"],
  },
]);
fuzzParser("Python's list of packages", {
  samples: [DISTRIBUTIONS],
  reported: (text) =>
    pythonPackages(text, { source: "p", file: "" }).packages.filter(
      ({ licence }) => judgeLicence(licence, { allow: PERMISSIVE, deny: [] }).allowed,
    ).length,
});

test("a lock file whose dependencies go in circles ends", async () => {
  const packages = {
    "": { dependencies: { a: "1" } },
    "node_modules/a": { dependencies: { b: "1" } },
    "node_modules/b": { dependencies: { a: "1" } },
  };
  const lock = JSON.stringify({ lockfileVersion: 3, packages });
  const read = await npmPackages({ root: "/repo", file: "package-lock.json" }, async (path) =>
    path.endsWith("lock.json") ? lock : '{"license":"MIT"}',
  );
  expect(read.packages.map(({ name, path }) => [name, path])).toEqual([
    ["a", []],
    ["b", ["a"]],
  ]);
});
