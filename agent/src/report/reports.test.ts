import sarifSchema from "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json" with { type: "json" };
import { Ajv } from "ajv";
import fc from "fast-check";
import { createColors } from "picocolors";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { lineStates } from "../core/coverage.ts";
import type { Run, RunEvent } from "../core/run.ts";
import { sampleCheck, sampleFinding, sampleGate, sampleRun } from "../core/testing/samples.ts";
import { RunEvent as WireRunEvent, RunReport, RunSummary } from "../protocol/index.ts";
import { columnsOf } from "./columns.ts";
import { toHtml } from "./html.ts";
import { toJson } from "./json.ts";
import { fit, plainText } from "./plain-text.ts";
import { toPretty } from "./pretty.ts";
import { toFileCoverage, toRunReport, toRunSummary, toWireEvent } from "./run-report.ts";
import { toSarif } from "./sarif.ts";
import { HOSTILE, hostileRun } from "./testing/hostile-run.ts";

const runs: readonly (readonly [string, Run])[] = [
  ["a clean run", sampleRun()],
  ["a hostile run", hostileRun()],
  ["a run of nothing", sampleRun({ stages: [], tree: undefined, commit: undefined, dirty: true })],
];
/** What a terminal could act on: everything but tabs and line ends. */
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

describe("the JSON report", () => {
  test.each(runs)("of %s is what the protocol says, as an object and as text", (_, run) => {
    expect(RunReport.parse(toRunReport(run))).toEqual(toRunReport(run));
    expect(RunReport.parse(JSON.parse(toJson(run)))).toEqual(toRunReport(run));
    expect(RunSummary.parse(toRunSummary(run))).toEqual(toRunSummary(run));
  });

  test("has every finding, test and measurement once, and counts them in the summary", () => {
    const report = toRunReport(hostileRun());
    expect(report.findings).toHaveLength(3);
    expect(report.tests).toMatchObject({ total: 3, passed: 1, failed: 1, skipped: 1 });
    expect(report.measurements).toMatchObject([{ summary: { p50: 100, p99: 400 }, samples: [1, 2] }]);
    expect(report.coverage).toMatchObject({
      lines: { covered: 2, total: 3 },
      patch: { covered: 1, total: 2, missed: { [`src/${HOSTILE}.ts`]: [2] } },
      unmeasured: [HOSTILE],
    });
    expect(toRunSummary(hostileRun()).counts).toEqual({
      findings: 3,
      tests: 3,
      testsFailed: 1,
      measurements: 1,
      coveragePercent: expect.closeTo(66.67, 1),
      patchPercent: 50,
    });
  });

  test("of each event is what the protocol says", () => {
    const [check] = hostileRun().stages.flatMap(({ checks }) => checks);
    const events: RunEvent[] = [
      { type: "run-started", runId: "1", checks: [{ id: "lint", tool: "oxlint", stage: "static", files: 3 }] },
      { type: "check-started", runId: "1", check: "lint" },
      { type: "check-finished", runId: "1", result: check ?? sampleCheck() },
      { type: "run-finished", run: hostileRun() },
    ];
    for (const event of events) expect(WireRunEvent.parse(toWireEvent(event))).toEqual(toWireEvent(event));
  });

  test("line states come as ranges that say the same", () => {
    const anyLines = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.nat(2)), {
      selector: ([line]) => line,
    });
    const anyBranches = fc.array(
      fc.record({
        line: fc.integer({ min: 1, max: 40 }),
        block: fc.constant("0"),
        branch: fc.string(),
        taken: fc.option(fc.nat(1)),
      }),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(anyLines, anyBranches, (lines, branches) => {
        const file = { file: "a.ts", lines: new Map(lines), branches, functions: [] };
        const wire = toFileCoverage(file);
        const said = (["covered", "partial", "missed"] as const).flatMap((state) => {
          const ranges = wire[state];
          for (const [index, [first, last]] of ranges.entries()) {
            expect(first).toBeLessThanOrEqual(last);
            // Ranges neither touch nor overlap, and ascend.
            expect(first).toBeGreaterThan((ranges[index - 1]?.[1] ?? -1) + 1);
          }
          return ranges.flatMap(([first, last]) =>
            Array.from({ length: last - first + 1 }, (_, index) => [first + index, state] as const),
          );
        });
        expect(new Map(said)).toEqual(lineStates(file));
      }),
    );
  });
});

describe("SARIF", () => {
  const { id: _id, $schema: _schema, ...draft7 } = sarifSchema;
  const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(draft7);

  test.each(runs)("of %s keeps to the 2.1.0 schema", (_, run) => {
    expect(validate(JSON.parse(toSarif(run))) ? [] : validate.errors).toEqual([]);
  });

  test("the schema refuses what is no SARIF", () => {
    expect(validate({ version: "2.1.0" })).toBe(false);
    expect(validate({ version: "2.1.0", runs: [{ tool: { driver: {} } }] })).toBe(false);
  });

  const Log = z.object({
    runs: z.array(
      z.object({
        tool: z.object({ driver: z.object({ name: z.string(), rules: z.array(z.object({ id: z.string() })) }) }),
        invocations: z.tuple([z.object({ executionSuccessful: z.boolean() })]),
        results: z.array(
          z.object({
            ruleId: z.string(),
            ruleIndex: z.int(),
            level: z.string(),
            locations: z.array(z.unknown()).optional(),
          }),
        ),
      }),
    ),
  });

  test("has a run for each check that looked, and says which broke", () => {
    const log = Log.parse(JSON.parse(toSarif(hostileRun())));
    expect(log.runs.map(({ invocations, results }) => [invocations[0].executionSuccessful, results.length])).toEqual([
      [false, 0],
      [true, 3],
    ]);
    const results = log.runs.flatMap((run) =>
      run.results.map((result) => ({ ...result, rule: run.tool.driver.rules[result.ruleIndex]?.id })),
    );
    expect(results.map(({ level }) => level)).toEqual(["error", "note", "warning"]);
    for (const { rule, ruleId } of results) expect(rule).toBe(ruleId);
  });

  test("file names are addresses relative to the root, and UTF-16 columns are said to be", () => {
    const finding = sampleFinding({ file: "a b/ü#%.ts" });
    const text = toSarif(
      sampleRun({
        stages: [
          {
            stage: "static",
            verdict: "failed",
            gates: [],
            checks: [sampleCheck({ status: "failed", findings: [finding] })],
          },
        ],
      }),
    );
    expect(text).toContain('"uri": "a%20b/%C3%BC%23%25.ts"');
    expect(text).toContain('"columnKind": "utf16CodeUnits"');
  });

  test("says of a finding that does not count why", () => {
    const kinds = [
      { kind: "baseline", reason: "old" },
      { kind: "inline", reason: "meant so", expires: "2027-01-31" },
    ] as const;
    const findings = kinds.map((suppressed) => sampleFinding({ suppressed }));
    const stage = { stage: "static", verdict: "passed", gates: [], checks: [sampleCheck({ findings })] } as const;
    const text = toSarif(sampleRun({ stages: [stage] }));
    expect(validate(JSON.parse(text)) ? [] : validate.errors).toEqual([]);
    expect(text.match(/"kind": "(external|inSource)"/g)).toEqual(['"kind": "external"', '"kind": "inSource"']);
    expect(text).toContain('"justification": "meant so"');
  });

  test("no more than what code scanning takes, the fullest first, and what is left out is named", () => {
    const checks = Array.from({ length: 25 }, (_, index) =>
      sampleCheck({
        id: `c${index}`,
        status: "failed",
        findings: Array.from({ length: index }, () => sampleFinding()),
      }),
    );
    const text = toSarif(sampleRun({ stages: [{ stage: "static", verdict: "failed", gates: [], checks }] }));
    const log = Log.parse(JSON.parse(text));
    expect([log.runs.length, log.runs[0]?.results.length]).toEqual([20, 24]);
    expect(text).toContain(
      "left out: c4 (4 findings), c3 (3 findings), c2 (2 findings), c1 (1 findings), c0 (0 findings)",
    );
  });
});

describe("the HTML page", () => {
  const page = toHtml(hostileRun());

  test("nothing of the run becomes markup", () => {
    expect(page).not.toMatch(/<script|<img|<iframe|<link|javascript:|\son\w+=/i);
    expect(page).not.toMatch(CONTROL);
    const text = page.replaceAll(/<style>[\s\S]*?<\/style>/g, "");
    // Each tag is one that the report itself writes.
    const tags = new Set([...text.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, name]) => name?.toLowerCase()));
    expect(
      [...tags].filter(
        (name) =>
          ![
            "html",
            "head",
            "meta",
            "title",
            "style",
            "body",
            "header",
            "h1",
            "h2",
            "p",
            "span",
            "dl",
            "div",
            "dt",
            "dd",
            "time",
            "main",
            "section",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "code",
            "pre",
            "svg",
            "rect",
            "line",
            "circle",
            "footer",
          ].includes(name ?? ""),
      ),
    ).toEqual([]);
    expect(text).toContain("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&#39;&quot;&amp;");
  });

  test("forbids itself scripts and everything from outside", () => {
    expect(page).toContain(
      `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    );
    expect(page).not.toMatch(/\b(src|href)=|url\(|@import/);
  });

  test("shows verdict, gates, findings, failed tests, missed lines and figures", () => {
    for (const part of ["failed", "performance", ":3:1", ":7</code>", "66.66 %", "400 ns", "missed lines by position"])
      expect(page).toContain(part);
  });

  test("a run with very many findings and a very long file still makes a page", () => {
    const lines = new Map(Array.from({ length: 300_000 }, (_, index) => [index + 1, index % 2]));
    const files = [{ file: "long.ts", lines, branches: [], functions: [] }];
    const findings = Array.from({ length: 20_000 }, () => sampleFinding());
    const zero = { covered: 0, total: 0 };
    const html = toHtml(
      sampleRun({
        stages: [{ stage: "static", verdict: "failed", gates: [], checks: [sampleCheck({ findings })] }],
        coverage: {
          lines: { covered: 1, total: 2 },
          branches: zero,
          functions: zero,
          patch: undefined,
          unmeasured: [],
          files,
        },
      }),
    );
    expect(html).toContain("Findings (20000)");
    expect(html.length).toBeLessThan(1_000_000);
  });
});

describe("the report at the terminal", () => {
  const options = { colors: createColors(false), width: 100, findingsPerCheck: 2 };

  test("nothing of the run reaches the terminal as a command", () => {
    expect(toPretty(hostileRun(), options)).not.toMatch(CONTROL);
    // With colours on, the only sequences are those that paint.
    expect(
      toPretty(hostileRun(), { ...options, colors: createColors(true) }).replaceAll(/\u001b\[\d+m/g, ""),
    ).not.toMatch(CONTROL);
  });

  test("each outcome has a sign and a word, not only a colour", () => {
    const text = toPretty(hostileRun(), { ...options, findingsPerCheck: 3 });
    for (const part of ["✗ static", "✗ failed in", "! broken", "– skipped", "▲ a.ts:2:4", "(advisory)"])
      expect(text).toContain(part);
  });

  test.each([40, 60, 76, 100])("keeps to a terminal of %d columns", (width) => {
    const said = "日本語のメッセージがここにあります。".repeat(4);
    const gate = {
      ...sampleGate("unit_coverage", ">= 90%"),
      actual: 77.7,
      verdict: "failed" as const,
      reason: "limit-missed" as const,
      message: said,
    };
    const check = sampleCheck({ id: "a-rather-long-name-of-a-check", message: said, findings: [] });
    const run = sampleRun({ stages: [{ stage: "test", verdict: "failed", gates: [gate], checks: [check] }] });
    const lines = toPretty(run, { ...options, width }).split("\n");
    expect(lines.filter((line) => stringWidth(line) > width)).toEqual([]);
    expect(lines.filter((line) => line.endsWith("…")).length).toBeGreaterThanOrEqual(2);
  });

  test("gates that were not asked for are one line", () => {
    const gate = {
      ...sampleGate("type_errors", "0"),
      actual: undefined,
      verdict: "skipped" as const,
      reason: "not-selected" as const,
      message: "not asked for",
    };
    const run = sampleRun({ stages: [{ stage: "static", verdict: "skipped", gates: [gate, gate], checks: [] }] });
    expect(toPretty(run, options)).toContain("– 2 gates not asked for");
    expect(toPretty(run, options)).not.toContain("type_errors");
  });

  test("says how many findings it leaves out, and which can be fixed", () => {
    const text = toPretty(hostileRun(), options);
    expect(text).toContain("… and 1 more of");
    expect(text).toContain("(fix)");
  });
});

describe("columnsOf", () => {
  test.each([
    "",
    "abc ✓ – …",
    "日本語",
    "é",
    "e\u0301",
    "👨‍👩‍👧",
    "❤️",
    "ﾊﾝｶｸ",
    "a\u200bb",
    "한국어",
    "🇦🇹",
  ])("%j is as wide as string-width says", (text) => expect(columnsOf(text)).toBe(stringWidth(text)));
});

describe("plainText", () => {
  test("takes out what a terminal acts on and leaves the rest", () => {
    expect(plainText("a\tb\nc\u001b[31m\u0007é日😀")).toBe("a\tb\nc[31mé日😀");
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(plainText(text)).not.toMatch(CONTROL);
        expect(plainText(plainText(text))).toBe(plainText(text));
      }),
    );
  });

  test.each([
    ["abc", 3, "abc"],
    ["abcd", 3, "ab…"],
    ["abcd", 1, "…"],
    ["", 0, ""],
    ["日本語", 6, "日本語"],
    ["日本語", 5, "日本…"],
    ["👨‍👩‍👧x", 2, "…"],
  ])("fit(%j, %d) is %j", (text, width, expected) => expect(fit(text, width)).toBe(expected));
});
