import fc from "fast-check";
import { expect, test } from "vitest";
import { anyText } from "./any-text.ts";

/** `npm test` makes some dozens of cases for each parser; `TRIGATE_FUZZ_RUNS=10000` is what a release is judged with. */
const RUNS = Number(process.env["TRIGATE_FUZZ_RUNS"] ?? 60);
/** Far beyond what any parser needs for inputs of this size, far below what people call hanging. */
const LIMIT_MS = 5_000;

export interface FuzzedParser {
  /** Real reports; the fuzzer cuts, doubles, swaps and overwrites parts of them. */
  readonly samples: readonly string[];
  /** Parses a text and gives the number of things reported: findings, tests, files, measurements. Must not throw. */
  readonly reported: (text: string) => number;
  /** The most that a text can contain. By default one for each 4 characters. */
  readonly most?: (text: string) => number;
}

/** Proves of a parser: never throws, never hangs, never reports more than it was given. */
export function fuzzParser(name: string, { samples, reported, most = byLength }: FuzzedParser): void {
  test(`fuzzing ${name}`, { timeout: 600_000 }, () => {
    for (const sample of samples) expect(reported(sample)).toBeLessThanOrEqual(most(sample));
    fc.assert(
      fc.property(mutated(samples), (text) => {
        const began = performance.now();
        const count = reported(text);
        if (performance.now() - began > LIMIT_MS) throw new Error(`took longer than ${LIMIT_MS} ms`);
        return Number.isInteger(count) && count >= 0 && count <= most(text);
      }),
      { numRuns: RUNS },
    );
  });
}

const byLength = (text: string) => Math.ceil(text.length / 4);

/** Characters that formats are made of, and such as break readers: controls, a lone surrogate, a byte order mark. */
const SPICE = [
  "\0",
  "\r",
  "\n",
  '"',
  "<",
  "&",
  "]]>",
  "{",
  "}",
  "[",
  ":",
  ",",
  "\ud800",
  "\ufeff",
  "-1",
  "1e999",
  "__proto__",
];

type Mutation = (text: string) => string;

function mutated(samples: readonly string[]): fc.Arbitrary<string> {
  const place = fc.double({ min: 0, max: 1, noNaN: true });
  const at = (text: string, share: number) => Math.floor(text.length * share);
  const mutation: fc.Arbitrary<Mutation> = fc.oneof(
    place.map(
      (end): Mutation =>
        (text) =>
          text.slice(0, at(text, end)),
    ),
    fc.tuple(place, place).map(
      ([a, b]): Mutation =>
        (text) =>
          text.slice(0, at(text, Math.min(a, b))) + text.slice(at(text, Math.max(a, b))),
    ),
    fc.tuple(place, fc.oneof(fc.constantFrom(...SPICE), fc.string({ maxLength: 8 }), anyText({ maxLength: 4 }))).map(
      ([where, piece]): Mutation =>
        (text) =>
          text.slice(0, at(text, where)) + piece + text.slice(at(text, where) + 1),
    ),
    fc.tuple(place, place).map(
      ([a, b]): Mutation =>
        (text) =>
          text + text.slice(at(text, Math.min(a, b)), at(text, Math.max(a, b))),
    ),
    fc.tuple(fc.nat(), fc.constantFrom("-1", "0", "1e30", "99999999999999999999", "null", "x")).map(
      ([which, number]): Mutation =>
        (text) =>
          replaceNumber(text, which, number),
    ),
  );
  const fromSample = fc
    .tuple(
      fc.constantFrom(...(samples.length === 0 ? [""] : samples)),
      fc.array(mutation, { minLength: 1, maxLength: 4 }),
    )
    .map(([sample, mutations]) => mutations.reduce((text, change) => change(text), sample));
  return fc.oneof(
    { weight: 8, arbitrary: fromSample },
    { weight: 1, arbitrary: fc.string() },
    { weight: 1, arbitrary: fc.json() },
  );
}

function replaceNumber(text: string, which: number, number: string): string {
  const numbers = [...text.matchAll(/\d+/g)];
  const chosen = numbers[which % Math.max(1, numbers.length)];
  if (chosen === undefined) return text;
  return text.slice(0, chosen.index) + number + text.slice(chosen.index + chosen[0].length);
}
