import type { HttpOperation } from "./api.ts";
import { EVALUATED, HTML_MARK, INJECTED_HEADER, MARK } from "./hostile-values.ts";
import type { HttpAnswer } from "../../../platform/loopback-http.ts";
import { leakIn } from "./leaks.ts";
import { isJsonType } from "./read-open-api.ts";
import type { Validator, Validators } from "./validators.ts";
import { cut, type Problem } from "./weakness.ts";

export interface Judged {
  /** Why the description forbids the request; `undefined` for one that it allows. */
  readonly forbidden: string | undefined;
  /** Texts that were sent. */
  readonly sent: readonly string[];
}

/** Judges answers of one operation by its description and by what no answer may do. */
export class HttpJudge {
  readonly #operation: HttpOperation;
  readonly #schemas: ReadonlyMap<string, Validator>;

  constructor(operation: HttpOperation, validators: Validators) {
    this.#operation = operation;
    this.#schemas = new Map(
      [...operation.answers].flatMap(([status, { content }]) =>
        [...content].map(
          ([type, schema]) =>
            [`${status} ${type}`, validators.of(schema, `${operation.id}, answer ${status}`)] as const,
        ),
      ),
    );
  }

  problems(answer: HttpAnswer, { forbidden, sent }: Judged): readonly Problem[] {
    if (answer.kind !== "answer") return [{ rule: "no-answer", words: answer.words }];
    const { status, text } = answer;
    if (status >= 500)
      return [{ rule: "server-error", words: `status ${status}: ${cut(text, 200)}` }, ...hurts(answer, sent)];
    const accepted = status >= 200 && status < 300 && forbidden !== undefined;
    return [
      ...hurts(answer, sent),
      ...(accepted
        ? [{ rule: "invalid-input-accepted" as const, words: `status ${status} although ${forbidden}` }]
        : []),
      ...this.#undeclared(answer),
    ];
  }

  #undeclared(answer: HttpAnswer & { kind: "answer" }): readonly Problem[] {
    const { answers, method } = this.#operation;
    const { status, text } = answer;
    const name = [String(status), `${Math.floor(status / 100)}XX`, "DEFAULT"].find((each) => answers.has(each));
    if (name === undefined)
      return answers.size === 0 ? [] : [{ rule: "undeclared-status", words: `status ${status}: ${cut(text, 200)}` }];
    return text === "" || method === "HEAD" ? [] : this.#undeclaredContent(name, answer);
  }

  /** Content of another type or form than the description's answer `name` has. */
  #undeclaredContent(name: string, { status, headers, text }: HttpAnswer & { kind: "answer" }): readonly Problem[] {
    const content = this.#operation.answers.get(name)?.content;
    if (content === undefined || content.size === 0) return [];
    const type = essenceOf(headers["content-type"]);
    const described = [...content.keys()].find((each) => covers(each, type));
    if (described === undefined)
      return [{ rule: "undeclared-content-type", words: `status ${status} as ${type || "nothing"}` }];
    const wrong = isJsonType(type) ? wrongJson(text, this.#schemas.get(`${name} ${described}`)) : undefined;
    return wrong === undefined
      ? []
      : [{ rule: "undeclared-answer", words: `status ${status}: ${wrong}; it was ${cut(text, 200)}` }];
  }
}

function wrongJson(text: string, validate: Validator | undefined): string | undefined {
  try {
    return validate?.(JSON.parse(text));
  } catch {
    return "it is no JSON";
  }
}

/** A media type without its parameters. */
function essenceOf(mediaType: string | undefined): string {
  return mediaType?.split(";")[0]?.trim().toLowerCase() ?? "";
}

function covers(described: string, type: string): boolean {
  const own = essenceOf(described);
  return own === "*/*" || own === type || (own.endsWith("/*") && type.startsWith(own.slice(0, -1)));
}

/** What does harm whatever a description says. */
function hurts(
  { status, headers, text }: HttpAnswer & { kind: "answer" },
  sent: readonly string[],
): readonly Problem[] {
  const found: Problem[] = [];
  const leak = leakIn(text, { isRefusal: status >= 400, sent });
  if (leak !== undefined) found.push({ rule: "leaked-internals", words: `${leak}: ${cut(text, 200)}` });
  const isHtml = /^text\/html|xhtml/i.test(headers["content-type"] ?? "");
  if (isHtml && (text.includes(HTML_MARK) || text.includes(`<img src=x onerror=${MARK}>`)))
    found.push({ rule: "reflected-html", words: cut(text, 200) });
  if (text.includes(EVALUATED) && sent.some((each) => each.includes("*")))
    found.push({ rule: "template-evaluated", words: cut(text, 200) });
  if (headers[INJECTED_HEADER] !== undefined)
    found.push({ rule: "header-injection", words: `the answer has the header ${INJECTED_HEADER}` });
  return found;
}
