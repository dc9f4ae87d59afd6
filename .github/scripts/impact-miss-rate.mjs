// How often the selection of tests misses one that fails, on a Python package that nobody of us wrote: one line after another
// is changed, all tests are run, and the failed ones are compared with those that would have been selected.
//
//   node .github/scripts/impact-miss-rate.mjs [PACKAGE==VERSION] [SOURCE FOLDER] [MUTATIONS] [SEED] [MINUTES]
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileOfTest } from "../../agent/src/core/impact.ts";
import { recordImpact, selectionNow } from "../../agent/src/runs/test-impact.ts";
import { sha256 } from "../../agent/src/platform/files.ts";

const [pinned = "click==8.1.8", source = "src", wanted = "200", seed = "1", minutes = "30"] = process.argv.slice(2);
const python = join(import.meta.dirname, "..", "..", ".tools", "python", "bin");
const work = mkdtempSync(join(tmpdir(), "trigate-impact-"));
const TIMEOUT_MS = 180_000;
/** Each swaps something that compiles for something else that compiles. */
const SWAPS = [
  [/ == /, " != "],
  [/ is not None/, " is None"],
  [/ is None/, " is not None"],
  [/ and /, " or "],
  [/ or /, " and "],
  [/\bTrue\b/, "False"],
  [/\bFalse\b/, "True"],
  [/ \+ /, " - "],
  [/ < /, " >= "],
  [/ > /, " <= "],
  [/\bnot /, ""],
  [/\breturn (?!None)\S.*$/, "return None"],
  [/ = (\d+)$/, " = $1 + 1"],
  [/ in /, " not in "],
  [/^(\s+)(?:self\.)?\w+ = \S.*[^([{,]$/, "$1pass"],
];

let state = Number(seed);
function random() {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
}

function filesBelow(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (/^(\.|__pycache__|.*\.egg-info)/.test(name)) return [];
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

/** Failed tests, by pytest's ids without parameters. */
function failures(root, ...more) {
  const env = {
    PATH: `${python}:/usr/bin:/bin`,
    PYTHONPATH: join(root, source),
    PYTHONDONTWRITEBYTECODE: "1",
    COVERAGE_FILE: join(work, ".coverage"),
  };
  const args = ["-q", "-rfE", "--tb=no", "-p", "no:cacheprovider", "-o", "addopts=", "-o", "filterwarnings=", ...more];
  const { stdout, status } = spawnSync(join(python, "pytest"), args, {
    cwd: root,
    env,
    encoding: "utf8",
    timeout: TIMEOUT_MS,
    maxBuffer: 1 << 28,
  });
  // It hung or did not even start: every test fails then, selected or not.
  if (status === null || status > 1) return undefined;
  return new Set([...stdout.matchAll(/^(?:FAILED|ERROR) (\S+?::[^\s[]+)/gm)].map(([, id]) => id));
}

/** All tests, as cases that passed. */
function collected(root) {
  const env = { PATH: `${python}:/usr/bin:/bin`, PYTHONPATH: join(root, source) };
  const args = ["--collect-only", "-q", "-o", "addopts=", "-o", "filterwarnings=", "-p", "no:cacheprovider"];
  const text = execFileSync(join(python, "pytest"), args, { cwd: root, env, encoding: "utf8", maxBuffer: 1 << 28 });
  return [...text.matchAll(/^(\S+?\.py)::(.*)$/gm)].map(([, file, id]) => ({
    file,
    name: id.replace(/\[.*$/s, "").replaceAll("::", " > "),
    status: "passed",
    durationMs: 0,
  }));
}

/** coverage.py's own data: its JSON with contexts takes hundreds of megabytes for a suite with many parameters. */
function* ranIn(file, root) {
  const data = new DatabaseSync(file, { readOnly: true });
  for (const { path, context, line } of linesAndJumps(data)) {
    const [, test = "", phase] = /^(.*)\|(setup|run|teardown)$/s.exec(context) ?? [];
    yield { file: relative(root, path), line, test, setUp: phase === "setup" };
  }
  data.close();
}

function* linesAndJumps(data) {
  const rows = data.prepare(
    "select path, context, numbits from line_bits join file on file.id = file_id join context on context.id = context_id",
  );
  for (const { path, context, numbits } of rows.iterate())
    for (const line of setBits(numbits)) yield { path, context, line };
  // With branches, it keeps jumps in place of lines; negative numbers stand for the ends of functions.
  const jumps = data.prepare(
    "select distinct path, context, tono as line from arc join file on file.id = file_id join context on context.id = context_id where tono > 0",
  );
  yield* jumps.iterate();
}

function* setBits(bytes) {
  for (const [index, byte] of bytes.entries())
    for (let bit = 0; bit < 8; bit++) if (byte & (1 << bit)) yield index * 8 + bit;
}

try {
  execFileSync(join(python, "pip"), ["download", "--quiet", "--no-deps", "--no-binary", ":all:", pinned, "-d", work], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const archive = readdirSync(work).find((name) => name.endsWith(".tar.gz"));
  execFileSync("tar", ["xzf", archive], { cwd: work });
  const root = join(work, archive.replace(/\.tar\.gz$/, ""));
  const snapshot = () => ({
    files: filesBelow(root).map((path) => ({ path: relative(root, path), hash: sha256(readFileSync(path)) })),
    tree: "",
    dirty: true,
    commit: undefined,
  });
  const inputs = () => ({
    root,
    stateFolder: join(work, "state"),
    checkId: "pytest",
    settings: "",
    snapshot: snapshot(),
  });

  const broken = failures(root, `--cov=${source}`, "--cov-context=test", "--cov-report=");
  if (broken === undefined) throw new Error("the tests do not run at all");
  const problem = await recordImpact(inputs(), { ran: ranIn(join(work, ".coverage"), root), tests: collected(root) });
  if (problem !== undefined) throw new Error(problem);
  const { map } = await selectionNow(inputs());

  const places = Object.keys(map.files)
    .filter((path) => path.startsWith(`${source}/`))
    .flatMap((path) => {
      const lines = readFileSync(join(root, path), "utf8").split("\n");
      return lines.flatMap((line, index) =>
        SWAPS.filter(([what]) => !/^\s*(#|"""|@|import |from )/.test(line) && what.test(line)).map(([what, by]) => ({
          path,
          index,
          line: line.replace(what, by),
        })),
      );
    });
  const sum = {
    mutations: 0,
    killed: 0,
    all: 0,
    failed: 0,
    missed: 0,
    mutationsMissed: 0,
    lost: 0,
    run: 0,
    tests: map.tests.length,
  };
  const began = performance.now();
  while (sum.mutations < Number(wanted) && places.length > 0 && performance.now() - began < Number(minutes) * 60_000) {
    const [{ path, index, line }] = places.splice(Math.floor(random() * places.length), 1);
    const before = readFileSync(join(root, path), "utf8");
    const lines = before.split("\n");
    const was = lines[index];
    lines[index] = line;
    writeFileSync(join(root, path), lines.join("\n"));
    const selection = await selectionNow(inputs());
    const found = failures(root);
    writeFileSync(join(root, path), before);
    sum.mutations++;
    sum.all += selection.all ? 1 : 0;
    sum.run += selection.all ? sum.tests : selection.tests.length;
    if (found === undefined) {
      sum.killed++;
      sum.lost += !selection.all && selection.tests.length === 0 ? 1 : 0;
      continue;
    }
    const failed = [...found].filter((id) => !broken.has(id));
    const isSelected = (id) =>
      selection.all || selection.tests.includes(id) || selection.testFiles.includes(fileOfTest(id));
    const missed = failed.filter((id) => !isSelected(id));
    sum.killed += failed.length > 0 ? 1 : 0;
    sum.failed += failed.length;
    sum.missed += missed.length;
    sum.mutationsMissed += missed.length > 0 ? 1 : 0;
    sum.lost += failed.length > 0 && missed.length === failed.length ? 1 : 0;
    if (missed.length > 0)
      console.log(
        `missed ${missed.length} of ${failed.length} at ${path}:${index + 1}: ${was.trim()} → ${line.trim()}: ${missed.slice(0, 3).join(", ")}`,
      );
  }
  const percent = (part, whole) => `${part} of ${whole} (${whole === 0 ? "-" : ((100 * part) / whole).toFixed(2)} %)`;
  console.log(`${pinned}: ${sum.mutations} changes of one line, ${sum.killed} of them make a test fail, ${sum.tests} tests
failed tests that were not selected: ${percent(sum.missed, sum.failed)}
changes of which some failed test was not selected: ${percent(sum.mutationsMissed, sum.killed)}; of which none was: ${percent(sum.lost, sum.killed)}
tests run: ${percent(sum.run, sum.mutations * sum.tests)}; all of them for ${percent(sum.all, sum.mutations)} of the changes`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
