import { SaxesParser } from "saxes";
import { plainText } from "./plain-text.ts";

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
  readonly attributes: Readonly<Record<string, string>>;
  readonly suites: readonly string[];
  status: JunitCase["status"];
  message: string | undefined;
  details: string;
  output: string;
}

const OUTPUT_ELEMENTS: ReadonlySet<string> = new Set(["system-out", "system-err"]);

/** Elements that say how a case ended; `flakyFailure` and `rerunFailure` tell of earlier tries and leave the outcome alone. */
const OUTCOMES: Readonly<Record<string, JunitCase["status"]>> = {
  failure: "failed",
  error: "failed",
  skipped: "skipped",
};

/**
 * Reads JUnit XML of any dialect: nested suites, cases without times or files, times with thousands commas, control
 * characters that XML forbids. Never throws; a report that is cut off or no JUnit is a problem.
 */
export function parseJunit(text: string): JunitReport {
  if (text.trim() === "") return { cases: [], problems: ["junit: the report is empty"] };
  const reader = new JunitReader();
  try {
    reader.read(withoutForbiddenCharacters(text));
  } catch (error) {
    return {
      cases: reader.cases,
      problems: [`junit: ${error instanceof Error ? plainText(error.message) : String(error)}`],
    };
  }
  return { cases: reader.cases, problems: reader.problems };
}

/** Some writers leave control characters in the output they quote, plain or escaped; no XML parser may accept them. */
function withoutForbiddenCharacters(text: string): string {
  return text
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replaceAll(
      /&#(?:x0*([0-9a-f]{1,6})|0*([0-9]{1,7}));/gi,
      (reference: string, hex: string | undefined, decimal: string | undefined) => {
        const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
        const allowed =
          code === 9 ||
          code === 10 ||
          code === 13 ||
          (code >= 32 && code <= 0xd7ff) ||
          (code >= 0xe000 && code <= 0x10ffff && (code & 0xfffe) !== 0xfffe);
        return allowed ? reference : "\ufffd";
      },
    );
}

class JunitReader {
  readonly cases: JunitCase[] = [];
  readonly problems: string[] = [];
  readonly #suites: string[] = [];
  #draft: Draft | undefined;
  #outcomeElement: string | undefined;
  #outputElement: string | undefined;
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
    parser.write(text).close();
  }

  #open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (this.#depth++ === 0 && name !== "testsuites" && name !== "testsuite")
      this.problems.push(`junit: the report begins with <${plainText(name)}>, which is no JUnit`);
    if (name === "testsuite") {
      this.#suites.push(attributes["name"] ?? "");
    } else if (name === "testcase") {
      this.#draft = {
        attributes,
        suites: this.#suites.filter((suite) => suite !== ""),
        status: "passed",
        message: undefined,
        details: "",
        output: "",
      };
    } else if (this.#draft !== undefined && OUTPUT_ELEMENTS.has(name)) {
      this.#outputElement = name;
    } else if (this.#draft !== undefined && OUTCOMES[name] !== undefined) {
      this.#outcomeElement = name;
      if (this.#draft.status !== "failed") this.#draft.status = OUTCOMES[name];
      this.#draft.message ??= attributes["message"];
    }
  }

  #words(words: string): void {
    if (this.#draft === undefined) return;
    if (this.#outputElement !== undefined)
      this.#draft.output += words.slice(0, LONGEST_OUTPUT - this.#draft.output.length);
    else if (this.#outcomeElement !== undefined) this.#draft.details += words;
  }

  #close(name: string): void {
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
  const line = Number(attributes["line"]);
  const seconds = Number((attributes["time"] ?? "").replaceAll(",", ""));
  const said = plainText([message, details].filter((part) => part !== undefined && part.trim() !== "").join("\n"));
  return {
    name: plainText(attributes["name"] ?? ""),
    classname: plainText(attributes["classname"] ?? ""),
    suites: suites.map(plainText),
    file: attributes["file"] || undefined,
    line: Number.isInteger(line) && attributes["line"] !== undefined && line >= 0 ? line : undefined,
    status,
    ctestStatus: attributes["status"],
    durationMs: Number.isFinite(seconds) ? Math.max(0, seconds * 1000) : 0,
    message: said === "" ? undefined : said,
    details: plainText(details),
    output,
  };
}
