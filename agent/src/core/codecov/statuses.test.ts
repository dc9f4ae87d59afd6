import { expect, test } from "vitest";
import { judgeStatuses } from "./statuses.ts";
import { STATUS_CASES } from "./testing/cases.ts";
import { comparisonOf, configOf } from "./testing/scenes.ts";

test.each(STATUS_CASES.map((one) => [one.name, one] as const))("%s", (_, { yaml, account, scene, expect: wanted }) => {
  const config = configOf(yaml, account);
  const statuses = judgeStatuses(config, comparisonOf(scene, config));
  expect(statuses.map(({ name, state, description }) => [name, state, description])).toEqual(wanted);
  expect(statuses.every(({ why }) => why.length > 0)).toBe(true);
});

test("every case says where it was read, and no two are the same", () => {
  expect(STATUS_CASES.every(({ source }) => /^[\w/]+\.py, |, /.test(source))).toBe(true);
  expect(new Set(STATUS_CASES.map(({ name }) => name)).size).toBe(STATUS_CASES.length);
  expect(STATUS_CASES.length).toBeGreaterThanOrEqual(60);
});
