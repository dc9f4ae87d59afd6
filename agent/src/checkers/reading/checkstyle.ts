import { SaxesParser } from "saxes";
import type { Severity } from "../../core/finding.ts";
import { plainText } from "./plain-text.ts";

export interface CheckstyleEntry {
  /** As the tool writes it. */
  readonly file: string;
  /** 0 where the tool names no line. */
  readonly line: number;
  /** 0 where the tool names no column. */
  readonly column: number;
  readonly severity: Severity;
  readonly message: string;
  readonly rule: string;
}

export interface CheckstyleReport {
  readonly entries: readonly CheckstyleEntry[];
  /** Files that the report lists, with or without entries. */
  readonly files: readonly string[];
  readonly problems: readonly string[];
}

const SEVERITIES: Readonly<Record<string, Severity | "ignore">> = {
  error: "error",
  fatal: "error",
  warning: "warning",
  warn: "warning",
  info: "info",
  style: "info",
  refactor: "info",
  ignore: "ignore",
};

/**
 * Reads the XML of Checkstyle, which many other tools write too. A file that the tool could not look at (`exception`)
 * is a problem. Never throws; a report that is cut off or is something else is a problem.
 */
export function parseCheckstyle(text: string): CheckstyleReport {
  if (text.trim() === "") return { entries: [], files: [], problems: ["checkstyle: the report is empty"] };
  const reader = new CheckstyleReader();
  try {
    reader.read(text);
  } catch (error) {
    const problem = error instanceof Error ? plainText(error.message) : String(error);
    return { entries: reader.entries, files: reader.files, problems: [`checkstyle: ${problem}`] };
  }
  return reader;
}

class CheckstyleReader implements CheckstyleReport {
  readonly entries: CheckstyleEntry[] = [];
  readonly files: string[] = [];
  readonly problems: string[] = [];
  #file = "";
  #exception: string | undefined;
  #depth = 0;

  read(text: string): void {
    const parser = new SaxesParser();
    parser.on("error", (error) => {
      throw error;
    });
    parser.on("opentag", ({ name, attributes }) => this.#open(name, attributes));
    parser.on("text", (words) => this.#words(words));
    parser.on("cdata", (words) => this.#words(words));
    parser.on("closetag", ({ name }) => this.#close(name));
    // Blank lines before the declaration are forbidden in XML and printed all the same.
    parser.write(text.replace(/^\ufeff?\s+(?=<\?xml)/, "")).close();
  }

  #open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (this.#depth++ === 0 && name !== "checkstyle")
      this.problems.push(`checkstyle: the report begins with <${plainText(name)}>, which is no Checkstyle`);
    if (name === "file") {
      this.#file = attributes["name"] ?? "";
      this.files.push(this.#file);
    } else if (name === "error") this.#entry(attributes);
    else if (name === "exception") this.#exception = "";
  }

  #entry(attributes: Readonly<Record<string, string>>): void {
    const severity = SEVERITIES[(attributes["severity"] ?? "error").toLowerCase()] ?? "warning";
    if (severity === "ignore") return;
    this.entries.push({
      file: this.#file,
      line: wholeNumber(attributes["line"]),
      column: wholeNumber(attributes["column"]),
      severity,
      message: plainText(attributes["message"] ?? ""),
      rule: shortRule(plainText(attributes["source"] ?? "")),
    });
  }

  #words(words: string): void {
    if (this.#exception !== undefined && this.#exception.length < 2_000) this.#exception += words;
  }

  #close(name: string): void {
    this.#depth--;
    if (name !== "exception" || this.#exception === undefined) return;
    const [firstLine = ""] = plainText(this.#exception).split("\n", 1);
    this.problems.push(`checkstyle: ${this.#file || "the tool"} could not be checked: ${firstLine}`);
    this.#exception = undefined;
  }
}

function wholeNumber(written: string | undefined): number {
  const number = Number(written ?? "0");
  return Number.isSafeInteger(number) && number > 0 ? number : 0;
}

/** `com.puppycrawl.tools.checkstyle.checks.sizes.LineLengthCheck` is the rule LineLength; other tools write their names whole. */
function shortRule(source: string): string {
  const java = /^(?:[a-z][a-z0-9_]*\.){2,}([A-Z]\w*?)(?:Check)?$/.exec(source)?.[1];
  return java ?? (source === "" ? "checkstyle" : source);
}
