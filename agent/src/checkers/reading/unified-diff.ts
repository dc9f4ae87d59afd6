/** What a tool would make of one file. */
export interface FileDiff {
  /** The old file as the header names it, without the time behind it. */
  readonly path: string;
  readonly hunks: readonly Hunk[];
}

interface Hunk {
  /** First line of the old text that the hunk covers, from 1; 0 for an empty text. */
  readonly line: number;
  /** Lines with their ends. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

const HUNK = /^@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@/;
const NO_END = "\\ No newline at end of file";

/** Reads unified diffs, whatever stands between them. Hunks that are cut off are left out. Never throws. */
export function parseUnifiedDiff(text: string): readonly FileDiff[] {
  const lines = text.split("\n");
  const files: { path: string; hunks: Hunk[] }[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    if (line.startsWith("--- ") && lines[at + 1]?.startsWith("+++ ")) {
      files.push({ path: line.slice("--- ".length).replace(/\t.*$|\r$/, ""), hunks: [] });
      at += 1;
      continue;
    }
    const header = hunkHeaderOf(line);
    const file = files.at(-1);
    if (header === undefined || file === undefined) continue;
    const { hunk, next } = readHunk(lines, at + 1, header);
    if (hunk !== undefined) file.hunks.push(hunk);
    at = next - 1;
  }
  return files;
}

interface HunkHeader {
  readonly line: number;
  /** How many lines of the old text it covers, and of the new one. */
  readonly old: number;
  readonly wanted: number;
}

function hunkHeaderOf(line: string): HunkHeader | undefined {
  const header = HUNK.exec(line);
  if (header === null) return undefined;
  const [, start = "0", old = "1", , wanted = "1"] = header;
  return { line: Number(start), old: Number(old), wanted: Number(wanted) };
}

function readHunk(
  lines: readonly string[],
  at: number,
  { line, old, wanted }: HunkHeader,
): { readonly hunk: Hunk | undefined; readonly next: number } {
  const before: string[] = [];
  const after: string[] = [];
  let next = at;
  while (next < lines.length && (before.length < old || after.length < wanted)) {
    const current = hunkLineAt(lines, next);
    if (current === undefined) return { hunk: undefined, next };
    if (current.sides !== "after") before.push(current.content);
    if (current.sides !== "before") after.push(current.content);
    next += current.taken;
  }
  const complete = before.length === old && after.length === wanted;
  return { hunk: complete ? { line, before, after } : undefined, next };
}

const SIDES: Readonly<Record<string, "both" | "before" | "after">> = { " ": "both", "-": "before", "+": "after" };

/** A line of a hunk with its end, in which texts it stands, and how many lines of the diff it takes. */
function hunkLineAt(lines: readonly string[], at: number) {
  const written = lines[at] ?? "";
  const sides = SIDES[written.charAt(0)];
  if (sides === undefined) return undefined;
  const content = written.slice(1);
  return lines[at + 1]?.startsWith(NO_END) === true
    ? { sides, content, taken: 2 }
    : { sides, content: `${content}\n`, taken: 1 };
}

/** The text that a diff makes of `text`; `undefined` where the diff was made of another text. */
export function applyDiff(text: string, { hunks }: FileDiff): string | undefined {
  const lines = text.split(/(?<=\n)/);
  const changed: string[] = [];
  let at = 0;
  for (const { line, before, after } of hunks) {
    const from = before.length === 0 ? line : line - 1;
    if (from < at || before.some((content, index) => lines[from + index] !== content)) return undefined;
    changed.push(...lines.slice(at, from), ...after);
    at = from + before.length;
  }
  return hunks.length === 0 ? undefined : [...changed, ...lines.slice(at)].join("");
}
