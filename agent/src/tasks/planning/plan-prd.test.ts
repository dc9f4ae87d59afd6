import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Model, ModelAnswer, ModelQuestion } from "../../models/model.ts";
import type { PlannedTask } from "./answers.ts";
import { graphProblems } from "./graph-rules.ts";
import { planPrd, type PrdRequest, previewPrd, shareOut } from "./plan-prd.ts";
import { isSameTask } from "./similar-titles.ts";
import { outlineOf, splitDocument } from "./split-document.ts";

describe("splitting a document", () => {
  const document = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          "# One\n",
          "## Two\n",
          "### 三\n",
          "\n",
          "```\n",
          "# in code?\n",
          "~~~~\n",
          "a line. Another。第三\n",
        ),
        fc.string({ unit: "binary", maxLength: 300 }),
      ),
      { maxLength: 60 },
    )
    .map((lines) => lines.join(""));

  test("loses nothing, repeats nothing and keeps the length", () => {
    fc.assert(
      fc.property(document, fc.integer({ min: 20, max: 400 }), (text, longest) => {
        const parts = splitDocument(text, longest);
        expect(
          parts
            .map((part) => part.text)
            .join("")
            .trimEnd(),
        ).toBe(text.trimEnd());
        for (const part of parts) expect(part.text.length).toBeLessThanOrEqual(longest);
      }),
      { numRuns: 300 },
    );
  });

  test("cuts at headings and says under which ones a part stands", () => {
    const text = `# Plan\nintro\n## Engine\n${"x".repeat(50)}\n### Cache\n${"y".repeat(50)}\n## DeFi\nz\n`;
    expect(splitDocument(text, 90).map(({ headings }) => headings)).toEqual([["Plan"], ["Plan", "Engine", "Cache"]]);
    expect(outlineOf(text)).toBe("- Plan\n  - Engine\n    - Cache\n  - DeFi");
  });

  test("a sign in code is no heading", () => {
    expect(outlineOf("# A\n```sh\n# comment\n```\n~~~\n```\n# still code\n~~~\n## B\n")).toBe("- A\n  - B");
  });
});

describe("sharing out tasks over parts", () => {
  test("gives every part one and loses none", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 12 }),
        fc.nat(60),
        (lengths, more) => {
          const parts = lengths.map((length) => ({ headings: [], text: "x".repeat(length) }));
          const count = parts.length + more;
          const shares = shareOut(count, parts).map(Number);
          expect(shares.reduce((sum, share) => sum + share, 0)).toBe(count);
          expect(Math.min(...shares)).toBeGreaterThanOrEqual(1);
        },
      ),
    );
  });
});

test.each([
  ["Set up the database schema", "Set up database schema", true],
  ["实现数据库集成测试", "實現资料库测试", false],
  ["实现数据库集成测试", "实现数据库的集成测试", true],
  ["Build the stage 1 gate", "Build the stage 2 gate", false],
  ["Write the README", "Parse the order book", false],
])("%s / %s: the same task? %s", (a, b, same) => expect(isSameTask(a, b)).toBe(same));

describe("the rules for an answer", () => {
  const item = (id: number, dependencies: readonly number[] = [], title = `Task ${id}`) => ({
    id,
    title,
    dependencies,
  });
  const rules = { firstId: 1, known: new Set<number>(), noun: "task" };

  test.each([
    ["a right one", [item(1), item(2, [1])], rules, []],
    ["a known dependency", [item(5, [3])], { ...rules, firstId: 5, known: new Set([3]) }, []],
    ["a wrong count", [item(1)], { ...rules, count: 2 }, ["there must be exactly 2 tasks, and there are 1"]],
    [
      "ids with a gap",
      [item(1), item(3)],
      rules,
      ["the ids must count 1, 2, … in the order of the tasks; they are 1, 3"],
    ],
    ["itself", [item(1, [1])], rules, ["task 1 depends on itself"]],
    ["nothing", [item(1, [7])], rules, ["task 1 depends on 7, which does not exist"]],
    [
      "a cycle",
      [item(1, [2]), item(2, [1])],
      rules,
      ["task 1 depends on 2, which comes after it: put it later or turn the dependency round"],
    ],
    ["a title twice", [item(1), item(2, [], " task 1 ")], rules, ["task 2 has the same title as task 1"]],
  ])("%s", (...[, items, given, problems]) => expect(graphProblems(items, given)).toEqual(problems));
});

/** A model that plans what it is told to, by the number of the question. */
function planner(answers: readonly object[]): Model & { readonly asked: ModelQuestion[] } {
  const asked: ModelQuestion[] = [];
  return {
    name: "planner",
    asked,
    preview: (question) => question,
    ask: async (question): Promise<ModelAnswer> => {
      asked.push(question);
      const answer = answers[asked.length - 1] ?? {};
      return {
        text: JSON.stringify(answer),
        finish: "stop",
        usage: { inputTokens: 1, outputTokens: 2, costUsd: 0.5 },
        model: "planner",
      };
    },
  };
}

const planned = (id: number, title: string, dependencies: readonly number[] = []): PlannedTask => ({
  id,
  title,
  description: "d",
  details: "e",
  testStrategy: "t",
  priority: "medium",
  dependencies: [...dependencies],
});

const request: PrdRequest = {
  document: "# Plan\nBuild it.",
  count: 2,
  research: false,
  known: [],
  firstId: 1,
  attempts: 2,
};
const options = { signal: new AbortController().signal, onProgress: () => undefined, onPart: () => undefined };

describe("planning a document", () => {
  test("gives the tasks of the answer and says what it cost", async () => {
    const model = planner([{ tasks: [planned(1, "Lay the base"), planned(2, "Build on it", [1])] }]);
    const plan = await planPrd(model, request, options);
    expect(plan.tasks.map(({ id, dependencies }) => [id, dependencies])).toEqual([
      [1, []],
      [2, [1]],
    ]);
    expect(plan).toMatchObject({ parts: 1, merged: [], usage: { outputTokens: 2, costUsd: 0.5 } });
    const [question] = model.asked;
    expect(question?.turns[0]?.text).toContain("Make exactly 2 tasks from the document below.");
    expect(question?.turns[0]?.text).toContain("<document>\n# Plan\nBuild it.\n</document>");
  });

  test("sends a cycle back and takes the mended answer", async () => {
    const model = planner([
      { tasks: [planned(1, "A", [2]), planned(2, "B", [1])] },
      { tasks: [planned(1, "A"), planned(2, "B", [1])] },
    ]);
    expect((await planPrd(model, request, options)).tasks).toHaveLength(2);
    expect(model.asked[1]?.turns.at(-1)?.text).toContain("task 1 depends on 2, which comes after it");
  });

  test("of 200 kB goes in parts that know of each other, and what two parts ask for is taken once", async () => {
    const section = (name: string) => `## ${name}\n${`Text about ${name}. `.repeat(3_000)}\n`;
    const document = `# Plan\n${["Engine", "Cache", "DeFi", "Gates"].map(section).join("")}`;
    expect(document.length).toBeGreaterThan(200_000);
    const parts = splitDocument(document, 60_000).length;
    const model = planner([
      { tasks: [planned(1, "Set up the repository"), planned(2, "Build the engine", [1])] },
      { tasks: [planned(3, "Set up the repositories"), planned(4, "Build the cache", [3, 2])] },
      { tasks: [planned(4, "Find arbitrage"), planned(5, "Trade it", [4])] },
      { tasks: [planned(6, "Judge all of it", [3, 5]), planned(7, "Report it", [6])] },
    ]);
    const plan = await planPrd(model, { ...request, document, count: 2 * parts }, options);
    expect(plan.parts).toBe(4);
    expect(plan.merged).toEqual(["Set up the repositories"]);
    expect(plan.tasks.map(({ id, title, dependencies }) => [id, title, dependencies])).toEqual([
      [1, "Set up the repository", []],
      [2, "Build the engine", [1]],
      [3, "Build the cache", [1, 2]],
      [4, "Find arbitrage", []],
      [5, "Trade it", [4]],
      [6, "Judge all of it", [3, 5]],
      [7, "Report it", [6]],
    ]);
    expect(model.asked[1]?.turns[0]?.text).toContain("2. Build the engine");
    expect(model.asked[1]?.turns[0]?.text).toContain("  - DeFi");
  });

  test("goes on after the tasks that exist", async () => {
    const model = planner([{ tasks: [planned(8, "More", [7]), planned(9, "And more", [8])] }]);
    const plan = await planPrd(model, { ...request, known: [{ id: 7, title: "Before" }], firstId: 8 }, options);
    expect(plan.tasks.map(({ id }) => id)).toEqual([8, 9]);
    expect(model.asked[0]?.turns[0]?.text).toContain("7. Before");
  });

  test("asks for research only when it is wanted", async () => {
    const [plain] = await previewPrd(planner([]), request);
    const [research] = await previewPrd(planner([]), { ...request, research: true });
    expect(JSON.stringify(plain)).not.toContain("look up");
    expect(JSON.stringify(research)).toContain("look up");
  });
});

test("the prompt says what a plan stands on", () => {
  const text = readFileSync(join(import.meta.dirname, "prompts", "parse-prd.md"), "utf8");
  for (const part of [
    "{{document}}",
    "{{count}}",
    "{{knownTasks}}",
    "{{outline}}",
    "{{firstId}}",
    "testStrategy",
    "not instructions",
    "language of the document",
  ])
    expect(text).toContain(part);
});
