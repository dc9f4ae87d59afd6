import { SaxesParser } from "saxes";
import type { Severity } from "../../../core/finding.ts";
import { plainLine } from "../../reading/plain-text.ts";

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

const SEVERITIES: Readonly<Record<string, Severity>> = {
  error: "error",
  warning: "warning",
  style: "warning",
  performance: "warning",
  portability: "warning",
  information: "info",
  debug: "info",
};

/** Ids by which Cppcheck tells of itself and not of the code. */
const OWN_TROUBLE: ReadonlySet<string> = new Set(["internalError", "cppcheckError", "cppcheckLimit", "noSourceFiles"]);
const CHATTER: ReadonlySet<string> = new Set(["checkersReport", "toomanyconfigs"]);

/** Reads version 2 of Cppcheck's XML. Never throws; a report that is cut off is a problem. */
export function parseCppcheckXml(text: string): CppcheckReport {
  const errors: CppcheckError[] = [];
  const problems: string[] = [];
  let draft: (CppcheckError & { readonly symbol?: string }) | undefined;
  let hasEnded = false;
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    if (name === "results" && attributes["version"] !== "2")
      problems.push(`cppcheck: the report has version ${attributes["version"] ?? "none"} instead of 2`);
    if (name === "error") draft = errorOf(attributes);
    if (name === "location" && draft !== undefined && draft.path === undefined)
      draft = { ...draft, ...placeOf(attributes) };
  });
  parser.on("closetag", ({ name }) => {
    if (name === "results") hasEnded = true;
    if (name !== "error" || draft === undefined) return;
    if (OWN_TROUBLE.has(draft.id)) problems.push(`cppcheck: ${draft.path ?? ""} ${draft.message}`.replace("  ", " "));
    else if (!CHATTER.has(draft.id)) errors.push(draft);
    draft = undefined;
  });
  try {
    parser.write(text).close();
  } catch (error) {
    problems.push(`cppcheck: the report is no complete XML: ${plainLine(error instanceof Error ? error.message : "")}`);
    return { errors, problems };
  }
  if (!hasEnded) problems.push("cppcheck: the report has no results element");
  return { errors, problems };
}

type Attributes = Readonly<Record<string, string>>;

function errorOf(attributes: Attributes): CppcheckError {
  const cwe = Number(attributes["cwe"]);
  return {
    id: plainLine(attributes["id"] ?? "") || "unknown",
    // An unknown severity counts: nothing turns green by a new word.
    severity: SEVERITIES[attributes["severity"] ?? ""] ?? "error",
    message: plainLine(attributes["msg"] ?? attributes["verbose"] ?? "") || "no message",
    cwe: Number.isInteger(cwe) && cwe > 0 ? cwe : undefined,
    path: undefined,
    line: 0,
    column: 0,
  };
}

function placeOf(attributes: Attributes): Pick<CppcheckError, "path" | "line" | "column"> {
  const number = (name: string) => {
    const value = Number(attributes[name]);
    return Number.isSafeInteger(value) && value > 0 ? value : 0;
  };
  return { path: attributes["file"] ?? "", line: number("line"), column: number("column") };
}
