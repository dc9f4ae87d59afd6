import { plainText } from "./plain-text.ts";
import { readXml, type XmlAttributes, type XmlHandler } from "./xml.ts";

export interface JunitCase {
  readonly name: string;
  readonly classname: string;
  /** Names of the suites around it, outermost first, empty names left out. */
  readonly suites: readonly string[];
  /** As the report writes it; there is no rule whether it is relative and to what. */
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly status: "passed" | "failed" | "skipped";
  /** The `status` attribute of CTest: run, fail, notrun or disabled. */
  readonly ctestStatus: string | undefined;
  readonly durationMs: number;
  /** The reason given by the tool: message, then details. */
  readonly message: string | undefined;
  readonly details: string;
  /** What the case printed, at most {@link LONGEST_OUTPUT} characters, as it stands in the report. */
  readonly output: string;
}

/** Test programs can print without end; where they failed stands in the beginning. */
const LONGEST_OUTPUT = 20_000;

export interface JunitReport {
  readonly cases: readonly JunitCase[];
  readonly problems: readonly string[];
}

interface Draft {
  readonly attributes: XmlAttributes;
  readonly suites: readonly string[];
  status: JunitCase["status"];
  message: string | undefined;
  details: string;
  output: string;
}

const OUTPUT_ELEMENTS: ReadonlySet<string> = new Set(["system-out", "system-err"]);

/** Elements that say how a case ended; `flakyFailure` and `rerunFailure` tell of earlier tries and leave the outcome alone. */
const OUTCOMES: ReadonlyMap<string, JunitCase["status"]> = new Map([
  ["failure", "failed"],
  ["error", "failed"],
  ["skipped", "skipped"],
]);

/**
 * Reads JUnit XML of any dialect: nested suites, cases without times or files, times with thousands commas, control
 * characters that XML forbids. Never throws; a report that is cut off or no JUnit is a problem.
 */
export function parseJunit(text: string): JunitReport {
  if (text.trim() === "") return { cases: [], problems: ["junit: the report is empty"] };
  const reader = new JunitReader();
  const broken = readXml(text, reader);
  return { cases: reader.cases, problems: broken === undefined ? reader.problems : [`junit: ${broken}`] };
}

class JunitReader implements XmlHandler {
  readonly cases: JunitCase[] = [];
  readonly problems: string[] = [];
  readonly #suites: string[] = [];
  #draft: Draft | undefined;
  #outcomeElement: string | undefined;
  #outputElement: string | undefined;
  #depth = 0;

  open(name: string, attributes: XmlAttributes): void {
    if (this.#depth++ === 0 && name !== "testsuites" && name !== "testsuite")
      this.problems.push(`junit: the report begins with <${plainText(name)}>, which is no JUnit`);
    if (name === "testsuite") this.#suites.push(attributes["name"] ?? "");
    else if (name === "testcase") this.#draft = this.#begunCase(attributes);
    else if (this.#draft !== undefined) this.#openInCase(this.#draft, name, attributes);
  }

  #begunCase(attributes: XmlAttributes): Draft {
    const suites = this.#suites.filter((suite) => suite !== "");
    return { attributes, suites, status: "passed", message: undefined, details: "", output: "" };
  }

  #openInCase(draft: Draft, name: string, attributes: XmlAttributes): void {
    if (OUTPUT_ELEMENTS.has(name)) this.#outputElement = name;
    const outcome = OUTCOMES.get(name);
    if (outcome === undefined) return;
    this.#outcomeElement = name;
    if (draft.status !== "failed") draft.status = outcome;
    draft.message ??= attributes["message"];
  }

  words(words: string): void {
    if (this.#draft === undefined) return;
    if (this.#outputElement !== undefined)
      this.#draft.output += words.slice(0, LONGEST_OUTPUT - this.#draft.output.length);
    else if (this.#outcomeElement !== undefined) this.#draft.details += words;
  }

  close(name: string): void {
    this.#depth--;
    if (name === "testsuite") this.#suites.pop();
    else if (name === this.#outputElement) this.#outputElement = undefined;
    else if (name === this.#outcomeElement) this.#outcomeElement = undefined;
    else if (name === "testcase" && this.#draft !== undefined) {
      this.cases.push(toCase(this.#draft));
      this.#draft = undefined;
    }
  }
}

function toCase({ attributes, suites, status, message, details, output }: Draft): JunitCase {
  const said = plainText([message, details].filter((part) => part !== undefined && part.trim() !== "").join("\n"));
  return {
    name: plainText(attributes["name"] ?? ""),
    classname: plainText(attributes["classname"] ?? ""),
    suites: suites.map(plainText),
    file: attributes["file"] || undefined,
    line: lineOf(attributes["line"]),
    status,
    ctestStatus: attributes["status"],
    durationMs: milliseconds(attributes["time"] ?? ""),
    message: said === "" ? undefined : said,
    details: plainText(details),
    output,
  };
}

function lineOf(written: string | undefined): number | undefined {
  const line = Number(written);
  return written !== undefined && Number.isInteger(line) && line >= 0 ? line : undefined;
}

/** From seconds, which some write with commas between the thousands. */
function milliseconds(written: string): number {
  const seconds = Number(written.replaceAll(",", ""));
  return Number.isFinite(seconds) ? Math.max(0, seconds * 1000) : 0;
}
