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

const TREE = [
  "src/a.ts",
  "src/main/java/x/A.java",
  "one/x/B.java",
  "two/x/B.java",
  "Lib/Util.cs",
  "setup.py",
  "lib/q.ts",
  "LIB/q.ts",
];
const tree = { root: "/repo", cwd: "", isFile: async (path: string) => TREE.includes(path), files: async () => TREE };
const place = async (written: string, more: Partial<Parameters<typeof placeFiles>[0]> = {}) => {
  const { files, unplacedReasons } = await placeFiles({ files: [covered(written)], ...more }, tree);
  return files[0]?.file ?? unplacedReasons?.[written];
};

test.each([
  ["x/A.java", "src/main/java/x/A.java"],
  ["/app/setup.py", "setup.py"],
  ["/usr/src/app/src/a.ts", "src/a.ts"],
  ["/builds/group/project/setup.py", "setup.py"],
  ["/home/runner/work/repo/repo/setup.py", "setup.py"],
  ["D:\\a\\repo\\repo\\setup.py", "setup.py"],
  ["C:/work/lib/util.cs", "Lib/Util.cs"],
  ["file:///D:/a/repo/repo/src/a.ts", "src/a.ts"],
  ["file://localhost/repo/src/a.ts", "src/a.ts"],
  ["x/B.java", "it could be any of one/x/B.java, two/x/B.java"],
  ["/ci/Lib/Q.ts", "it could be any of LIB/q.ts, lib/q.ts"],
  ["/elsewhere/setup.py", "no file of the workspace has this path; setup.py only has the same name"],
  ["y/Z.java", "no file of the workspace has this name"],
])("%s is %s", async (written, expected) => expect(await place(written)).toBe(expected));

test("every source is tried, the first that fits counts", async () => {
  expect(await place("A.java", { sources: ["/none", "/repo/src/main/java/x"] })).toBe("src/main/java/x/A.java");
  expect(await place("a.ts", { sources: ["lib", "src"] })).toBe("src/a.ts");
});

test("the folder that other files turned out to lie in helps a file that has only its name", async () => {
  const files = ["/elsewhere/setup.py", "/elsewhere/src/a.ts"].map(covered);
  const { files: placed, unplaced } = await placeFiles({ files }, tree);
  expect([placed.map(({ file }) => file), unplaced]).toEqual([["setup.py", "src/a.ts"], []]);
});

test("headers of the system are missed by nobody, and what could not be mapped is told", async () => {
  const { unplaced, unplacedReasons } = await placeFiles(
    { files: [covered("/usr/include/c++/12/vector")], unmapped: { "dist/x.js": "no map" } },
    tree,
  );
  expect([unplaced, unplacedReasons]).toEqual([["dist/x.js"], { "dist/x.js": "no map" }]);
});
