import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { readFile, realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { transformSync } from "esbuild";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { fuzzParser } from "../../checkers/testing/fuzz-parser.ts";
import { branchesOf, countReported, functionsOf, linesOf, readRecorded, recorded } from "../testing/recorded.ts";
import { parseV8 } from "./v8.ts";
import { MappedLines } from "./v8-mapped-lines.ts";
import { V8Ranges } from "./v8-ranges.ts";

const folder = await realpath(mkdtempSync(join(tmpdir(), "trigate-v8-")));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const source = recorded("measured.ts.txt");
const main = 'import { double, pick } from "./a.js";\nconsole.log(double(2), pick(undefined));\n';

/** Runs a program under V8's coverage and reads what Node wrote. */
async function measured(name: string, files: Readonly<Record<string, string>>, ...options: string[]) {
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  const out = join(folder, `out-${name}`);
  await promisify(execFile)(process.execPath, [...options, join(folder, "main.mjs")], {
    env: { ...process.env, NODE_V8_COVERAGE: out },
  });
  const [report = ""] = readdirSync(out);
  const read = await parseV8(readFileSync(join(out, report), "utf8"), (path) => readFile(path, "utf8"));
  return { ...read, byName: (ending: string) => read.files.find(({ file }) => file.endsWith(ending)) };
}

const run = { "package.json": '{ "type": "module" }', "main.mjs": main };

describe("what Node writes", () => {
  test("of TypeScript whose types are left out", async () => {
    const { files, unmapped } = await readRecorded("node-24-v8.json");
    expect(unmapped).toEqual({});
    expect(files.map(({ file }) => file)).toEqual(["/repo/of/tests/run.ts", "/repo/of/tests/src/a.ts"]);
    const [, file] = files;
    // Lines 10 and 11 are an interface, which V8 does not tell from code.
    expect(linesOf(file)).toBe("2:1 3:1 4:0 5:1 6:1 10:1 11:1 14:1 16:1 17:0 18:0");
    expect([branchesOf(file), functionsOf(file)]).toEqual(["3:0/1 14:0/1", "double@2:1 pick@14:1 never@17:0"]);
  });

  test("of a generated script with its source map", async () => {
    const { code } = transformSync(source, { loader: "ts", sourcemap: "inline", sourcefile: "a.ts" });
    const { byName, unmapped, problems } = await measured(
      "mapped",
      { ...run, "a.ts": source, "a.js": code },
      "--enable-source-maps",
    );
    expect([unmapped, problems]).toEqual([{}, []]);
    expect(byName("/a.js")).toBeUndefined();
    expect(byName("/a.ts")?.file).toBe(join(folder, "a.ts"));
    const lines = byName("/a.ts")?.lines;
    expect([3, 4, 6, 14, 17, 18].map((line) => lines?.get(line))).toEqual([1, 0, 1, 1, 0, 0]);
    expect([10, 11].map((line) => lines?.has(line))).toEqual([false, false]);
  });

  test("of a generated script without one: no line of it is claimed", async () => {
    const { code } = transformSync(source, { loader: "ts", sourcefile: "a.ts" });
    const { files, unmapped } = await measured("lost", { ...run, "a.js": `${code}//# sourceMappingURL=gone.js.map\n` });
    expect(files.map(({ file }) => file)).toEqual([join(folder, "main.mjs")]);
    expect(Object.entries(unmapped ?? {})).toEqual([[join(folder, "a.js"), expect.stringContaining("source map")]]);
  });

  test("of a script that was edited since", async () => {
    const read = await parseV8(recorded("node-24-v8.json"), async () => `${source}\n// later\n`);
    expect(read.files).toEqual([]);
    expect(Object.values(read.unmapped ?? {})).toEqual(
      Array.from({ length: 2 }, () => expect.stringContaining("edited")),
    );
  });
});

test("the innermost range tells, whatever the nesting", () => {
  const nested = fc
    .array(fc.tuple(fc.nat({ max: 60 }), fc.nat({ max: 60 }), fc.nat({ max: 9 })), { maxLength: 12 })
    .map((spans) => {
      const kept: { startOffset: number; endOffset: number; count: number }[] = [
        { startOffset: 0, endOffset: 60, count: 1 },
      ];
      for (const [a, b, count] of spans) {
        const [startOffset, endOffset] = [Math.min(a, b), Math.max(a, b)];
        const isNested = kept.every(
          (each) =>
            endOffset <= each.startOffset ||
            startOffset >= each.endOffset ||
            (startOffset >= each.startOffset &&
              endOffset <= each.endOffset &&
              endOffset - startOffset < each.endOffset - each.startOffset),
        );
        if (startOffset < endOffset && isNested) kept.push({ startOffset, endOffset, count });
      }
      return kept;
    });
  fc.assert(
    fc.property(nested, fc.nat({ max: 59 }), (ranges, at) => {
      const inner = ranges.findLast(({ startOffset, endOffset }) => startOffset <= at && at < endOffset);
      expect(new V8Ranges([{ ranges }]).hitsAt(at)).toBe(inner?.count ?? 0);
    }),
  );
});

test.each(["!", "A,*", "AAAA;g", "AADA", "ACAA"])("mappings %j are refused", (mappings) => {
  expect(MappedLines.read(mappings, 1)).toBeUndefined();
});

test("the parser's promise is kept for any text", async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (text) => {
      expect((await parseV8(text, async () => source)).problems.length).toBeLessThanOrEqual(5);
    }),
  );
});

// The sources are at hand, so the only thing that waits is nothing: the answer is there before the next turn.
fuzzParser("the ranges and mappings of v8", {
  samples: ["AAAA;AACA,CAAC;;AAAA", "AAAA,SAASA,CAAGC"],
  reported: (text) => {
    const mapped = MappedLines.read(text, 3);
    return mapped === undefined ? 0 : mapped.hits(() => 1).size;
  },
  most: (text) => Math.max(3, text.length),
});

test("fuzzing v8", { timeout: 600_000 }, async () => {
  const sample = recorded("node-24-v8.json");
  const runs = Number(process.env["TRIGATE_FUZZ_RUNS"] ?? 150);
  const place = fc.nat({ max: sample.length });
  await fc.assert(
    fc.asyncProperty(
      place,
      place,
      fc.constantFrom("", "0", "-1", "1e30", "}", '"', "null", "[]"),
      async (a, b, piece) => {
        const text =
          sample.slice(0, Math.min(a, b)) + piece + sample.slice(a % 2 === 0 ? Math.max(a, b) : Math.min(a, b) + 1);
        const read = await parseV8(text, async (path) => (path.endsWith("run.ts") ? recorded("run.ts.txt") : source));
        expect(countReported(read)).toBeLessThanOrEqual(text.length / 4);
      },
    ),
    { numRuns: runs },
  );
});
