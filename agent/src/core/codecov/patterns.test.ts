import { describe, expect, test } from "vitest";
import { applyFixes, branchExpression, Matcher, pathFix, pathPattern } from "./patterns.ts";

const expressionOf = (written: string) => {
  const pattern = pathPattern(written);
  return "problem" in pattern ? pattern.problem : pattern.expression;
};

describe("a path becomes the service's expression", () => {
  test.each([
    ["src/app", "^src/app.*"],
    ["./src/app", "^src/app.*"],
    ["!src/app", "!^src/app.*"],
    ["src/*.py", String.raw`(?s:src/[^\/]*\.py)\Z`],
    ["**/*.test.ts", String.raw`(?s:.*/[^\/]*\.test\.ts)\Z`],
    ["a-b/**", String.raw`(?s:a\-b/.*)\Z`],
    ["src/[ab].py", "src/[ab].py"],
    ["src/.*\\.py$", "src/.*\\.py$"],
    ["src/[!a]*.py", String.raw`src/[!a]*.py`],
    ["*.{ts,tsx}", String.raw`(?s:[^\/]*\.\{ts,tsx\})\Z`],
    ["src/(", '"src/(" is no pattern that can be used'],
  ])("%s", (written, wanted) => {
    expect(expressionOf(written)).toBe(wanted);
  });
});

describe("which paths pass", () => {
  test.each([
    [["src/app"], "src/app/a.py", true],
    [["src/app"], "src/application.py", true],
    [["src/app"], "lib/src/app/a.py", false],
    [["src/*.py"], "src/a.py", true],
    [["src/*.py"], "src/deep/a.py", false],
    [["src/**"], "src/deep/a.py", true],
    [["**/*.py"], "a.py", false],
    [["*.{ts,tsx}"], "a.ts", false],
    [["src/", "!src/gen"], "src/gen/a.py", false],
    [["src/", "!src/gen"], "src/a.py", true],
    [["!src/gen"], "lib/a.py", true],
    [[], "anything", true],
  ])("%j and %s: %s", (written, path, wanted) => {
    expect(new Matcher(written.map(expressionOf)).matches(path)).toBe(wanted);
  });
});

test.each([
  ["main", "^main$"],
  ["release/*", "^release/.*"],
  ["*", ".*"],
  [null, ".*"],
  ["^v\\d+$", "^v\\d+$"],
])("the branch %s", (written, wanted) => {
  expect(branchExpression(written)).toBe(wanted);
});

describe("fixes", () => {
  test.each([
    { written: "build/::src/", path: "build/a.py", withPrefixes: false, wanted: "src/a.py" },
    { written: "build/::src/", path: "lib/build/a.py", withPrefixes: false, wanted: "lib/build/a.py" },
    { written: "before/::", path: "before/a.py", withPrefixes: false, wanted: "a.py" },
    { written: "::app/", path: "a.py", withPrefixes: true, wanted: "app/a.py" },
    { written: "::app/", path: "a.py", withPrefixes: false, wanted: "a.py" },
    { written: "home/*/work::root", path: "home/runner/work/a.py", withPrefixes: false, wanted: "root/a.py" },
  ])("$written on $path", ({ written, path, withPrefixes, wanted }) => {
    const fix = pathFix(written);
    if ("problem" in fix) throw new Error(fix.problem);
    expect(applyFixes(path, [fix], { withPrefixes })).toBe(wanted);
  });

  test("one without colons cannot be used", () => {
    expect(pathFix("src/")).toHaveProperty("problem");
  });
});
