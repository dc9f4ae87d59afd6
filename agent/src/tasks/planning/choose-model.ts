import { z } from "zod";
import type { ResolvedModel, ResolvedModels } from "../../config/resolved.ts";
import { TrigateError } from "../../errors/trigate-error.ts";
import { ClaudeModel } from "../../models/claude-model.ts";
import type { Model } from "../../models/model.ts";
import { OpenAiModel } from "../../models/openai-model.ts";
import { readTaskSettings } from "../file/active-tag.ts";
import { TASK_FILES } from "../file/task-file.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What a model is chosen from. */
export interface ModelChoice {
  /** Absolute path of the workspace root. */
  readonly root: string;
  readonly env: Environment;
  readonly models: ResolvedModels;
  readonly research: boolean;
}

/** The other program's own settings, as far as they can be followed. */
const Role = z.looseObject({
  provider: z.string(),
  modelId: orNothing(z.string()),
  baseURL: orNothing(z.string()),
  maxTokens: orNothing(z.int().positive()),
  temperature: orNothing(z.number().min(0).max(2)),
});
const Config = z.looseObject({
  models: z.looseObject({ main: Role.nullish().catch(null), research: Role.nullish().catch(null) }).nullish(),
});

/** Providers of the other program that speak OpenAI's protocol, with the variable that holds their key. */
const ENDPOINTS: ReadonlyMap<string, { readonly key: string; readonly baseUrl?: string }> = new Map([
  ["openai", { key: "OPENAI_API_KEY", baseUrl: "https://api.openai.com/v1" }],
  ["openai-compatible", { key: "OPENAI_COMPATIBLE_API_KEY" }],
  ["openrouter", { key: "OPENROUTER_API_KEY", baseUrl: "https://openrouter.ai/api/v1" }],
  ["ollama", { key: "OLLAMA_API_KEY", baseUrl: "http://127.0.0.1:11434/v1" }],
  ["lmstudio", { key: "LMSTUDIO_API_KEY", baseUrl: "http://127.0.0.1:1234/v1" }],
  ["groq", { key: "GROQ_API_KEY", baseUrl: "https://api.groq.com/openai/v1" }],
  ["xai", { key: "XAI_API_KEY", baseUrl: "https://api.x.ai/v1" }],
]);

/** It writes `null` for what is not set, or leaves it out. */
function orNothing<T>(schema: z.ZodType<T>): z.ZodType<T | undefined> {
  return schema.nullish().transform((value) => value ?? undefined);
}

/**
 * The model that plans: what `trigate.yaml` names, else what `.taskmaster/config.json` names where that can be asked, else the
 * user's Claude Code. Research has a model of its own where one is named.
 */
export async function chooseModel(choice: ModelChoice): Promise<Model> {
  const { models, research } = choice;
  const named = (research ? models.research : undefined) ?? models.plan ?? (await ofTaskMaster(choice));
  return open(named ?? { provider: "claude" }, choice);
}

function open(named: ResolvedModel, { root, env, models }: ModelChoice): Model {
  const { retries, silenceMs } = models;
  if (named.provider === "claude")
    return new ClaudeModel({ env, cwd: root, program: named.program, model: named.model, silenceMs, retries });
  const { baseUrl, model, temperature, maxTokens } = named;
  const apiKey = keyOf(named.apiKey, env);
  return new OpenAiModel({ baseUrl, model, apiKey, temperature, maxTokens, silenceMs, retries });
}

/** The key in a variable that was named on purpose; a missing one is said, since the endpoint would only say "401". */
function keyOf(variable: string | undefined, env: Environment): string | undefined {
  if (variable === undefined) return undefined;
  const name = variable.replace(/^\$/, "");
  const key = env[name];
  if (key !== undefined && key !== "") return key;
  throw new TrigateError("usage/bad-argument", {
    problem: `the key of the model is to be in ${name}, which is not set`,
    hint: `set ${name}, or take "apiKey" out where the endpoint needs none`,
  });
}

async function ofTaskMaster({ root, env, research }: ModelChoice): Promise<ResolvedModel | undefined> {
  const config = await readTaskSettings(root, TASK_FILES.config, Config);
  const { main, research: forResearch } = config?.models ?? {};
  const role = (research ? forResearch : undefined) ?? main ?? undefined;
  if (role === undefined) return undefined;
  return role.provider === "claude-code" ? { provider: "claude", model: role.modelId } : ofEndpoint(role, env);
}

/** `undefined` for a provider that does not speak OpenAI's protocol, or one that is not told in full. */
function ofEndpoint(
  { provider, modelId, baseURL, temperature, maxTokens }: z.infer<typeof Role>,
  env: Environment,
): ResolvedModel | undefined {
  const endpoint = ENDPOINTS.get(provider);
  const baseUrl = baseURL ?? endpoint?.baseUrl;
  if (endpoint === undefined || baseUrl === undefined || modelId === undefined) return undefined;
  const apiKey = env[endpoint.key] ? `$${endpoint.key}` : undefined;
  return { provider: "openai", baseUrl, model: modelId, apiKey, temperature, maxTokens };
}
