import { expect, test } from "vitest";
import { sampleCheck } from "../core/testing/samples.ts";
import { configOf, fileOf } from "../core/codecov/testing/scenes.ts";
import { mergeCoverage } from "../coverage/merge.ts";
import { uploadsOfChecks } from "./codecov-uploads.ts";

const check = (id: string, suite: "unit" | "e2e", ...files: readonly string[]) =>
  sampleCheck({ id, stage: "test", suite, coverage: { files: files.map((file) => fileOf(file, "h")), unplaced: [] } });
const uploads = (yaml: string, checks: Parameters<typeof uploadsOfChecks>[0], flags: Record<string, string[]> = {}) =>
  uploadsOfChecks(checks, {
    config: configOf(yaml),
    options: { account: "new", unmeasured: "fail", flags },
    merge: mergeCoverage,
  }).map((upload) => [upload.flags.join("+"), upload.files.map(({ file }) => file).join(" ")]);

test.each<{ name: string; yaml: string; flags?: Record<string, string[]>; wanted: string[][] }>([
  { name: "a check without flags", yaml: "comment: false", wanted: [["", "a.py b.py"]] },
  { name: "a flag of the check's name", yaml: "flags: {pytest: {}}", wanted: [["pytest", "a.py b.py"]] },
  { name: "a flag of the suite's name", yaml: "flags: {unit: {}}", wanted: [["unit", "a.py b.py"]] },
  {
    name: "flags that trigate.yaml gives",
    yaml: "flags: {x: {}, unit: {}}",
    flags: { x: ["pytest"], y: ["pytest"] },
    wanted: [["x+y", "a.py b.py"]],
  },
  {
    name: "flags with paths cut it up",
    yaml: "flags: {front: {paths: [a.py]}, back: {paths: [b.py]}}",
    wanted: [
      ["front", "a.py"],
      ["back", "b.py"],
    ],
  },
  {
    name: "what no flag has is uploaded without",
    yaml: "flags: {front: {paths: [a.py]}}",
    wanted: [
      ["front", "a.py"],
      ["", "b.py"],
    ],
  },
])("$name", ({ yaml, flags, wanted }) => {
  expect(uploads(yaml, [check("pytest", "unit", "a.py", "b.py")], flags)).toEqual(wanted);
});

test("a check without coverage uploads nothing", () => {
  expect(uploads("flags: {lint: {}}", [sampleCheck({ id: "lint" })])).toEqual([]);
});
