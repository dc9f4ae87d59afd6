import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { coverageCommand } from "../cli/coverage/coverage-command.ts";
import { lineStates } from "../core/coverage.ts";
import { branchesOf, linesOf, recorded } from "../coverage/testing/recorded.ts";
import { readCoverageFiles, writeCoverage } from "./coverage-files.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "trigate-coverage-")));
const write = (path: string, text: string | Uint8Array) => {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), text);
};
const read = (...paths: string[]) => readCoverageFiles(paths, { root, from: root });

beforeAll(() => {
  for (const file of ["src/main/java/x/Sign.java", "a.go", "pkg/b.go", "src/a.ts", "pkg/core.py", "pkg/__init__.py"])
    write(file, "\n".repeat(30));
  write("go.mod", "module example.com/mod\n");
  write("out/jacoco.xml", recorded("jacoco-0.8.15.xml"));
  write("out/go.out", recorded("go-1.26-count.out"));
  write("out/v.json.gz", gzipSync(recorded("vitest-5.1.1-istanbul.json")));
  write("out/py.xml", recorded("coverage-py-7.17.3-cobertura.xml"));
  write("out/contexts.json", recorded("coverage-py-7.17.3-contexts.json"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("files are found", () => {
  test("below Java's source folders, by Go's module, on another machine, under a source that is elsewhere", async () => {
    const { coverage, reports } = await read("out/jacoco.xml", "out/go.out", "out/v.json.gz", "out/py.xml");
    expect(reports.map(({ format, problems }) => [format, problems])).toEqual([
      ["jacoco", []],
      ["go profile", []],
      ["istanbul", []],
      ["cobertura", []],
    ]);
    const names = ["a.go", "pkg/__init__.py", "pkg/b.go", "pkg/core.py", "src/a.ts", "src/main/java/x/Sign.java"];
    expect(coverage.files.map(({ file }) => file)).toEqual(names);
    expect(coverage.unplaced).toEqual([]);
  });

  test("through a link, under the name that they really have", async () => {
    symlinkSync(join(root, "pkg"), join(root, "linked"));
    write("out/link.info", "SF:linked/core.py\nDA:1,1\nend_of_record\n");
    expect((await read("out/link.info")).coverage.files.map(({ file }) => file)).toEqual(["pkg/core.py"]);
  });
});

describe("what is gcov's", () => {
  test("is the same from a folder of packed reports as gcov says in words", async () => {
    const lib = "template <class T> T most(T a, T b) { return a > b ? a : b; }\n";
    write("cpp/lib.h", lib);
    write("cpp/a.cc", '#include "lib.h"\nint a(int x) {\n  if (x > 1)\n    return most(x, 2);\n  return 0;\n}\n');
    write(
      "cpp/main.cc",
      '#include "lib.h"\nint a(int);\nint main() {\n  return a(0) + static_cast<int>(most(0.0, -1.0));\n}\n',
    );
    const cwd = join(root, "cpp");
    const run = promisify(execFile);
    await run("g++", ["--coverage", "-O0", "-o", "program", "a.cc", "main.cc"], { cwd });
    await run(join(cwd, "program"), [], { cwd });
    await run("gcov", ["-b", "-j", "program-a.gcda", "program-main.gcda"], { cwd });
    const { coverage, reports } = await read("cpp");
    expect(reports.map(({ format, problems }) => [format, problems])).toEqual([
      ["gcov", []],
      ["gcov", []],
    ]);
    expect(coverage.files.map((file) => [file.file, linesOf(file)])).toEqual([
      ["cpp/a.cc", "2:1 3:1 4:0 5:1"],
      ["cpp/lib.h", "1:1"],
      ["cpp/main.cc", "3:1 4:1"],
    ]);
    const said = await run("gcov", ["-b", "-t", "program-a.gcda"], { cwd });
    for (const [line, hits] of coverage.files[0]?.lines ?? [])
      expect(said.stdout).toMatch(new RegExp(`^\\s+${hits === 0 ? "#####" : hits}:\\s+${line}:`, "m"));
  });
});

describe("what is written is read again", () => {
  test.each(["lcov", "cobertura", "json"] as const)("%s", async (format) => {
    const { coverage } = await read("out/jacoco.xml", "out/contexts.json", "out/v.json.gz");
    write(`out/all.${format}`, writeCoverage(coverage.files, { format, root, version: "1" }));
    const again = await read(`out/all.${format}`);
    expect(again.reports[0]?.problems).toEqual([]);
    const told = (files: typeof coverage.files) =>
      files.map((file) => [file.file, linesOf(file), branchesOf(file), file.functions.length, [...lineStates(file)]]);
    expect(told(again.coverage.files)).toEqual(told(coverage.files));
    if (format === "json")
      expect(again.coverage.files.map(({ tests }) => tests)).toEqual(coverage.files.map(({ tests }) => tests));
  });
});

describe("trigate coverage", () => {
  async function run(...args: string[]) {
    const printed: string[] = [];
    const take = (text: string) => void printed.push(text);
    const spies = [
      vi.spyOn(console, "log").mockImplementation(take),
      vi.spyOn(console, "error").mockImplementation(take),
    ];
    try {
      await coverageCommand(async () => ({ root })).parseAsync(args, { from: "user" });
      return { text: printed.join("\n"), exitCode: process.exitCode };
    } finally {
      for (const spy of spies) spy.mockRestore();
      process.exitCode = undefined;
    }
  }

  test("shows files, shares and what has no place", async () => {
    write("out/lost.info", "SF:gone/nowhere.ts\nDA:1,1\nend_of_record\nSF:x/core.py\nDA:1,1\nend_of_record\n");
    const { text, exitCode } = await run("show", join(root, "out/jacoco.xml"), join(root, "out/lost.info"));
    expect(exitCode).toBeUndefined();
    expect(text).toMatch(/src\/main\/java\/x\/Sign\.java +57\.1 % 4\/7 +50\.0 % 2\/4 +50\.0 % 2\/4/);
    expect(text).toContain("gone/nowhere.ts: no file of the workspace has this name");
    expect(text).toContain("x/core.py: no file of the workspace has this path; pkg/core.py only has the same name");
    const json = JSON.parse((await run("show", "--json", join(root, "out/jacoco.xml"))).text);
    expect(json.files[0]).toMatchObject({ file: "src/main/java/x/Sign.java", lines: { covered: 4, total: 7 } });
  });

  test("a broken report is exit code 3, and nothing is merged", async () => {
    write("out/cut.xml", recorded("jacoco-0.8.15.xml").slice(0, 900));
    write("out/cut.json.gz", gzipSync("{}".repeat(1_000)).subarray(0, 20));
    const shown = await run("show", join(root, "out/cut.xml"), join(root, "out/cut.json.gz"));
    expect(shown.exitCode).toBe(3);
    expect(shown.text).toMatch(/cut\.xml: jacoco, line 1, column \d+, offset \d+: /);
    expect(shown.text).toContain("cannot be unpacked");
    const merged = await run("merge", join(root, "out/cut.xml"), "-o", join(root, "out/none.info"));
    expect(merged.exitCode).toBe(3);
    expect(() => readFileSync(join(root, "out/none.info"))).toThrow("ENOENT");
  });

  test("a report that is not there is a bad argument", async () => {
    await expect(run("show", join(root, "nope.info"))).rejects.toMatchObject({ code: "usage/bad-argument" });
    await expect(run("show", join(root, "src"))).rejects.toMatchObject({ code: "usage/bad-argument" });
  });
});
