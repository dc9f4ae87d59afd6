import type { Severity } from "../../core/finding.ts";
import { plainText } from "./plain-text.ts";
import { placeNumber, readXml, type XmlAttributes, type XmlHandler } from "./xml.ts";

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

const SEVERITIES: ReadonlyMap<string, Severity | "ignore"> = new Map([
  ["error", "error"],
  ["fatal", "error"],
  ["warning", "warning"],
  ["warn", "warning"],
  ["info", "info"],
  ["style", "info"],
  ["refactor", "info"],
  ["ignore", "ignore"],
]);

/**
 * Reads the XML of Checkstyle, which many other tools write too. A file that the tool could not look at (`exception`)
 * is a problem. Never throws; a report that is cut off or is something else is a problem.
 */
export function parseCheckstyle(text: string): CheckstyleReport {
  if (text.trim() === "") return { entries: [], files: [], problems: ["checkstyle: the report is empty"] };
  const reader = new CheckstyleReader();
  const broken = readXml(text, reader);
  const { entries, files, problems } = reader;
  return { entries, files, problems: broken === undefined ? problems : [`checkstyle: ${broken}`] };
}

class CheckstyleReader implements CheckstyleReport, XmlHandler {
  readonly entries: CheckstyleEntry[] = [];
  readonly files: string[] = [];
  readonly problems: string[] = [];
  #file = "";
  #exception: string | undefined;
  #depth = 0;

  open(name: string, attributes: XmlAttributes): void {
    if (this.#depth++ === 0 && name !== "checkstyle")
      this.problems.push(`checkstyle: the report begins with <${plainText(name)}>, which is no Checkstyle`);
    if (name === "file") {
      this.#file = attributes["name"] ?? "";
      this.files.push(this.#file);
    } else if (name === "error") this.#entry(attributes);
    else if (name === "exception") this.#exception = "";
  }

  #entry(attributes: XmlAttributes): void {
    const severity = SEVERITIES.get((attributes["severity"] ?? "error").toLowerCase()) ?? "warning";
    if (severity === "ignore") return;
    this.entries.push({
      file: this.#file,
      line: placeNumber(attributes["line"]),
      column: placeNumber(attributes["column"]),
      severity,
      message: plainText(attributes["message"] ?? ""),
      rule: shortRule(plainText(attributes["source"] ?? "")),
    });
  }

  words(words: string): void {
    if (this.#exception !== undefined && this.#exception.length < 2_000) this.#exception += words;
  }

  close(name: string): void {
    this.#depth--;
    if (name !== "exception" || this.#exception === undefined) return;
    const [firstLine = ""] = plainText(this.#exception).split("\n", 1);
    this.problems.push(`checkstyle: ${this.#file || "the tool"} could not be checked: ${firstLine}`);
    this.#exception = undefined;
  }
}

/** `com.puppycrawl.tools.checkstyle.checks.sizes.LineLengthCheck` is the rule LineLength; other tools write their names whole. */
function shortRule(source: string): string {
  const java = /^(?:[a-z][a-z0-9_]*\.){2,}([A-Z]\w*?)(?:Check)?$/.exec(source)?.[1];
  return java ?? (source === "" ? "checkstyle" : source);
}
