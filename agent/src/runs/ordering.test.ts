import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { sampleCheck } from "../core/testing/samples.ts";
import { addToPast, failureRate, likelyFailingFirst, type Past, readPast, withRun } from "./ordering.ts";

const past = (failed: string, durationMs: number): Past => ({
  failed: failed.split("").map((mark) => mark === "x"),
  durationMs,
});
const ordered = (pasts: Record<string, Past | undefined>) =>
  likelyFailingFirst(Object.keys(pasts), (id) => pasts[id]).join(" ");

test.each<{ name: string; pasts: Record<string, Past | undefined>; order: string }>([
  {
    name: "what failed before comes first",
    pasts: { good: past("....", 100), bad: past("..xx", 100) },
    order: "bad good",
  },
  {
    name: "a recent failure counts more",
    pasts: { long: past("x.......", 9), now: past(".......x", 9) },
    order: "now long",
  },
  { name: "of two alike, the quicker", pasts: { slow: past("x", 9000), quick: past("x", 20) }, order: "quick slow" },
  {
    name: "a slow sure failure after a quick likely one",
    pasts: { sure: past("xxxxxxxx", 60_000), quick: past("x...", 50) },
    order: "quick sure",
  },
  {
    name: "an unknown one is as long as the others and as likely as not",
    pasts: { good: past("......", 10), nobody: undefined },
    order: "nobody good",
  },
  { name: "nothing known: as written", pasts: { b: undefined, a: undefined, c: undefined }, order: "b a c" },
])("$name", ({ pasts, order }) => expect(ordered(pasts)).toBe(order));

test("the order has every check once, and the rate lies between 0 and 1 and rises with a failure", () => {
  const anyPast = fc.option(
    fc.record({
      failed: fc.array(fc.boolean(), { maxLength: 25 }),
      durationMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
    }),
    { nil: undefined },
  );
  fc.assert(
    fc.property(fc.array(anyPast, { maxLength: 9 }), (pasts) => {
      const ids = pasts.map((_, index) => index);
      expect(likelyFailingFirst(ids, (id) => pasts[id]).toSorted((a, b) => a - b)).toEqual(ids);
      for (const one of pasts.flatMap((each) => each ?? [])) {
        const now = failureRate(one);
        expect(now > 0 && now < 1).toBe(true);
        expect(failureRate({ failed: [...one.failed, true] })).toBeGreaterThan(
          failureRate({ failed: [...one.failed, false] }),
        );
      }
    }),
  );
});

test("only what really ran is remembered, and only so much of it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "trigate-past-"));
  try {
    const ran = (id: string, different: object) => ({
      ...sampleCheck({ id }),
      command: ["x"],
      cached: false,
      durationMs: 100,
      ...different,
    });
    await addToPast(folder, [
      ran("red", { status: "failed" }),
      ran("green", { status: "passed" }),
      ran("cached", { cached: true, status: "failed" }),
      ran("none", { status: "skipped" }),
    ]);
    await addToPast(folder, [ran("red", { status: "passed", durationMs: 200 })]);
    const known = await readPast(folder);
    expect([...known.keys()]).toEqual(["red", "green"]);
    expect(known.get("red")).toEqual({ failed: [true, false], durationMs: 130 });
    const many = Array.from({ length: 30 }).reduce<Past | undefined>(
      (sum) => withRun(sum, { failed: true, durationMs: 1 }),
      undefined,
    );
    expect(many?.failed).toHaveLength(20);
    writeFileSync(join(folder, "check-past.json"), "{");
    expect((await readPast(folder)).size).toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
