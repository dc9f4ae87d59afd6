import type { Severity } from "../../../core/finding.ts";
import { plainLine } from "../../reading/plain-text.ts";
import { placeNumber, readXml, type XmlAttributes, type XmlHandler } from "../../reading/xml.ts";

/** One `error` element; the first location is where the fault shows. */
export interface CppcheckError {
  readonly id: string;
  readonly severity: Severity;
  readonly message: string;
  readonly cwe: number | undefined;
  readonly path: string | undefined;
  readonly line: number;
  /** Counted in bytes, from 1; 0 when it is not known. */
  readonly column: number;
}

export interface CppcheckReport {
  readonly errors: readonly CppcheckError[];
  readonly problems: readonly string[];
}

const SEVERITIES: ReadonlyMap<string, Severity> = new Map([
  ["error", "error"],
  ["warning", "warning"],
  ["style", "warning"],
  ["performance", "warning"],
  ["portability", "warning"],
  ["information", "info"],
  ["debug", "info"],
]);

/** Ids by which Cppcheck tells of itself and not of the code. */
const OWN_TROUBLE: ReadonlySet<string> = new Set(["internalError", "cppcheckError", "cppcheckLimit", "noSourceFiles"]);
const CHATTER: ReadonlySet<string> = new Set(["checkersReport", "toomanyconfigs"]);

/** Reads version 2 of Cppcheck's XML. Never throws; a report that is cut off is a problem. */
export function parseCppcheckXml(text: string): CppcheckReport {
  const reader = new CppcheckReader();
  const { errors, problems } = reader;
  const broken = readXml(text, reader);
  if (broken !== undefined) problems.push(`cppcheck: the report is no complete XML: ${plainLine(broken)}`);
  else if (!reader.hasEnded) problems.push("cppcheck: the report has no results element");
  return { errors, problems };
}

class CppcheckReader implements CppcheckReport, XmlHandler {
  readonly errors: CppcheckError[] = [];
  readonly problems: string[] = [];
  hasEnded = false;
  #draft: CppcheckError | undefined;

  open(name: string, attributes: XmlAttributes): void {
    if (name === "results" && attributes["version"] !== "2")
      this.problems.push(`cppcheck: the report has version ${attributes["version"] ?? "none"} instead of 2`);
    if (name === "error") this.#draft = errorOf(attributes);
    if (name === "location" && this.#draft !== undefined && this.#draft.path === undefined)
      this.#draft = { ...this.#draft, ...placeOf(attributes) };
  }

  close(name: string): void {
    if (name === "results") this.hasEnded = true;
    if (name !== "error" || this.#draft === undefined) return;
    const { id, path = "", message } = this.#draft;
    if (OWN_TROUBLE.has(id)) this.problems.push(`cppcheck: ${path} ${message}`.replace("  ", " "));
    else if (!CHATTER.has(id)) this.errors.push(this.#draft);
    this.#draft = undefined;
  }
}

function errorOf(attributes: XmlAttributes): CppcheckError {
  const { id = "", severity = "", msg, verbose = "" } = attributes;
  return {
    id: plainLine(id) || "unknown",
    // An unknown severity counts: nothing turns green by a new word.
    severity: SEVERITIES.get(severity) ?? "error",
    message: plainLine(msg ?? verbose) || "no message",
    cwe: placeNumber(attributes["cwe"]) || undefined,
    path: undefined,
    line: 0,
    column: 0,
  };
}

function placeOf(attributes: XmlAttributes): Pick<CppcheckError, "path" | "line" | "column"> {
  return {
    path: attributes["file"] ?? "",
    line: placeNumber(attributes["line"]),
    column: placeNumber(attributes["column"]),
  };
}
