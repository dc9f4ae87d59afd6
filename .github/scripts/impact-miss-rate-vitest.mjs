// How often the selection of Vitest's test files misses one that fails: one line after another is changed, all tests are run,
// and the test files that failed are compared with those that would have been selected.
//
//   node .github/scripts/impact-miss-rate-vitest.mjs [zod | FOLDER OF agent/src,...] [MUTATIONS] [SEED] [MINUTES]
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { moduleReporter } from "../../agent/src/checkers/test/vitest/module-reporter.ts";
import { readTestInputs } from "../../agent/src/checkers/test/vitest/test-inputs.ts";
import { readTextIfThere, sha256, toWorkspacePath } from "../../agent/src/platform/files.ts";
import { recordInputs, selectionNow } from "../../agent/src/runs/test-impact.ts";

const [what = "zod", wanted = "60", seed = "1", minutes = "15"] = process.argv.slice(2);
const repository = join(import.meta.dirname, "..", "..");
const work = mkdtempSync(join(tmpdir(), "trigate-impact-"));
const TIMEOUT_MS = 180_000;
/** Each swaps something that compiles for something else that compiles. */
const SWAPS = [
  [/ === /, " !== "],
  [/ !== /, " === "],
  [/ && /, " || "],
  [/ \|\| /, " && "],
  [/\btrue\b/, "false"],
  [/\bfalse\b/, "true"],
  [/ \+ /, " - "],
  [/ < (?=[\w(])/, " >= "],
  [/ > (?=[\w(])/, " <= "],
  [/\breturn (?!undefined)[^;{(]+;$/, "return undefined;"],
  [/ = (\d+);$/, " = $1 + 1;"],
];

let state = Number(seed);
function random() {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
}

/** Puts the sources and their configuration into `root`; gives the globs of the tests and the folder that is mutated. */
function prepare(root) {
  if (what === "zod") {
    const { version } = JSON.parse(readFileSync(join(repository, "node_modules/zod/package.json"), "utf8"));
    execFileSync("npm", ["pack", "-s", `zod@${version}`], { cwd: work });
    execFileSync("tar", ["xzf", `zod-${version}.tgz`], { cwd: work });
    // The tests name the package as its users do; here the name has to lead to its sources.
    const source = (path) => join(root, "src", path);
    const names = {
      "zod/v4-mini": "v4-mini/index.ts",
      "zod/v4/core": "v4/core/index.ts",
      "zod/v4/mini": "v4/mini/index.ts",
    };
    const more = { "zod/v4/locales": "v4/locales/index.ts", "zod/mini": "v4/mini/index.ts", "zod/v4": "v4/index.ts" };
    return {
      name: `zod ${version}`,
      mutated: /^src\/v4\/(core|mini)\/(?!tests\/).*\.ts$/,
      include: ["core", "mini"].map((part) => `src/v4/${part}/tests/**/*.test.ts`),
      alias: [...Object.entries({ ...names, ...more }), ["zod", "index.ts"]].map(([find, path]) => [
        find,
        source(path),
      ]),
    };
  }
  cpSync(join(repository, "agent", "src"), join(root, "src"), { recursive: true });
  const folders = what.split(",");
  return {
    name: folders.map((folder) => `agent/src/${folder}`).join(", "),
    mutated: new RegExp(`^src/(${folders.join("|")})/(?!.*(test\\.ts$|testing/|testdata/)).*\\.ts$`),
    include: folders.map((folder) => `src/${folder}/**/*.test.ts`),
    alias: [],
  };
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => !path.includes("/node_modules/"));
}

/** Test files that failed, relative to the root; `undefined` when the run hung or wrote no report. */
function failures(root, ...more) {
  const report = join(work, "report.json");
  rmSync(report, { force: true });
  const program = join(repository, "node_modules", "vitest", "vitest.mjs");
  spawnSync(process.execPath, [program, "run", "--reporter=json", `--outputFile.json=${report}`, ...more], {
    cwd: root,
    stdio: "ignore",
    timeout: TIMEOUT_MS,
    killSignal: "SIGKILL",
  });
  try {
    const { testResults } = JSON.parse(readFileSync(report, "utf8"));
    return new Set(testResults.filter(({ status }) => status === "failed").map(({ name }) => relative(root, name)));
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

try {
  const root = join(work, "package");
  const { name, mutated, include, alias } = prepare(root);
  symlinkSync(join(repository, "node_modules"), join(root, "node_modules"));
  const resolve = { alias: alias.map(([find, replacement]) => ({ find, replacement })) };
  const config = `const exact = ({ find, replacement }) => ({ find: new RegExp("^" + find + "$"), replacement });
export default { resolve: { alias: ${JSON.stringify(resolve.alias)}.map(exact) }, test: { include: ${JSON.stringify(include)} } };
`;
  writeFileSync(join(root, "vitest.config.mjs"), config);
  const inputs = () => ({
    root,
    stateFolder: join(work, "state"),
    checkId: "vitest",
    settings: "",
    snapshot: {
      files: filesBelow(root).map((path) => ({ path: relative(root, path), hash: sha256(readFileSync(path)) })),
      tree: "",
      dirty: true,
      commit: undefined,
    },
  });
  const modules = join(work, "modules.json");
  const reporter = join(work, "module-reporter.mjs");
  writeFileSync(reporter, moduleReporter(modules));
  const broken = failures(root, `--reporter=${reporter}`)?.union(
    failures(root, "--no-isolate", "--pool=threads") ?? new Set(),
  );
  if (broken === undefined) throw new Error("the tests do not run at all");
  const testInputs = await readTestInputs(readFileSync(modules, "utf8"), {
    placed: (path) => toWorkspacePath(root, path),
    textOf: (path) => readTextIfThere(join(root, path)),
  });
  if (testInputs === undefined) throw new Error("Vitest told nothing of its modules");
  const problem = await recordInputs(inputs(), { testInputs, tests: [] });
  if (problem !== undefined) throw new Error(problem);
  const { map } = await selectionNow(inputs());
  console.log(`${map.tests.length} test files, ${broken.size} broken before, ${map.always.length} run always`);

  const places = Object.keys(map.loaded)
    .filter((path) => mutated.test(path))
    .flatMap((path) =>
      readFileSync(join(root, path), "utf8")
        .split("\n")
        .flatMap((line, index) =>
          SWAPS.filter(
            ([swap]) => !/^\s*(\/\/|\*|\/\*|import |export type|type |interface )/.test(line) && swap.test(line),
          ).map(([swap, by]) => ({ path, index, line: line.replace(swap, by) })),
        ),
    );
  const sum = { mutations: 0, killed: 0, all: 0, failed: 0, missed: 0, changesMissed: 0, lost: 0, run: 0, hung: 0 };
  const began = performance.now();
  while (sum.mutations < Number(wanted) && places.length > 0 && performance.now() - began < Number(minutes) * 60_000) {
    const [{ path, index, line }] = places.splice(Math.floor(random() * places.length), 1);
    const before = readFileSync(join(root, path), "utf8");
    const lines = before.split("\n");
    lines[index] = line;
    writeFileSync(join(root, path), lines.join("\n"));
    const selection = await selectionNow(inputs());
    // Without a fresh world for each file they are several times as fast; what was broken before was so either way.
    const found = failures(root, "--no-isolate", "--pool=threads");
    writeFileSync(join(root, path), before);
    const selected = selection.all ? map.tests : [...selection.tests, ...selection.testFiles];
    sum.mutations++;
    sum.all += selection.all ? 1 : 0;
    sum.run += selected.length;
    if (found === undefined) {
      sum.hung++;
      continue;
    }
    const failed = [...found].filter((test) => !broken.has(test));
    const missed = failed.filter((test) => !selected.includes(test));
    sum.killed += failed.length > 0 ? 1 : 0;
    sum.failed += failed.length;
    sum.missed += missed.length;
    sum.changesMissed += missed.length > 0 ? 1 : 0;
    sum.lost += failed.length > 0 && missed.length === failed.length ? 1 : 0;
    if (missed.length > 0) console.log(`missed ${missed.join(", ")} at ${path}:${index + 1}: ${line.trim()}`);
  }
  const percent = (part, whole) => `${part} of ${whole} (${whole === 0 ? "-" : ((100 * part) / whole).toFixed(2)} %)`;
  console.log(`${name}: ${sum.mutations} changes of one line, ${sum.killed} of them make a test file fail, ${sum.hung} hang
failed test files that were not selected: ${percent(sum.missed, sum.failed)}
changes of which some failed test file was not selected: ${percent(sum.changesMissed, sum.killed)}; of which none was: ${percent(sum.lost, sum.killed)}
test files run: ${percent(sum.run, sum.mutations * map.tests.length)}; all of them for ${percent(sum.all, sum.mutations)} of the changes`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
