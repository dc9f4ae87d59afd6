import fc from "fast-check";
import { SaxesParser } from "saxes";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { CheckResult } from "../core/check.ts";
import type { Run } from "../core/run.ts";
import { sampleCheck, sampleFinding, sampleGate, sampleRun } from "../core/testing/samples.ts";
import { codeSpan, escapeMarkdown } from "./escape.ts";
import { toGithub } from "./github.ts";
import { toGitlab } from "./gitlab.ts";
import { toJunit } from "./junit.ts";
import { COMMENT_LIMIT, COMMENT_MARKER, toMarkdown } from "./markdown.ts";
import { HOSTILE, hostileRun } from "./testing/hostile-run.ts";

function runOf(...checks: readonly Partial<CheckResult>[]): Run {
  const outcome = "failed" as const;
  return sampleRun({
    verdict: { outcome, reason: "findings", message: "1 of the gates failed" },
    stages: [{ stage: "static", verdict: outcome, gates: [], checks: checks.map((check) => sampleCheck(check)) }],
  });
}

const suppressed = { kind: "baseline", reason: "old" } as const;
const mixed = runOf(
  {
    status: "failed",
    findings: [
      sampleFinding({ severity: "warning", message: "later", range: { start: { line: 9, column: 2 } } }),
      sampleFinding({ message: "first" }),
      sampleFinding({ message: "hidden", suppressed }),
      sampleFinding({ message: "only told", severity: "info" }),
    ],
  },
  { id: "types", status: "errored", reason: "tool-missing", message: "tsc was not found\ninstall it" },
  { id: "ok" },
  { id: "absent", status: "skipped", reason: "optional-tool-missing", message: "not here" },
);

interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Fails on anything that is not well-formed. */
function elementsOf(xml: string): readonly XmlElement[] {
  const elements: XmlElement[] = [];
  const parser = new SaxesParser();
  parser.on("opentag", ({ name, attributes }) => elements.push({ name, attributes }));
  parser.on("error", (error) => {
    throw error;
  });
  parser.write(xml).close();
  return elements;
}

describe("JUnit", () => {
  test("has a suite for each check and one for the gates, with counts that add up", () => {
    const elements = elementsOf(toJunit(mixed));
    const suites = elements.filter(({ name }) => name === "testsuite").map(({ attributes }) => attributes);
    expect(
      suites.map(({ name, tests, failures, errors, skipped }) => [name, tests, failures, errors, skipped]),
    ).toEqual([
      ["lint", "3", "2", "0", "1"],
      ["types", "1", "0", "1", "0"],
      ["ok", "1", "0", "0", "0"],
      ["absent", "1", "0", "0", "1"],
      ["gates", "0", "0", "0", "0"],
    ]);
    expect(elements[0]?.attributes).toMatchObject({ tests: "6", failures: "2", errors: "1", skipped: "2" });
    expect(elements.filter(({ name }) => name === "testcase")).toHaveLength(6);
    expect(elements.find(({ name }) => name === "error")?.attributes).toMatchObject({
      type: "tool-missing",
      message: "tsc was not found",
    });
  });

  test("what is advisory does not turn the list red", () => {
    const gate = (advisory: boolean) => ({
      ...sampleGate("code_style", "100%", { advisory }),
      actual: 50,
      verdict: "failed" as const,
      reason: "findings" as const,
      message: "half",
    });
    const run = sampleRun({
      stages: [{ stage: "static", verdict: "failed", gates: [gate(true), gate(false)], checks: [] }],
    });
    expect(elementsOf(toJunit(run)).filter(({ name }) => name === "failure" || name === "skipped")).toMatchObject([
      { name: "skipped", attributes: { message: "advisory: half" } },
      { name: "failure", attributes: { message: "half" } },
    ]);
  });

  test("stays well-formed, whatever tools say", () => {
    expect(elementsOf(toJunit(hostileRun())).length).toBeGreaterThan(5);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const finding = sampleFinding({ message: text, file: text, rule: text });
        const [, , , failure] = elementsOf(toJunit(runOf({ id: text, status: "failed", findings: [finding] })));
        expect(failure?.name).toBe("failure");
      }),
    );
  });
});

describe("GitHub annotations", () => {
  const lines = (run: Run) => toGithub(run).trimEnd().split("\n");

  test("name level, place and reason, the worst first; what is suppressed or only told is not there", () => {
    expect(lines(mixed)).toEqual([
      "::error title=types could not be judged::tsc was not found%0Ainstall it",
      "::error title=lint/no-var,file=a.ts,line=3,endLine=3,col=1,endColumn=4::first",
      "::warning title=lint/no-var,file=a.ts,line=9,col=2::later",
    ]);
  });

  test("say how many are missing, since GitHub drops them without a word", () => {
    const findings = Array.from({ length: 25 }, () => sampleFinding());
    const shown = lines(runOf({ status: "failed", findings }));
    expect(shown).toHaveLength(10);
    expect(shown[9]).toContain("16 more are not shown here");
    expect(lines(runOf({ status: "failed", findings: findings.slice(0, 10) }))).toHaveLength(10);
  });

  test("text of tools starts no command of its own", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const finding = sampleFinding({ message: `${text}\n::set-env name=A::b`, file: `${text},line=1`, rule: text });
        const all = lines(runOf({ status: "failed", findings: [finding] }));
        expect(all).toHaveLength(1);
        expect(all[0]?.split("::")).toHaveLength(3 + (text.split("::").length - 1 + 2));
      }),
    );
    expect(lines(hostileRun()).every((line) => /^::(error|warning) title=/.test(line))).toBe(true);
  });

  test("a clean run prints nothing", () => expect(toGithub(sampleRun())).toBe(""));
});

const Issues = z.array(
  z.strictObject({
    description: z.string().min(1),
    check_name: z.string().min(1),
    fingerprint: z.string().min(1),
    severity: z.enum(["info", "minor", "major", "critical", "blocker"]),
    location: z.strictObject({
      path: z.string().regex(/^(?!\.\/)./),
      lines: z.strictObject({ begin: z.int().min(1), end: z.int().min(1).optional() }),
    }),
  }),
);

describe("GitLab code quality", () => {
  const issuesOf = (run: Run) => Issues.parse(JSON.parse(toGitlab(run)));

  test("has an issue for each finding that counts, and a blocker for a check that could not look", () => {
    expect(issuesOf(mixed).map(({ severity, check_name, location }) => [severity, check_name, location])).toEqual([
      ["blocker", "types/tool-missing", { path: "trigate.yaml", lines: { begin: 1 } }],
      ["major", "lint/no-var", { path: "a.ts", lines: { begin: 3, end: 3 } }],
      ["minor", "lint/no-var", { path: "a.ts", lines: { begin: 9 } }],
    ]);
  });

  test("gives each issue a fingerprint of its own", () => {
    const all = issuesOf(runOf({ status: "failed", findings: Array.from({ length: 3 }, () => sampleFinding()) }));
    expect(new Set(all.map(({ fingerprint }) => fingerprint)).size).toBe(3);
  });

  test("of a hostile run is still what GitLab reads", () => expect(issuesOf(hostileRun()).length).toBeGreaterThan(2));
});

describe("Markdown", () => {
  test("begins with the marker and has verdict, gates, findings and checks", () => {
    const text = toMarkdown(mixed, { limit: COMMENT_LIMIT });
    expect(text.startsWith(`${COMMENT_MARKER}\n\n### ❌ Trigate: failed\n`)).toBe(true);
    for (const part of [
      "`types`: tsc was not found install it",
      "2 findings (1 more are suppressed)",
      "`a.ts:3:1` first",
    ])
      expect(text).toContain(part);
  });

  test("fits the limit and says what it leaves out", () => {
    const findings = Array.from({ length: 4000 }, (_, index) =>
      sampleFinding({ message: `m${index} ${"x".repeat(150)}` }),
    );
    const run = runOf({ status: "failed", findings });
    const text = toMarkdown(run, { limit: 4000 });
    expect(text.length).toBeLessThanOrEqual(4000);
    expect(text).toMatch(/… and 39\d\d more|… and 4000 more/);
    expect(toMarkdown(run, { limit: 300 }).length).toBeLessThanOrEqual(300);
  });

  test("nothing of the run becomes markup", () => {
    const text = toMarkdown(hostileRun(), { limit: COMMENT_LIMIT });
    // Outside of code spans there is no tag but those of the report itself.
    const outside = text.replaceAll(/(`+)(?:(?!\1)[\s\S])+?\1(?!`)/g, "");
    expect(outside.match(/<\/?[a-z!]+/gi)?.filter((tag) => !/^<(\/?(details|summary)|!)$/.test(tag)) ?? []).toEqual([]);
    expect(HOSTILE).toContain("<script>");
  });

  test.each([
    ["a*b_c`d", "a\\*b\\_c\\`d"],
    ["see @someone and #12", "see @\u200bsomeone and \\#12"],
    ["<b>&amp;", "&lt;b&gt;&amp;amp;"],
    ["http://x.y | www.z.com\n\nnew", "http:\u200b//x.y \\| www\u200b.z.com new"],
  ])("escapes %j", (text, expected) => expect(escapeMarkdown(text)).toBe(expected));

  test.each([
    ["a", "`a`"],
    ["a`b", "``a`b``"],
    ["`", "`` ` ``"],
    ["a|b", "`a\\|b`"],
    ["", "`  `"],
  ])("a code span of %j is %j", (text, expected) => expect(codeSpan(text)).toBe(expected));
});
