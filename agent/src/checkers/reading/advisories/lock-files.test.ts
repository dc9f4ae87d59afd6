import { describe, expect, test } from "vitest";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { type LockFile, parseNpmLock, parseRequirements } from "./lock-files.ts";

const LOCK = JSON.stringify(
  {
    lockfileVersion: 3,
    packages: {
      "": { name: "root", version: "1.0.0" },
      "node_modules/a": { version: "1.0.0" },
      "node_modules/a/node_modules/@s/b": { version: "2.0.0", dev: true },
      "node_modules/alias": { name: "real", version: "3.0.0" },
      "node_modules/workspace": { resolved: "packages/w", link: true },
      "packages/w": { version: "0.0.0" },
    },
  },
  undefined,
  2,
);

describe("package-lock.json", () => {
  test("names, versions, lines", () => {
    const { packages, problems } = parseNpmLock(LOCK);
    expect(problems).toEqual([]);
    expect(packages.map(({ name, version, dev }) => [name, version, dev])).toEqual([
      ["a", "1.0.0", false],
      ["@s/b", "2.0.0", true],
      ["real", "3.0.0", false],
    ]);
    for (const { line, version } of packages)
      expect(LOCK.split("\n")[line]).toContain(version === "3.0.0" ? "real" : version);
  });

  test.each([
    "",
    "{",
    "[]",
    '{"lockfileVersion":1,"dependencies":{"a":{"version":"1.0.0"}}}',
    LOCK.slice(0, 200),
  ])("%j is a problem", (text) => {
    expect(parseNpmLock(text)).toMatchObject({ packages: [], problems: [expect.any(String)] });
  });
});

describe("requirements", () => {
  test("pinned, with extras, markers, comments, hashes and continued lines", () => {
    const text = [
      "# tools",
      "Py.Test==9.2.0",
      "requests[socks] == 2.32.0 ; python_version > '3.8'  # why",
      "ruff===0.17.6 \\",
      "    --hash=sha256:abc \\",
      "    --hash=sha256:def",
      "",
      "-r other.txt",
      "--index-url https://example.com",
    ].join("\r\n");
    const { packages, unpinned } = parseRequirements(text);
    expect(packages.map(({ name, version, line }) => [name, version, line])).toEqual([
      ["py-test", "9.2.0", 2],
      ["requests", "2.32.0", 3],
      ["ruff", "0.17.6", 4],
    ]);
    expect(unpinned).toEqual([]);
  });

  test("what has no exact version is told", () => {
    expect(parseRequirements("a>=1\nb\nc==1.*\nd==1.0,<2\n./local\n").unpinned.map(({ name }) => name)).toEqual([
      "a",
      "b",
      "c",
      "d",
      "./local",
    ]);
  });
});

const lockedIn = ({ packages, unpinned }: LockFile) => packages.length + unpinned.length;

fuzzParser("parseNpmLock", { samples: [LOCK], reported: (text) => lockedIn(parseNpmLock(text)) });

fuzzParser("parseRequirements", {
  samples: ["# tools\nPy.Test==9.2.0\nrequests[socks] == 2.32.0 ; python_version > '3.8'  # why\nruff\\\n==1\n"],
  reported: (text) => lockedIn(parseRequirements(text)),
  // A name can be as short as one character, and so can its line.
  most: (text) => text.length,
});
