/** The environment variable that tells the recorder where to write. */
export const EVENTS_VARIABLE = "TRIGATE_NODE_TEST_EVENTS";

/**
 * Loaded with `--import` into Hardhat's process, which calls `run` of `node:test` itself and prints for people only; its
 * options have no place for a reporter. This passes the call on and writes each result as one line of JSON. It is a text
 * because it has to be a file of its own wherever the agent is installed, bundled or not.
 */
export const RECORDER = `
import { appendFileSync } from "node:fs";
import { createRequire, syncBuiltinESMExports } from "node:module";

const target = process.env.${EVENTS_VARIABLE};
if (target) {
  const nodeTest = createRequire(import.meta.url)("node:test");
  const { run } = nodeTest;
  const write = (event) => appendFileSync(target, JSON.stringify(event) + "\\n");
  const reasonOf = (cause) => (cause instanceof Error ? { message: cause.message, stack: cause.stack, code: cause.code } : undefined);
  nodeTest.run = (options) => {
    write({ type: "start", files: options?.files ?? [] });
    const stream = run(options);
    for (const type of ["test:pass", "test:fail"]) {
      stream.on(type, ({ name, nesting, file, line, column, skip, todo, details }) => {
        const { error } = details;
        write({
          type, name, nesting, file, line, column, skip, todo,
          kind: details.type ?? "test",
          durationMs: details.duration_ms,
          error: error && { message: error.message, stack: error.stack, failureType: error.failureType, cause: reasonOf(error.cause) },
        });
      });
    }
    stream.on("test:summary", ({ file, counts, success, duration_ms }) => {
      if (file === undefined) write({ type: "summary", counts, success, durationMs: duration_ms });
    });
    return stream;
  };
  syncBuiltinESMExports();
}
`;
