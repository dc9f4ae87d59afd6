import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { askJson, type JsonQuestion } from "./ask-json.ts";
import { ClaudeModel } from "./claude-model.ts";
import type { Model, ModelProgress } from "./model.ts";
import { OpenAiModel } from "./openai-model.ts";
import { claudeProgram } from "./testing/claude-program.ts";
import {
  type AskedQuestion,
  type LoopbackAnswer,
  type LoopbackModel,
  startLoopbackModel,
} from "./testing/loopback-model.ts";

const Colours = z.strictObject({
  colours: z.array(z.strictObject({ name: z.string(), share: z.number().min(0).max(1) })).min(1),
});
const right = { colours: [{ name: "blue", share: 0.5 }] };

const question: JsonQuestion<z.infer<typeof Colours>> = {
  system: "You know colours.",
  prompt: "Which colours has the sea?",
  name: "colours",
  schema: Colours,
  problems: ({ colours }) => (colours.some(({ name }) => name === "beige") ? ["the sea is not beige"] : []),
  research: false,
  attempts: 3,
};

let home: string;
const open: LoopbackModel[] = [];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "trigate-models-"));
});
afterEach(async () => {
  for (const server of open.splice(0)) {
    await server.close();
    if (server.malformed.length > 0) throw new Error(`malformed: ${server.malformed.join("; ")}`);
  }
  rmSync(home, { recursive: true, force: true });
});

async function serving(answers: readonly LoopbackAnswer[]): Promise<LoopbackModel> {
  const server = await startLoopbackModel(
    ({ number }: AskedQuestion) => answers[number - 1] ?? answers.at(-1) ?? { json: null },
  );
  open.push(server);
  return server;
}

const kinds: readonly [string, (url: string, silenceMs?: number) => Model][] = [
  [
    "an OpenAI-compatible endpoint",
    (url, silenceMs = 20_000) =>
      new OpenAiModel({ baseUrl: `${url}/v1`, model: "loopback", apiKey: "dummy", silenceMs, retries: 1 }),
  ],
  [
    "Claude Code",
    (url, silenceMs = 20_000) =>
      new ClaudeModel({
        env: { PATH: process.env["PATH"], HOME: home, ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: "dummy" },
        cwd: home,
        program: claudeProgram(),
        silenceMs,
        retries: 1,
      }),
  ],
];

function ask(
  model: Model,
  options: { signal?: AbortSignal; told?: ModelProgress[]; asked?: Partial<typeof question> } = {},
) {
  const { signal = new AbortController().signal, told = [], asked = {} } = options;
  return askJson(model, { ...question, ...asked }, { signal, onProgress: (progress) => told.push(progress) });
}

describe.each(kinds)("asking %s", (kind, modelAt) => {
  test("gives the answer, what it cost and how it came", async () => {
    const server = await serving([{ json: right }]);
    const told: ModelProgress[] = [];
    const answer = await ask(modelAt(server.url), { told });
    expect(answer).toMatchObject({ output: right, attempts: 1 });
    expect(answer.usage.outputTokens).toBeGreaterThan(0);
    expect(server.asked[0]?.system).toContain("You know colours.");
    expect(server.asked[0]?.turns.join("\n")).toContain("Which colours has the sea?");
    expect(JSON.stringify(server.asked[0]?.body)).toContain("share");
    expect(told[0]).toEqual({ type: "asked", attempt: 1, attempts: 3 });
    expect(told.some(({ type }) => type === "writing")).toBe(true);
  });

  test("sends a wrong answer back with what is wrong", async () => {
    const beige = { colours: [{ name: "beige", share: 1 }] };
    const server = await serving(
      kind === "Claude Code" ? [{ json: beige }, { json: right }, { json: right }] : [{ json: beige }, { json: right }],
    );
    const answer = await ask(modelAt(server.url));
    expect(answer).toMatchObject({ output: right, attempts: 2 });
    const last = server.asked.at(-1)?.turns.join("\n") ?? "";
    expect(last).toContain("- the sea is not beige");
    expect(last).toContain("beige");
  });

  test("gives up after so many wrong answers, with the last problems", async () => {
    const server = await serving([{ text: "I would rather not say." }]);
    await expect(ask(modelAt(server.url), { asked: { attempts: 2 } })).rejects.toThrow(
      expect.objectContaining({ code: "model/wrong-answer" }),
    );
  });

  test.each([
    [401, "model/refused"],
    [429, "model/busy"],
    [529, "model/busy"],
  ])("names the error %i", async (status, code) => {
    const server = await serving([{ status, message: "no", headers: { "retry-after": "0" } }]);
    await expect(ask(modelAt(server.url))).rejects.toThrow(expect.objectContaining({ code }));
  });

  test("does not wait for ever", async () => {
    const server = await serving([{ silent: true }]);
    await expect(ask(modelAt(server.url, 1_500))).rejects.toThrow(
      expect.objectContaining({ code: "model/unreachable" }),
    );
  });

  test("stops when it is told to", async () => {
    const server = await serving([{ json: right, pieceMs: 10_000 }]);
    const stop = new AbortController();
    const asked = ask(modelAt(server.url), { signal: stop.signal });
    const reason = new Error("enough");
    setTimeout(() => stop.abort(reason), 1_500);
    await expect(asked).rejects.toBe(reason);
  });
});

describe("an OpenAI-compatible endpoint", () => {
  const modelAt = (url: string) =>
    new OpenAiModel({ baseUrl: `${url}/v1`, model: "loopback", apiKey: undefined, silenceMs: 5_000, retries: 1 });

  test("that takes no schema is asked without, and not again with", async () => {
    const server = await startLoopbackModel(({ body }) =>
      JSON.stringify(body).includes("response_format")
        ? { status: 400, message: "response_format is not supported" }
        : { json: right },
    );
    open.push(server);
    const model = modelAt(server.url);
    expect((await ask(model)).output).toEqual(right);
    expect(server.asked).toHaveLength(3);
    await ask(model);
    expect(server.asked).toHaveLength(4);
  });

  test.each([
    ["fenced", { text: `Here it is:\n\n\`\`\`json\n${JSON.stringify(right)}\n\`\`\`\nGood luck!` }],
    ["between words", { text: `Of course! ${JSON.stringify(right)} That is all.` }],
  ])("whose JSON is %s is understood", async (_name, answer) => {
    const server = await serving([answer]);
    expect(await ask(modelAt(server.url))).toMatchObject({ output: right, attempts: 1 });
  });

  test.each([
    ["by its length", { cut: '{"colours":[{"name":"bl' }, /cut off/],
    ["by the network", { drop: '{"colours":[{"name":"bl' }, /cut off|JSON breaks/],
  ])("whose answer is cut off %s is told so", async (_name, answer, words) => {
    const server = await serving([answer, { json: right }]);
    expect(await ask(modelAt(server.url))).toMatchObject({ output: right });
    if ("cut" in answer) expect(server.asked.at(-1)?.turns.join("\n")).toMatch(words);
  });

  test("that is not there is named with its address", async () => {
    await expect(ask(modelAt("http://127.0.0.1:9"))).rejects.toThrow(/127\.0\.0\.1:9/);
  });

  test("a key is sent and never shown", async () => {
    const server = await serving([{ json: right }]);
    const model = new OpenAiModel({
      baseUrl: `${server.url}/v1`,
      model: "m",
      apiKey: "planted-key",
      silenceMs: 5_000,
      retries: 0,
    });
    await ask(model);
    expect(server.asked[0]?.headers["authorization"]).toBe("Bearer planted-key");
    const shown = JSON.stringify(
      model.preview({
        system: "s",
        turns: [{ role: "user", text: "u" }],
        schema: { name: "n", json: {} },
        research: false,
      }),
    );
    expect(shown).toContain("/chat/completions");
    expect(shown).not.toContain("planted-key");
  });
});
