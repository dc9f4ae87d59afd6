import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { format } from "prettier";
import { afterAll, describe, expect, test } from "vitest";
import { anchorOf, matchFindings } from "../core/only-new.ts";
import type { Finding } from "../core/finding.ts";
import { identifyFindings } from "./findings.ts";

const root = mkdtempSync(join(tmpdir(), "trigate-stay-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Findings at every place of the word `bad…` in a text, as a linter would report them. */
async function found(text: string, file = "src/a.ts"): Promise<readonly Finding[]> {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
  const reported = text.split("\n").flatMap((line, index) =>
    [...line.matchAll(/\bbad\w*/g)].map((match) => ({
      rule: "no-bad",
      severity: "error" as const,
      message: `line ${index + 1} of /somewhere/${file} is bad`,
      file,
      range: {
        start: { line: index + 1, column: match.index + 1 },
        end: { line: index + 1, column: match.index + 1 + match[0].length },
      },
    })),
  );
  return identifyFindings("lint", reported, root);
}
const fingerprints = (findings: readonly Finding[]) => findings.map(({ fingerprint }) => fingerprint);
const known = (findings: readonly Finding[]) => findings.map((finding) => ({ ...finding, near: finding.near ?? ":" }));

const name = fc.constantFrom("alpha", "beta", "gamma", "delta", "limit", "price");
const good = fc.oneof(
  fc.tuple(name, name, fc.nat(99)).map(([a, b, n]) => [`const ${a}${n} = ${b}(${n}, "text ${n}");`]),
  fc.tuple(name, fc.nat(99)).map(([a, n]) => [`if (${a} > ${n}) {`, `  ${a}({ key: [${n}] });`, `}`]),
  fc.tuple(name, name).map(([a, b]) => [`${a}(`, `  ${b},`, `  "(",`, `);`]),
  fc.tuple(name).map(([a]) => [`/* ${a} (`, `   more */`, ``]),
  fc.tuple(name).map(([a]) => ["const text = `", `  ${a} ( [ {`, "`;"]),
);
const bad = fc
  .tuple(name, fc.nat(5))
  .chain(([a, n]) => fc.constantFrom(`${a}(bad${n});`, `const ${a} = bad${n} + 1;`, `return bad${n}.${a};`));
const program = fc.array(
  fc.oneof(
    good,
    bad.map((line) => [line]),
  ),
  { minLength: 1, maxLength: 12 },
);

describe("fingerprints stay the same", () => {
  test("whatever is put between, before and after", async () => {
    await fc.assert(
      fc.asyncProperty(
        program,
        fc.array(good, { maxLength: 6 }),
        fc.infiniteStream(fc.nat()),
        async (before, added, at) => {
          const after = [...before];
          for (const block of added) after.splice((at.next().value ?? 0) % (after.length + 1), 0, block);
          expect(fingerprints(await found(after.flat().join("\n")))).toEqual(
            fingerprints(await found(before.flat().join("\n"))),
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  test("whatever is taken away elsewhere", async () => {
    await fc.assert(
      fc.asyncProperty(program, fc.infiniteStream(fc.boolean()), async (before, stays) => {
        const after = before.filter((block) => block.join().includes("bad") || stays.next().value);
        expect(fingerprints(await found(after.flat().join("\n")))).toEqual(
          fingerprints(await found(before.flat().join("\n"))),
        );
      }),
      { numRuns: 150 },
    );
  });

  test("however lines are indented and ended", async () => {
    await fc.assert(
      fc.asyncProperty(
        program,
        fc.integer({ min: 0, max: 9 }),
        fc.constantFrom("\n", "\r\n"),
        async (before, deep, end) => {
          const after = before.flat().map((line) => " ".repeat(deep) + line);
          expect(fingerprints(await found(after.join(end)))).toEqual(
            fingerprints(await found(before.flat().join("\n"))),
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  test.each([
    "const total = compute(firstArgument, bad1, { key: secondArgument, other: [thirdArgument, bad2] }, 'a \"b\"');",
    "if (someCondition && anotherCondition || bad1(withArgument, 'x')) { doSomething(bad2); }",
    "export const chain = list.filter((entry) => entry.isWanted).map((entry) => bad1(entry, entry.name)).join(', ');",
    "describe('something', () => { test('else', async () => { await bad1(one, two, three, four); }); bad2(); });",
    "function withMany(parameterOne: string, bad1: number, parameterThree: boolean): string { return bad2; }",
  ])("however wide prettier may write: %s", async (code) => {
    const wide = await format(code, { parser: "typescript", printWidth: 200, singleQuote: true, semi: false });
    const narrow = await format(code, { parser: "typescript", printWidth: 30, trailingComma: "all" });
    expect(narrow.split("\n").length).toBeGreaterThan(wide.split("\n").length);
    expect(fingerprints(await found(narrow))).toEqual(fingerprints(await found(wide)));
  });

  test("in Python, when a call is wrapped and quotes change", async () => {
    const [joined] = await found("value = call('one', bad1, key={'a': 1})\n", "a.py");
    const [wrapped] = await found(
      'value = call(\n    "one",\n    bad1,\n    key={\n        "a": 1,\n    },\n)\n',
      "a.py",
    );
    expect(wrapped?.fingerprint).toBe(joined?.fingerprint);
  });

  test("but for the file's name in the last part, when the file is renamed", async () => {
    await fc.assert(
      fc.asyncProperty(program, async (blocks) => {
        const text = blocks.flat().join("\n");
        const [before, after] = [await found(text), await found(text, "lib/b.ts")];
        expect(after.map(({ fingerprint }) => anchorOf(fingerprint))).toEqual(
          before.map(({ fingerprint }) => anchorOf(fingerprint)),
        );
        const { fresh, gone } = matchFindings(known(before), after, { isThere: (file) => file === "lib/b.ts" });
        expect([fresh, gone]).toEqual([[], []]);
      }),
      { numRuns: 50 },
    );
  });
});

describe("what differs is told apart", () => {
  test("the found statement itself was changed", async () => {
    await fc.assert(
      fc.asyncProperty(program, bad, name, async (blocks, line, other) => {
        const before = [...blocks, [line]];
        const after = [...blocks, [line.replace(/bad/, `${other}1.bad`)]];
        const now = await found(after.flat().join("\n"));
        const { fresh, gone } = matchFindings(known(await found(before.flat().join("\n"))), now, {
          isThere: () => true,
        });
        expect(fresh.map(({ range }) => range?.start.line)).toEqual([after.flat().length]);
        expect(gone.length).toBe(1);
      }),
      { numRuns: 150 },
    );
  });

  test("no two findings of one run have the same fingerprint", async () => {
    await fc.assert(
      fc.asyncProperty(program, async (blocks) => {
        const all = fingerprints([
          ...(await found(blocks.flat().join("\n"))),
          ...(await found(blocks.flat().join("\n"), "b.ts")),
        ]);
        expect(new Set(all).size).toBe(all.length);
      }),
      { numRuns: 50 },
    );
  });

  test("two equal secrets on one line stay two, and a third one is new", async () => {
    const two = await found("use(bad1, bad1);\n");
    expect(new Set(fingerprints(two)).size).toBe(2);
    const three = await found("use(bad1, bad1);\nuse(bad1, bad1);\n");
    expect(matchFindings(known(two), three, { isThere: () => true }).fresh.length).toBe(2);
  });

  test("of equal findings, the one that is new is named, and the one that is gone", async () => {
    const one = "first();\nbad1();\nsecond();\n";
    const both = `third();\nbad1();\nfourth();\n${one}`;
    const added = matchFindings(known(await found(one)), await found(both), { isThere: () => true });
    expect(added.fresh.map(({ range }) => range?.start.line)).toEqual([2]);
    const [inherited] = known(await found(both));
    const removed = matchFindings(known(await found(both)), await found(one), { isThere: () => true });
    expect(removed.gone).toEqual([inherited]);
  });

  test("a copy of a file is new: only as many are inherited as there were", async () => {
    const text = "first();\nbad1();\n";
    const copies = [...(await found(text)), ...(await found(text, "copy.ts"))];
    const { fresh } = matchFindings(known(await found(text)), copies, { isThere: () => true });
    expect(fresh.map(({ file }) => file)).toEqual(["copy.ts"]);
  });
});

test("any text is split without a throw, and each line belongs to one statement at most", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.constantFrom(
          "(",
          ")",
          "{",
          "}",
          "[",
          '"',
          "'",
          "`",
          "/*",
          "*/",
          "#",
          "//",
          "\\",
          "\n",
          " ",
          "x",
          '"""',
          "=",
        ),
      ),
      fc.constantFrom("a.ts", "a.py", "a.md"),
      async (parts, file) => {
        const findings = await found(`${parts.join("")}\nbad1`, file);
        expect(findings.length).toBe(1);
      },
    ),
    { numRuns: 300 },
  );
});
