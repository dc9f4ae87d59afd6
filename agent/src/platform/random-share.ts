import { randomInt } from "node:crypto";

const STEPS = 2 ** 32;

/** A random number from 0 up to, but not, 1; tests hand in their own. */
export function randomShare(): number {
  return randomInt(STEPS) / STEPS;
}
