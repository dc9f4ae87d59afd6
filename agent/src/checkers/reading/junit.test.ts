import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseJunit } from "./junit.ts";

const suite = (inner: string) =>
  `<?xml version="1.0"?><testsuites><testsuite name="outer">${inner}</testsuite></testsuites>`;

describe("dialects", () => {
  test("nested suites, files, lines, times with commas", () => {
    const { cases, problems } = parseJunit(
      suite(
        '<testsuite name="inner"><testcase classname="C" name="n" file="a.py" line="7" time="1,234.5"/></testsuite>',
      ),
    );
    expect(problems).toEqual([]);
    expect(cases).toMatchObject([
      {
        suites: ["outer", "inner"],
        classname: "C",
        name: "n",
        file: "a.py",
        line: 7,
        durationMs: 1_234_500,
        status: "passed",
        message: undefined,
      },
    ]);
  });

  test("a single suite as root, cases without anything", () => {
    expect(parseJunit('<testsuite><testcase name="x"/></testsuite>').cases).toMatchObject([
      { suites: [], name: "x", file: undefined, line: undefined, durationMs: 0 },
    ]);
  });

  test("failures, errors and skips with message, text and CDATA", () => {
    const { cases } = parseJunit(
      suite(
        '<testcase name="a"><failure message="m &lt;1&gt;">text</failure></testcase><testcase name="b"><error><![CDATA[<boom>]]></error></testcase><testcase name="c"><skipped message="why"/></testcase>',
      ),
    );
    expect(cases.map(({ status, message }) => [status, message])).toEqual([
      ["failed", "m <1>\ntext"],
      ["failed", "<boom>"],
      ["skipped", "why"],
    ]);
  });

  test("a test that passed in the end, and one with an error after a skip", () => {
    const { cases } = parseJunit(
      suite(
        '<testcase name="a"><flakyFailure message="first try">x</flakyFailure></testcase><testcase name="b"><skipped/><error message="teardown"/></testcase>',
      ),
    );
    expect(cases.map(({ status }) => status)).toEqual(["passed", "failed"]);
  });

  test("output of a test is not its message", () => {
    expect(
      parseJunit(
        suite(
          '<testcase name="a"><system-out>noise</system-out><failure message="m"/><system-err>noise</system-err></testcase>',
        ),
      ).cases[0]?.message,
    ).toBe("m");
  });

  test("characters that XML forbids, plain and escaped", () => {
    const { cases, problems } = parseJunit(
      suite('<testcase name="a\u0001b"><failure message="&#x1b;[31mred&#0;"/></testcase>'),
    );
    expect(problems).toEqual([]);
    expect(cases[0]?.name).toContain("a");
    expect(cases[0]?.message).not.toMatch(/[\u0000-\u001f]/);
  });
});

describe("broken reports", () => {
  test.each([
    "",
    "   ",
    "not xml",
    "<html></html>",
    suite('<testcase name="a">').slice(0, 80),
    `${suite("")}<more/>`,
    '<!DOCTYPE x [<!ENTITY e "boom">]><testsuite><testcase name="&e;"/></testsuite>',
  ])("%j is a problem", (text) => {
    expect(parseJunit(text).problems.length).toBeGreaterThan(0);
  });

  test("what came before the break is kept", () => {
    const { cases, problems } = parseJunit(suite('<testcase name="a"/><testcase name="b"').slice(0, -26));
    expect(cases.map(({ name }) => name)).toEqual(["a"]);
    expect(problems).toHaveLength(1);
  });
});

test("never throws", () => {
  const part = fc.constantFrom(
    "<testsuite>",
    "</testsuite>",
    '<testcase name="x">',
    "</testcase>",
    "<failure>",
    "</failure>",
    "<![CDATA[",
    "]]>",
    "&amp;",
    "&#x0;",
    "<!--",
    "-->",
    "text",
    "<",
    ">",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(part).map((parts) => parts.join("")),
      ),
      (text) => void parseJunit(text),
    ),
    { numRuns: 500 },
  );
});
