import type { z } from "zod";

export type JsonResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

/** Parses JSON that a tool wrote and holds it against a schema. Never throws; a problem says where the text departs from the form. */
export function readJson<T>(text: string, schema: z.ZodType<T>): JsonResult<T> {
  if (text.trim() === "") return { ok: false, problem: "the report is empty" };
  const written = parseJson(text);
  if (!written.ok) return written;
  const parsed = schema.safeParse(written.value);
  return parsed.success ? { ok: true, value: parsed.data } : { ok: false, problem: departure(parsed.error) };
}

function parseJson(text: string): JsonResult<unknown> {
  try {
    const value: unknown = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
    return { ok: true, value };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, problem: `the report is not complete JSON: ${reason}` };
  }
}

/** The first place where a value has another form than its schema, and how many more there are. */
function departure({ issues }: z.ZodError): string {
  const [first] = issues;
  const place = first?.path.map(String).join(".") || "its top";
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  return `the report has another form than expected at ${place}: ${first?.message}${more}`;
}
