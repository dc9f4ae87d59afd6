import { describe, expect, test } from "vitest";
import { parseCppcheckXml } from "../static/cppcheck/parse.ts";
import { parseCheckstyle } from "./checkstyle.ts";
import { parseJunit } from "./junit.ts";
import { readXml } from "./xml.ts";

/** What a reader of XML hears of a text, in its order. */
function heard(text: string) {
  const said: string[] = [];
  const broken = readXml(text, {
    open: (name, attributes) => said.push(`<${name} ${JSON.stringify(attributes)}`),
    words: (words) => said.push(words),
    close: (name) => said.push(`/${name}`),
  });
  return { said, broken };
}

test("elements, attributes, text and CDATA come in their order", () => {
  expect(heard('<a b="1">x<![CDATA[<y>]]></a>')).toEqual({
    said: ['<a {"b":"1"}', "x", "<y>", "/a"],
    broken: undefined,
  });
});

test("what stood before the break was handed over, and the break is told", () => {
  const { said, broken } = heard("<a>x</b>");
  expect(said.slice(0, 2)).toEqual(["<a {}", "x"]);
  expect(broken).toMatch(/^1:\d+: /);
});

test.each([
  ["a control character", "a\u0001b"],
  ["an escaped one", "a&#1;b"],
  ["an escaped half of a pair", "a&#xD800;b"],
  ["a number beyond all characters", "a&#x110000;b"],
])("%s is replaced", (_what, text) => expect(heard(`<a>${text}</a>`).said.join("")).toContain("a\ufffdb"));

test("blanks before the declaration are passed over", () =>
  expect(heard('\ufeff\n\n<?xml version="1.0"?><a/>').broken).toBeUndefined());

describe("a word named like a property of every object means nothing", () => {
  test("an element in a JUnit case", () => {
    const { cases } = parseJunit('<testsuite><testcase name="a"><constructor message="no"/></testcase></testsuite>');
    expect(cases).toMatchObject([{ name: "a", status: "passed", message: undefined }]);
  });

  test("a severity of Checkstyle", () => {
    const text = '<checkstyle><file name="a"><error line="1" severity="toString" message="m"/></file></checkstyle>';
    expect(parseCheckstyle(text).entries).toMatchObject([{ severity: "warning" }]);
  });

  test("a severity of Cppcheck", () => {
    const text = '<results version="2"><errors><error id="a" severity="valueOf" msg="m"/></errors></results>';
    expect(parseCppcheckXml(text).errors).toMatchObject([{ severity: "error" }]);
  });
});
