// Kills a writer of a task list again and again, each time at another moment; the list must stay readable with all that was
// said to be done, and the next writer must get through: node .github/scripts/tasks-kill-writers.mjs [KILLS] [SEED]
import { makeWorkspace } from "../../agent/src/tasks/testing/workspace.ts";
import { killWriters, pendingTasks } from "../../agent/src/tasks/testing/writers.ts";

const [kills = 200, seed = Date.now() % 100_000] = process.argv.slice(2).map(Number);
const LONGEST_MS = 60_000;
const workspace = await makeWorkspace(pendingTasks(300));
try {
  const waits = [];
  const problems = [...(await killWriters(workspace, { kills, seed, waits }))];
  const longest = Math.max(...waits);
  if (longest > LONGEST_MS) problems.push(`a lock outlived its writer by ${(longest / 1000).toFixed(1)} s`);
  for (const problem of problems) console.error(problem);
  console.log(
    `${kills} kills (seed ${seed}): ${problems.length} problems; the next write took ${longest.toFixed(0)} ms at most`,
  );
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  await workspace.dispose();
}
