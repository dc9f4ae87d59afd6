import { LineCounter, isNode, parseDocument } from "yaml";
import type { LineOf, ReadApi } from "./api.ts";
import { readAsyncApi } from "./read-async-api.ts";
import { readOpenApi } from "./read-open-api.ts";
import { type JsonObject, objectOf, textOf } from "./json-form.ts";
import { withoutNullable } from "./nullable.ts";

/** Reads OpenAPI 3.0 and 3.1, AsyncAPI 2.6 and 3.0, as JSON or YAML. Never throws. */
export function readDescription(text: string): ReadApi {
  const counter = new LineCounter();
  const parsed = parseDocument(text, { lineCounter: counter, logLevel: "silent" });
  const [error] = parsed.errors;
  if (error !== undefined) return refused(`line ${error.linePos?.[0].line ?? 1}: ${error.message.split("\n")[0]}`);
  const lineOf: LineOf = (path) => {
    for (let length = path.length; length > 0; length--) {
      const node: unknown = parsed.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return counter.linePos(node.range[0]).line;
    }
    return 1;
  };
  const document = plainValue(parsed);
  const open = textOf(document["openapi"]) ?? "";
  const events = textOf(document["asyncapi"]) ?? "";
  if (/^3\.[01](?:\.|$)/.test(open)) {
    const schemas = open.startsWith("3.0") ? objectOf(withoutNullable(document)) : document;
    return { ok: true, api: readOpenApi(schemas, lineOf) };
  }
  if (/^(?:2|3)\./.test(events)) return { ok: true, api: readAsyncApi(document, lineOf) };
  return refused('it says neither "openapi: 3.0" or "3.1" nor "asyncapi: 2.x" or "3.0"');
}

function plainValue(parsed: ReturnType<typeof parseDocument>): JsonObject {
  try {
    return objectOf(parsed.toJS({ maxAliasCount: 100 }));
  } catch {
    // Aliases that multiply without end.
    return {};
  }
}

function refused(problem: string): ReadApi {
  return { ok: false, problem };
}
