import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FileCoverage } from "../core/coverage.ts";
import { bringTo, carryOver } from "./carry-over.ts";
import { contentOf } from "./content.ts";
import { matchLines } from "./line-match.ts";
import { mergeCoverage } from "./merge.ts";

const TEXT = ["function a() {", "  return 1;", "}", "", "function b() {", "  return 2;", "}", ""].join("\n");

const measured = (text: string, lines: Readonly<Record<number, number>>, file = "a.ts"): FileCoverage => ({
  file,
  lines: new Map(Object.entries(lines).map(([line, hits]) => [Number(line), hits])),
  branches: [{ line: 6, block: "0", branch: "0", taken: 1 }],
  functions: [{ name: "b", line: 5, hits: 1 }],
  tests: { names: ["t"], byLine: new Map([[6, [0]]]), shared: [2, 5] },
  content: contentOf(text),
});
const before = measured(TEXT, { 2: 0, 6: 4 });

describe("bringTo", () => {
  test("the same text keeps everything", () => expect(bringTo(before, TEXT)).toEqual({ ...before, carried: true }));

  test("other line ends are another text of the same lines", () => {
    const now = bringTo(before, TEXT.replaceAll("\n", "\r\n"));
    expect([[...(now?.lines ?? [])], now?.stale]).toEqual([[...before.lines], undefined]);
  });

  test("lines move, and new ones are stale", () => {
    const now = bringTo(before, `// one\n\n${TEXT}`);
    expect([...(now?.lines ?? [])]).toEqual([
      [4, 0],
      [8, 4],
    ]);
    expect([now?.branches[0]?.line, now?.functions[0]?.line, [...(now?.tests?.byLine.keys() ?? [])]]).toEqual([
      8,
      7,
      [8],
    ]);
    expect(now?.tests?.shared).toEqual([4, 7]);
    expect(now?.stale).toEqual([[1, 1]]);
  });

  test("an altered line loses its hits and is stale", () => {
    const now = bringTo(before, TEXT.replace("return 2", "return 3"));
    expect([[...(now?.lines ?? [])], now?.branches, now?.stale]).toEqual([[[2, 0]], [], [[6, 6]]]);
  });

  test("what was stale stays stale until it is measured", () => {
    const once = bringTo(before, TEXT.replace("return 2", "return 3"));
    const twice = once && bringTo(once, `// top\n${TEXT.replace("return 2", "return 3")}`);
    expect(twice?.stale).toEqual([
      [1, 1],
      [7, 7],
    ]);
  });

  test("nothing is claimed for a text that nobody knows", () => {
    const { content: _unknown, ...rest } = before;
    expect(bringTo(rest, TEXT)).toBeUndefined();
  });
});

describe("carryOver", () => {
  const textOf = async (file: string) => (file === "gone.ts" ? undefined : TEXT);
  const earlier = (check: string, ...files: FileCoverage[]) => ({
    check,
    runId: "r1",
    coverage: { files, unplaced: [] },
  });

  test("files that are gone and checks that measured all again are left out", async () => {
    const all = [earlier("unit", before, { ...before, file: "gone.ts" }), earlier("e2e", before)];
    const carried = await carryOver(all, { whole: new Set(["e2e"]), textOf });
    expect(carried.map(({ check, runId, files }) => [check, runId, files.map(({ file }) => file)])).toEqual([
      ["unit", "r1", ["a.ts"]],
    ]);
  });

  test("a chain of partial runs keeps what the first one knew, and its counts do not grow", async () => {
    const first = earlier("unit", before);
    const now = measured(TEXT, { 2: 1, 6: 0 });
    const options = { whole: new Set<string>(), textOf };
    const second = {
      ...earlier("unit", now),
      coverage: { files: [now], unplaced: [], carried: await carryOver([first], options) },
    };
    const [merged] = mergeCoverage([second.coverage]);
    expect([[...(merged?.lines ?? [])], merged?.carried]).toEqual([
      [
        [2, 1],
        [6, 4],
      ],
      undefined,
    ]);
    const third = await carryOver([second], options);
    expect([...(third[0]?.files[0]?.lines ?? [])]).toEqual([
      [2, 1],
      [6, 4],
    ]);
  });

  test("an edited line that this run saw run is fresh, one that it did not stays stale", async () => {
    const edited = TEXT.replace("return 2", "return 3");
    const carried = await carryOver([earlier("unit", before)], { whole: new Set(), textOf: async () => edited });
    const stale = (hits: number) =>
      mergeCoverage([{ files: [measured(edited, { 2: 0, 6: hits })], unplaced: [], carried }])[0]?.stale;
    expect([stale(1), stale(0)]).toEqual([undefined, [[6, 6]]]);
  });
});

describe("matchLines", () => {
  const text = fc.array(fc.constantFrom<string>("a", "b", "c", "d", "e", "f", "g", "}"), { maxLength: 25 });

  test("ascends on both sides, and what it matches is the same", () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        let last = 0;
        for (const [from, to] of matchLines(one, other)) {
          expect(one[from - 1]).toBe(other[to - 1]);
          expect(to).toBeGreaterThan(last);
          last = to;
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test("finds every line of a text in itself, and all others when one is put in", () => {
    fc.assert(
      fc.property(text, fc.nat(), (lines, where) => {
        const at = where % (lines.length + 1);
        const longer = lines.toSpliced(at, 0, "new");
        expect(matchLines(lines, lines).size).toBe(lines.length);
        expect(matchLines(lines, longer).size).toBe(lines.length);
      }),
    );
  });
});
