// How often the selection of tests misses one that fails, on packages that nobody of us wrote: one line after another is
// changed, all tests are run, and the failed ones are compared with those that would have been selected.
//
//   node .github/scripts/impact-miss-rate.mjs [PACKAGE==VERSION of PyPI] [SOURCE FOLDER] [MUTATIONS] [SEED] [MINUTES]
//   node .github/scripts/impact-miss-rate.mjs node-test "" [MUTATIONS] [SEED] [MINUTES]
//   node .github/scripts/impact-miss-rate.mjs vitest [zod | FOLDER OF agent/src,...] [MUTATIONS] [SEED] [MINUTES]
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileOfTest } from "../../agent/src/core/impact.ts";
import { sha256 } from "../../agent/src/platform/files.ts";
import { selectionNow } from "../../agent/src/runs/test-impact.ts";
import { nodeTestSubject } from "./impact-subjects/node-test.mjs";
import { pytestSubject } from "./impact-subjects/pytest.mjs";
import { vitestSubject } from "./impact-subjects/vitest.mjs";

const [tool = "click==8.1.8", source = "src", wanted = "200", seed = "1", minutes = "30"] = process.argv.slice(2);
const repository = join(import.meta.dirname, "..", "..");
const work = mkdtempSync(join(tmpdir(), "trigate-impact-"));
const LEFT_OUT = /(^|\/)(\.[^/]*|__pycache__|node_modules|[^/]*\.egg-info)(\/|$)/;

let state = Number(seed);
function random() {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
}

function subjectOf() {
  const common = { repository, work, timeoutMs: 180_000 };
  if (tool === "vitest") return vitestSubject({ ...common, what: source });
  return tool === "node-test" ? nodeTestSubject(common) : pytestSubject({ ...common, what: tool, source });
}

function snapshotOf(root) {
  const files = readdirSync(root, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => !LEFT_OUT.test(relative(root, path)));
  return {
    files: files.map((path) => ({ path: relative(root, path), hash: sha256(readFileSync(path)) })),
    tree: "",
    dirty: true,
    commit: undefined,
  };
}

function placesIn({ root, swaps, isLeftAlone }, path) {
  return readFileSync(join(root, path), "utf8")
    .split("\n")
    .flatMap((line, index) =>
      swaps
        .filter(([from]) => !isLeftAlone(line) && from.test(line))
        .map(([from, by]) => ({ path, index, line: line.replace(from, by) })),
    );
}

/** What the selection says of one changed line, and which tests fail with it. */
async function tried({ root, failures }, inputs, { path, index, line }) {
  const before = readFileSync(join(root, path), "utf8");
  const changed = before.split("\n").with(index, line).join("\n");
  writeFileSync(join(root, path), changed);
  try {
    return { selection: await selectionNow(inputs()), found: failures() };
  } finally {
    writeFileSync(join(root, path), before);
  }
}

try {
  const subject = subjectOf();
  const { name, root } = subject;
  const inputs = () => ({
    root,
    stateFolder: join(work, "state"),
    checkId: "tests",
    settings: "",
    snapshot: snapshotOf(root),
  });
  const { broken, problem } = await subject.record(inputs);
  if (broken === undefined) throw new Error("the tests do not run at all");
  if (problem !== undefined) throw new Error(problem);
  const { map } = await selectionNow(inputs());
  const total = new Set([...map.tests, ...map.always]).size;
  console.log(`${total} tests, ${broken.size} broken before, ${map.always.length} run always`);

  const places = subject.sources(map).flatMap((path) => placesIn(subject, path));
  const sum = { changes: 0, killed: 0, all: 0, failed: 0, missed: 0, changesMissed: 0, lost: 0, run: 0, hung: 0 };
  const began = performance.now();
  while (sum.changes < Number(wanted) && places.length > 0 && performance.now() - began < Number(minutes) * 60_000) {
    const [place] = places.splice(Math.floor(random() * places.length), 1);
    const { selection, found } = await tried(subject, inputs, place);
    const chosen = new Set(selection.all ? [] : [...selection.tests, ...selection.testFiles]);
    const isSelected = (id) => selection.all || chosen.has(id) || chosen.has(fileOfTest(id));
    sum.changes++;
    sum.all += Number(selection.all);
    sum.run += selection.all ? total : chosen.size;
    if (found === undefined) {
      // It hung, or nothing could even start: every test fails then, and whatever was selected shows it.
      sum.hung++;
      sum.lost += Number(!selection.all && chosen.size === 0);
      continue;
    }
    const failed = [...found].filter((id) => !broken.has(id));
    const missed = failed.filter((id) => !isSelected(id));
    sum.killed += Number(failed.length > 0);
    sum.failed += failed.length;
    sum.missed += missed.length;
    sum.changesMissed += Number(missed.length > 0);
    sum.lost += Number(failed.length > 0 && missed.length === failed.length);
    if (missed.length > 0)
      console.log(
        `missed ${missed.length} of ${failed.length} at ${place.path}:${place.index + 1}: ${place.line.trim()}: ${missed.slice(0, 3).join(", ")}`,
      );
  }
  const percent = (part, whole) => `${part} of ${whole} (${whole === 0 ? "-" : ((100 * part) / whole).toFixed(2)} %)`;
  console.log(`${name}: ${sum.changes} changes of one line, ${sum.killed} of them make a test fail, ${sum.hung} let none run
failed tests that were not selected: ${percent(sum.missed, sum.failed)}
changes of which some failed test was not selected: ${percent(sum.changesMissed, sum.killed)}; of which none was: ${percent(sum.lost, sum.killed + sum.hung)}
tests run: ${percent(sum.run, sum.changes * total)}; all of them for ${percent(sum.all, sum.changes)} of the changes`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
