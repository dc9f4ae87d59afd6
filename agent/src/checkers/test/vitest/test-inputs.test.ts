import fc from "fast-check";
import { expect, test } from "vitest";
import { readTestInputs } from "./test-inputs.ts";

const sources: Readonly<Record<string, string>> = {
  "a.test.ts": 'import "./a.ts";',
  "b.test.ts": 'import { fork } from "node:child_process";',
  "d.test.ts": "const here = import.meta.dirname;",
  "a.ts": 'export const a = () => import("./lazy.ts");',
  "made-up.ts": "export const load = (name: string) => import(name);",
};
const read = (report: unknown) =>
  readTestInputs(typeof report === "string" ? report : JSON.stringify(report), {
    placed: (path) => (path.startsWith("/repo/") ? path.slice("/repo/".length) : undefined),
    textOf: async (path) => sources[path],
  });
const loading = (file: string, ...loaded: string[]) => ({ file: `/repo/${file}`, isTraced: true, loaded });

test("files of the workspace by the tests that load them; what is installed or made up is left out", async () => {
  const tests = [
    loading("a.test.ts", "/repo/a.ts", "/repo/node_modules/x/index.js", "node:fs", "\0virtual:x"),
    loading("c.test.ts", "/repo/a.ts"),
  ];
  const everywhere = ["/repo/vitest.config.ts", "/elsewhere/setup.ts", "/repo/node_modules/preset/setup.js"];
  expect(await read({ version: 1, tests, everywhere })).toEqual({
    loadedBy: { "a.test.ts": ["a.test.ts"], "a.ts": ["a.test.ts", "c.test.ts"], "c.test.ts": ["c.test.ts"] },
    everywhere: ["vitest.config.ts"],
    untraced: [],
  });
});

test.each([
  ["starts programs", loading("b.test.ts")],
  ["loads what is named as it runs", loading("c.test.ts", "/repo/made-up.ts")],
  ["loads what lies elsewhere", loading("c.test.ts", "/elsewhere/x.ts")],
  ["reads sources by their paths", loading("d.test.ts")],
  ["runs where there is no graph", { ...loading("c.test.ts"), isTraced: false }],
])("a test that %s is untraced", async (_, entry) => {
  const inputs = await read({ version: 1, tests: [entry, loading("a.test.ts", "/repo/a.ts")], everywhere: [] });
  expect(inputs?.untraced).toEqual([entry.file.slice("/repo/".length)]);
});

test("what is no such report tells nothing, whatever it is", async () => {
  expect(await read({ version: 2, tests: [], everywhere: [] })).toBeUndefined();
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (text) => {
      expect(await read(text)).toBeUndefined();
    }),
  );
});
