/** Stands for a number where the report has something else. */
export const NO_NUMBER = -1;

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const ZERO = 48;
const NINE = 57;

/** How many characters are turned into bytes at a time: few enough for the processor's cache. */
const CHUNK_LENGTH = 1 << 17;

/**
 * The lines of a text as bytes, which are read faster than characters. Only a chunk of whole lines is there at a time, so
 * there is never a second copy of all of the text. Every chunk ends with a line feed, even where the text does not, so
 * reading up to the end of a line needs no look at where the chunk ends.
 */
export class LineBytes {
  readonly #text: string;
  /** Where in the text the next chunk begins. */
  #nextChunk: number;
  #chunk = "";
  #bytes = Buffer.allocUnsafe(0);
  #length = 0;
  /** Then a byte is a character, and a part of the chunk need not be decoded. */
  #isAscii = true;
  #lineStart = 0;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#nextChunk = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  }

  /** Whether there is a line behind what has been read; that is where reading goes on. */
  nextLine(): boolean {
    if (this.#at === this.#length && !this.#fill()) return false;
    this.#lineStart = this.#at;
    return true;
  }

  /** The first three bytes of the line as one number; reading goes on behind them. */
  head(): number {
    const bytes = this.#bytes;
    const at = this.#lineStart;
    this.#at = at + 3;
    return (byteOf(bytes, at) << 16) | (byteOf(bytes, at + 1) << 8) | byteOf(bytes, at + 2);
  }

  /** Reads `byte` if it comes next. */
  skip(byte: number): boolean {
    const isThere = byteOf(this.#bytes, this.#at) === byte;
    if (isThere) this.#at++;
    return isThere;
  }

  /** Reads the end of the line if it comes next. */
  skipEnd(): boolean {
    this.skip(CARRIAGE_RETURN);
    return this.skip(LINE_FEED);
  }

  /** Reads digits, as many as there are. Beyond 2^53 the number is no longer exact. */
  number(): number {
    const bytes = this.#bytes;
    const start = this.#at;
    let at = start;
    let value = 0;
    for (let byte = byteOf(bytes, at); byte >= ZERO && byte <= NINE; byte = byteOf(bytes, ++at))
      value = value * 10 + (byte - ZERO);
    this.#at = at;
    return at === start ? NO_NUMBER : value;
  }

  /** Reads digits as they are written. */
  digits(): string {
    const start = this.#at;
    const value = this.number();
    const length = this.#at - start;
    // Nearly all of them are single ones, of which no new text has to be made.
    return length === 1 ? (SINGLE_DIGITS[value] ?? "") : this.#written(start, this.#at);
  }

  /** Reads digits and `byte` behind them if both come next. */
  skipNumber(byte: number): void {
    const start = this.#at;
    const isThere = this.number() !== NO_NUMBER && this.skip(byte);
    if (!isThere) this.#at = start;
  }

  /** The rest of the line without its end; reading goes on with the next one. */
  rest(): string {
    const bytes = this.#bytes;
    const start = this.#at;
    let end = start;
    while (byteOf(bytes, end) !== LINE_FEED) end++;
    this.#at = end + 1;
    if (end > start && bytes[end - 1] === CARRIAGE_RETURN) end--;
    return this.#written(start, end);
  }

  /** All of the line without its end, from its beginning; reading goes on with the next one. */
  wholeLine(): string {
    this.#at = this.#lineStart;
    return this.rest();
  }

  #written(start: number, end: number): string {
    return this.#isAscii ? this.#chunk.slice(start, end) : this.#bytes.toString("utf8", start, end);
  }

  #fill(): boolean {
    const text = this.#text;
    const start = this.#nextChunk;
    if (start >= text.length) return false;
    const lineFeed = start + CHUNK_LENGTH < text.length ? text.indexOf("\n", start + CHUNK_LENGTH) : -1;
    this.#nextChunk = lineFeed === -1 ? text.length : lineFeed + 1;
    this.#chunk = text.slice(start, this.#nextChunk);
    const needed = Buffer.byteLength(this.#chunk) + 1;
    if (this.#bytes.length < needed) this.#bytes = Buffer.allocUnsafe(needed);
    this.#length = this.#bytes.write(this.#chunk);
    this.#isAscii = this.#length === this.#chunk.length;
    if (this.#bytes[this.#length - 1] !== LINE_FEED) this.#bytes[this.#length++] = LINE_FEED;
    this.#at = 0;
    return true;
  }
}

const SINGLE_DIGITS = Array.from({ length: 10 }, (_, digit) => String(digit));

function byteOf(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? LINE_FEED;
}
