/**
 * What every worker script begins with: takes `{ id, method, params }` over Node's own channel, one after the other, and
 * answers with `{ id, result }` or `{ id, error }`. A question that was withdrawn before its turn is dropped. The text is
 * fixed: what a script is told comes as data. It runs in the workspace's own Node, with the workspace's own tool, so it
 * is a process of its own that a plugin may end without ending anything else.
 */
const LOOP = `
const withdrawn = new Set();
let turn = Promise.resolve();
process.on("message", ({ id, method, params, cancel }) => {
  if (cancel !== undefined) { withdrawn.add(cancel); return; }
  turn = turn.then(async () => {
    if (withdrawn.delete(id)) return;
    try {
      process.send({ id, result: (await methods[method](params)) ?? null });
    } catch (error) {
      process.send({ id, error: String(error?.stack ?? error).slice(0, 4000) });
    }
  });
});
process.on("disconnect", () => process.exit(0));
`;

/** The command line of a worker: `body` defines \`methods\`, of which \`start\` is called first. */
export function workerArguments(node: string, body: string): readonly string[] {
  return [node, "--input-type=module", "--eval", `${body}\n${LOOP}`];
}
