import { messageOf, TrigateError } from "../../errors/trigate-error.ts";
import { RPC_ERRORS } from "../../protocol/index.ts";
import { plainText } from "../../report/plain-text.ts";

/** An error as JSON-RPC carries it. `data.code` is `area/reason`, which is what clients compare. */
export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data: { readonly code: string };
}

/** Codes of the JSON-RPC specification. */
export const JSON_RPC = {
  parse: -32700,
  invalidRequest: -32600,
  unknownMethod: -32601,
  invalidParams: -32602,
  internal: -32603,
} as const;

/** Longer messages (a tool's whole output, say) are cut: the report has them. */
const MESSAGE_LENGTH = 4_000;

export function rpcError(code: number, dataCode: string, message: string): RpcError {
  return { code, message: plainText(message).slice(0, MESSAGE_LENGTH), data: { code: dataCode } };
}

/**
 * What a client learns of something thrown. The agent's own errors say what to do; of others only the fact is told, and
 * the log has the rest.
 */
export function toRpcError(error: unknown, log: (line: string) => void): RpcError {
  if (error instanceof TrigateError) {
    const code = error.code === "usage/not-trusted" ? RPC_ERRORS.notTrusted : RPC_ERRORS.trigate;
    return rpcError(code, String(error.code), error.message);
  }
  log(error instanceof Error && error.stack !== undefined ? error.stack : messageOf(error));
  return rpcError(JSON_RPC.internal, "internal", "internal error; the daemon's log says more");
}
