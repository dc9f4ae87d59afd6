import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CHECKERS } from "../checkers/registry.ts";
import { configHash, loadConfig } from "./load.ts";
import { mergeValues } from "./extends.ts";

let top = "";
beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), "trigate-extends-")));
  mkdirSync(join(top, ".git"));
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

function write(files: Record<string, string>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(top, file)), { recursive: true });
    writeFileSync(join(top, file), text);
  }
}

const ROOT = `version: 1
checks:
  ruff: { args: [--select=E] }
  biome: {}
  vitest: { coverage: coverage/lcov.info }
gates:
  test: { unit_coverage: ">= 90%", duration: "< 5min" }
`;

test("a package of a monorepo has what the root has, unless it says otherwise", async () => {
  write({
    "trigate.yaml": ROOT,
    "packages/api/trigate.yaml": `version: 1
extends: ../..
checks:
  biome: null
  ruff: { timeout: 1min }
gates:
  test: { unit_coverage: ">= 50%" }
`,
  });
  const config = await loadConfig(join(top, "packages/api"), CHECKERS);
  expect(config.checks.map(({ id }) => id)).toEqual(["ruff", "vitest"]);
  expect(config.checks[0]).toMatchObject({ args: ["--select=E"], timeoutMs: 60_000, cwd: "" });
  expect(config.gates.find(({ metric }) => metric === "unit_coverage")?.threshold.value).toBe(50);
  expect(config.gates.find(({ metric }) => metric === "duration")?.configured).toBe(true);
  expect(config.extended).toEqual([join(top, "trigate.yaml")]);
});

test("packages by name, files in packages, and several in their order", async () => {
  write({
    "node_modules/@acme/gates/trigate.yaml": "version: 1\nchecks: { ruff: {}, black: { args: [--fast] } }\n",
    "node_modules/@acme/gates/strict.yaml":
      "version: 1\nextends: ./trigate.yaml\nchecks: { black: { args: [--safe] } }\n",
    "web/trigate.yaml": 'version: 1\nextends: ["@acme/gates", "@acme/gates/strict.yaml"]\n',
  });
  const { checks } = await loadConfig(join(top, "web"), CHECKERS);
  expect(checks.map(({ id, args }) => [id, args])).toEqual([
    ["ruff", []],
    ["black", ["--safe"]],
  ]);
});

test("a change of a file that is extended is a change", async () => {
  write({ "base.yaml": ROOT, "trigate.yaml": "version: 1\nextends: ./base.yaml\n" });
  const before = await configHash(top);
  expect((await loadConfig(top, CHECKERS)).hash).toBe(before);
  write({ "base.yaml": `${ROOT}base: main\n` });
  expect(await configHash(top)).not.toBe(before);
  expect((await loadConfig(top, CHECKERS)).base).toBe("main");
});

test("an entry without settings stays one where nobody extended it", async () => {
  write({ "base.yaml": ROOT, "trigate.yaml": "version: 1\nextends: ./base.yaml\nchecks:\n  black:\n" });
  expect((await loadConfig(top, CHECKERS)).checks.map(({ id }) => id)).toContain("black");
});

describe("faults, each at the line of the extends", () => {
  test.each([
    { name: "a missing file", extended: "./no.yaml", message: /there is no \.\/no\.yaml/ },
    { name: "a missing package", extended: "@acme/none", message: /install it/ },
    { name: "itself", extended: "./trigate.yaml", message: /extends itself: trigate\.yaml → trigate\.yaml/ },
    { name: "a circle", extended: "./circle.yaml", message: /extends itself: .*circle\.yaml → trigate\.yaml/ },
    {
      name: "a file outside of the repository",
      extended: "../outside.yaml",
      message: /there is no|outside of the repository/,
    },
    { name: "an absolute path", extended: "/etc/hosts", message: /absolute/ },
    { name: "broken YAML", extended: "./broken.yaml", message: /\.\/broken\.yaml, line 3: YAML/ },
    { name: "a number", extended: "7", message: /a list of them/ },
    { name: "a faulty check", extended: "./faulty.yaml", message: /no-such-tool/ },
  ])("$name", async ({ extended, message }) => {
    write({
      "trigate.yaml": `version: 1\nchecks: { ruff: {} }\nextends: ${extended === "7" ? extended : JSON.stringify(extended)}\n`,
      "circle.yaml": "extends: ./trigate.yaml\n",
      "broken.yaml": "a: 1\nb: [\n",
      "faulty.yaml": "checks: { own: { tool: no-such-tool } }\n",
    });
    await expect(loadConfig(top, CHECKERS)).rejects.toThrow(message);
    await expect(loadConfig(top, CHECKERS)).rejects.toThrow(/line 3/);
  });
});

test("a link does not lead out of the repository", async () => {
  const { symlinkSync } = await import("node:fs");
  const outside = mkdtempSync(join(tmpdir(), "trigate-outside-"));
  writeFileSync(join(outside, "x.yaml"), ROOT);
  symlinkSync(join(outside, "x.yaml"), join(top, "link.yaml"));
  write({ "trigate.yaml": "version: 1\nextends: ./link.yaml\n" });
  await expect(loadConfig(top, CHECKERS)).rejects.toThrow(/outside of the repository/);
  rmSync(outside, { recursive: true });
});

test.each([
  { base: { a: 1 }, over: { b: 2 }, both: { a: 1, b: 2 } },
  { base: { a: { x: 1, y: 2 } }, over: { a: { y: 3 } }, both: { a: { x: 1, y: 3 } } },
  { base: { a: [1, 2] }, over: { a: [3] }, both: { a: [3] } },
  { base: { a: 1 }, over: { a: null, b: null }, both: { b: null } },
  { base: undefined, over: { a: 1 }, both: { a: 1 } },
  { base: { a: 1 }, over: undefined, both: { a: 1 } },
])("$base and $over", ({ base, over, both }) => expect(mergeValues(base, over)).toEqual(both));
