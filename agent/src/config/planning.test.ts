import { describe, expect, test } from "vitest";
import { resolveConfig } from "./resolve.ts";

const resolved = (text: string) =>
  resolveConfig(`version: 1\nchecks: { x: { command: [true], report: sarif } }\n${text}`, new Map());
const wrong = (text: string) => {
  const result = resolved(text);
  return result.ok ? [] : result.complaints.filter(({ path }) => /^(models|tasks)/.test(path)).map(({ path }) => path);
};

describe("models and tasks of trigate.yaml", () => {
  test.each([
    ["a provider that is none", "models: { plan: { provider: abacus } }", ["models.plan.provider"]],
    [
      "an endpoint without a model",
      "models: { plan: { provider: openai, baseUrl: 'http://127.0.0.1/v1' } }",
      ["models.plan.model"],
    ],
    [
      "a key in clear",
      "models: { plan: { provider: openai, baseUrl: 'http://h/v1', model: m, apiKey: sk-123 } }",
      ["models.plan.apiKey"],
    ],
    ["an address that is no http", "tasks: { statusHook: { url: 'file:///etc' } }", ["tasks.statusHook.url"]],
    ["a token in clear", "tasks: { statusHook: { url: 'http://h', token: secret } }", ["tasks.statusHook.token"]],
    ["a stage that is none", "tasks: { require: [static, luck] }", ["tasks.require.1"]],
    ["no attempts", "models: { attempts: 0 }", ["models.attempts"]],
    [
      "all of it right",
      "models: { plan: { provider: claude, model: opus }, silence: 90s }\ntasks: { require: [static] }",
      [],
    ],
  ])("%s", (_name, text, paths) => expect(wrong(text)).toEqual(paths));
});
