import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Advisory, Ecosystem } from "./advisory.ts";
import { compareVersions, isAffected, normalName } from "./affected.ts";

function advisory(
  events: readonly Record<string, string>[],
  more: {
    readonly ecosystem?: string;
    readonly name?: string;
    readonly versions?: string[];
    readonly known?: string;
    readonly type?: string;
  } = {},
): Advisory {
  return {
    id: "TEST-1",
    affected: [
      {
        package: { ecosystem: more.ecosystem ?? "npm", name: more.name ?? "p" },
        ranges: [{ type: more.type ?? "SEMVER", events: [...events] }],
        ...(more.versions === undefined ? {} : { versions: more.versions }),
        ...(more.known === undefined ? {} : { database_specific: { last_known_affected_version_range: more.known } }),
      },
    ],
  };
}

const npm = (version: string, name = "p") => ({ ecosystem: "npm" as Ecosystem, name, version });
const pypi = (version: string, name = "p") => ({ ecosystem: "PyPI" as Ecosystem, name, version });
const range = advisory([{ introduced: "1.0.0" }, { fixed: "1.2.0" }, { introduced: "2.0.0" }, { fixed: "2.1.0" }]);

describe("ranges of npm", () => {
  test.each([
    ["0.9.9", false],
    ["1.0.0-beta.1", false],
    ["1.0.0", true],
    ["1.1.99", true],
    ["1.2.0-rc.1", true],
    ["1.2.0", false],
    ["1.10.0", false],
    ["2.0.0", true],
    ["2.1.0+build.7", false],
    ["3.0.0", false],
  ])("%s: %s", (version, affected) => expect(isAffected(range, npm(version))?.affected).toBe(affected));

  test("names the nearest fix", () => {
    expect(isAffected(range, npm("1.1.0"))?.fixedIn).toBe("1.2.0");
    expect(isAffected(range, npm("2.0.5"))?.fixedIn).toBe("2.1.0");
  });

  test("the order of events does not matter", () => {
    const shuffled = advisory([
      { fixed: "2.1.0" },
      { introduced: "2.0.0" },
      { fixed: "1.2.0" },
      { introduced: "1.0.0" },
    ]);
    for (const version of ["0.9.0", "1.0.0", "1.3.0", "2.0.0", "2.1.0"])
      expect(isAffected(shuffled, npm(version))).toEqual(isAffected(range, npm(version)));
  });

  test("an end that is affected itself", () => {
    const ended = advisory([{ introduced: "0" }, { last_affected: "0.2.3" }]);
    expect([isAffected(ended, npm("0.2.3"))?.affected, isAffected(ended, npm("0.2.4"))?.affected]).toEqual([
      true,
      false,
    ]);
  });

  test("without an end everything later is affected, unless GitHub tells the last version beside it", () => {
    expect(isAffected(advisory([{ introduced: "0" }]), npm("99.0.0"))?.affected).toBe(true);
    const known = advisory([{ introduced: "0" }], { known: "<= 2.0.0" });
    expect([isAffected(known, npm("2.0.0"))?.affected, isAffected(known, npm("2.0.1"))?.affected]).toEqual([
      true,
      false,
    ]);
    expect(isAffected(advisory([{ introduced: "0" }], { known: "< 2.0.0" }), npm("2.0.0"))?.affected).toBe(false);
  });
});

describe("ranges of PyPI", () => {
  const python = advisory([{ introduced: "0" }, { fixed: "9.0.3" }], {
    ecosystem: "PyPI",
    name: "Py_Test",
    type: "ECOSYSTEM",
  });
  test.each([
    ["9.0.2", true],
    ["9.0.3rc1", true],
    ["9.0.3.dev1", true],
    ["9.0.3", false],
    ["9.0.3.post1", false],
    ["9.0.10", false],
    ["1!1.0", false],
  ])("%s: %s", (version, affected) => expect(isAffected(python, pypi(version, "py-test"))?.affected).toBe(affected));

  test("names are compared in their normal form", () =>
    expect(["Py_Test", "py.test", "PY--TEST"].map(normalName)).toEqual(["py-test", "py-test", "py-test"]));
});

describe("what else an advisory may be", () => {
  test("about another package or ecosystem", () => {
    expect(isAffected(range, npm("1.0.0", "q"))?.affected).toBe(false);
    expect(isAffected(range, pypi("1.0.0"))?.affected).toBe(false);
  });
  test("withdrawn", () =>
    expect(isAffected({ ...range, withdrawn: "2026-01-01T00:00:00Z" }, npm("1.0.0"))?.affected).toBe(false));
  test("a list of versions", () =>
    expect(isAffected(advisory([], { versions: ["7.7.7"] }), npm("7.7.7"))?.affected).toBe(true));
  test("a range of commits", () =>
    expect(isAffected(advisory([{ introduced: "0" }], { type: "GIT" }), npm("1.0.0"))?.affected).toBe(false));
  test("not comparable with a version: nobody can tell", () =>
    expect(isAffected(range, npm("not-a-version"))).toBeUndefined());
});

test("comparing is an order", () => {
  const version = fc
    .tuple(fc.nat(5), fc.nat(5), fc.nat(5), fc.constantFrom("", "-alpha.1", "-rc.2"))
    .map(([a, b, c, pre]) => `${a}.${b}.${c}${pre}`);
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      const sign = (one: string, other: string) => Math.sign(compareVersions("npm", one, other) ?? Number.NaN);
      expect(sign(a, b) + sign(b, a)).toBe(0);
      if (sign(a, b) >= 0 && sign(b, c) >= 0) expect(sign(a, c)).toBeGreaterThanOrEqual(0);
    }),
  );
});
