import { parseJunit } from "../../reading/junit.ts";
import { plainLine } from "../../reading/plain-text.ts";

export interface SchemathesisFailure {
  /** As the report names it: `GET /orders/{id}`. */
  readonly operation: string;
  /** Code of the check that failed, such as `ST101`. */
  readonly code: string;
  readonly message: string;
}

export interface SchemathesisReport {
  /** Operations that were tested. */
  readonly operations: number;
  readonly failures: readonly SchemathesisFailure[];
  readonly problems: readonly string[];
}

/** Reads the JUnit report of Schemathesis: a case for each operation, with its failures as text. Never throws. */
export function parseSchemathesis(text: string): SchemathesisReport {
  const { cases, problems } = parseJunit(text);
  const failures = new Map<string, SchemathesisFailure>();
  const broken: string[] = [];
  for (const { name, status, details, message = "" } of cases.filter((each) => each.status === "failed")) {
    const own = failuresIn(name, details);
    for (const failure of own) failures.set(`${failure.operation} ${failure.code}`, failure);
    if (own.length === 0)
      broken.push(`${name} could not be tested (${status}): ${plainLine(details || message).slice(0, 300)}`);
  }
  const tested = cases.filter(({ status }) => status !== "skipped").length;
  return { operations: tested, failures: [...failures.values()], problems: [...problems, ...broken] };
}

/** The text has numbered cases, each with its failed checks and, at the end, the command that repeats it. */
function failuresIn(operation: string, details: string): readonly SchemathesisFailure[] {
  return details.split(/^\d+\. Test Case ID:/m).flatMap((part) => {
    const command = /^\s*curl .*$/m.exec(part)?.[0].trim() ?? "";
    const status = /^\[\d{3}\][^\n]*/m.exec(part)?.[0].replace(/:$/, "") ?? "";
    return [...part.matchAll(/^- (ST\d{3}) ([^\n]+)$/gm)].map(([, code = "", title = ""]) => ({
      operation,
      code,
      message: plainLine(`${operation}: ${title}${status === "" ? "" : ` (${status})`}. Repeat it with: ${command}`),
    }));
  });
}
