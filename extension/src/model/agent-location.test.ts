import { describe, expect, test } from "vitest";
import { chooseAgent, chooseRuntime } from "./agent-location.ts";
import { ClientError } from "./client-error.ts";

const codeOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof ClientError) return String(error.code);
    throw error;
  }
  return "none";
};

describe("chooseAgent", () => {
  const candidates = { setting: "", workspace: "w", bundled: "b", trusted: true };
  test.each([
    { name: "the workspace's own", given: {}, there: ["w", "b"], chosen: "w" },
    { name: "the bundled one when the workspace has none", given: {}, there: ["b"], chosen: "b" },
    { name: "the setting before both", given: { setting: "s" }, there: ["s", "w", "b"], chosen: "s" },
    { name: "never the workspace's own without trust", given: { trusted: false }, there: ["w", "b"], chosen: "b" },
  ])("takes $name", ({ given, there, chosen }) => {
    expect(chooseAgent({ ...candidates, ...given }, (file) => there.includes(file))).toBe(chosen);
  });

  test.each([
    { name: "a setting that names nothing", given: { setting: "s" }, there: ["w", "b"] },
    { name: "an untrusted workspace with no bundled agent", given: { trusted: false }, there: ["w"] },
  ])("refuses $name", ({ given, there }) => {
    const choose = () => chooseAgent({ ...candidates, ...given }, (file) => there.includes(file));
    expect(codeOf(choose)).toBe("agent/not-found");
  });
});

describe("chooseRuntime", () => {
  test.each([
    { name: "the setting", given: { setting: "/n", editor: "24.1.0" }, runtime: { kind: "spawn", node: "/n" } },
    {
      name: "the editor's own",
      given: { setting: "", editor: "24.0.0", onPath: "v26.1.0" },
      runtime: { kind: "fork" },
    },
    {
      name: "that on PATH",
      given: { setting: "", editor: "22.1.0", onPath: "v24.1.0" },
      runtime: { kind: "spawn", node: "node" },
    },
  ])("takes $name", ({ given, runtime }) => expect(chooseRuntime(given)).toEqual(runtime));

  test.each([
    { setting: "", editor: "22.1.0" },
    { setting: "", editor: "22.1.0", onPath: "v20.19.0" },
    { setting: "", editor: "22.1.0", onPath: "not a version" },
  ])("refuses $editor and $onPath", (given) => {
    expect(codeOf(() => chooseRuntime(given))).toBe("agent/node-too-old");
  });
});
