import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import type { ReportedFinding } from "../../../core/finding.ts";
import { TrigateError } from "../../../errors/trigate-error.ts";
import type { CheckContext, RepositoryFacts } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { RUN_BY_AGENT } from "../../run-by-agent.ts";
import { readJson } from "../../reading/read-json.ts";
import { plainLine } from "../../reading/plain-text.ts";
import { workingFolder, workspacePathOf } from "../../reading/report-path.ts";
import type { Api } from "./api.ts";
import { isLoopback } from "../../../platform/loopback.ts";
import { type Campaign, WEAKNESSES } from "./weakness.ts";

const Settings = z.strictObject({
  description: z
    .string()
    .min(1)
    .default("openapi.json")
    .describe("The OpenAPI 3.0 or 3.1, or AsyncAPI 2.x or 3.0 description, relative to the check's folder."),
  url: z
    .string()
    .optional()
    .describe(
      "Where the API listens, on this machine only: http or ws. ${NAME} stands for a variable of the check's environment, such as one that a service provides. Default: the description's first server.",
    ),
  headers: z
    .record(z.string(), z.string())
    .default({})
    .describe(
      "Sent with each request. ${NAME} stands for an environment variable that the check names under env, so that no secret has to stand in the file.",
    ),
  credentials: z
    .array(z.string())
    .default([])
    .describe("Names of the headers that let a client in. Default: what the description says."),
  except: z.array(z.string()).default([]).describe("Operations to leave alone, such as one that ends the server."),
  seed: z.int().default(20_260_101).describe("The same seed makes the same requests."),
  requests: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(2_000)
    .describe("Requests for looking, over all operations; making a failing one smaller takes more."),
  requestTimeoutMs: z.int().min(50).max(600_000).default(5_000).describe("No answer within this time is a finding."),
  oversizeBytes: z
    .int()
    .min(1_000)
    .max(1_000_000_000)
    .default(16 * 1024 * 1024)
    .describe("Size of the one message that has to be refused for its size."),
});
type Settings = z.infer<typeof Settings>;

/** Attacks an HTTP or ws API on this machine by what its description allows and forbids. It has no tool of its own to start. */
export const apiAttackChecker = defineChecker<Settings>({
  id: "api-attack",
  title: "Attack on an HTTP or ws API from its OpenAPI or AsyncAPI description",
  stage: "performance",
  feeds: ["vulnerabilities"],
  patterns: ["**/*.{json,yaml,yml}"],
  configFiles: [],
  handles: "project",
  cacheable: false,
  exclusive: false,
  settings: Settings,
  ...RUN_BY_AGENT,
  // Nobody is attacked without having asked for it.
  detect: async (_repository: RepositoryFacts) => undefined,
  check,
});

async function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  // The libraries for values and schemas take longer to load than most commands take in all.
  const { readDescription } = await import("./description.ts");
  const { description, except } = context.settings;
  const file = workspacePathOf(context, description);
  const text = await context.readText(description);
  if (text === undefined || file === undefined) throw unusable(context, `there is no description at ${description}`);
  const read = readDescription(text);
  if (!read.ok) return { evidence: undefined, findings: [], problems: [`api-attack: ${description}: ${read.problem}`] };
  const known = new Set(read.api.operations.map(({ id }) => id));
  const missing = except.filter((id) => !known.has(id));
  const api = without(read.api, new Set(except));
  if (api.operations.length === 0)
    return { evidence: undefined, findings: [], problems: [`api-attack: ${description} describes no operation`] };
  const campaign = await attack(api, context);
  return toOutput(campaign, { api, file, except, missing });
}

function without(api: Api, except: ReadonlySet<string>): Api {
  return api.kind === "http"
    ? { ...api, operations: api.operations.filter(({ id }) => !except.has(id)) }
    : { ...api, operations: api.operations.filter(({ id }) => !except.has(id)) };
}

async function attack(api: Api, context: CheckContext<Settings>): Promise<Campaign> {
  const { settings, options } = context;
  const variables = await variablesFor(context);
  const url = targetOf(fill(settings.url ?? api.server ?? "", variables, context), api, context);
  const written = Object.entries(settings.headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const headers = Object.fromEntries(written.map(([name, value]) => [name, fill(value, variables, context)]));
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(options.timeoutMs)]);
  const { seed, requests, oversizeBytes, requestTimeoutMs: timeoutMs } = settings;
  const credentials = settings.credentials.map((name) => name.toLowerCase());
  try {
    if (api.kind === "ws") {
      const { attackWs } = await import("./attack-ws.ts");
      return await attackWs(api, { url, headers, timeoutMs, signal, seed, requests, oversizeBytes, credentials });
    }
    const { attackHttp } = await import("./attack-http.ts");
    const { HttpTarget } = await import("../../../platform/loopback-http.ts");
    const target = new HttpTarget(url, { timeoutMs, signal });
    try {
      const shownHeaders = Object.fromEntries(written);
      const named = withCredentials(api, credentials);
      return await attackHttp(named, target, { seed, requests, oversizeBytes, headers, shownHeaders });
    } finally {
      target.close();
    }
  } catch (error) {
    if (signal.aborted && !context.signal.aborted)
      throw new TrigateError(
        "checker/timed-out",
        { tool: "api-attack", timeoutMs: options.timeoutMs },
        { cause: error },
      );
    throw error;
  }
}

/** Headers that the settings call credentials, on top of what the description says of protected operations. */
function withCredentials(api: Api & { kind: "http" }, names: readonly string[]): Api & { kind: "http" } {
  if (names.length === 0) return api;
  const operations = api.operations.map((operation) =>
    operation.credentials.length === 0
      ? operation
      : { ...operation, credentials: [...new Set([...operation.credentials, ...names])] },
  );
  return { ...api, operations };
}

const VARIABLE = /\$\{(\w+)\}/g;

/** Values of the variables that the settings name, as a program of this check would see them. */
async function variablesFor(context: CheckContext<Settings>): Promise<Readonly<Record<string, string>>> {
  const { url = "", headers } = context.settings;
  const names = [url, ...Object.values(headers)].flatMap((text) =>
    [...text.matchAll(VARIABLE)].flatMap(([, name]) => name ?? []),
  );
  if (names.length === 0) return {};
  const script = "console.log(JSON.stringify(process.argv.slice(1).map((name) => [name, process.env[name] ?? null])))";
  const { stdout } = await context.run([...context.tool, "-e", script, ...new Set(names)]);
  const read = readJson(stdout, z.array(z.tuple([z.string(), z.string().nullable()])));
  if (!read.ok) throw unusable(context, "the variables of the check's environment could not be read");
  return Object.fromEntries(read.value.flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

function fill(text: string, variables: Readonly<Record<string, string>>, context: CheckContext<Settings>): string {
  return text.replaceAll(VARIABLE, (_written, name: string) => {
    const value = variables[name];
    if (value === undefined)
      throw unusable(
        context,
        `the variable ${name} is not set for this check; name it under the check's "env", or the service that provides it under "needs"`,
      );
    return value;
  });
}

function targetOf(address: string, { kind }: Api, context: CheckContext<Settings>): URL {
  const url = URL.parse(address);
  if (url === null)
    throw unusable(context, `"${address}" is no address; set the check's "url", such as http://127.0.0.1:8080`);
  const wanted = kind === "http" ? "http:" : "ws:";
  if (!isLoopback(url))
    throw unusable(
      context,
      `${url.hostname} is not this machine, and only this machine is attacked: use 127.0.0.1, [::1] or localhost`,
    );
  if (url.protocol !== wanted) throw unusable(context, `the address begins with ${url.protocol} instead of ${wanted}`);
  return url;
}

function unusable(context: CheckContext<Settings>, problem: string): TrigateError<"checker/tool-failed"> {
  return new TrigateError("checker/tool-failed", {
    tool: "api-attack",
    exitCode: undefined,
    stderr: problem,
    cwd: workingFolder(context),
  });
}

interface Attacked {
  readonly api: Api;
  readonly file: string;
  readonly except: readonly string[];
  readonly missing: readonly string[];
}

function toOutput(campaign: Campaign, { api, file, except, missing }: Attacked): CheckOutput {
  const { weaknesses, operations, requests, remarks } = campaign;
  const total = api.operations.length;
  const problems = [
    ...campaign.problems.map((problem) => `api-attack: ${plainLine(problem)}`),
    ...missing.map((id) => `api-attack: ${file} has no operation ${id} to leave out`),
  ];
  // Nobody answered: whatever was found, the attack looked at nothing.
  const isBlind = operations === 0 || requests === 0;
  if (isBlind) problems.push("api-attack: nobody answered a single request; is the API running, and is the url right?");
  const left = except.length === 0 ? "" : `, left out: ${except.join(", ")}`;
  const silent = operations < total ? `; ${total - operations} operations gave no answer` : "";
  const said = remarks.length === 0 ? "" : `; ${remarks.join("; ")}`;
  return {
    evidence: isBlind
      ? undefined
      : {
          files: 1,
          summary: plainLine(`${requests} answers of ${operations} of ${total} operations${left}${silent}${said}`),
          source: "tool",
        },
    findings: weaknesses.map((weakness): ReportedFinding => {
      const { severity, title } = WEAKNESSES[weakness.rule];
      return {
        rule: weakness.rule,
        severity,
        message: plainLine(`${weakness.operation} ${title}: ${weakness.words}. Repeat it with: ${weakness.request}`),
        file,
        range: { start: { line: weakness.line, column: 1 } },
      };
    }),
    problems,
    filesLookedAt: [file],
  };
}
