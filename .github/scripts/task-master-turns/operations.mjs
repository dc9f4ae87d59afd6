// Random operations of either program, with what each may change and what must be there afterwards.
import { itemsOf, reaches, waitsFor } from "./document.mjs";

const STATUSES = [
  "pending",
  "in-progress",
  "in-progress",
  "done",
  "done",
  "review",
  "deferred",
  "cancelled",
  "blocked",
];
const PRIORITIES = ["high", "medium", "low"];
/** Lists that are longer only take longer. */
const MOST_TASKS = 9;

/**
 * @typedef {object} Operation
 * @property {"ours" | "theirs"} by
 * @property {string} name
 * @property {string} tag
 * @property {string} id What it is about.
 * @property {readonly string[]} [command] Our arguments after `tasks`.
 * @property {readonly [string, object]} [call] Their tool and its arguments.
 * @property {boolean} [mustRefuse] Whether it closes a circle, which is to be refused.
 * @property {boolean} [mayRefuse] Whether it may be refused although it closes none.
 * @property {(difference: import("./document.mjs").Difference) => boolean} isAbout Whether it was asked to change this.
 * @property {(after: object) => boolean} isDone Whether a document shows what was asked for.
 * @property {ReadonlyMap<string, string>} [renamed] New ids by old ones.
 */

const at =
  (tag, id, ...fields) =>
  (difference) =>
    difference.tag === tag && difference.id === id && fields.includes(difference.field);
const either =
  (...tests) =>
  (difference) =>
    tests.some((test) => test(difference));
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const idsOf = (document, tag) => new Set(itemsOf(document, tag).map(({ id }) => id));
const find = (document, tag, id) => itemsOf(document, tag).find((each) => each.id === id);

function addTask({ by, document, tag, random, serial }) {
  const known = idsOf(document, tag);
  const title = `Task ${serial}`;
  const tops = document[tag].tasks.map(({ id }) => String(id));
  const dependencies = tops.filter(() => random.chance(20));
  const priority = random.pick(by === "ours" ? ["critical", ...PRIORITIES] : PRIORITIES);
  const texts = { description: `About ${serial}`, details: `How ${serial}` };
  return {
    id: "",
    command: ["add", title, "--description", texts.description, "--details", texts.details].concat(
      ["--priority", priority],
      dependencies.flatMap((id) => ["--depends-on", id]),
    ),
    call: ["add_task", { title, ...texts, priority, dependencies: dependencies.join(",") }],
    isAbout: either(at(tag, "", "tasks"), ({ tag: changed, id }) => changed === tag && id !== "" && !known.has(id)),
    isDone: (after) => {
      const added = after[tag].tasks.filter(({ id }) => !known.has(String(id)));
      return (
        added.length === 1 &&
        added[0].title === title &&
        added[0].details === texts.details &&
        added[0].priority === priority
      );
    },
  };
}

function addSubtask({ document, tag, random, serial }) {
  const parent = random.pick(document[tag].tasks);
  const known = idsOf(document, tag);
  const siblings = (parent.subtasks ?? []).map(({ id }) => String(id));
  const dependencies = siblings.filter(() => random.chance(40));
  const title = `Part ${serial}`;
  return {
    id: String(parent.id),
    call: [
      "add_subtask",
      {
        id: String(parent.id),
        title,
        description: "p",
        details: "",
        status: "pending",
        dependencies: dependencies.join(","),
      },
    ],
    isAbout: either(
      at(tag, String(parent.id), "subtasks"),
      ({ tag: changed, id }) => changed === tag && id.startsWith(`${parent.id}.`) && !known.has(id),
    ),
    isDone: (after) => itemsOf(after, tag).some(({ id, item }) => !known.has(id) && item.title === title),
  };
}

/** Ours calls a task done only on proof; these turns have no gates. */
const withoutProof = (id) => ["done", id, "--force", "--reason", "the turns have no gates", "--unjudged", "--trust"];

function setStatus({ by, document, tag, random }) {
  const { id, item, parent } = random.pick(itemsOf(document, tag));
  const status = random.pick(STATUSES);
  const kept = Object.entries(item.metadata?.trigate ?? {}).filter(([name]) => name !== "times");
  const isOfOurs = by === "ours";
  return {
    id,
    // A task with open subtasks is not done without them.
    mayRefuse: isOfOurs && status === "done" && (item.subtasks ?? []).some((subtask) => subtask.status !== "done"),
    command: status === "done" ? withoutProof(id) : ["set-status", id, status],
    call: ["set_task_status", { id, status }],
    // Ours also writes when work began and ended, and what it derives is asked for as well: a task goes on with its subtask.
    isAbout: either(
      at(tag, id, "status", "updatedAt"),
      (difference) => isOfOurs && at(tag, id, "metadata.trigate")(difference),
      (difference) =>
        isOfOurs &&
        parent !== undefined &&
        at(tag, String(parent.id), "status", "updatedAt", "metadata.trigate")(difference),
    ),
    isDone: (after) => {
      const { item: changed } = find(after, tag, id) ?? {};
      const own = changed?.metadata?.trigate ?? {};
      const isKept = ([name, value]) => own[name] !== undefined && (name === "forced" || same(own[name], value));
      return changed?.status === status && kept.every(isKept);
    },
  };
}

function addDependency({ by, document, tag, random }) {
  const items = itemsOf(document, tag);
  const chosen = random.pick(items);
  const { id } = chosen;
  // The file has no way to say that a subtask waits for a task where it has a sibling of that number, and theirs writes it
  // as if there were none.
  const others = items.filter(({ id: other }) => chosen.parent === undefined || other.includes("."));
  const free = others.filter(
    (other) => !waitsFor(chosen).includes(other.id) && !reaches(items, { start: other.id, target: id }),
  );
  // Now and then an edge that closes a circle, which both must refuse.
  const on = (random.chance(93) ? random.pick(free) : random.pick(others))?.id;
  if (on === undefined || waitsFor(chosen).includes(on)) return undefined;
  return {
    id,
    mustRefuse: reaches(items, { start: on, target: id }),
    // Ours also refuses what could never be done in order: a subtask begins after its task, which ends after its subtasks.
    // Theirs reads a number in a subtask as a task when it looks for circles, and sees some that are none.
    mayRefuse: by === "theirs" || reaches(items, { start: on, target: id, withFamilies: true }),
    command: ["add-dependency", id, "--depends-on", on],
    call: ["add_dependency", { id, dependsOn: on }],
    isAbout: at(tag, id, "dependencies", "updatedAt"),
    isDone: (after) => waitsFor(find(after, tag, id)).includes(on),
  };
}

function removeDependency({ by, document, tag, random }) {
  const waiting = itemsOf(document, tag).filter((item) => waitsFor(item).length > 0);
  const chosen = random.pick(waiting);
  if (chosen === undefined) return undefined;
  const on = random.pick(waitsFor(chosen));
  return {
    id: chosen.id,
    command: ["remove-dependency", chosen.id, "--depends-on", on],
    call: ["remove_dependency", { id: chosen.id, dependsOn: on }],
    isAbout: at(tag, chosen.id, "dependencies", "updatedAt"),
    // Theirs takes one of two equal ones away at a time.
    isDone: (after) => by === "theirs" || !waitsFor(find(after, tag, chosen.id)).includes(on),
  };
}

function note({ by, document, tag, random, serial }) {
  const { id, item } = random.pick(itemsOf(document, tag));
  // Theirs leaves a task that is done as it is, and says so.
  if (by === "theirs" && item.status === "done") return undefined;
  const words = `Note ${serial}`;
  return {
    id,
    command: ["note", id, words],
    call: [id.includes(".") ? "update_subtask" : "update_task", { id, metadata: JSON.stringify({ remark: words }) }],
    isAbout: by === "ours" ? at(tag, id, "details", "updatedAt") : at(tag, id, "metadata.remark"),
    isDone: (after) => {
      const { metadata, details } = find(after, tag, id)?.item ?? {};
      return by === "theirs"
        ? metadata?.remark === words
        : details.startsWith(item.details ?? "") && details.includes(words);
    },
  };
}

/** The task that a subtask is to move to. */
function newOwnerOf(parent, { by, document, tag, random }) {
  return random.pick(document[tag].tasks.filter((task) => by === "ours" || task !== parent));
}

/** An id that is free among the subtasks of a task, or without one among the tasks. */
function freeIdIn(owner, { document, tag, random }) {
  const used = (owner === undefined ? document[tag].tasks : (owner.subtasks ?? [])).map((each) => Number(each.id));
  const free = Math.max(0, ...used) + 1 + random.below(2);
  return owner === undefined ? String(free) : `${owner.id}.${free}`;
}

/** What a subtask that became a task gets, since a task must have it. */
const isPromotion = (tag, to) =>
  either(
    // A task has a priority, a subtask need not.
    (difference) => at(tag, to, "priority", "testStrategy")(difference) && difference.was === undefined,
    // A task without a description makes theirs refuse the whole list, so the title stands in for it.
    (difference) => at(tag, to, "description")(difference) && (difference.was ?? '""') === '""',
  );

function move(situation) {
  const { by, document, tag, random } = situation;
  const { id, parent } = random.pick(itemsOf(document, tag));
  // Theirs drops the metadata of a subtask that becomes a task, see losses.mjs, and within its own task a subtask stays
  // where it is, though the tool says that it was moved.
  const isPromoted = by === "ours" && parent !== undefined && random.chance(40);
  const becomesTask = parent === undefined || isPromoted;
  const owner = becomesTask ? undefined : newOwnerOf(parent, situation);
  if (!becomesTask && owner === undefined) return undefined;
  const to = freeIdIn(owner, situation);
  const below = itemsOf(document, tag).filter((each) => each.id.startsWith(`${id}.`));
  return {
    id,
    // A subtask that becomes a task can no longer be named in a subtask that has a sibling of its number.
    mayRefuse: by === "ours" && parent !== undefined,
    command: ["move", id, to],
    call: ["move_task", { from: id, to }],
    renamed: new Map([[id, to], ...below.map((each) => [each.id, to + each.id.slice(id.length)])]),
    isAbout: either(
      at(tag, "", "tasks"),
      ({ tag: changed, field }) => changed === tag && field === "subtasks",
      at(tag, to, "id", "updatedAt", "parentTaskId", "parentId"),
      (difference) => isPromoted && isPromotion(tag, to)(difference),
      ...below.map((each) => at(tag, to + each.id.slice(id.length), "parentTaskId")),
    ),
    isDone: (after) => find(after, tag, id) === undefined && find(after, tag, to) !== undefined,
  };
}

function remove({ document, tag, random }) {
  const id = String(random.pick(document[tag].tasks).id);
  return {
    id,
    call: ["remove_task", { id, confirm: true }],
    isAbout: either(
      at(tag, "", "tasks"),
      ({ tag: changed, id: gone }) => changed === tag && (gone === id || gone.startsWith(`${id}.`)),
    ),
    isDone: (after) => find(after, tag, id) === undefined,
  };
}

function makeTag({ by, document, tag, random, serial }) {
  const name = `list-${serial}`;
  const isCopy = random.chance(60);
  const said = JSON.stringify(document[tag].tasks.map(({ title, status }) => [title, status]));
  return {
    id: "",
    command: isCopy ? ["tags", "copy", tag, name] : ["tags", "add", name],
    call: isCopy ? ["copy_tag", { sourceName: tag, targetName: name, description: "copied" }] : ["add_tag", { name }],
    withoutTag: true,
    isAbout: (difference) => difference.tag === name,
    isDone: (after) =>
      after[name] !== undefined &&
      (!isCopy || JSON.stringify(after[name].tasks.map(({ title, status }) => [title, status])) === said),
    by,
  };
}

function removeTag({ document, tag, random }) {
  const name = random.pick(Object.keys(document).filter((each) => each !== "master" && each !== tag));
  if (name === undefined) return undefined;
  return {
    id: "",
    call: ["delete_tag", { name, yes: true }],
    withoutTag: true,
    isAbout: (difference) => difference.tag === name,
    isDone: (after) => after[name] === undefined,
  };
}

function useTag({ document, random }) {
  const name = random.pick(Object.keys(document));
  return {
    id: "",
    command: ["use-tag", name],
    call: ["use_tag", { name }],
    withoutTag: true,
    active: name,
    isAbout: () => false,
    isDone: () => true,
  };
}

/** Weight, name, maker, and who can do it. */
const KINDS = [
  [14, "add task", addTask],
  [8, "add subtask", addSubtask, "theirs"],
  [34, "set status", setStatus],
  [14, "add dependency", addDependency],
  [8, "remove dependency", removeDependency],
  [12, "note", note],
  [9, "move", move],
  [3, "make tag", makeTag],
  [4, "use tag", useTag],
];

function kindFor({ by, document, tag, random }) {
  if (document[tag].tasks.length === 0) return ["add task", addTask];
  if (by === "theirs" && document[tag].tasks.length > MOST_TASKS) return ["remove", remove];
  if (by === "theirs" && Object.keys(document).length > 3) return ["remove tag", removeTag];
  const kinds = KINDS.filter(([, name, , only]) => {
    const isFull = name === "add task" && document[tag].tasks.length > MOST_TASKS;
    return (only ?? by) === by && !isFull && !(name === "make tag" && Object.keys(document).length > 3);
  });
  let left = random.below(kinds.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, name, make] of kinds) {
    left -= weight;
    if (left < 0) return [name, make];
  }
  throw new Error("the weights do not add up");
}

/** @returns {Operation} */
export function randomOperation(situation) {
  for (;;) {
    const [name, make] = kindFor(situation);
    const made = make(situation);
    if (made === undefined) continue;
    const { by, tag } = situation;
    const command = made.withoutTag ? made.command : [...(made.command ?? []), "--tag", tag];
    const call = made.withoutTag ? made.call : [made.call[0], { ...made.call[1], tag }];
    return { ...made, by, name, tag, command, call };
  }
}
