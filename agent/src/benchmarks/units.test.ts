import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UNITS } from "../core/metrics.ts";
import { convertTo } from "./units.ts";

describe("convertTo", () => {
  test.each([
    { target: "ns", written: "ns", scale: 1 },
    { target: "ns", written: "us", scale: 1e3 },
    { target: "ns", written: "µs", scale: 1e3 },
    { target: "ns", written: "μs/iter", scale: 1e3 },
    { target: "ns", written: "ms", scale: 1e6 },
    { target: "ns", written: "msec/op", scale: 1e6 },
    { target: "ns", written: "Seconds", scale: 1e9 },
    { target: "ns", written: "s", scale: 1e9 },
    { target: "ns", written: "ns per call", scale: 1 },
    { target: "bytes", written: "B", scale: 1 },
    { target: "bytes", written: "bytes", scale: 1 },
    { target: "bytes", written: "B/op", scale: 1 },
    { target: "bytes", written: "MB", scale: 1e6 },
    { target: "bytes", written: "MiB", scale: 1_048_576 },
    { target: "bytes", written: "Megabytes", scale: 1e6 },
    { target: "per-second", written: "ops/s", scale: 1 },
    { target: "per-second", written: "ops/sec", scale: 1 },
    { target: "per-second", written: "iter/second", scale: 1 },
    { target: "per-second", written: "/s", scale: 1 },
    { target: "per-second", written: "Mops/s", scale: 1e6 },
    { target: "per-second", written: "k/s", scale: 1e3 },
    { target: "per-second", written: "MiB/s", scale: 1_048_576 },
    { target: "per-second", written: "Messages/s", scale: 1 },
    { target: "per-second", written: "requests per second", scale: 1 },
    { target: "per-second", written: "Hz", scale: 1 },
    { target: "gas", written: "gas", scale: 1 },
    { target: "gas", written: "", scale: 1 },
    { target: "ratio", written: "x", scale: 1 },
    { target: "percent", written: "%", scale: 1 },
  ] as const)("$written is $scale $target", ({ target, written, scale }) =>
    expect(convertTo(target, 2, written)).toBe(2 * scale));

  test.each([
    { target: "ns", written: "ops/s" },
    { target: "ns", written: "MB" },
    { target: "ns", written: "" },
    { target: "ns", written: "fortnights" },
    { target: "ns", written: "toString" },
    { target: "ns", written: "constructor" },
    { target: "bytes", written: "Mb" },
    { target: "bytes", written: "ms" },
    { target: "per-second", written: "ms" },
    { target: "per-second", written: "ns/iter" },
    { target: "per-second", written: "100 ops/s" },
    { target: "gas", written: "gwei" },
    { target: "ratio", written: "%" },
  ] as const)("$written is no $target", ({ target, written }) => expect(convertTo(target, 2, written)).toBeUndefined());

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 1e300])("%d s is no number of nanoseconds", (value) =>
    expect(convertTo("ns", value, "s")).toBeUndefined());

  test("never throws and never makes a number out of nothing", () => {
    fc.assert(
      fc.property(fc.constantFrom(...UNITS), fc.string(), (target, written) => {
        const converted = convertTo(target, 1, written);
        expect(converted === undefined || converted > 0).toBe(true);
      }),
    );
  });
});
