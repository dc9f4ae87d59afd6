// Many processes change the statuses of one task list at once, and all changes must be there:
// node .github/scripts/tasks-many-writers.mjs [PROCESSES] [CHANGES]   (32 with 25 each, if not told otherwise)
import { makeWorkspace } from "../../agent/src/tasks/testing/workspace.ts";
import { pendingTasks, writeAtOnce } from "../../agent/src/tasks/testing/writers.ts";

const [processes = 32, changes = 25] = process.argv.slice(2).map(Number);
const workspace = await makeWorkspace(pendingTasks(processes * changes));
try {
  const began = performance.now();
  const problems = await writeAtOnce(workspace, { processes, changes });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  for (const problem of problems) console.error(problem);
  console.log(
    `${processes} processes with ${changes} changes each in ${seconds} s: ${problems.length === 0 ? `all ${processes * changes} are there` : `${problems.length} problems`}`,
  );
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  await workspace.dispose();
}
