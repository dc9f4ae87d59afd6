import { isMap, isScalar, isSeq, LineCounter, type Document, parseDocument, type ParsedNode } from "yaml";
import type { z } from "zod";
import { messageOf } from "../errors/trigate-error.ts";

/** One fault of the configuration: where, and what would be right. */
export interface Complaint {
  /** Keys joined with dots, `""` for the file itself. */
  readonly path: string;
  readonly line: number | undefined;
  readonly message: string;
}

/** A YAML text with the line of each of its keys. */
export interface LocatedYaml {
  readonly value: unknown;
  readonly complaints: readonly Complaint[];
  readonly lineOf: (path: readonly PropertyKey[]) => number | undefined;
  /** Whether a value is only a preset's, which asks for nothing that is not there. */
  readonly isPresumed?: ((path: readonly PropertyKey[]) => boolean) | undefined;
}

/**
 * Parses YAML and remembers the lines. Syntax faults and duplicate keys come back as complaints. In YAML 1.1, which older
 * services read, `yes`, `no`, `on` and `off` are switches.
 */
export function parseLocatedYaml(text: string, { version = "1.2" }: { version?: "1.1" | "1.2" } = {}): LocatedYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version });
  const lineAt = (offset: number | undefined) => (offset === undefined ? undefined : lines.linePos(offset).line);
  const complaints: Complaint[] = document.errors.map((error) => ({
    path: "",
    line: lineAt(error.pos[0]),
    message: `YAML: ${error.message}`,
  }));
  const value = complaints.length > 0 ? undefined : valueOf(document, complaints);
  return { value, complaints, lineOf: (path) => lineAt(offsetOf(document, path)) };
}

/** Aliases are followed only here, so what is wrong with them shows here too. */
function valueOf(document: Document.Parsed, complaints: Complaint[]): unknown {
  try {
    return document.toJS();
  } catch (error) {
    complaints.push({ path: "", line: undefined, message: `YAML: ${messageOf(error)}` });
    return undefined;
  }
}

/** Offset of the key that a path ends in, or of the nearest ancestor that exists. */
function offsetOf(document: Document.Parsed, path: readonly PropertyKey[]): number | undefined {
  let node: ParsedNode | null = document.contents;
  let offset = node?.range[0];
  for (const part of path) {
    if (isMap(node)) {
      const pair: { key: ParsedNode; value: ParsedNode | null } | undefined = node.items.find(
        ({ key }) => isScalar(key) && String(key.value) === String(part),
      );
      if (pair === undefined) return offset;
      offset = pair.key.range[0];
      node = pair.value;
    } else if (isSeq(node) && typeof part === "number") {
      const item: ParsedNode | undefined = node.items[part];
      if (item === undefined) return offset;
      offset = item.range[0];
      node = item;
    } else return offset;
  }
  return offset;
}

/** Turns what a schema says into complaints: one for each unknown key, with the nearest allowed one. */
export function complaintsOf(
  error: z.ZodError,
  prefix: readonly PropertyKey[],
  context: { lineOf: LocatedYaml["lineOf"]; allowedKeys: readonly string[] },
): Complaint[] {
  return error.issues.flatMap((issue) => {
    const path = [...prefix, ...issue.path];
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => unknownKey([...path, key], context));
    }
    return [{ path: path.map(String).join("."), line: context.lineOf(path), message: issueMessage(issue) }];
  });
}

function issueMessage(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_union") {
    const branches = issue.errors.flatMap((branch) => branch.map(({ message }) => message));
    return branches.length > 0 ? [...new Set(branches)].join(", or ") : issue.message;
  }
  return issue.message;
}

/** The complaint about a key that means nothing, naming the allowed ones. */
export function unknownKey(
  path: readonly PropertyKey[],
  { lineOf, allowedKeys }: { lineOf: LocatedYaml["lineOf"]; allowedKeys: readonly string[] },
): Complaint {
  const key = String(path.at(-1));
  const near = nearest(key, allowedKeys);
  const allowed = allowedKeys.length > 0 ? `; allowed: ${allowedKeys.join(", ")}` : "";
  const message = `unknown key "${key}"${near === undefined ? "" : `, did you mean "${near}"?`}${allowed}`;
  return { path: path.map(String).join("."), line: lineOf(path), message };
}

/** The allowed word with the fewest edits, when it is near enough to be a slip. */
export function nearest(word: string, allowed: readonly string[]): string | undefined {
  const scored = allowed
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate) }))
    .toSorted((a, b) => a.distance - b.distance);
  const [best] = scored;
  if (best === undefined) return undefined;
  const longer = Math.max(word.length, best.candidate.length);
  return best.distance <= Math.max(1, Math.floor(longer / 3)) ? best.candidate : undefined;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(substituted, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
