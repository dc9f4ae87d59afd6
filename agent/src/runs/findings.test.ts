import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { identifyFindings } from "./findings.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "trigate-findings-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));
const at = (line: number, rule = "no-var", message = "m") => ({
  rule,
  severity: "error" as const,
  message,
  file: "a.js",
  range: { start: { line, column: 1 } },
});
async function fingerprints(text: string, ...found: ReturnType<typeof at>[]): Promise<readonly string[]> {
  writeFileSync(join(root, "a.js"), text);
  return (await identifyFindings("lint", found, root)).map(({ fingerprint }) => fingerprint);
}

test("a finding keeps its fingerprint when lines above it come and go, and when it is indented", async () => {
  const [before] = await fingerprints("var a = 1;\n", at(1));
  expect(await fingerprints("\n\n  var a =  1;\n", at(3))).toEqual([before]);
});

test("another rule, file, check or line of code is another finding", async () => {
  const all = [
    ...(await fingerprints("var a;\nvar b;\n", at(1), at(2), at(1, "other"))),
    ...(await identifyFindings("types", [at(1)], root)).map(({ fingerprint }) => fingerprint),
  ];
  expect(new Set(all).size).toBe(4);
});

test("the same twice is told apart by its turn", async () => {
  const [one, two] = await fingerprints("var a;\nvar a;\n", at(1), at(2));
  expect(one).not.toBe(two);
  expect(await fingerprints("var a;\n", at(1))).toEqual([one]);
});

test("without a line to go by, the message tells", async () => {
  writeFileSync(join(root, "a.js"), "");
  const nowhere = (message: string) => ({ rule: "r", severity: "error" as const, message, file: "" });
  const [one, two] = await identifyFindings("lint", [nowhere("x"), nowhere("y")], root);
  expect(one?.fingerprint).not.toBe(two?.fingerprint);
  const gone = await identifyFindings("lint", [{ ...at(99), file: "not/there.js" }], root);
  expect(gone[0]?.id).toMatch(/^lint:[0-9a-f]{12}$/);
});
