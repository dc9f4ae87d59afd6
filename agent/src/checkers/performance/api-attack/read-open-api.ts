import type { Answers, HttpApi, HttpOperation, LineOf, Parameter, Schema } from "./api.ts";
import { followed, type JsonObject, listOf, objectOf, textOf } from "./json-form.ts";

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
const PLACES = ["path", "query", "header", "cookie"] as const;

/** Reads the operations of an OpenAPI document whose schemas are JSON Schema. */
export function readOpenApi(document: JsonObject, lineOf: LineOf): HttpApi {
  const operations = Object.entries(objectOf(document["paths"])).flatMap(([path, written]) => {
    const item = followed(document, written);
    return METHODS.filter((method) => Object.hasOwn(item, method)).map((method) =>
      readOperation(document, { path, method, item, line: lineOf(["paths", path, method]) }),
    );
  });
  return {
    kind: "http",
    title: textOf(objectOf(document["info"])["title"]) ?? "",
    server: textOf(objectOf(listOf(document["servers"])[0])["url"]),
    document,
    operations,
  };
}

function readOperation(
  document: JsonObject,
  { path, method, item, line }: { path: string; method: string; item: JsonObject; line: number },
): HttpOperation {
  const operation = objectOf(item[method]);
  const written = [...listOf(item["parameters"]), ...listOf(operation["parameters"])];
  const byPlace = new Map(
    written.flatMap((each) => {
      const parameter = readParameter(followed(document, each));
      return parameter === undefined ? [] : [[`${parameter.place} ${parameter.name}`, parameter] as const];
    }),
  );
  const answers = Object.entries(objectOf(operation["responses"])).map(
    ([status, answer]) => [status.toUpperCase(), readAnswers(followed(document, answer))] as const,
  );
  return {
    id: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path,
    line,
    parameters: [...byPlace.values()],
    body: readBody(followed(document, operation["requestBody"])),
    answers: new Map(answers),
    credentials: credentialsOf(document, operation["security"] ?? document["security"]),
  };
}

function readParameter(parameter: JsonObject): Parameter | undefined {
  const name = textOf(parameter["name"]);
  const place = PLACES.find((each) => each === parameter["in"]);
  if (name === undefined || place === undefined) return undefined;
  const [content] = Object.values(objectOf(parameter["content"]));
  const schema = schemaOf(parameter["schema"] ?? objectOf(content)["schema"]);
  return { name, place, required: place === "path" || parameter["required"] === true, schema };
}

function readBody(body: JsonObject): HttpOperation["body"] {
  const content = Object.entries(objectOf(body["content"]));
  const chosen = content.find(([type]) => isJsonType(type)) ?? content[0];
  if (chosen === undefined) return undefined;
  const [mediaType, { schema }] = [chosen[0], objectOf(chosen[1])];
  return { mediaType, schema: schemaOf(schema), required: body["required"] === true };
}

function readAnswers(answer: JsonObject): Answers {
  const content = Object.entries(objectOf(answer["content"]));
  return { content: new Map(content.map(([type, media]) => [type, schemaOf(objectOf(media)["schema"])])) };
}

/** Whether a media type is JSON, such as `application/problem+json`. */
export function isJsonType(mediaType: string): boolean {
  return /^[^;]*[/+]json\s*(?:;|$)/i.test(mediaType);
}

function schemaOf(schema: unknown): Schema {
  return typeof schema === "boolean" ? schema : objectOf(schema);
}

/** An empty requirement in the list makes the credentials a choice, and then anybody may call. */
function credentialsOf(document: JsonObject, security: unknown): readonly string[] {
  const requirements = listOf(security).map(objectOf);
  if (requirements.some((requirement) => Object.keys(requirement).length === 0)) return [];
  const schemes = objectOf(objectOf(document["components"])["securitySchemes"]);
  const names = requirements.flatMap((requirement) => Object.keys(requirement));
  return [
    ...new Set(
      names.map((name) => {
        const scheme = followed(document, schemes[name]);
        if (scheme["type"] !== "apiKey") return "authorization";
        if (scheme["in"] === "header") return (textOf(scheme["name"]) ?? "authorization").toLowerCase();
        return scheme["in"] === "cookie" ? "cookie" : `?${textOf(scheme["name"]) ?? ""}`;
      }),
    ),
  ];
}
