// Trigate on projects that we did not write, beside their tools run by hand: the same findings, the same test counts?
// Brings a Python and a TypeScript project from PyPI and npm to a temporary folder. Usage: node .github/scripts/foreign-projects.mjs
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, relative } from "node:path";

const repository = join(import.meta.dirname, "..", "..");
const bin = (name) => join(repository, ".tools", "python", "bin", name);
const scratch = mkdtempSync(join(tmpdir(), "trigate-foreign-"));
const rows = [];

function run(argv, { cwd, env = {} }) {
  const [command, ...args] = argv;
  const PATH = [join(repository, "node_modules", ".bin"), process.env.PATH].join(delimiter);
  const options = { cwd, encoding: "utf8", maxBuffer: 256e6, env: { ...process.env, PATH, ...env } };
  const { status, stdout, stderr, error } = spawnSync(command, args, options);
  if (error) throw error;
  return { status, stdout, stderr };
}

/** Everything is committed, so that Trigate sees it as it came, and anything that a tool changes shows. */
function commit(root) {
  for (const args of [
    ["init", "-q"],
    ["add", "-A"],
    ["-c", "user.name=x", "-c", "user.email=x@localhost", "commit", "-qm", "as it came"],
  ])
    run(["git", ...args], { cwd: root });
}

function trigate(root, env) {
  const state = { TRIGATE_STATE_DIR: join(scratch, "state"), ...env };
  const { stdout, stderr } = run(
    [process.execPath, join(repository, "agent/bin/trigate.mjs"), "run", "--trust", "--json"],
    { cwd: root, env: state },
  );
  if (!stdout.startsWith("{")) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** Puts both answers side by side; sets are compared whole and shown by their size. */
function compare(project, what, { byHand, byTrigate }) {
  const show = (value) => (Array.isArray(value) ? `${value.length}` : JSON.stringify(value));
  const same = JSON.stringify(byHand) === JSON.stringify(byTrigate);
  rows.push({ project, what, byHand: show(byHand), byTrigate: show(byTrigate), same });
}

const place = ({ file, range, rule }) => `${file}:${range?.start.line}:${range?.start.column} ${rule}`;
const findingsOf = (report, check) =>
  report.findings
    .filter((finding) => finding.check === check)
    .map(place)
    .toSorted();
const countsOf = (report, check) => {
  const cases = report.tests.cases.filter((testCase) => testCase.check === check);
  const count = (status) => cases.filter((testCase) => testCase.status === status).length;
  return { passed: count("passed"), failed: count("failed"), skipped: count("skipped") };
};

function python() {
  run([bin("python"), "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", "click==8.3.1"], {
    cwd: scratch,
  });
  run(["tar", "xzf", "click-8.3.1.tar.gz"], { cwd: scratch });
  const root = join(scratch, "click-8.3.1");
  const env = { PYTHONPATH: join(root, "src") };
  // An extra rule set, so that there is something to find in a clean project.
  const select = ["--extend-select", "N,D,ANN"];
  // Its tests are older than our pytest, and it takes warnings for errors.
  const quiet = ["-W", "ignore::pytest.PytestRemovedIn10Warning"];
  writeFileSync(
    join(root, "trigate.yaml"),
    [
      "version: 1",
      "checks:",
      `  ruff: { args: ${JSON.stringify(select)} }`,
      `  pytest: { env: [PYTHONPATH], args: ${JSON.stringify(quiet)} }`,
      "",
    ].join("\n"),
  );
  symlinkSync(join(repository, ".tools"), join(root, ".tools"));
  writeFileSync(join(root, ".gitignore"), ".tools\n__pycache__\n.pytest_cache\n.ruff_cache\n");
  commit(root);
  const report = trigate(root, env);
  const ruff = run([bin("ruff"), "check", "--no-fix", "--no-cache", "--output-format", "json", ...select], {
    cwd: root,
  });
  const byHand = JSON.parse(ruff.stdout).map(
    ({ filename, location, code }) => `${relative(root, filename)}:${location.row}:${location.column} ${code}`,
  );
  compare("click 8.3.1", "ruff findings", { byHand: byHand.toSorted(), byTrigate: findingsOf(report, "ruff") });
  const pytest = run([bin("python"), "-m", "pytest", "-q", "-p", "no:cacheprovider", ...quiet], { cwd: root, env });
  const word = (name) =>
    Number(new RegExp(`(\\d+) ${name}`).exec(pytest.stdout.trim().split("\n").at(-1) ?? "")?.[1] ?? 0);
  compare("click 8.3.1", "pytest tests", {
    byHand: { passed: word("passed"), failed: word("failed"), skipped: word("skipped") + word("xfailed") },
    byTrigate: countsOf(report, "pytest"),
  });
  compare("click 8.3.1", "files changed", {
    byHand: "",
    byTrigate: run(["git", "status", "--porcelain"], { cwd: root }).stdout,
  });
}

function typescript() {
  const { version } = JSON.parse(readFileSync(join(repository, "node_modules/zod/package.json"), "utf8"));
  run(["npm", "pack", "-s", `zod@${version}`], { cwd: scratch });
  run(["tar", "xzf", readdirSync(scratch).find((name) => name.startsWith("zod-")) ?? ""], { cwd: scratch });
  const root = join(scratch, "package");
  symlinkSync(join(repository, "node_modules"), join(root, "node_modules"));
  writeFileSync(
    join(root, "vitest.config.mjs"),
    'export default { test: { include: ["src/v4/core/tests/**/*.test.ts", "src/v4/mini/tests/**/*.test.ts"] } };\n',
  );
  writeFileSync(join(root, ".gitignore"), "node_modules\n");
  writeFileSync(
    join(root, "trigate.yaml"),
    ["version: 1", "checks:", '  oxlint: { files: ["src/v4/**/*.ts"], fixes: none }', "  vitest: {}", ""].join("\n"),
  );
  commit(root);
  const report = trigate(root, {});
  const oxlint = run(["oxlint", "--format", "json", "src/v4"], { cwd: root });
  const vitestReport = join(scratch, "vitest.json");
  const diagnostics = JSON.parse(oxlint.stdout.slice(oxlint.stdout.indexOf("{"))).diagnostics;
  compare(`zod ${version}`, "oxlint findings", {
    byHand: diagnostics.map(({ filename }) => filename).toSorted(),
    byTrigate: report.findings
      .filter(({ check }) => check === "oxlint")
      .map(({ file }) => file)
      .toSorted(),
  });
  run(["vitest", "run", "--reporter=json", `--outputFile=${vitestReport}`], { cwd: root });
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(
    readFileSync(vitestReport, "utf8"),
  );
  compare(`zod ${version}`, "vitest tests", {
    byHand: { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests },
    byTrigate: countsOf(report, "vitest"),
  });
  compare(`zod ${version}`, "files changed", {
    byHand: "",
    byTrigate: run(["git", "status", "--porcelain"], { cwd: root }).stdout,
  });
}

try {
  python();
  typescript();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
for (const { project, what, byHand, byTrigate, same } of rows) {
  console.log(
    `${same ? "same     " : "DIFFERENT"} ${project.padEnd(14)} ${what.padEnd(16)} by hand ${byHand}, by Trigate ${byTrigate}`,
  );
}
const different = rows.filter(({ same }) => !same).length;
console.log(`\n${rows.length - different} passed, ${different} failed`);
process.exitCode = different > 0 ? 1 : 0;
