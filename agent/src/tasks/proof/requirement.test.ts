import { expect, test } from "vitest";
import { isTrigateError } from "../../errors/trigate-error.ts";
import { requirementOf, runRequestOf, writtenRequirement } from "./requirement.ts";

const workspace = {
  root: "/w",
  require: ["static", "test"] as const,
  checks: [
    { id: "lint", stage: "static" as const },
    { id: "bench", stage: "performance" as const },
  ],
};

test.each([
  ["another key", { stage: ["test"] }],
  ["a stage that is none", { stages: ["luck"] }],
  ["an empty list", { checks: [] }],
  ["a check that is not there", { checks: ["lint", "sum"] }],
  ["a path outside", { paths: ["src", "../other"] }],
  ["no object", "test"],
  ["null", null],
])("%s is refused, since it must not pass for nothing", (_name, written) => {
  let thrown: unknown;
  try {
    requirementOf("7", written, workspace);
  } catch (error) {
    thrown = error;
  }
  expect(isTrigateError(thrown, "tasks/bad-requirements") && thrown.details.id).toBe("7");
});

test.each([
  [undefined, { stages: ["static", "test"] }],
  [{ stages: ["test", "static"] }, { stages: ["static", "test"] }],
  [{ checks: ["bench"] }, { stages: ["performance"], checks: ["bench"] }],
  [{ benchmarks: ["a/*"] }, { stages: ["static", "test", "performance"], benchmarks: ["a/*"] }],
  [{ paths: ["./src/", "/w/lib"] }, { stages: ["static", "test"], paths: ["src", "lib"] }],
])("%j asks for %j", (written, meant) => {
  const requirement = requirementOf("7", written, workspace);
  expect(writtenRequirement(requirement)).toEqual(meant);
  const { stages, checks, paths } = runRequestOf(requirement, { noCache: true });
  expect({ stages, checks, paths }).toEqual({
    stages: meant.stages,
    checks: requirement.checks,
    paths: requirement.paths,
  });
});
