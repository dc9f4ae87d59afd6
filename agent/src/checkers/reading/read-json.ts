import type { z } from "zod";

export type JsonResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

/** Parses JSON that a tool wrote and holds it against a schema. Never throws; a problem says where the text departs from the form. */
export function readJson<T>(text: string, schema: z.ZodType<T>): JsonResult<T> {
  if (text.trim() === "") return { ok: false, problem: "the report is empty" };
  let value: unknown;
  try {
    value = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch (error) {
    return {
      ok: false,
      problem: `the report is not complete JSON: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const [first] = parsed.error.issues;
  const more = parsed.error.issues.length > 1 ? ` (and ${parsed.error.issues.length - 1} more)` : "";
  return {
    ok: false,
    problem: `the report has another form than expected at ${first?.path.map(String).join(".") || "its top"}: ${first?.message}${more}`,
  };
}
