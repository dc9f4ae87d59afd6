import { delimiter, join } from "node:path";
import { TrigateError } from "../errors/trigate-error.ts";
import { isExecutable } from "../platform/files.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Names a program of one's own in place of the one on PATH. */
const CLAUDE_VARIABLE = "TRIGATE_CLAUDE";
const NAMES = process.platform === "win32" ? ["claude.exe", "claude.cmd"] : ["claude"];

/**
 * The user's own `claude`: the path that the configuration gives, else the one in `TRIGATE_CLAUDE`, else the first on PATH.
 * None is shipped and none is downloaded. Throws `model/missing` with the way to get one.
 */
export async function findClaude(env: Environment, configured?: string): Promise<string> {
  const named = configured ?? env[CLAUDE_VARIABLE];
  if (named !== undefined && named !== "") {
    if (await isExecutable(named)) return named;
    throw new TrigateError("model/missing", { problem: `${named} is no program` });
  }
  for (const folder of (env["PATH"] ?? "").split(delimiter).filter((part) => part !== "")) {
    for (const name of NAMES) {
      const path = join(folder, name);
      if (await isExecutable(path)) return path;
    }
  }
  throw new TrigateError("model/missing", { problem: "there is no claude on PATH" });
}

/** What a program that speaks to a model may see: where things lie, the way into the network, and its own settings. */
const SEEN =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_.*|TZ|TMPDIR|TEMP|TMP|XDG_.*|SystemRoot|APPDATA|LOCALAPPDATA|USERPROFILE|https?_proxy|no_proxy|HTTPS?_PROXY|NO_PROXY|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|ANTHROPIC_.*|CLAUDE_.*)$/;

/** The environment of Claude Code: what it needs of the user's, and no traffic but the questions. */
export function claudeEnvironment(env: Environment): Record<string, string> {
  const seen: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value !== undefined && SEEN.test(name)) seen[name] = value;
  return { ...seen, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1" };
}
