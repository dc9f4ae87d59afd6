interface Details {
  "agent/not-found": { looked: readonly string[] };
  "agent/node-too-old": { found: readonly string[]; needed: number };
  "agent/not-started": { file: string; why: string };
  "agent/exited": { exitCode: number | null; signal: string | null; lastWords: string };
  /** `why` is a whole sentence. */
  "agent/down": { why: string };
  "channel/closed": { why: string };
  "channel/malformed": { method: string; problems: string };
  "channel/timed-out": { method: string; timeoutMs: number };
  "protocol/version-mismatch": { agent: string; editor: string };
  "rpc/failed": { method: string; code: string; message: string };
  "workspace/untrusted": { command: string };
  "workspace/no-folder": Record<string, never>;
}

export type ClientErrorCode = keyof Details;

const MESSAGES: { [C in ClientErrorCode]: (details: Details[C]) => string } = {
  "agent/not-found": ({ looked }) =>
    `The Trigate agent was not found; set trigate.agentPath to its trigate.mjs. Looked at: ${looked.join(", ")}`,
  "agent/node-too-old": ({ found, needed }) =>
    `The Trigate agent needs Node ${needed} or newer; set trigate.nodePath to one. Found: ${found.join(", ")}`,
  "agent/not-started": ({ file, why }) => `The Trigate agent ${file} could not be started: ${why}`,
  "agent/exited": ({ exitCode, signal, lastWords }) =>
    `The Trigate agent ended (${signal ?? `exit code ${exitCode}`})${lastWords === "" ? "" : `: ${lastWords}`}`,
  "agent/down": ({ why }) => why,
  "channel/closed": ({ why }) => `The connection to the Trigate daemon closed: ${why}`,
  "channel/malformed": ({ method, problems }) =>
    `The Trigate daemon's answer to ${method} is not readable: ${problems}`,
  "channel/timed-out": ({ method, timeoutMs }) =>
    `The Trigate daemon did not answer ${method} within ${timeoutMs / 1000} s; "Trigate: Restart Agent" starts a new one`,
  "protocol/version-mismatch": ({ agent, editor }) =>
    `The agent speaks protocol ${agent}, this extension ${editor}; update the older of the two, or set trigate.agentPath`,
  "rpc/failed": ({ message }) => message,
  "workspace/untrusted": ({ command }) => `${command} runs programs of this workspace, which is not trusted`,
  "workspace/no-folder": () => "Trigate works on a folder; open one first",
};

/** Anything the extension cannot go on from. `code` never changes meaning; the message says the way out. */
export class ClientError<C extends ClientErrorCode = ClientErrorCode> extends Error {
  readonly code: C;
  readonly details: Details[C];

  constructor(code: C, details: Details[C], options?: ErrorOptions) {
    super(MESSAGES[code](details), options);
    this.name = "ClientError";
    this.code = code;
    this.details = details;
  }
}

/** The code of a failure; undefined when it is none of ours. */
export function codeOf(error: unknown): ClientErrorCode | undefined {
  // `instanceof` alone would leave the code's type open.
  return isClientError(error) ? error.code : undefined;
}

const isClientError = (error: unknown): error is ClientError => error instanceof ClientError;

/** What to show of a failure, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
