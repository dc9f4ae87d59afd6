import { z } from "zod";

const MS_PER_UNIT: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 };
/** Timers take no more; beyond it they fire at once. About 24 days. */
const LONGEST_MS = 2 ** 31 - 1;

/** Milliseconds of a written duration; `NaN` for a text that is none. */
export function durationMs(written: string): number {
  const [, digits, unit = ""] = /^([0-9]+(?:\.[0-9]+)?)(ms|s|min|h)$/.exec(written) ?? [];
  return Number(digits) * (MS_PER_UNIT[unit] ?? Number.NaN);
}

const BYTES_PER_UNIT: Readonly<Record<string, number>> = {
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
};

/** Bytes of a written size; `NaN` for a text that is none. */
export function sizeBytes(written: string): number {
  const [, digits, unit = ""] = /^([0-9]+(?:\.[0-9]+)?)([KMG]i?B)$/.exec(written) ?? [];
  return Math.round(Number(digits) * (BYTES_PER_UNIT[unit] ?? Number.NaN));
}

/** A size such as `64MB`. */
export const WrittenSize = z
  .string()
  .regex(/^[0-9]+(\.[0-9]+)?[KMG]i?B$/, 'a size such as "64MB" or "1GiB"')
  .refine((written) => sizeBytes(written) > 0, "more than 0")
  .describe("A size such as 64MB or 1GiB.");

/** A length of time such as `90s`, `5min` or `1h`. */
export const WrittenDuration = z
  .string()
  .regex(/^[0-9]+(\.[0-9]+)?(ms|s|min|h)$/, 'a duration such as "90s", "5min" or "1h"')
  .refine(
    (written) => !(durationMs(written) <= 0) && !(durationMs(written) > LONGEST_MS),
    "longer than 0 and at most 24 days",
  )
  .describe("A duration such as 90s, 5min or 1h.");

/** A variable of the environment by its name, so that no address and no key stands in the file. */
export const VariableName = z
  .string()
  .regex(/^\$[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable, such as "$TRIGATE_CACHE_URL"')
  .describe("The name of an environment variable, with $ before it.");
