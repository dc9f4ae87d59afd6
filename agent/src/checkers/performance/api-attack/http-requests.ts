import fc from "fast-check";
import type { HttpOperation, Parameter } from "./api.ts";
import { changed, changes, HOSTILE_TEXTS } from "./hostile-values.ts";
import type { HttpRequest } from "../../../platform/loopback-http.ts";
import type { JsonObject } from "./json-form.ts";
import { isJsonType } from "./read-open-api.ts";
import { valuesOf } from "./schema-values.ts";
import type { Validator, Validators } from "./validators.ts";
import { cut } from "./weakness.ts";

/** A request before it is written down for the wire. `undefined` stands for what is left out. */
export interface HttpCase {
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** Requests as the description has them, and such with a change that it may forbid. */
export function httpCases(
  operation: HttpOperation,
  document: JsonObject,
): { good: fc.Arbitrary<HttpCase>; all: fc.Arbitrary<HttpCase> } {
  const parameters = fc.record(
    Object.fromEntries(
      operation.parameters.map((parameter) => {
        const values = valuesOf(parameter.schema, document);
        return [keyOf(parameter), parameter.required ? values : fc.option(values, { nil: undefined })];
      }),
    ),
  );
  const { body: described } = operation;
  const body = described === undefined ? fc.constant(undefined) : valuesOf(described.schema, document);
  const good = fc.record({ parameters, body });
  const hostile = fc.constantFrom<unknown>(undefined, ...HOSTILE_TEXTS);
  const kinds = [good];
  if (described !== undefined)
    kinds.push(
      fc.tuple(good, changes()).map(([value, change]) => ({ ...value, body: changed(value.body, change) })),
      fc.tuple(good, changes()).map(([value, change]) => ({ ...value, body: changed(value.body, change) })),
    );
  if (operation.parameters.length > 0)
    kinds.push(
      fc.tuple(good, fc.constantFrom(...operation.parameters), hostile).map(([value, parameter, text]) => ({
        ...value,
        parameters: { ...value.parameters, [keyOf(parameter)]: text },
      })),
    );
  return { good, all: fc.oneof(...kinds) };
}

function keyOf({ place, name }: Parameter): string {
  return `${place} ${name}`;
}

/** Says what of a request the description forbids. */
export class HttpRules {
  readonly #operation: HttpOperation;
  readonly #parameters: ReadonlyMap<string, Validator>;
  readonly #body: Validator | undefined;

  constructor(operation: HttpOperation, validators: Validators) {
    this.#operation = operation;
    this.#parameters = new Map(
      operation.parameters.map((parameter) => [
        keyOf(parameter),
        validators.of(parameter.schema, `${operation.id}, parameter ${parameter.name}`),
      ]),
    );
    const { body } = operation;
    this.#body =
      body !== undefined && isJsonType(body.mediaType)
        ? validators.of(body.schema, `${operation.id}, body`)
        : undefined;
  }

  forbidden({ parameters, body }: HttpCase): string | undefined {
    for (const parameter of this.#operation.parameters) {
      const fault = this.#faultOf(parameter, asReceived(parameters[keyOf(parameter)]));
      if (fault !== undefined) return fault;
    }
    return this.#faultOfBody(body);
  }

  #faultOf(parameter: Parameter, value: unknown): string | undefined {
    const { place, name, required } = parameter;
    // An empty part of a path leads elsewhere, and a header without a value may be left out on the way.
    if (value === "" && place !== "query") return undefined;
    if (value === undefined) return required ? `the ${place} parameter ${name} is missing` : undefined;
    const validate = this.#parameters.get(keyOf(parameter));
    // Everything is text on the way, so a number may arrive as one or as the other, and a list of one as its item.
    const text = written(value);
    const readings = [value, text, numberOf(value), booleanOf(value), [value], text.split(",")];
    const wrong = readings.map((reading) => validate?.(reading));
    return wrong.every((each) => each !== undefined) ? `${place} parameter ${name}: ${wrong[0]}` : undefined;
  }

  #faultOfBody(body: unknown): string | undefined {
    if (this.#operation.body === undefined) return undefined;
    if (body === undefined) return this.#operation.body.required ? "the body is missing" : undefined;
    const wrong = this.#body?.(JSON.parse(JSON.stringify(body)));
    return wrong === undefined ? undefined : `body: ${wrong}`;
  }
}

function asReceived(value: unknown): unknown {
  return typeof value === "string" ? withoutLoneSurrogates(value) : value;
}

function numberOf(value: unknown): unknown {
  return typeof value === "string" && /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(value) ? Number(value) : value;
}

function booleanOf(value: unknown): unknown {
  return value === "true" ? true : value === "false" ? false : value;
}

/** The request as it goes over the wire. */
export function toHttpRequest(
  operation: HttpOperation,
  { parameters, body }: HttpCase,
  { basePath, headers }: { basePath: string; headers: Readonly<Record<string, string>> },
): HttpRequest {
  const of = (place: Parameter["place"]) =>
    operation.parameters.flatMap((parameter) => {
      const value = parameters[keyOf(parameter)];
      return parameter.place === place && value !== undefined ? [[parameter.name, value] as const] : [];
    });
  const path = of("path").reduce(
    (sum, [name, value]) => sum.replaceAll(`{${name}}`, () => encode(written(value)) || "%20"),
    operation.path,
  );
  const query = of("query").flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((each: unknown) => `${encode(name)}=${encode(written(each))}`),
  );
  const cookies = of("cookie").map(([name, value]) => `${name}=${encode(written(value))}`);
  const own = of("header").map(([name, value]) => [name.toLowerCase(), headerText(written(value))] as const);
  const type = operation.body?.mediaType;
  return {
    method: operation.method,
    path: `${basePath}${path}${query.length > 0 ? `?${query.join("&")}` : ""}`,
    headers: {
      ...Object.fromEntries(own),
      ...(cookies.length > 0 ? { cookie: cookies.join("; ") } : {}),
      ...(body === undefined || type === undefined ? {} : { "content-type": type }),
      ...headers,
    },
    body: body === undefined ? undefined : bodyText(type ?? "", body),
  };
}

function written(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function bodyText(mediaType: string, body: unknown): string {
  if (isJsonType(mediaType) || typeof body !== "object" || body === null)
    return typeof body === "string" && !isJsonType(mediaType) ? body : JSON.stringify(body);
  return Object.entries(body)
    .map(([name, value]) => `${encode(name)}=${encode(written(value))}`)
    .join("&");
}

/** No program can put half a character into UTF-8. Dots alone would be taken as folders by whoever writes the path. */
function encode(text: string): string {
  const encoded = encodeURIComponent(withoutLoneSurrogates(text));
  return /^\.+$/.test(encoded) ? encoded.replaceAll(".", "%2E") : encoded;
}

function withoutLoneSurrogates(text: string): string {
  return text.toWellFormed();
}

function headerText(text: string): string {
  return text.replaceAll(/[^\t\u0020-\u007e\u0080-\u00ff]/g, "");
}

/** A command that repeats a request. Secrets stand there as they are written in the settings, never with their value. */
export function asCurl(
  { method, path, headers, body }: HttpRequest,
  { origin, shown }: { origin: string; shown: Readonly<Record<string, string>> },
): string {
  const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const heads = Object.entries(headers).map(
    ([name, value]) => `-H ${name in shown ? JSON.stringify(`${name}: ${shown[name]}`) : quoted(`${name}: ${value}`)}`,
  );
  const data = body === undefined ? [] : [`--data-raw ${quoted(body)}`];
  return cut(["curl", "-X", method, ...heads, ...data, quoted(`${origin}${path}`)].join(" "));
}
