import { expect, test } from "vitest";
import { METRICS } from "../core/metrics.ts";
import { CHECKERS } from "./registry.ts";

test("every checker is listed under its own id, once", () => {
  expect([...CHECKERS].map(([key, { id }]) => [key, id])).toEqual([...CHECKERS].map(([, { id }]) => [id, id]));
  expect(new Set([...CHECKERS.values()].map(({ title }) => title)).size).toBe(CHECKERS.size);
});

test.each([...CHECKERS.values()])("$id feeds metrics of its own stage and can do without settings", ({
  stage,
  feeds,
  settings,
}) => {
  expect(feeds.length).toBeGreaterThan(0);
  expect(feeds.filter((metric) => METRICS[metric].stage !== stage)).toEqual([]);
  expect(settings.safeParse({}).success).toBe(true);
  expect(settings.safeParse({ noSuchSetting: true }).success).toBe(false);
});
