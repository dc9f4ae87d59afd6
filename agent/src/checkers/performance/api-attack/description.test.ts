import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { readDescription } from "./description.ts";
import { valuesOf } from "./schema-values.ts";
import { SHOP } from "./testing/http-servers.ts";
import { COUNTER } from "./testing/ws-servers.ts";
import { Validators } from "./validators.ts";

function apiOf(text: string) {
  const read = readDescription(text);
  if (!read.ok) throw new Error(read.problem);
  return read.api;
}

const OLD = `openapi: 3.0.3
paths:
  /a/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: integer, minimum: 0, exclusiveMinimum: true } }]
    get:
      parameters: [{ name: x, in: header, schema: { type: string, nullable: true, enum: [a] } }]
      responses: { default: { description: any } }
      security: [{ key: [] }, {}]
    put:
      requestBody: { content: { application/x-www-form-urlencoded: { schema: { type: object } } } }
      security: [{ key: [] }]
components: { securitySchemes: { key: { type: apiKey, in: header, name: X-Key } } }
`;

const EVENTS = `asyncapi: 2.6.0
servers: { one: { url: "127.0.0.1:9/", protocol: ws } }
channels:
  /:
    publish: { message: { oneOf: [{ $ref: "#/components/messages/ask" }, { name: bye, payload: { type: "null" } }] } }
    subscribe: { message: { name: told, payload: { type: object } } }
components: { messages: { ask: { messageId: ask, payload: { type: object, properties: { a: { type: string } } } } } }
`;

describe("readDescription", () => {
  test("OpenAPI 3.1: operations with lines, references, credentials", () => {
    const api = apiOf(SHOP);
    expect(api.operations).toMatchObject([
      { id: "POST /orders", line: 7, credentials: ["authorization"], body: { required: true } },
      { id: "GET /orders/{id}", line: 17, parameters: [{ name: "id", required: true }, { name: "lang" }] },
    ]);
  });

  test("OpenAPI 3.0: null and exclusive limits in the words of JSON Schema", () => {
    expect(apiOf(OLD).operations).toMatchObject([
      {
        id: "GET /a/{id}",
        parameters: [
          { name: "id", schema: { type: "integer", exclusiveMinimum: 0 } },
          { name: "x", required: false, schema: { type: ["string", "null"], enum: ["a", null] } },
        ],
        // An empty requirement lets everybody in.
        credentials: [],
      },
      { id: "PUT /a/{id}", credentials: ["x-key"] },
    ]);
  });

  test("AsyncAPI 3.0 and 2.6", () => {
    expect(apiOf(COUNTER)).toMatchObject({
      kind: "ws",
      isProtected: true,
      server: "ws://127.0.0.1/",
      operations: [
        { id: "hello", method: "hello", handshake: { method: "hello" } },
        { id: "add", replies: [{ isError: false }, { isError: true }] },
      ],
    });
    expect(apiOf(EVENTS)).toMatchObject({
      server: "ws://127.0.0.1:9/",
      isProtected: false,
      operations: [
        { id: "ask", method: undefined, replies: [{ name: "told" }] },
        { id: "bye", line: 5 },
      ],
    });
  });

  test.each(["", "{", "[]", "a: [", "openapi: 2.0", "asyncapi: 1.2.0", "swagger: '2.0'"])("refuses %j", (text) =>
    expect(readDescription(text).ok).toBe(false));

  fuzzParser("readDescription", {
    samples: [SHOP, OLD, COUNTER, EVENTS],
    reported: (text) => {
      const read = readDescription(text);
      return read.ok ? read.api.operations.length : 0;
    },
  });
});

describe("valuesOf", () => {
  const SCHEMAS = {
    texts: { type: "string", minLength: 2, maxLength: 5 },
    pattern: { type: "string", pattern: "^[a-f]{3}-\\d$" },
    numbers: { type: "integer", minimum: 3, exclusiveMaximum: 9 },
    steps: { type: "number", multipleOf: 0.5, minimum: -1, maximum: 4 },
    lists: { type: "array", items: { enum: ["a", "b", "c"] }, minItems: 1, maxItems: 3, uniqueItems: true },
    maps: { type: "object", additionalProperties: { type: "boolean" }, propertyNames: {} },
    choice: { oneOf: [{ type: "null" }, { type: "object", required: ["k"], properties: { k: { const: 1 } } }] },
    sum: {
      allOf: [
        { required: ["a"], properties: { a: { type: "integer" } } },
        { required: ["b"], properties: { b: {} } },
      ],
    },
    tree: { $ref: "#/components/schemas/Tree" },
  };
  const document = {
    components: {
      schemas: {
        Tree: {
          type: "object",
          properties: {
            name: { type: "string" },
            children: { type: "array", items: { $ref: "#/components/schemas/Tree" } },
          },
        },
      },
    },
  };

  test.each(Object.entries(SCHEMAS))("makes %s that the schema allows", (name, schema) => {
    const validate = new Validators(document).of(schema, name);
    fc.assert(
      fc.property(valuesOf(schema, document), (value) => validate(value) === undefined),
      { numRuns: 50, seed: 1 },
    );
  });
});
