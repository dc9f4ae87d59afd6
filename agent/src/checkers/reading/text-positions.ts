import type { Position } from "../../core/finding.ts";

/**
 * Turns the ways in which tools count places in a text into lines from 1 and columns from 1 in UTF-16 code units.
 * Whatever is asked, the answer lies within the text. Lines end with LF or CRLF.
 */
export class TextPositions {
  readonly text: string;
  readonly #lineStarts: readonly number[];
  #bytes: Buffer | undefined;

  constructor(text: string) {
    this.text = text;
    const starts = [0];
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
    this.#lineStarts = starts;
  }

  get lineCount(): number {
    return this.#lineStarts.length;
  }

  /** A line's text without its end; empty for a line that is not there. `line` starts at 1. */
  line(line: number): string {
    const start = this.#lineStarts[line - 1];
    if (start === undefined) return "";
    const end = this.#lineStarts[line] ?? this.text.length + 1;
    return this.text.slice(start, end - 1).replace(/\r$/, "");
  }

  /** From an offset in UTF-16 code units, starting at 0. */
  ofOffset(offset: number): Position {
    const inside = Math.max(0, Math.min(offset, this.text.length));
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= inside) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: inside - (this.#lineStarts[low] ?? 0) + 1 };
  }

  /** From an offset in UTF-8 bytes, starting at 0. An offset inside a character names its start. */
  ofByteOffset(offset: number): Position {
    this.#bytes ??= Buffer.from(this.text, "utf8");
    const inside = Math.max(0, Math.min(offset, this.#bytes.length));
    return this.ofOffset(this.#bytes.toString("utf8", 0, startOfCharacter(this.#bytes, inside)).length);
  }

  /** From a line and a column in UTF-8 bytes, both starting at 1. */
  ofByteColumn(line: number, column: number): Position {
    const bytes = Buffer.from(this.line(line), "utf8");
    const inside = Math.max(0, Math.min(column - 1, bytes.length));
    return { line, column: bytes.toString("utf8", 0, startOfCharacter(bytes, inside)).length + 1 };
  }

  /** From a line and a column in Unicode code points, both starting at 1. */
  ofCodePointColumn(line: number, column: number): Position {
    const before = Array.from(this.line(line))
      .slice(0, Math.max(0, column - 1))
      .join("");
    return { line, column: before.length + 1 };
  }

  /** The offset in UTF-16 code units of a position. */
  offsetOf({ line, column }: Position): number {
    const start = this.#lineStarts[Math.max(0, Math.min(line, this.lineCount) - 1)] ?? 0;
    return Math.max(0, Math.min(start + column - 1, this.text.length));
  }
}

function startOfCharacter(bytes: Buffer, at: number): number {
  let start = at;
  while (start > 0 && start < bytes.length && ((bytes[start] ?? 0) & 0xc0) === 0x80) start--;
  return start;
}
