// Lists with random faults: `trigate tasks validate` must find at least what task-master-ai's validation finds, and after
// `trigate tasks repair` that one must find nothing.
import { itemsOf, reaches } from "./document.mjs";

const TAG = "faulty";
/** Our kinds of fault that are a circle to theirs. */
const CIRCLES = new Set(["cycle", "family-cycle", "self-dependency"]);

function faultyList({ random }) {
  const ids = Array.from({ length: 3 + random.below(4) }, (_, index) => index + 1);
  const missing = () => 90 + random.below(5);
  const tasks = ids.map((id) => ({
    id,
    title: `Task ${id}`,
    description: "d",
    status: "pending",
    priority: "medium",
    dependencies: ids.filter(() => random.chance(18)).concat(random.chance(12) ? [missing()] : []),
    subtasks: Array.from({ length: random.below(4) }, (_, index) => index + 1),
  }));
  for (const task of tasks) {
    const siblings = task.subtasks;
    task.subtasks = siblings.map((id) => ({
      id,
      title: `Part ${id}`,
      description: "d",
      status: "pending",
      dependencies: [
        ...siblings.filter(() => random.chance(25)),
        ...(random.chance(15) ? [`${random.pick(ids)}.${1 + random.below(3)}`] : []),
      ],
    }));
    if (random.chance(25) && task.dependencies.length > 0) task.dependencies.push(String(task.dependencies[0]));
  }
  return tasks;
}

/** What theirs finds that ours does not. A circle concerns every item that leads into it, as theirs sees it. */
function unseen({ theirs, ours, items }) {
  const circular = ours.filter(({ kind }) => CIRCLES.has(kind)).flatMap(({ ids }) => ids);
  const has = (kind, id) => ours.some((problem) => problem.kind === kind && problem.ids[0] === id);
  const isSeen = {
    MISSING: (id) => has("dangling", id),
    SELF: (id) => has("self-dependency", id),
    CIRCULAR: (id) => circular.some((other) => reaches(items, { start: id, target: other })),
  };
  return theirs.filter((problem) => {
    const [kind, id] = problem.split(" ");
    return !isSeen[kind](id);
  });
}

/** Compares the two on one random list, which is put beside the others and taken away again. */
export async function compareFaults({ theirs, ours, random, read, write, fail, count }) {
  const before = read();
  const list = {
    tasks: faultyList({ random }),
    metadata: { created: "2026-01-01T00:00:00.000Z", description: "faults" },
  };
  write({ ...before, [TAG]: list });
  const found = await theirs.problems(TAG);
  const { data } = await ours.tasks(["validate", "--tag", TAG]);
  for (const problem of found) count(`validate: theirs found ${problem.split(" ")[0]}`);
  for (const { kind } of data.problems) count(`validate: ours found ${kind}`);
  const missed = unseen({ theirs: found, ours: data.problems, items: itemsOf(read(), TAG) });
  if (missed.length > 0) fail(`ours missed ${missed.join(", ")} in ${JSON.stringify(list.tasks)}`);
  await ours.tasks(["repair", "--tag", TAG]);
  const left = await theirs.problems(TAG);
  if (left.length > 0) fail(`after our repair theirs finds ${left.join(", ")} in ${JSON.stringify(read()[TAG].tasks)}`);
  count(left.length === 0 ? "repair: theirs finds nothing afterwards" : "repair: theirs still finds something");
  const again = await ours.tasks(["validate", "--tag", TAG]);
  if (again.refused !== undefined || again.data.problems.length > 0)
    fail("our own validation finds faults after our repair");
  write(before);
}
