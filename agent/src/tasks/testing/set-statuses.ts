/**
 * Changes statuses from a process of its own: `node set-statuses.ts ROOT ID STATUS [ID STATUS]…`. Says each change on standard
 * output once it is done.
 */
import { z } from "zod";
import { TASK_STATUSES } from "../../core/task.ts";
import { systemClock } from "../../platform/clock.ts";
import { TaskStore } from "../task-store.ts";

const [root, ...pairs] = process.argv.slice(2);
if (root === undefined) throw new Error("give the workspace root first");
const store = new TaskStore({ root, clock: systemClock, lock: { waitMs: 120_000, staleAfterMs: 10_000 } });
for (let index = 0; index + 1 < pairs.length; index += 2) {
  const change = { id: z.string().parse(pairs[index]), status: z.enum(TASK_STATUSES).parse(pairs[index + 1]) };
  await store.setStatus(change);
  process.stdout.write(`${change.id} ${change.status}\n`);
}
