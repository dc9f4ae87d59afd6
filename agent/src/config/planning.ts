import { z } from "zod";
import { STAGES } from "../core/outcome.ts";
import type { ResolvedModels, ResolvedTasks } from "./resolved.ts";
import { durationMs, VariableName, WrittenDuration } from "./written-values.ts";

const WrittenModel = z
  .discriminatedUnion("provider", [
    z.strictObject({
      provider: z.literal("claude").describe("The user's own Claude Code."),
      model: z.string().min(1).optional().describe("Name of a model. Default: what the user chose there."),
      program: z
        .string()
        .min(1)
        .optional()
        .describe("Path of the program. Default: TRIGATE_CLAUDE, else claude on PATH."),
    }),
    z.strictObject({
      provider: z.literal("openai").describe("Any endpoint that speaks OpenAI's chat completions."),
      baseUrl: z
        .url({ protocol: /^https?$/ })
        .describe("Up to and with the version, such as http://127.0.0.1:8080/v1."),
      model: z.string().min(1).describe("Name of the model at that endpoint."),
      apiKey: VariableName.optional().describe("Variable that holds the key, such as $OPENAI_API_KEY."),
      temperature: z
        .number()
        .min(0)
        .max(2)
        .optional()
        .describe("How freely it answers. Default: what the endpoint does."),
      maxTokens: z.int().min(1).optional().describe("Most tokens of one answer."),
    }),
  ])
  .describe("A model, and the way to it.");

/** `models` of `trigate.yaml`. */
export const WrittenModels = z.strictObject({
  plan: WrittenModel.optional().describe("Who plans. Default: what .taskmaster/config.json names, else Claude Code."),
  research: WrittenModel.optional().describe("Who plans with --research. Default: the same."),
  attempts: z.int().min(1).max(10).optional().describe("How often a wrong answer is sent back. Default: 3."),
  retries: z.int().min(0).max(10).optional().describe("How often a busy model is asked again. Default: 3."),
  silence: WrittenDuration.optional().describe("A model that says nothing for so long is given up. Default: 3min."),
});

/** `tasks` of `trigate.yaml`. */
export const WrittenTasks = z.strictObject({
  require: z
    .array(z.enum(STAGES))
    .min(1)
    .optional()
    .describe("Gates that a task must pass to be done, unless the task says otherwise. Default: all three."),
  statusHook: z
    .strictObject({
      url: z.url({ protocol: /^https?$/ }).describe("Address that is told of each change of a status."),
      token: VariableName.optional().describe("Variable that holds the bearer token."),
      attempts: z.int().min(1).max(20).optional().describe("How often it is tried. Default: 5."),
      timeout: WrittenDuration.optional().describe("What one try may take. Default: 10s."),
    })
    .optional()
    .describe("Another system that is told of statuses; its failure never loses one."),
});

export function resolveModels(written: z.infer<typeof WrittenModels> = {}): ResolvedModels {
  const { plan, research, attempts = 3, retries = 3, silence = "3min" } = written;
  return { plan, research, attempts, retries, silenceMs: durationMs(silence) };
}

export function resolveTasks({ require: written, statusHook }: z.infer<typeof WrittenTasks> = {}): ResolvedTasks {
  const require = written ?? STAGES;
  if (statusHook === undefined) return { require, statusHook };
  const { url, token, attempts = 5, timeout = "10s" } = statusHook;
  return { require, statusHook: { url, tokenVariable: token, attempts, timeoutMs: durationMs(timeout) } };
}
