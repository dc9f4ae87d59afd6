import fc from "fast-check";
import { expect, test } from "vitest";
import type { FileCoverage } from "../core/coverage.ts";
import { placeFiles } from "./place-files.ts";

const FILES = new Set(["src/a.ts", "packages/p/src/a.ts", "packages/p/src/b.ts", "lib/with space.py"]);
const workspace = (cwd = "") => ({ root: "/repo", cwd, isFile: async (path: string) => FILES.has(path) });
const covered = (file: string): FileCoverage => ({ file, lines: new Map([[1, 1]]), branches: [], functions: [] });

test.each([
  { written: "src/a.ts", cwd: "", placed: "src/a.ts" },
  { written: "./src/a.ts", cwd: "", placed: "src/a.ts" },
  { written: "src\\a.ts", cwd: "", placed: "src/a.ts" },
  { written: "/repo/src/a.ts", cwd: "packages/p", placed: "src/a.ts" },
  { written: "src/a.ts", cwd: "packages/p", placed: "packages/p/src/a.ts" },
  { written: "packages/p/src/b.ts", cwd: "packages/p", placed: "packages/p/src/b.ts" },
  { written: "../../src/a.ts", cwd: "packages/p", placed: "src/a.ts" },
  { written: "/home/runner/work/repo/packages/p/src/b.ts", cwd: "", placed: "packages/p/src/b.ts" },
  { written: "C:\\work\\repo\\src\\a.ts", cwd: "", placed: "src/a.ts" },
  { written: "file:///repo/lib/with%20space.py", cwd: "", placed: "lib/with space.py" },
  { written: "/elsewhere/b.ts", cwd: "", placed: undefined },
  { written: "../outside.ts", cwd: "", placed: undefined },
  { written: "src/gone.ts", cwd: "", placed: undefined },
])("$written from '$cwd'", async ({ written, cwd, placed }) => {
  const report = await placeFiles({ files: [covered(written)] }, workspace(cwd));
  expect(report.files.map(({ file }) => file)).toEqual(placed === undefined ? [] : [placed]);
  expect(report.unplaced).toEqual(placed === undefined ? [written] : []);
});

test("two names of one file are added up", async () => {
  const report = await placeFiles({ files: [covered("/repo/src/a.ts"), covered("src/a.ts")] }, workspace());
  expect(report.files).toHaveLength(1);
  expect(report.files[0]?.lines.get(1)).toBe(2);
});

test("never throws and never leaves the workspace", async () => {
  const asked: string[] = [];
  const path = fc.oneof(
    fc.string(),
    fc.array(fc.constantFrom("..", ".", "/", "\\", "a", "%", "file://", "C:")).map((parts) => parts.join("/")),
  );
  await fc.assert(
    fc.asyncProperty(path, async (written) => {
      await placeFiles(
        { files: [covered(written)] },
        { root: "/repo", cwd: "p", isFile: async (each) => asked.push(each) < 0 },
      );
    }),
  );
  expect(asked.filter((each) => each.startsWith("/") || each.split("/").includes(".."))).toEqual([]);
});
