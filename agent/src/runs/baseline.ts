import { z } from "zod";
import type { Finding } from "../core/finding.ts";
import type { KnownFinding } from "../core/only-new.ts";
import { TrigateError } from "../errors/trigate-error.ts";
import { readTextIfThere, writeAtomically } from "../platform/files.ts";

/** A finding that was there when the baseline was made. `hint` is what the tool said, for people who read the file. */
export interface BaselineEntry extends KnownFinding {
  readonly hint: string;
}

const Entry = z.strictObject({
  file: z.string(),
  check: z.string().min(1),
  rule: z.string(),
  fingerprint: z.string().regex(/^[0-9a-f]{32}$/, "a fingerprint of 32 hexadecimal digits"),
  near: z.string().regex(/^([0-9a-f]{8})?:([0-9a-f]{8})?$/, "two hashes with a colon"),
  hint: z.string(),
});

/** The entries of the baseline; none where there is no file. Throws `baseline/unreadable` with the line. */
export async function readBaseline(path: string): Promise<readonly BaselineEntry[] | undefined> {
  const text = await readTextIfThere(path);
  return text === undefined ? undefined : parseBaseline(text, path);
}

/** One JSON object a line. Equal lines, as a merge of two branches leaves them, count once. */
export function parseBaseline(text: string, file: string): readonly BaselineEntry[] {
  const entries = new Map<string, BaselineEntry>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    const fail = (problem: string) => new TrigateError("baseline/unreadable", { file, line: index + 1, problem });
    const parsed = Entry.safeParse(tryJson(line, fail));
    if (!parsed.success) throw fail(z.prettifyError(parsed.error).replaceAll("\n", " "));
    entries.set(`${parsed.data.fingerprint} ${parsed.data.near}`, parsed.data);
  }
  return [...entries.values()];
}

function tryJson(line: string, fail: (problem: string) => Error): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw fail(/^(<<<<<<<|=======|>>>>>>>)/.test(line) ? "an unfinished merge" : error.message);
  }
}

/** The text of a baseline: sorted, one entry a line, so that branches merge line by line. */
export function formatBaseline(entries: readonly BaselineEntry[]): string {
  const keyOf = ({ file, check, rule, fingerprint }: BaselineEntry) => [file, check, rule, fingerprint].join("\0");
  return entries
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    .map(({ file, check, rule, fingerprint, near, hint }) =>
      JSON.stringify({ file, check, rule, fingerprint, near, hint }),
    )
    .map((line) => `${line}\n`)
    .join("");
}

export async function writeBaseline(path: string, entries: readonly BaselineEntry[]): Promise<void> {
  await writeAtomically(path, formatBaseline(entries));
}

const HINT_LENGTH = 100;

/** The entry of a finding. The source itself is not kept, since it may hold a secret. */
export function entryOf({ file, check, rule, fingerprint, near, message }: Finding): BaselineEntry {
  const hint = message.replaceAll(/\s+/g, " ").trim();
  return { file, check, rule, fingerprint, near: near ?? ":", hint: hint.slice(0, HINT_LENGTH) };
}
