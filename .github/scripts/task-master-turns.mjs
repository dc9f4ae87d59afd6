// The real task-master-ai and Trigate take turns on one folder. After each of the random operations the file must parse for
// both, hold every field that the operation was not about, and show what it was about; and what task-master-ai's command line
// and its MCP server name as the next task must be what `trigate tasks next --rule cli|mcp` names, for every list.
// What task-master-ai changes by itself is written down in task-master-turns/habits.mjs and counted.
// Usage: node .github/scripts/task-master-turns.mjs [--seed 1] [--operations 200] [--package FOLDER] [--record FILE]
// Needs `node .github/scripts/build.mjs agent` first. Without --package (the folder of an installed task-master-ai) it installs
// 1.4 GB into a temporary folder and removes them again. Minutes.
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { taskMasterNext } from "../../agent/src/tasks/graph/task-master-rules.ts";
import { compare, describeDifference } from "./task-master-turns/document.mjs";
import { compareFaults } from "./task-master-turns/faults.mjs";
import { habitOf } from "./task-master-turns/habits.mjs";
import { showLosses } from "./task-master-turns/losses.mjs";
import { randomOperation } from "./task-master-turns/operations.mjs";
import { Trigate } from "./task-master-turns/ours.mjs";
import { randomFrom } from "./task-master-turns/random.mjs";
import { writeStart } from "./task-master-turns/start.mjs";
import { install, TaskMaster, VERSION } from "./task-master-turns/theirs.mjs";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    operations: { type: "string", default: "200" },
    package: { type: "string" },
    record: { type: "string" },
  },
});
/** A recording holds as many operations as the tests replay. */
const RECORDED = 60;
/** Every so many operations their command line is started as a process of its own. */
const COLD_EVERY = 20;
/** Every so many operations a list with faults is validated and repaired. */
const FAULTS_EVERY = 5;

const seed = Number(values.seed);
const random = randomFrom(seed);
const base = realpathSync(mkdtempSync(join(tmpdir(), "trigate-turns-")));
const root = join(base, "project");
const file = writeStart(root);
const theirs = new TaskMaster({ package: values.package ?? install(base), root, base });
const ours = new Trigate({ root, stateFolder: join(base, "state") });
const readText = () => readFileSync(file, "utf8");
const read = () => JSON.parse(readText());

const counts = new Map();
const write = (document) => writeFileSync(file, `${JSON.stringify(document, null, 2)}\n`);
const start = read();
const count = (what) => counts.set(what, (counts.get(what) ?? 0) + 1);
const failures = [];
const fail = (problem) => failures.push(problem);
const recorded = [];
let active = "master";
let kept = start;

/** Theirs stays within what it was asked for and its habits, ours within what it was asked for, to the letter. */
function judgeChange({ operation, before, after, refused }) {
  const renamed =
    refused || operation.renamed === undefined ? undefined : { tag: operation.tag, ids: operation.renamed };
  const isAsked = (difference) => !refused && operation.isAbout(difference);
  const unasked = (how) => compare(before, after, how).filter((difference) => !isAsked(difference));
  for (const difference of unasked({ renamed })) judgeUnasked(operation, difference);
  if (operation.by === "ours" && renamed === undefined)
    for (const difference of unasked({ exact: true }))
      fail(`${operation.title}, as written: ${describeDifference(difference)}`);
  if (!refused && !operation.isDone(after)) fail(`${operation.title}: it said it did, but did not`);
}

/** What nobody asked for is a habit of theirs, or a failure. */
function judgeUnasked(operation, difference) {
  const habit = operation.by === "theirs" ? habitOf(difference, operation) : undefined;
  if (habit === undefined) fail(`${operation.title}: ${describeDifference(difference)}`);
  else count(`habit: ${habit}`);
}

/** What must be refused is, what may not be is not, and ours writes nothing when it refuses. */
function judgeAnswer({ operation, answer, text }) {
  const { by, name, title, mustRefuse, mayRefuse } = operation;
  const refused = answer.refused !== undefined;
  count(`${by}: ${name}${refused ? ", refused" : ""}`);
  if (!refused) {
    if (mustRefuse) fail(`${title}: it should have refused`);
    return;
  }
  if (!mustRefuse && !mayRefuse) fail(`${title}: refused: ${answer.refused}`);
  if (by === "ours" && text !== readText()) fail(`${title}: refused, and wrote`);
}

async function compareNext({ operation, index, document }) {
  const answers = {};
  for (const tag of Object.keys(document)) {
    const cold = index % COLD_EVERY === 0 && tag === active;
    const real = { cli: await theirs.nextByCli(tag, cold), mcp: await theirs.nextByMcp(tag) };
    answers[tag] = real;
    for (const rule of ["cli", "mcp"]) {
      const rules = { rule: taskMasterNext(document[tag].tasks, rule) };
      if (tag === active) rules.command = await ours.next(tag, rule);
      for (const [where, mine] of Object.entries(rules)) {
        const agrees = mine === real[rule];
        count(`next --rule ${rule} (${where}): ${agrees ? "agrees" : "differs"}`);
        if (!agrees) fail(`${operation.title}: next of ${rule} in ${tag} is ${real[rule]}, ours ${mine}`);
      }
    }
    if (real.cli !== real.mcp) count("their two answers differ");
  }
  return answers;
}

/** One line a step, so that two recordings can be compared. */
function recordingOf(steps) {
  const lines = steps.map((step) => JSON.stringify(step)).join(",\n");
  return `{"version":"${VERSION}","seed":${seed},"start":${JSON.stringify(start)},"steps":[\n${lines}\n]}\n`;
}

/** A step for the tests that replay it: what ours was asked, the lists that changed, and their answers. */
function record({ operation, refused, document, next }) {
  const { by, name, tag, command } = operation;
  const names = [...new Set([...Object.keys(kept), ...Object.keys(document)])];
  const changed = names.filter((each) => JSON.stringify(kept[each]) !== JSON.stringify(document[each]));
  const lists = Object.fromEntries(changed.map((each) => [each, document[each] ?? null]));
  recorded.push({ by, name, tag, ...(by === "ours" ? { command, refused } : {}), lists, next });
  kept = document;
}

async function turn(index) {
  const before = read();
  const by = random.chance(50) ? "ours" : "theirs";
  const operation = randomOperation({ by, document: before, tag: active, random, serial: index });
  operation.title = `${index} ${by} ${by === "ours" ? operation.command.join(" ") : JSON.stringify(operation.call)}`;
  const text = readText();
  const answer = by === "ours" ? await ours.tasks(operation.command) : await theirs.mcp(...operation.call);
  const after = read();
  const refused = answer.refused !== undefined;
  judgeAnswer({ operation, answer, text });
  judgeChange({ operation, before, after, refused });
  if (!refused && operation.active !== undefined) active = operation.active;
  const next = await compareNext({ operation, index, document: after });
  judgeChange({
    operation: { ...operation, by: "theirs", name: "read", title: `${operation.title}, then next` },
    before: after,
    after: read(),
    refused: true,
  });
  record({ operation, refused, document: read(), next });
}

try {
  await theirs.start();
  const operations = Number(values.operations);
  for (let index = 1; index <= operations; index++) {
    await turn(index);
    if (index % FAULTS_EVERY === 0) await compareFaults({ theirs, ours, random, read, write, fail, count });
    if (failures.length > 20) break;
  }
  await showLosses({ theirs, start, read, write, fail, count });
} finally {
  await theirs.stop();
  if (values.record !== undefined) writeFileSync(values.record, recordingOf(recorded.slice(0, RECORDED)));
  rmSync(base, { recursive: true, force: true });
}
console.log(`task-master-ai ${VERSION} and Trigate, seed ${seed}: ${recorded.length} operations`);
for (const [what, times] of [...counts].toSorted(([a], [b]) => a.localeCompare(b))) console.log(`  ${what}: ${times}`);
for (const failure of failures) console.log(`FAILED ${failure}`);
console.log(failures.length === 0 ? "nothing lost, every answer the same" : `${failures.length} failures`);
process.exitCode = failures.length === 0 ? 0 : 1;
