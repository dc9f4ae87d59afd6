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
  const candidates = (setting: string, editor: string, onPath: string | undefined) => ({
    setting,
    editor,
    onPath: async () => onPath,
  });

  test.each([
    { name: "the setting", given: candidates("/n", "24.1.0", undefined), runtime: { kind: "spawn", node: "/n" } },
    { name: "the editor's own", given: candidates("", "24.0.0", "v26.1.0"), runtime: { kind: "fork" } },
    { name: "that on PATH", given: candidates("", "22.1.0", "v24.1.0"), runtime: { kind: "spawn", node: "node" } },
  ])("takes $name", async ({ given, runtime }) => expect(await chooseRuntime(given)).toEqual(runtime));

  test("asks for a Node on PATH only when the editor's is too old", async () => {
    const asked = () => Promise.reject(new Error("asked"));
    await expect(chooseRuntime({ setting: "", editor: "24.15.0", onPath: asked })).resolves.toEqual({ kind: "fork" });
    await expect(chooseRuntime({ setting: "", editor: "22.15.0", onPath: asked })).rejects.toThrow("asked");
  });

  test.each([undefined, "v20.19.0", "not a version"])("refuses an old editor with %s on PATH", async (onPath) => {
    await expect(chooseRuntime(candidates("", "22.1.0", onPath))).rejects.toMatchObject({ code: "agent/node-too-old" });
  });
});
