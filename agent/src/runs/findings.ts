import { join } from "node:path";
import type { Finding, Range, ReportedFinding } from "../core/finding.ts";
import { normalForm, type Statement, statementsOf } from "../core/only-new-statements.ts";
import { readTextIfThere, sha256 } from "../platform/files.ts";

/**
 * Gives findings their ids and fingerprints. The first 20 characters of a fingerprint are made of check, rule and the
 * statement that the finding lies in, in the words that no formatter changes; the other 12 of the file and of its turn among
 * equal ones. It survives shifted and rewrapped lines; `anchorOf` gives the part that survives another name of the file, too.
 */
export async function identifyFindings(
  check: string,
  reported: readonly ReportedFinding[],
  root: string,
): Promise<Finding[]> {
  const sources = new Map<string, Source>();
  const turns = new Map<string, number>();
  const findings: Finding[] = [];
  for (const finding of reported) {
    const { file } = finding;
    const source = sources.get(file) ?? (await readSource(root, file));
    sources.set(file, source);
    const { words, near } = wordsOf(finding, source);
    const anchor = sha256([check, finding.rule, words].join("\0")).slice(0, 20);
    const place = `${anchor}\0${file}`;
    const turn = (turns.get(place) ?? 0) + 1;
    turns.set(place, turn);
    const placed = sha256(`${place}\0${turn}`).slice(0, 12);
    findings.push({ ...finding, check, id: `${check}:${placed}`, fingerprint: anchor + placed, near });
  }
  return findings;
}

interface Source {
  readonly statements: readonly Statement[];
  /** Line → index of its statement. */
  readonly byLine: ReadonlyMap<number, number>;
}

async function readSource(root: string, file: string): Promise<Source> {
  const text = file === "" ? "" : ((await readTextIfThere(join(root, file))) ?? "");
  const statements = statementsOf(text, file);
  const byLine = new Map<number, number>();
  for (const [index, { firstLine, lastLine }] of statements.entries())
    for (let line = firstLine; line <= lastLine; line++) byLine.set(line, index);
  return { statements, byLine };
}

/** What tells a finding from others of its rule, and hashes of what stands around it. */
function wordsOf({ range, message }: ReportedFinding, { statements, byLine }: Source): { words: string; near: string } {
  const index = range === undefined ? undefined : byLine.get(range.start.line);
  const statement = index === undefined ? undefined : statements[index];
  if (range === undefined || index === undefined || statement === undefined)
    return { words: plainMessage(message), near: ":" };
  const near = [statements[index - 1], statements[index + 1]]
    .map((other) => (other === undefined ? "" : sha256(normalForm(other)).slice(0, 8)))
    .join(":");
  return { words: `${normalForm(statement)}\0${normalForm(partOf(statement, range))}`, near };
}

/** The tokens that a finding points to, as far as they lie in its statement. */
function partOf({ tokens }: Statement, { start, end }: Range): Pick<Statement, "tokens"> {
  const after = tokens.filter(
    ({ line, column }) => line > start.line || (line === start.line && column >= start.column),
  );
  if (end !== undefined)
    return {
      tokens: after.filter(({ line, column }) => line < end.line || (line === end.line && column < end.column)),
    };
  // A tool that knows no columns says 1, which points to nothing.
  return { tokens: start.column === 1 ? [] : after.slice(0, 1) };
}

/** A message without what changes from one day to the next: numbers and paths. */
function plainMessage(message: string): string {
  return message.replaceAll(/\S*[/\\]\S*/g, "…").replaceAll(/\d+/g, "0");
}
