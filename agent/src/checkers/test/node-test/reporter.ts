/** Runs in the process of `node --test`, so it is plain JavaScript without a word from outside in it. */
const REPORTER_PROGRAM = `
import { inspect } from "node:util";
const textOf = (value) => (value === undefined || typeof value === "string" ? value : inspect(value));
const reasonOf = (cause) => (cause instanceof Error ? { message: textOf(cause.message), stack: textOf(cause.stack) } : cause === undefined ? undefined : { message: textOf(cause) });
export default async function* (source) {
  const open = [];
  for await (const { type, data } of source) {
    if (type === "test:start") open[data.nesting] = data.name;
    else if (type === "test:pass" || type === "test:fail") {
      const { name, nesting, file, line, skip, todo, details } = data;
      const { error } = details;
      yield JSON.stringify({
        type, path: [...open.slice(0, nesting), name], nesting, file, line, skip, todo,
        kind: details.type ?? "test",
        durationMs: details.duration_ms,
        error: error && { message: textOf(error.message), failureType: error.failureType, cause: reasonOf(error.cause) },
      }) + "\\n";
    } else if (type === "test:stderr") yield JSON.stringify({ type, file: data.entryFile ?? data.file, text: data.message }) + "\\n";
    else if (type === "test:diagnostic" && data.nesting === 0) {
      const total = /^tests (\\d+)$/.exec(data.message);
      if (total !== null) yield JSON.stringify({ type: "total", tests: Number(total[1]) }) + "\\n";
      else if (data.message.includes("--test-only")) yield JSON.stringify({ type: "only", file: data.file, line: data.line }) + "\\n";
    }
  }
}
`;

/**
 * A reporter for `node --test`, as the address of a module: one line of JSON for each result, with the names of the tests
 * around it. Node's own JUnit reporter has neither lines nor tests that failed behind passing subtests.
 */
export const REPORTER = `data:text/javascript;base64,${Buffer.from(REPORTER_PROGRAM).toString("base64")}`;
