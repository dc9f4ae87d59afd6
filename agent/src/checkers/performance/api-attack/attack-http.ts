import type { HttpApi, HttpOperation } from "./api.ts";
import { textsIn } from "./hostile-values.ts";
import { HttpJudge } from "./http-judge.ts";
import { asCurl, type HttpCase, httpCases, HttpRules, toHttpRequest } from "./http-requests.ts";
import type { HttpAnswer, HttpRequest, HttpTarget } from "../../../platform/loopback-http.ts";
import { isJsonType } from "./read-open-api.ts";
import { samples, search, seedFor } from "./search.ts";
import { Validators } from "./validators.ts";
import type { Campaign, Problem, Weakness } from "./weakness.ts";

export interface AttackOptions {
  readonly seed: number;
  /** Requests for looking, over all operations. */
  readonly requests: number;
  /** Sent with each request: names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The same as they are shown, without the secrets. */
  readonly shownHeaders: Readonly<Record<string, string>>;
  readonly oversizeBytes: number;
}

const FOREIGN = "https://attacker.example";
const WRONG = "Bearer tg8f3a-wrong";
/** Good requests to try, until one is welcome, before anything else is judged by it. */
const TRIES = 8;
const UNDECLARED = ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"];

/** Attacks an HTTP API through its description. */
export async function attackHttp(api: HttpApi, target: HttpTarget, options: AttackOptions): Promise<Campaign> {
  const validators = new Validators(api.document);
  const attack = new HttpAttack(api, { target, options, validators });
  const share = Math.max(1, Math.floor(options.requests / Math.max(1, api.operations.length)));
  let operations = 0;
  for (const operation of api.operations) {
    if (attack.isDown) break;
    if (await attack.one(operation, share)) operations++;
  }
  if (!attack.isDown) await attack.undeclaredMethods();
  return {
    weaknesses: attack.weaknesses,
    operations,
    requests: target.answered,
    problems: validators.problems,
    remarks: attack.remarks,
  };
}

interface Around {
  readonly target: HttpTarget;
  readonly options: AttackOptions;
  readonly validators: Validators;
}

class HttpAttack {
  readonly weaknesses: Weakness[] = [];
  readonly remarks: string[] = [];
  isDown = false;
  readonly #api: HttpApi;
  readonly #around: Around;

  constructor(api: HttpApi, around: Around) {
    this.#api = api;
    this.#around = around;
  }

  /** Whether the operation answered at all. */
  async one(operation: HttpOperation, budget: number): Promise<boolean> {
    const { target, options, validators } = this.#around;
    const before = target.answered;
    const { good, all } = httpCases(operation, this.#api.document);
    const rules = new HttpRules(operation, validators);
    const judge = new HttpJudge(operation, validators);
    const seed = seedFor(options.seed, operation.id);
    const attempt = async (value: HttpCase): Promise<readonly Problem[]> => {
      const answer = await target.send(this.#request(operation, value));
      if (answer.kind !== "answer" && !(await this.#isUp())) return [{ rule: "server-down", words: answer.words }];
      return judge.problems(answer, { forbidden: rules.forbidden(value), sent: textsIn(value) });
    };
    const found = await search({ cases: all, attempt, seed, budget, isOver: () => this.isDown });
    for (const { value, ...problem } of found) this.#report(operation, problem, this.#request(operation, value));
    if (!this.isDown) await this.#probe(operation, samples(good, TRIES, seed));
    return target.answered > before;
  }

  /** Methods that a path does not have. */
  async undeclaredMethods(): Promise<void> {
    const byPath = Map.groupBy(this.#api.operations, ({ path }) => path);
    for (const [path, operations] of byPath) {
      const [first] = operations;
      if (first === undefined) continue;
      const declared = new Set(operations.map(({ method }) => method));
      for (const method of UNDECLARED.filter((each) => !declared.has(each))) {
        const [value] = samples(httpCases(first, this.#api.document).good, 1, this.#around.options.seed);
        if (value === undefined) continue;
        const request = { ...this.#request(first, value), method };
        const answer = await this.#around.target.send(request);
        if (answer.kind !== "answer" || answer.status < 200 || answer.status >= 300) continue;
        const words = `status ${answer.status} to ${method} ${path}`;
        this.#report(first, { rule: "undeclared-method", words }, request);
      }
    }
  }

  async #probe(operation: HttpOperation, good: readonly HttpCase[]): Promise<void> {
    const welcome = await this.#welcome(operation, good);
    if (welcome === undefined) {
      this.remarks.push(`${operation.id} welcomed no request`);
      return;
    }
    await this.#withoutCredentials(operation, welcome);
    const foreign = { ...welcome, headers: { ...welcome.headers, origin: FOREIGN } };
    const answer = await this.#send(operation, foreign);
    if (answer.kind === "answer") {
      const { "access-control-allow-origin": allowed, "access-control-allow-credentials": credentials } =
        answer.headers;
      if (allowed === FOREIGN && credentials === "true")
        this.#report(operation, { rule: "foreign-origin", words: "any origin may use the user's cookies" }, foreign);
    }
    if (operation.body !== undefined && isJsonType(operation.body.mediaType)) await this.#bodies(operation, welcome);
  }

  async #welcome(operation: HttpOperation, good: readonly HttpCase[]): Promise<HttpRequest | undefined> {
    for (const value of good) {
      const request = this.#request(operation, value);
      const answer = await this.#send(operation, request);
      if (isWelcome(answer)) return request;
    }
    return undefined;
  }

  async #withoutCredentials(operation: HttpOperation, welcome: HttpRequest): Promise<void> {
    const names = operation.credentials.filter((name) => !name.startsWith("?"));
    if (names.length === 0) return;
    const bare = Object.fromEntries(Object.entries(welcome.headers).filter(([name]) => !names.includes(name)));
    const wrong = { ...bare, ...Object.fromEntries(names.map((name) => [name, WRONG])) };
    for (const [headers, how] of [
      [bare, "without credentials"],
      [wrong, "with wrong credentials"],
    ] as const) {
      const request = { ...welcome, headers };
      const answer = await this.#send(operation, request);
      if (isWelcome(answer))
        this.#report(operation, { rule: "missing-authentication", words: `status ${answer.status} ${how}` }, request);
    }
  }

  async #bodies(operation: HttpOperation, welcome: HttpRequest): Promise<void> {
    const broken = { ...welcome, body: '{"a":' };
    const answer = await this.#send(operation, broken);
    if (isWelcome(answer))
      this.#report(operation, { rule: "malformed-accepted", words: `status ${answer.status} to half a JSON` }, broken);
    const size = this.#around.options.oversizeBytes;
    // White space is the one thing that may stand in any JSON without changing it.
    const large = { ...welcome, body: `${" ".repeat(size)}${welcome.body ?? "{}"}` };
    const taken = await this.#send(operation, large);
    if (isWelcome(taken))
      this.#report(
        operation,
        { rule: "oversized-accepted", words: `status ${taken.status} to a body of ${size} bytes` },
        { ...welcome, body: `(${size} blanks)${welcome.body ?? "{}"}` },
      );
  }

  /** Sends a probe; one that the server does not live through is reported. */
  async #send(operation: HttpOperation, request: HttpRequest): Promise<HttpAnswer> {
    const answer = await this.#around.target.send(request);
    if (answer.kind !== "answer" && !this.isDown && !(await this.#isUp()))
      this.#report(operation, { rule: "server-down", words: answer.words }, { ...request, body: undefined });
    return answer;
  }

  async #isUp(): Promise<boolean> {
    const { target } = this.#around;
    const answer = await target.send({ method: "GET", path: `${target.basePath}/`, headers: {} });
    this.isDown ||= answer.kind !== "answer";
    return !this.isDown;
  }

  #request(operation: HttpOperation, value: HttpCase): HttpRequest {
    const { target, options } = this.#around;
    return toHttpRequest(operation, value, { basePath: target.basePath, headers: options.headers });
  }

  #report({ id, line }: HttpOperation, problem: Problem, request: HttpRequest): void {
    const { target, options } = this.#around;
    if (this.weaknesses.some((each) => each.operation === id && each.rule === problem.rule)) return;
    // Only headers as they were configured are shown as such; a probe's own are no secret.
    const own = Object.entries(request.headers).filter(([name, value]) => options.headers[name] === value);
    const shown = Object.fromEntries(own.map(([name]) => [name, options.shownHeaders[name] ?? "***"]));
    this.weaknesses.push({
      ...problem,
      operation: id,
      line,
      request: asCurl(request, { origin: target.origin, shown }),
    });
  }
}

function isWelcome(answer: HttpAnswer): answer is HttpAnswer & { kind: "answer" } {
  return answer.kind === "answer" && answer.status >= 200 && answer.status < 300;
}
