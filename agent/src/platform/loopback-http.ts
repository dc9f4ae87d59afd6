import { Agent, type IncomingHttpHeaders, request } from "node:http";
import { lookupLoopback } from "./loopback.ts";

export interface HttpRequest {
  readonly method: string;
  /** Path with query, as it goes over the wire. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

export type HttpAnswer =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly text: string;
    }
  /** `late`: nothing in time; `died`: the connection ended without a whole answer. */
  | { readonly kind: "late" | "died"; readonly words: string };

/** Longer answers are cut: nothing that is looked for stands behind megabytes. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** Sends requests to one server of this machine, one after the other on a connection that is kept. Redirects are not followed. */
export class HttpTarget {
  readonly #base: URL;
  readonly #timeoutMs: number;
  readonly #signal: AbortSignal;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  answered = 0;

  constructor(base: URL, { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal }) {
    this.#base = base;
    this.#timeoutMs = timeoutMs;
    this.#signal = signal;
  }

  /** Prefix of every path. */
  get basePath(): string {
    return this.#base.pathname.replace(/\/$/, "");
  }

  get origin(): string {
    return this.#base.origin;
  }

  /** A kept connection that the server had just closed says nothing about the request, so that is sent once more. */
  async send(wanted: HttpRequest): Promise<HttpAnswer> {
    const first = await this.#once(wanted, this.#agent);
    const answer = first.kind === "died" ? await this.#once(wanted, new Agent({ keepAlive: false })) : first;
    if (answer.kind === "answer") this.answered++;
    return answer;
  }

  close(): void {
    this.#agent.destroy();
  }

  #once({ method, path, headers, body }: HttpRequest, agent: Agent): Promise<HttpAnswer> {
    this.#signal.throwIfAborted();
    return new Promise((resolve) => {
      const sent = request({
        host: this.#base.hostname.replaceAll(/[[\]]/g, ""),
        port: this.#base.port === "" ? 80 : this.#base.port,
        lookup: lookupLoopback,
        agent,
        method,
        path,
        headers: { ...headers, ...(body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) }) },
        signal: this.#signal,
      });
      let answer: HttpAnswer | undefined;
      const settle = (how: HttpAnswer) => {
        clearTimeout(timer);
        answer ??= how;
        resolve(answer);
      };
      const timer = setTimeout(() => {
        settle({ kind: "late", words: `no answer within ${this.#timeoutMs} ms` });
        sent.destroy();
      }, this.#timeoutMs);
      sent.once("error", (error) => settle({ kind: "died", words: error.message }));
      sent.once("response", (response) => {
        const parts: Buffer[] = [];
        let length = 0;
        const done = () => {
          const { statusCode: status = 0, headers: heads } = response;
          settle({ kind: "answer", status, headers: heads, text: Buffer.concat(parts).toString("utf8") });
        };
        response.on("data", (part: Buffer) => {
          length += part.length;
          parts.push(part);
          if (length <= MAX_ANSWER_BYTES) return;
          done();
          sent.destroy();
        });
        response.once("end", done);
        response.once("error", (error) => settle({ kind: "died", words: error.message }));
      });
      sent.end(body);
    });
  }
}
