import fc from "fast-check";
import { expect, test } from "vitest";
import { plainBlock, plainLine } from "./plain-text.ts";

test.each([
  ["as it is", "as it is"],
  ["two\nlines\tand a tab", "two lines and a tab"],
  ["\u001b[31mred\u001b[0m", "[31mred [0m"],
  ["right\u202eleft", "right left"],
  ["[click](command:evil)", "[click] \u2009(command:evil)"],
  ["$(flame) icon", "$ (flame) icon"],
])("plainLine(%j)", (text, plain) => expect(plainLine(text)).toBe(plain));

test("plainLine cuts between letters, not inside one", () => {
  expect(plainLine("🚦🚦🚦🚦", 3)).toBe("🚦🚦…");
});

test("no text becomes a link, an icon or a second line", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("]", "(", "$", "\n", " ", "a", "\u200b") }), (text) => {
      expect(plainLine(text)).not.toMatch(/\]\(|\$\(|\n/);
    }),
  );
});

test("plainBlock keeps lines", () => expect(plainBlock("a\r\n\tb\n\n")).toBe("a\nb"));
