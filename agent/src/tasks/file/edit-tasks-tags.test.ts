import { describe, expect, test } from "vitest";
import { listOf } from "../testing/odd-lists.ts";
import { addTag, copyTag, removeTag, renameTag, stateWithTag } from "./edit-tasks-tags.ts";

const lines = (...parts: string[]) => parts.join("\r\n");
const tagged = lines(
  "{",
  '\t"master": {',
  '\t\t"tasks": [ { "id": 1.0, "x": "\\u00e9" } ]',
  "\t},",
  '\t"beta": { "tasks": [] }',
  "}",
  "",
);
const flat = lines("{", '  "tasks": [', '    { "id": 1.0 }', "  ],", '  "metadata": {}', "}", "");
const wrapped = lines(
  "{",
  '  "master": {',
  '    "tasks": [',
  '      { "id": 1.0 }',
  "    ],",
  '    "metadata": {}',
  "  }",
  "}",
  "",
);

describe("a tag", () => {
  test("is copied character for character", () => {
    const copy = lines("", '\t"gamma": {', '\t\t"tasks": [ { "id": 1.0, "x": "\\u00e9" } ]', "\t}", "}", "");
    const { text, meaning } = copyTag(listOf(tagged), "gamma");
    expect(text).toBe(tagged.replace("\r\n}\r\n", `,${copy}`));
    expect(meaning).toEqual({ tag: "gamma", tasks: 1 });
  });

  test("is renamed in its place", () => {
    expect(renameTag(listOf(tagged), "main").text).toBe(tagged.replace('"master"', '"main"'));
  });

  test("is removed, with its tasks only on request", () => {
    expect(JSON.parse(removeTag(listOf(tagged, "beta"), false).text)).toEqual({
      master: { tasks: [{ id: 1, x: "é" }] },
    });
    expect(() => removeTag(listOf(tagged), false)).toThrow(expect.objectContaining({ code: "usage/bad-argument" }));
    expect(removeTag(listOf(tagged), true).text).toBe(lines("{", '\t"beta": { "tasks": [] }', "}", ""));
    expect(() => removeTag(listOf(wrapped), true)).toThrow(expect.objectContaining({ code: "usage/bad-argument" }));
  });

  test("is added, after a flat file got the tag that it stands for", () => {
    const { text } = addTag(listOf(flat), "beta");
    expect(text.startsWith(wrapped.slice(0, -lines("", "}", "").length))).toBe(true);
    expect(JSON.parse(text)).toMatchObject({ master: { tasks: [{ id: 1 }], metadata: {} }, beta: { tasks: [] } });
    expect(renameTag(listOf(flat), "main").text).toBe(wrapped.replace('"master"', '"main"'));
    expect(addTag(listOf('{"tasks":[]}'), "b").text).toMatch(
      /^\{"master":\{"tasks":\[\]\},"b":\{"tasks":\[\],"metadata":\{.+\}\}\}$/,
    );
  });

  test("is not put beside tasks at the top that have tags beside them already", () => {
    const mixed = '{"tasks":[{"id":1}],"beta":{"tasks":[]}}';
    expect(() => addTag(listOf(mixed), "c")).toThrow(expect.objectContaining({ code: "tasks/invalid" }));
    expect(() => removeTag(listOf(mixed), true)).toThrow(expect.objectContaining({ code: "tasks/invalid" }));
  });

  test.each(["beta", "tasks", "metadata", "__proto__", "", "a b", "a/b", "é"])("cannot be called %j", (name) => {
    for (const edit of [addTag, copyTag, renameTag])
      expect(() => edit(listOf(tagged), name)).toThrow(expect.objectContaining({ code: "usage/bad-argument" }));
  });
});

test("the state names another list and keeps what else it says", () => {
  const wish = { name: "beta", nowIso: "2026-11-22T10:00:00.000Z" };
  expect(stateWithTag('{\n    "mine": 1.0,\n    "currentTag": "master"\n}', wish)).toBe(
    '{\n    "mine": 1.0,\n    "currentTag": "beta",\n    "lastSwitched": "2026-11-22T10:00:00.000Z"\n}',
  );
  expect(JSON.parse(stateWithTag(undefined, wish))).toMatchObject({ currentTag: "beta", branchTagMapping: {} });
});
