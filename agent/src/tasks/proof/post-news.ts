import { isLoopback } from "../../platform/loopback.ts";
import type { StatusNews } from "./status-news.ts";

/** What became of one try. `later` may go better another time; `never` will not until somebody changes something. */
export type Posted =
  | { readonly outcome: "sent" }
  | { readonly outcome: "later"; readonly problem: string; readonly waitMs?: number | undefined }
  | { readonly outcome: "never"; readonly problem: string };

export interface PostOptions {
  readonly url: string;
  readonly token: string | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly fetch: typeof globalThis.fetch;
}

const REQUEST_TIMEOUT = 408;
const TOO_MANY_REQUESTS = 429;

/**
 * Tells the status hook one piece of news. Redirects are not followed: the token belongs to the address that was written down.
 * A token is never sent over plain http, but to this machine. No text that the other side sends becomes part of a message.
 */
export async function postNews(
  news: StatusNews,
  { url, token, timeoutMs, signal, fetch }: PostOptions,
): Promise<Posted> {
  const address = new URL(url);
  const leak = leakOf(address, token);
  if (leak !== undefined) return { outcome: "never", problem: leak };
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(address, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "idempotency-key": news.key,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(news),
      redirect: "manual",
      signal: AbortSignal.any([signal, timeout]),
    });
    await response.body?.cancel();
    return judgeStatus(response);
  } catch (error) {
    if (signal.aborted) throw error;
    return { outcome: "later", problem: timeout.aborted ? `no answer within ${timeoutMs} ms` : reasonOf(error) };
  }
}

/** How a request to the address would give a secret away. */
function leakOf(address: URL, token: string | undefined): string | undefined {
  if (token !== undefined && address.protocol !== "https:" && !isLoopback(address))
    return "the token would be sent in clear: use https";
  if (address.username !== "" || address.password !== "")
    return "the address holds a password: name a variable as the token instead";
  return undefined;
}

function judgeStatus({ status, ok, headers }: Response): Posted {
  if (ok) return { outcome: "sent" };
  const problem = `it answered ${status}`;
  if (status >= 500 || status === REQUEST_TIMEOUT || status === TOO_MANY_REQUESTS) {
    const seconds = Number(headers.get("retry-after") ?? Number.NaN);
    return { outcome: "later", problem, waitMs: seconds >= 0 ? seconds * 1000 : undefined };
  }
  if (status >= 300 && status < 400)
    return { outcome: "never", problem: `${problem}, a redirect, which is not followed: write the final address` };
  return { outcome: "never", problem };
}

/** The system's code, such as `ECONNREFUSED`. A message could repeat what was sent. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const code: unknown = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined;
  return typeof code === "string" ? `it cannot be reached (${code})` : "it cannot be reached";
}
