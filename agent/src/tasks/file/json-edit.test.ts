import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  appendItems,
  appendProperties,
  applyEdits,
  editsTo,
  placeAt,
  removeItems,
  replaceValue,
  setKeys,
  type TextEdit,
} from "./json-edit.ts";
import { type JsonNode, type JsonPath, jsonRoot, repeatedKey } from "./json-text.ts";

const RUNS = { numRuns: 250 };

/** How a file may be written: on one line, or as programs and people write it. */
const style = fc.constantFrom(
  (value: unknown) => JSON.stringify(value),
  (value: unknown) => JSON.stringify(value, null, 2),
  (value: unknown) => `${JSON.stringify(value, null, "\t")}\n`,
  (value: unknown) => `${JSON.stringify(value, null, 4).replaceAll("\n", "\r\n")}\r\n`,
  // Lists on one line in a file of many, as some formatters leave them.
  (value: unknown) => JSON.stringify(value, null, 2).replaceAll(/\[\n\s*("[^"\n]*"|-?\d+)\n\s*\]/g, "[$1]"),
  (value: unknown) =>
    ` { "only" : ${JSON.stringify(value)} , "after":[ ] } `.replace(/^ \{ "only" : (.*) , "after":\[ \] \} $/s, " $1 "),
);
const key = fc
  .oneof(
    fc.constantFrom(
      "id",
      "title",
      "status",
      "tasks",
      "subtasks",
      "metadata",
      "toString",
      'a "quoted" key',
      "back\\slash",
      "",
    ),
    fc.string({ maxLength: 6 }),
  )
  .filter((name) => name !== "__proto__");
const leaf = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom('"', "\\", '\\"', "[", "]}", "a,b", "\n", "\u2028", "é"),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
  fc.boolean(),
  fc.constant(null),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc.array(tie("value"), { maxLength: 5 }),
    fc.dictionary(key, tie("value"), { maxKeys: 5, noNullPrototype: true }),
  ),
}));
const object = fc.dictionary(key, value, { maxKeys: 6, noNullPrototype: true });
const list = fc.array(value, { maxLength: 6 });

const parsed = (text: string): unknown => JSON.parse(text);

/** What a text says outside a stretch, to see that nothing else was touched. */
function outside(text: string, edits: readonly TextEdit[]): string {
  return applyEdits(
    text,
    edits.map((edit) => ({ ...edit, content: "" })),
  );
}

/** That edits lie where they may, and that all other bytes are the old ones. */
function expectOnly(text: string, edits: readonly TextEdit[], { offset, end }: { offset: number; end: number }): void {
  for (const edit of edits) {
    expect(edit.offset).toBeGreaterThanOrEqual(offset);
    expect(edit.offset + edit.length).toBeLessThanOrEqual(end);
  }
  expect(outside(text, edits).length).toBe(text.length - edits.reduce((sum, edit) => sum + edit.length, 0));
}

/** Every value of a document with the way to it. */
function places(content: unknown, path: JsonPath = []): readonly { path: JsonPath; content: unknown }[] {
  const children = Array.isArray(content)
    ? content.flatMap((item, index) => places(item, [...path, index]))
    : typeof content === "object" && content !== null
      ? Object.entries(content).flatMap(([name, item]) => places(item, [...path, name]))
      : [];
  return [{ path, content }, ...children];
}

describe("a text is found again as what it says", () => {
  test("each value at its place, and each ends where it ends", () => {
    fc.assert(
      fc.property(value, style, (content, write) => {
        const text = write(content);
        const root = jsonRoot(text);
        for (const place of places(content)) {
          const node = root.at(place.path);
          expect(node?.value()).toEqual(place.content);
          expect(node?.isArray).toBe(Array.isArray(place.content));
          // Looked at from the other side: all children first, then one.
          expect(jsonRoot(text).at(place.path)?.offset).toBe(node?.offset);
        }
        expect(text.slice(root.end).trim()).toBe("");
        expect(root.properties.map((property) => property.value.value())).toEqual(
          typeof content === "object" && content !== null && !Array.isArray(content)
            ? Object.values(parsed(text) ?? {})
            : [],
        );
        expect(root.at(["no such key"])).toBeUndefined();
        expect(root.at([99])).toBeUndefined();
        expect(repeatedKey(text, content, 99)).toBeUndefined();
      }),
      RUNS,
    );
  });

  test("a key that is there twice is found, however deep", () => {
    fc.assert(
      fc.property(object, object, fc.array(key, { maxLength: 3 }), (before, after, way) => {
        const names = Object.keys(before);
        fc.pre(names.length > 0);
        const [twice = ""] = names;
        const inner = `{${[...Object.entries(before), ...Object.entries(after), [twice, 1] as const].map(([name, item]) => `${JSON.stringify(name)}: ${JSON.stringify(item)}`).join(",")}}`;
        const text = way.reduce((nested, name) => `[{${JSON.stringify(name)}: ${nested}}]`, inner);
        expect(repeatedKey(text, parsed(text), 99)).toBeDefined();
      }),
      RUNS,
    );
  });
});

describe("what is wanted is what the text says afterwards", () => {
  const check = (
    { text, node }: { text: string; node: JsonNode },
    edits: readonly TextEdit[],
    wanted: unknown,
  ): void => {
    expectOnly(text, edits, node);
    const after = applyEdits(text, edits);
    expect(after.startsWith(text.slice(0, node.offset))).toBe(true);
    expect(after.endsWith(text.slice(node.end))).toBe(true);
    const rest = text.length - node.end;
    expect(parsed(after.slice(node.offset, after.length - rest))).toEqual(parsed(JSON.stringify(wanted)));
    expect(after.includes("\r\n")).toBe(text.includes("\r\n") && after.includes("\n"));
  };
  const at = (content: unknown, write: (content: unknown) => string) => {
    const text = write({ before: [1, { a: "x" }], here: content, after: { b: [] } });
    const node = jsonRoot(text).at(["here"]);
    if (node === undefined) throw new Error("the value is not there");
    return { text, node };
  };

  test("whatever becomes of a value", () => {
    fc.assert(
      fc.property(value, value, style, (old, wanted, write) => {
        const { text, node } = at(old, write);
        check({ text, node }, editsTo(node, wanted), wanted);
        check({ text, node }, [replaceValue(node, wanted)], wanted);
      }),
      RUNS,
    );
  });

  test("and what it says already needs no edit", () => {
    fc.assert(
      fc.property(value, style, (content, write) => {
        const { node } = at(content, write);
        expect(editsTo(node, parsed(JSON.stringify(content)))).toEqual([]);
      }),
      RUNS,
    );
  });

  test("for keys that are set and keys that go; the others keep their order and their bytes", () => {
    fc.assert(
      fc.property(
        object,
        fc.dictionary(key, fc.option(value, { nil: undefined }), { maxKeys: 4, noNullPrototype: true }),
        style,
        (old, values, write) => {
          const { text, node } = at(old, write);
          const wanted = Object.fromEntries(
            Object.entries({ ...old, ...values }).filter(([, item]) => item !== undefined),
          );
          const edits = setKeys(node, values);
          check({ text, node }, edits, wanted);
          const after = jsonRoot(applyEdits(text, edits)).at(["here"]);
          for (const property of node.properties) {
            if (Object.hasOwn(values, property.key)) continue;
            const found = after?.property(property.key);
            expect(found?.text.slice(found.offset, found.end)).toBe(
              text.slice(property.value.offset, property.value.end),
            );
          }
          const stays = (name: string) => Object.hasOwn(old, name) && Object.hasOwn(wanted, name);
          expect(after?.properties.map((property) => property.key).filter(stays)).toEqual(
            node.properties.map((property) => property.key).filter(stays),
          );
        },
      ),
      RUNS,
    );
  });

  test("for items and properties that are added", () => {
    fc.assert(
      fc.property(list, fc.array(value, { minLength: 1, maxLength: 3 }), style, (old, added, write) => {
        const { text, node } = at(old, write);
        const edit = appendItems(node, added);
        check({ text, node }, [edit], [...old, ...added]);
        if (old.length > 0) expect(edit.length).toBe(0);
      }),
      RUNS,
    );
    fc.assert(
      fc.property(object, value, style, (old, added, write) => {
        fc.pre(!Object.hasOwn(old, "new one"));
        const { text, node } = at(old, write);
        check({ text, node }, [appendProperties(node, [["new one", added]])], { ...old, "new one": added });
      }),
      RUNS,
    );
  });

  test("for items that go", () => {
    fc.assert(
      fc.property(list, fc.array(fc.nat(5)), style, (old, indexes, write) => {
        const { text, node } = at(old, write);
        const gone = new Set(indexes.filter((index) => index < old.length));
        check(
          { text, node },
          removeItems(node, gone),
          old.filter((_item, index) => !gone.has(index)),
        );
      }),
      RUNS,
    );
  });
});

describe("edits", () => {
  test("are put in as if one after the other from the end, in whatever order they come", () => {
    const drawn = fc.array(fc.tuple(fc.integer({ min: 1, max: 20 }), fc.nat(4), fc.string({ maxLength: 3 })));
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 60 }), drawn, (text, gaps) => {
        let from = 0;
        const edits = gaps.flatMap(([gap, length, content]) => {
          const offset = from + gap;
          if (offset + length > text.length) return [];
          from = offset + length;
          return [{ offset, length, content }];
        });
        const oneByOne = edits
          .toReversed()
          .reduce(
            (now, { offset, length, content }) => now.slice(0, offset) + content + now.slice(offset + length),
            text,
          );
        expect(applyEdits(text, edits)).toBe(oneByOne);
        expect(applyEdits(text, edits.toReversed())).toBe(oneByOne);
      }),
      RUNS,
    );
  });

  test("at one place come in the order given", () => {
    expect(
      applyEdits(
        "ab",
        ["1", "2"].map((content) => ({ offset: 1, length: 0, content })),
      ),
    ).toBe("a12b");
  });

  test("that overlap are refused", () => {
    const edits = [
      { offset: 0, length: 3, content: "" },
      { offset: 2, length: 1, content: "" },
    ];
    expect(() => applyEdits("abcdef", edits)).toThrow(RangeError);
  });

  test.each([
    ["", 0, 1, 1],
    ["a\nb", 2, 2, 1],
    ["a\r\nb", 3, 2, 1],
    ["a\r\n\r\nbcd", 7, 3, 3],
  ])("%j at %i is line %i, column %i", (...[text, offset, line, column]) => {
    expect(placeAt(text, offset)).toEqual({ line, column });
  });
});
