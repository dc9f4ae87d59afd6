/** A word, number, string or sign of a source, where it begins. Lines and columns start at 1. */
export interface Token {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** What a formatter keeps together, however it breaks the lines. */
export interface Statement {
  readonly firstLine: number;
  readonly lastLine: number;
  readonly tokens: readonly Token[];
}

interface Language {
  readonly lineComment: string;
  readonly blockComments: boolean;
  /** Brackets inside of which a line break means nothing. */
  readonly joining: string;
  readonly multiLineQuotes: readonly string[];
}

const C_LIKE: Language = { lineComment: "//", blockComments: true, joining: "([", multiLineQuotes: ["`"] };
const PYTHON: Language = { lineComment: "#", blockComments: false, joining: "([{", multiLineQuotes: ['"""', "'''"] };
const PLAIN: Language = { lineComment: "", blockComments: false, joining: "", multiLineQuotes: [] };
const C_LIKE_FILE =
  /\.([cm]?[jt]sx?|vue|svelte|c|cc|cpp|cxx|h|hh|hpp|hxx|java|kt|go|rs|sol|cs|swift|scala|dart|php|json[c5]?)$/i;

function languageOf(path: string): Language {
  if (/\.pyi?$/.test(path)) return PYTHON;
  return C_LIKE_FILE.test(path) ? C_LIKE : PLAIN;
}

/** Signs that formatters add and take away. */
const LAYOUT = /^[(),;\\]$/;
/** A line that goes on with the one before: member calls, and operators that no statement begins with. */
const GOES_ON = /^\s*(\?\.|\.(?!\.)|&&|\|\||\?\?|[?:|+](?![+:])\s)/;
/** A line whose last sign wants something after it. */
const WANTS_MORE = /(&&|\|\||\?\?|=>|[^=!<>]=|==|[+|&?])$/;
/** Nothing that is continued begins at the margin like this; brackets that were miscounted above end here. */
const TOP_LEVEL =
  /^(def|class|function|import|export|const|let|var|async|from|namespace|struct|#include|@\w|public|private|contract|library|interface|fn|func|type|enum|static|template)\b/;
const CLOSES: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };
/** After these, a brace opens a value and no block. */
const BEFORE_VALUE = /^([(,[:=?&|]|return)$/;
/** A value in braces that is longer than this is a table, whose entries are changed one by one. */
const SHORT_VALUE_LINES = 9;
/** Longer than what people write in one go: something was miscounted. */
const MOST_LINES = 80;
const WORD = /[\p{L}\p{N}_$]+(\.\d[\p{L}\p{N}_]*)?/uy;

/** Splits a source into its statements. Pure and total: what it does not understand, it takes line by line. */
export function statementsOf(text: string, path: string): readonly Statement[] {
  return new Splitter(languageOf(path)).split(text.split(/\r?\n/));
}

/** The statement in the words that no formatter changes, separated by blanks. */
export function normalForm({ tokens }: Pick<Statement, "tokens">): string {
  return tokens
    .filter(({ text }) => !LAYOUT.test(text))
    .map(({ text }) => text)
    .join(" ");
}

class Splitter {
  readonly #language: Language;
  readonly #statements: Statement[] = [];
  #open: string[] = [];
  /** The quote or comment that goes on over the end of the line. */
  #inside: string | undefined;
  #tokens: Token[] = [];
  #comments: Token[] = [];
  #firstLine = 1;
  #lines: readonly string[] = [];

  constructor(language: Language) {
    this.#language = language;
  }

  split(lines: readonly string[]): readonly Statement[] {
    this.#lines = lines;
    for (const [index, line] of lines.entries()) {
      const number = index + 1;
      if (this.#tokens.length > 0 && !this.#continues(line, number)) this.#finish(number - 1);
      if (this.#tokens.length === 0) this.#firstLine = number;
      const startedInside = this.#inside !== undefined;
      this.#readLine(line, number);
      // Lines of a long text are changed one by one, and so they are told apart one by one.
      if (this.#inside !== undefined || (startedInside && this.#open.length === 0)) this.#finish(number);
      else if (this.#tokens.length === 0) this.#finish(number);
    }
    this.#finish(lines.length);
    return this.#statements;
  }

  #continues(line: string, number: number): boolean {
    if (number - this.#firstLine >= MOST_LINES || TOP_LEVEL.test(line)) {
      this.#open = [];
      return false;
    }
    return this.#isInBrackets() || this.#isWanted(line);
  }

  #isInBrackets(): boolean {
    const innermost = this.#open.at(-1);
    return innermost === "short" || (innermost !== undefined && this.#language.joining.includes(innermost));
  }

  /** Whether the line before cannot end where it does, or this one cannot begin like this. */
  #isWanted(line: string): boolean {
    if (this.#language === PLAIN) return false;
    if (this.#tokens.at(-1)?.text === "\\") return true;
    return this.#language === C_LIKE && (GOES_ON.test(line) || WANTS_MORE.test(this.#lastSigns()));
  }

  #lastSigns(): string {
    return this.#tokens
      .slice(-3)
      .map(({ text }) => (/^[\p{L}\p{N}_$"]/u.test(text) ? "x" : text))
      .join("");
  }

  #finish(lastLine: number): void {
    const tokens = this.#tokens.length > 0 ? this.#tokens : this.#comments;
    if (tokens.length > 0) this.#statements.push({ firstLine: this.#firstLine, lastLine, tokens });
    this.#tokens = [];
    this.#comments = [];
    this.#firstLine = lastLine + 1;
  }

  #readLine(line: string, number: number): void {
    let at = 0;
    while (at < line.length) {
      if (this.#inside !== undefined) at = this.#readInside(line, number, at);
      else if (/\s/.test(line[at] ?? "")) at++;
      else at = this.#readCode(line, number, at);
    }
  }

  #readInside(line: string, number: number, at: number): number {
    const ending = this.#inside ?? "";
    const end = endOf(line, at, ending);
    const text = line.slice(at, end ?? line.length).trim();
    if (text !== "") this.#put(ending === "*/", words(text), { line: number, column: at + 1 });
    if (end === undefined) return line.length;
    this.#inside = undefined;
    return end + ending.length;
  }

  #put(isComment: boolean, text: string, place: Omit<Token, "text">): void {
    (isComment ? this.#comments : this.#tokens).push({ text, ...place });
  }

  #readCode(line: string, number: number, at: number): number {
    const place = { line: number, column: at + 1 };
    return (
      this.#readComment(line, at, place) ??
      this.#readLongQuote(line, at, place) ??
      this.#readString(line, at, place) ??
      this.#readWord(line, at, place)
    );
  }

  /** Like the three below: where it ends, or `undefined` when something else stands there. */
  #readComment(line: string, at: number, place: Omit<Token, "text">): number | undefined {
    const { lineComment, blockComments } = this.#language;
    if (lineComment !== "" && line.startsWith(lineComment, at)) {
      this.#put(true, words(line.slice(at)), place);
      return line.length;
    }
    if (!blockComments || !line.startsWith("/*", at)) return undefined;
    this.#inside = "*/";
    return at + 2;
  }

  #readLongQuote(line: string, at: number, place: Omit<Token, "text">): number | undefined {
    const quote = this.#language.multiLineQuotes.find((each) => line.startsWith(each, at));
    if (quote === undefined) return undefined;
    this.#inside = quote;
    this.#put(false, '"', place);
    return at + quote.length;
  }

  #readString(line: string, at: number, place: Omit<Token, "text">): number | undefined {
    const sign = line[at];
    if (this.#language === PLAIN || (sign !== '"' && sign !== "'")) return undefined;
    const end = endOf(line, at + 1, sign) ?? line.length;
    this.#put(false, `"${line.slice(at + 1, end).replaceAll(/\\(["'])/g, "$1")}"`, place);
    return end + 1;
  }

  #readWord(line: string, at: number, place: Omit<Token, "text">): number {
    WORD.lastIndex = at;
    const word = WORD.exec(line)?.[0];
    const text = word ?? line[at] ?? "";
    if (word === undefined) this.#count(text, place);
    this.#put(false, /^\d/.test(text) ? text.toLowerCase() : text, place);
    return at + text.length;
  }

  #count(sign: string, place: Omit<Token, "text">): void {
    if (sign === "{" && this.#language === C_LIKE && this.#isShortValue(place)) this.#open.push("short");
    else if ("([{".includes(sign)) this.#open.push(sign);
    const opener = CLOSES[sign];
    if (opener === undefined) return;
    const from = this.#open.findLastIndex((open) => open === opener || (opener === "{" && open === "short"));
    if (from !== -1) this.#open.length = from;
  }

  #isShortValue({ line, column }: Omit<Token, "text">): boolean {
    if (!BEFORE_VALUE.test(this.#tokens.at(-1)?.text ?? "")) return false;
    let depth = 0;
    const rest = this.#lines.slice(line - 1, line - 1 + SHORT_VALUE_LINES);
    for (const sign of rest.join("\n").slice(column - 1)) {
      if (sign === "{") depth++;
      if (sign === "}" && --depth === 0) return true;
    }
    return false;
  }
}

/** Where a quote or comment ends in a line, not counting what is escaped; `undefined` when it does not. */
function endOf(line: string, from: number, ending: string): number | undefined {
  for (let at = from; at < line.length; at++) {
    if (ending !== "*/" && line[at] === "\\") at++;
    else if (line.startsWith(ending, at)) return at;
  }
  return undefined;
}

function words(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
