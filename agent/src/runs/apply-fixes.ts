import { join } from "node:path";
import type { Finding, TextEdit } from "../core/finding.ts";
import { confine, readFile, realpath, stat, writeAtomically } from "../platform/files.ts";

/** What was done to the files. */
export interface AppliedFixes {
  readonly files: readonly string[];
  readonly fixes: number;
}

/** Applies the fixes that findings carry. Of two that overlap the first in the file wins; the rest has its turn in the next round. */
export async function applyFixes(root: string, findings: readonly Finding[]): Promise<AppliedFixes> {
  const fixable = findings.filter(({ fix, file }) => fix !== undefined && file !== "");
  const files = [...new Set(fixable.map(({ file }) => file))];
  // A link and its target are one text, and the text is what is mended.
  const targets = new Map<string, Finding[]>();
  for (const file of files) {
    const target = await realpath(await confine(root, join(root, file)));
    targets.set(target, [...(targets.get(target) ?? []), ...fixable.filter((finding) => finding.file === file)]);
  }
  let fixes = 0;
  for (const [target, inTarget] of targets) {
    const text = await readFile(target, "utf8");
    const { result, applied } = applyTo(text, inTarget);
    if (result !== text) await writeAtomically(target, result, { mode: (await stat(target)).mode & 0o777 });
    fixes += applied;
  }
  return { files, fixes };
}

interface OffsetEdit {
  readonly from: number;
  readonly to: number;
  readonly newText: string;
}

/** The text after as many whole fixes as fit without touching each other. */
export function applyTo(text: string, findings: readonly Finding[]): { result: string; applied: number } {
  const offsetOf = offsetsIn(text);
  const chosen: OffsetEdit[] = [];
  let applied = 0;
  for (const { fix } of findings) {
    const edits = (fix?.edits ?? []).map(({ range, newText }: TextEdit) => ({
      from: offsetOf(range.start),
      to: offsetOf(range.end),
      newText,
    }));
    const overlaps = edits.some(
      (edit) =>
        chosen.some((other) => edit.from < other.to && other.from < edit.to) ||
        chosen.some((other) => edit.from === other.from),
    );
    if (edits.length === 0 || overlaps) continue;
    chosen.push(...edits);
    applied++;
  }
  const result = chosen
    .toSorted((a, b) => b.from - a.from)
    .reduce((current, { from, to, newText }) => current.slice(0, from) + newText + current.slice(to), text);
  return { result, applied };
}

function offsetsIn(text: string): (position: { line: number; column: number }) => number {
  const starts = [0];
  for (let index = text.indexOf("\n"); index !== -1; index = text.indexOf("\n", index + 1)) starts.push(index + 1);
  return ({ line, column }) => Math.min(text.length, (starts[line - 1] ?? text.length) + column - 1);
}
