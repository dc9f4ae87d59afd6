import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { Complaint } from "./complaints.ts";
import { nearest } from "./complaints.ts";
import type { KnownChecker, ResolvedConfig } from "./resolved.ts";
import { resolveConfig } from "./resolve.ts";

const known = (id: string, different: Partial<KnownChecker> = {}): [string, KnownChecker] => [
  id,
  {
    id,
    stage: "static",
    feeds: ["code_style"],
    exclusive: false,
    cacheable: true,
    settings: z.strictObject({}),
    ...different,
  },
];
const CHECKERS = new Map([
  known("oxlint", {
    settings: z.strictObject({ typeAware: z.boolean().default(false), config: z.string().optional() }),
  }),
  known("tsc", { feeds: ["type_errors"] }),
  known("vitest", { stage: "test", feeds: ["unit_pass", "unit_coverage", "patch_coverage"] }),
  known("junit", { stage: "test", feeds: ["unit_pass", "integration_pass"] }),
  known("google-benchmark", { stage: "performance", feeds: ["latency", "ratio"], exclusive: true, cacheable: false }),
]);

function resolved(text: string): Omit<ResolvedConfig, "root" | "file" | "hash"> {
  const result = resolveConfig(text, CHECKERS);
  if (!result.ok) throw new Error(JSON.stringify(result.complaints, null, 2));
  return result.config;
}
function complaints(text: string): readonly Complaint[] {
  const result = resolveConfig(text, CHECKERS);
  if (result.ok) throw new Error("the test expects complaints");
  return result.complaints;
}
/** Where each complaint points, as `line path`. */
const places = (text: string) =>
  complaints(text)
    .map(({ path, line }) => `${line} ${path}`)
    .toSorted();

describe("a good file", () => {
  test("may limit parts of the files, each with a gate of its own", () => {
    const { gates } = resolved(
      'version: 1\nchecks: { vitest: {} }\ngates: { test: { unit_coverage: { "api/*": ">= 95%", "*": ">= 80%" } } }\n',
    );
    expect(gates.filter(({ metric }) => metric === "unit_coverage")).toMatchObject([
      { id: "test.unit_coverage[api/*]", pattern: "api/*", threshold: { value: 95 }, configured: true },
      { id: "test.unit_coverage[*]", pattern: "*", threshold: { value: 80 }, configured: true },
    ]);
  });

  test("is completed with every default and frozen", () => {
    const config = resolved(
      "version: 1\nchecks:\n  oxlint:\n  vitest: { suite: integration, timeout: 90s, cwd: ./web/ }\n",
    );
    expect(config.checks).toMatchObject([
      {
        id: "oxlint",
        tool: "oxlint",
        stage: "static",
        cwd: "",
        timeoutMs: 300_000,
        cache: "content",
        exclusive: false,
        optional: false,
        settings: { typeAware: false },
      },
      { id: "vitest", suite: "integration", timeoutMs: 90_000, cwd: "web", after: [], env: [], exclude: [] },
    ]);
    expect(config.onInconclusive).toBe("retry");
    expect(() => Object.assign(config.checks[0]?.settings ?? {}, { typeAware: true })).toThrow(TypeError);
  });

  test("may name checks as it likes, with a tool or a report", () => {
    const config = resolved(
      "version: 1\nchecks:\n  mine: { tool: tsc }\n  api: { command: [npm, test], report: { junit: out.xml } }\n  bench: { command: [bench], report: google-benchmark, cache: content }\n",
    );
    expect(config.checks).toMatchObject([
      { id: "mine", tool: "tsc" },
      { id: "api", tool: "junit", report: { junit: "out.xml" } },
      { id: "bench", tool: "google-benchmark", report: { "google-benchmark": "" }, exclusive: true, cache: "never" },
    ]);
  });

  test("keeps the registry's limits for what it does not name", () => {
    const { gates } = resolved('version: 1\nchecks: { oxlint: {} }\ngates: { static: { code_style: ">= 90%" } }\n');
    const gate = (metric: string) => gates.find((candidate) => candidate.metric === metric);
    expect(gate("code_style")).toMatchObject({
      id: "static.code_style",
      configured: true,
      threshold: { operator: ">=", value: 90 },
    });
    expect(gate("type_errors")).toMatchObject({ configured: false, threshold: { operator: "<=", value: 0 } });
    expect(gate("unit_coverage")).toBeUndefined();
  });

  test("may limit each kind of benchmark on its own", () => {
    const { gates } = resolved(
      'version: 1\nchecks: { google-benchmark: { command: [b] } }\ngates:\n  performance:\n    latency: { "engine/*": "p99 < 100us", "io/*": "< 5ms" }\n    ratio: 3\n',
    );
    expect(gates.filter(({ configured }) => configured)).toMatchObject([
      { id: "performance.latency[engine/*]", pattern: "engine/*", threshold: { statistic: "p99", value: 100_000 } },
      { id: "performance.latency[io/*]", pattern: "io/*", threshold: { value: 5e6 } },
      { id: "performance.ratio", pattern: undefined, threshold: { operator: ">=", value: 3 } },
    ]);
  });

  test("says what is advisory: a check, a metric or one gate", () => {
    const config = resolved(
      'version: 1\nchecks: { oxlint: {}, tsc: {}, google-benchmark: { command: [b] } }\ngates: { performance: { latency: { "a/*": < 1s, "b/*": < 1s } } }\nadvisory: [tsc, code_style, "performance.latency[a/*]"]\n',
    );
    expect(config.checks.filter(({ advisory }) => advisory).map(({ id }) => id)).toEqual(["tsc"]);
    expect(config.gates.filter(({ advisory }) => advisory).map(({ id }) => id)).toEqual([
      "static.code_style",
      "performance.latency[a/*]",
    ]);
  });

  test.each([
    ["", ""],
    [".", ""],
    ["./", ""],
    ["web/", "web"],
    ["./web", "web"],
    [".github", ".github"],
    [".github/scripts/", ".github/scripts"],
    ["a/../b", "b"],
  ])("cwd %j is the folder %j", (written, folder) => {
    expect(resolved(`version: 1\nchecks: { tsc: { cwd: ${JSON.stringify(written)} } }\n`).checks[0]?.cwd).toBe(folder);
  });

  test.each([
    ["250ms", 250],
    ["1.5s", 1500],
    ["2min", 120_000],
    ["1h", 3_600_000],
  ])("timeout %s is %d ms", (written, ms) => {
    expect(resolved(`version: 1\nchecks: { tsc: { timeout: ${written} } }\n`).checks[0]?.timeoutMs).toBe(ms);
  });
});

describe("a faulty file", () => {
  test("all faults come back at once, each with its path and line", () => {
    const text = `version: 2
extra: true
checks:
  oxlint: { typeAwar: true }
  tsc:
    timeout: soon
    files: src
  vitset: {}
  vitest: [unit]
gates:
  static: { code_stile: 100%, code_style: fast }
  perf: {}
  test:
    unit_coverage: "p98 > 5%"
advisory: [nothing]
`;
    expect(places(text)).toEqual(
      [
        "1 version",
        "2 extra",
        "4 checks.oxlint.typeAwar",
        "6 checks.tsc.timeout",
        "7 checks.tsc.files",
        "8 checks.vitset",
        "9 checks.vitest",
        "11 gates.static.code_stile",
        "11 gates.static.code_style",
        "12 gates.perf",
        "14 gates.test.unit_coverage",
        "15 advisory.0",
      ].toSorted(),
    );
  });

  test.each([
    ["extra: 1\nchek: {}", "chek", "checks"],
    ["oxlint: { typeaware: true }", "checks.oxlint.typeaware", "typeAware"],
    ["oxlint: { timout: 5s }", "checks.oxlint.timout", "timeout"],
    ["oxlnt: {}", "checks.oxlnt", "oxlint"],
  ])("an unknown name is answered with the nearest: %j", (text, path, meant) => {
    const file = text.startsWith("extra")
      ? `version: 1\nchecks: { tsc: {} }\n${text}\n`
      : `version: 1\nchecks: { ${text} }\n`;
    expect(complaints(file).find((complaint) => complaint.path === path)?.message).toContain(`did you mean "${meant}"`);
  });

  test.each([
    { name: "empty", text: "", path: "" },
    { name: "only a comment", text: "# nothing\n", path: "" },
    { name: "a list", text: "- a\n", path: "" },
    { name: "not YAML", text: "version: 1\nchecks: { oxlint: {}\n", path: "" },
    { name: "a key twice", text: "version: 1\nchecks: {}\nchecks: {}\n", path: "" },
    { name: "a tab for indentation", text: "version: 1\nchecks:\n\toxlint: {}\n", path: "" },
    { name: "an alias to nothing", text: "version: 1\nchecks: { oxlint: *defaults }\n", path: "" },
    { name: "two documents", text: "version: 1\nchecks: { tsc: {} }\n---\nversion: 1\n", path: "" },
    {
      name: "aliases that grow",
      text: `a: &a [x, x, x, x, x, x, x, x, x]\n${"bcdefgh"
        .split("")
        .map((key, index) => `${key}: &${key} [${Array(9).fill(`*${"abcdefg"[index]}`).join(", ")}]`)
        .join("\n")}\n`,
      path: "",
    },
    { name: "no checks key", text: "version: 1\n", path: "checks" },
    { name: "no check", text: "version: 1\nchecks: {}\n", path: "checks" },
    { name: "a check that is a text", text: "version: 1\nchecks: { tsc: yes please }\n", path: "checks.tsc" },
    { name: "no version", text: "checks: { tsc: {} }\n", path: "version" },
    {
      name: "a command that is a text",
      text: "version: 1\nchecks: { tsc: { command: npm test } }\n",
      path: "checks.tsc.command",
    },
    { name: "an empty command", text: "version: 1\nchecks: { tsc: { command: [] } }\n", path: "checks.tsc.command" },
    { name: "no time", text: "version: 1\nchecks: { tsc: { timeout: 0s } }\n", path: "checks.tsc.timeout" },
    {
      name: "more time than a timer takes",
      text: "version: 1\nchecks: { tsc: { timeout: 1000h } }\n",
      path: "checks.tsc.timeout",
    },
    { name: "a folder outside", text: "version: 1\nchecks: { tsc: { cwd: ../other } }\n", path: "checks.tsc.cwd" },
    { name: "an absolute folder", text: "version: 1\nchecks: { tsc: { cwd: /etc } }\n", path: "checks.tsc.cwd" },
    {
      name: "waiting for an unknown check",
      text: "version: 1\nchecks: { tsc: { after: [oxlint] } }\n",
      path: "checks.tsc.after.oxlint",
    },
    {
      name: "waiting for itself",
      text: "version: 1\nchecks: { tsc: { after: [tsc] } }\n",
      path: "checks.tsc.after.tsc",
    },
    {
      name: "a limit with another metric's unit",
      text: "version: 1\nchecks: { tsc: {} }\ngates: { static: { type_errors: 5ms } }\n",
      path: "gates.static.type_errors",
    },
    {
      name: "a limit that is a list",
      text: "version: 1\nchecks: { tsc: {} }\ngates: { static: { type_errors: [0] } }\n",
      path: "gates.static.type_errors",
    },
    {
      name: "patterns for a metric without benchmarks and files",
      text: 'version: 1\nchecks: { tsc: {} }\ngates: { static: { duplication: { "a*": 0 } } }\n',
      path: "gates.static.duplication",
    },
    {
      name: "a keyed gate without a pattern",
      text: "version: 1\nchecks: { google-benchmark: { command: [b] } }\ngates: { performance: { latency: {} } }\n",
      path: "gates.performance.latency",
    },
    {
      name: "a statistic where there is only one value",
      text: 'version: 1\nchecks: { tsc: {} }\ngates: { static: { type_errors: "p99 < 1" } }\n',
      path: "gates.static.type_errors",
    },
    {
      name: "a gate that nothing feeds",
      text: "version: 1\nchecks: { tsc: {} }\ngates: { test: { unit_coverage: 90% } }\n",
      path: "gates.test.unit_coverage",
    },
    {
      name: "a gate in another stage",
      text: "version: 1\nchecks: { vitest: {} }\ngates: { static: { unit_coverage: 90% } }\n",
      path: "gates.static.unit_coverage",
    },
    {
      name: "an advisory name that means nothing",
      text: "version: 1\nchecks: { tsc: {} }\nadvisory: [tcs]\n",
      path: "advisory.0",
    },
    { name: "a number for a check", text: "version: 1\nchecks: { 7: {} }\n", path: "checks.7" },
  ])("$name", ({ text, path }) => {
    const found = complaints(text);
    expect(found.map((complaint) => complaint.path)).toEqual([path]);
    expect(found[0]?.message).not.toBe("");
  });

  test("checks that wait for each other are named in a circle", () => {
    const text =
      "version: 1\nchecks:\n  a: { tool: tsc, after: [c] }\n  b: { tool: tsc, after: [a] }\n  c: { tool: tsc, after: [b] }\n  d: { tool: tsc, after: [a] }\n";
    expect(complaints(text)).toMatchObject([
      { path: "checks.a.after", line: 3, message: expect.stringContaining("a → c → b → a") },
    ]);
  });

  test("a fault in the check that feeds a gate is not also a fault of the gate", () => {
    expect(
      places("version: 1\nchecks:\n  vitest: { covrage: out/lcov.info }\ngates: { test: { unit_coverage: 90% } }\n"),
    ).toEqual(["3 checks.vitest.covrage"]);
  });

  test("a misspelt checker does not make each gate a fault of its own", () => {
    expect(places("version: 1\nchecks:\n  vitst: {}\ngates: { test: { unit_coverage: 90% } }\n")).toEqual([
      "3 checks.vitst",
    ]);
  });

  test("numbers as keys still have their line", () => {
    expect(complaints("version: 1\nchecks:\n  tsc: {}\n  7: {}\n")).toMatchObject([{ path: "checks.7", line: 4 }]);
  });
});

describe("whatever is written", () => {
  test("is a configuration or complaints, never an exception", () => {
    const words = fc.constantFrom(
      "version",
      "checks",
      "gates",
      "oxlint",
      "static",
      "code_style",
      "latency",
      "after",
      "__proto__",
      "constructor",
      "toString",
      "1",
      "",
      "*",
      "<<",
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: "small" },
        words,
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie("tree"), { maxLength: 3 }),
        fc.dictionary(words, tie("tree"), { maxKeys: 4 }),
      ),
    }));
    const config = fc.record(
      { version: fc.constant(1), checks: fc.dictionary(words, tree), gates: tree, advisory: tree },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: fc.constantFrom(...'a:{}[]-*&!|>"\n\t# ,?%@'.split("")) }),
          tree.map((value) => JSON.stringify(value)),
          config.map((value) => JSON.stringify(value)),
        ),
        (text) => {
          const result = resolveConfig(text, CHECKERS);
          if (!result.ok) expect(result.complaints).not.toEqual([]);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe("nearest", () => {
  test.each([
    ["oxlnt", "oxlint"],
    ["cod_style", "code_style"],
    ["xyz", undefined],
    ["", undefined],
  ])("%j is %j", (word, expected) => expect(nearest(word, ["oxlint", "code_style", "tsc"])).toBe(expected));
});
