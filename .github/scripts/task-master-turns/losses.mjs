// What task-master-ai 0.43.1 does to a file that no program beside it can make good. The turns leave these operations out;
// here each is done once, so that this page is changed when the tool is.

/**
 * Name, what to do, and whether it is still so.
 * @type {readonly [string, (tools: object) => Promise<unknown>, (seen: { answer: any, after: any }) => boolean][]}
 */
const LOSSES = [
  [
    "fix_dependencies of its MCP server removes every other list, and the name of its own",
    ({ theirs, write, before }) => {
      const [first, ...others] = before.master.tasks;
      write({ ...before, master: { ...before.master, tasks: [{ ...first, dependencies: [77] }, ...others] } });
      return theirs.mcp("fix_dependencies", { tag: "master" });
    },
    ({ after }) => Array.isArray(after.tasks) && after.beta === undefined,
  ],
  [
    "a subtask that is moved to be a task loses its metadata and every field that the tool does not know",
    ({ theirs }) => theirs.mcp("move_task", { from: "2.2", to: "40", tag: "master" }),
    ({ after }) => after.master.tasks.some(({ id, metadata }) => String(id) === "40" && metadata === undefined),
  ],
  [
    "a subtask that is moved within its task stays, though the tool says that it was moved",
    ({ theirs }) => theirs.mcp("move_task", { from: "2.1", to: "2.7", tag: "master" }),
    ({ answer, after }) =>
      answer.refused === undefined && after.master.tasks[1].subtasks.every(({ id }) => String(id) !== "7"),
  ],
  [
    "its command line refuses a whole list for one task without a priority",
    ({ theirs, write, before }) => {
      write({ ...before, beta: { ...before.beta, tasks: [{ ...before.beta.tasks[0], priority: undefined }] } });
      return theirs.warmCli(["next", "--format", "json", "-t", "beta"]);
    },
    ({ answer }) => answer.includes("Invalid task priority"),
  ],
  [
    "its command line refuses a whole list for one task without a description",
    ({ theirs, write, before }) => {
      write({ ...before, beta: { ...before.beta, tasks: [{ ...before.beta.tasks[0], description: "" }] } });
      return theirs.warmCli(["next", "--format", "json", "-t", "beta"]);
    },
    ({ answer }) => answer.includes("Task description is required"),
  ],
];

/** Shows each on the file as it was at the start. */
export async function showLosses({ theirs, start, read, write, fail, count }) {
  for (const [name, act, isStillSo] of LOSSES) {
    write(start);
    const answer = await act({ theirs, write, before: start });
    if (isStillSo({ answer, after: read() })) count(`left out of the turns: ${name}`);
    else fail(`no longer so, mend this page: ${name}`);
  }
}
