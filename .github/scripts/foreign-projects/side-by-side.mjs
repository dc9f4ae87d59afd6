// What the comparisons on foreign projects share: running things, running Trigate, putting answers side by side.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, join } from "node:path";

export const repository = join(import.meta.dirname, "..", "..", "..");
/** A tool of this repository's Python environment. */
export const wheel = (name) => join(repository, ".tools", "python", "bin", name);
const trigateBin = join(repository, "agent", "bin", "trigate.mjs");

const rows = [];

/** Runs a command without a shell. `ok` names the exit codes that are no failure of the script. */
export function run(argv, { cwd, env = {}, ok, input = "" }) {
  const [command, ...args] = argv;
  const PATH = [join(repository, "node_modules", ".bin"), process.env.PATH].join(delimiter);
  const options = { cwd, encoding: "utf8", maxBuffer: 512e6, input, env: { ...process.env, PATH, ...env } };
  const { status, stdout, stderr, error } = spawnSync(command, args, options);
  if (error) throw error;
  if (ok !== undefined && !ok.includes(status))
    throw new Error([`${argv.join(" ")} ended with ${status}:`, String(stderr), String(stdout)].join("\n"));
  return { status, stdout, stderr };
}

/** Everything is committed, so that Trigate sees it as it came, and anything that a tool changes shows. */
export function commit(root, message = "as it came") {
  const author = ["-c", "user.name=x", "-c", "user.email=x@localhost"];
  for (const args of [
    ["init", "-q"],
    ["add", "-A"],
    [...author, "commit", "-qm", message],
  ])
    run(["git", ...args], { cwd: root, ok: [0] });
}

/** `trigate init` as a newcomer would call it; then `change` may set what a project needs, such as a compiler's flag. */
export function init(root, { state }) {
  run([process.execPath, trigateBin, "init", "--force"], { cwd: root, env: { TRIGATE_STATE_DIR: state }, ok: [0] });
  return readFileSync(join(root, "trigate.yaml"), "utf8");
}

export function trigate(root, { state, env = {} }) {
  const argv = [process.execPath, trigateBin, "run", "--trust", "--json"];
  const { stdout, stderr } = run(argv, { cwd: root, env: { TRIGATE_STATE_DIR: state, ...env } });
  if (!stdout.startsWith("{")) throw new Error(stderr);
  const report = JSON.parse(stdout);
  if (report.error !== undefined) throw new Error(report.error.message);
  for (const { id, status, message } of report.stages.flatMap(({ checks }) => checks))
    console.error(`    ${status.padEnd(8)} ${id.padEnd(16)} ${message.split("\n")[0].slice(0, 110)}`);
  return report;
}

/** Puts both answers side by side; sets are compared whole and shown by their size. */
export function compare(project, what, { byHand, byTrigate }) {
  const show = (value) => (Array.isArray(value) ? `${value.length}` : JSON.stringify(value));
  const same = JSON.stringify(byHand) === JSON.stringify(byTrigate);
  rows.push({ same });
  console.log(
    `${same ? "same     " : "DIFFERENT"} ${project.padEnd(26)} ${what.padEnd(30)} by hand ${show(byHand)}, by Trigate ${show(byTrigate)}`,
  );
  if (same || !Array.isArray(byHand)) return;
  console.log(
    `          only by hand:    ${byHand
      .filter((item) => !byTrigate.includes(item))
      .slice(0, 5)
      .join("; ")}`,
  );
  console.log(
    `          only by Trigate: ${byTrigate
      .filter((item) => !byHand.includes(item))
      .slice(0, 5)
      .join("; ")}`,
  );
}

/** Nothing in the project may have changed. */
export function compareFiles(project, root) {
  const { stdout } = run(["git", "status", "--porcelain"], { cwd: root, ok: [0] });
  compare(project, "files changed", { byHand: "", byTrigate: stdout });
}

export function summary() {
  const different = rows.filter(({ same }) => !same).length;
  console.log(`\n${rows.length - different} passed, ${different} failed`);
  return different === 0;
}

const checkOf = (report, id) => report.stages.flatMap(({ checks }) => checks).find((check) => check.id === id);

/** The findings of a check, each as one text. A check that could not look gives its message, which equals nothing. */
export function findingsOf(report, id, text) {
  const check = checkOf(report, id);
  if (check === undefined || check.status === "errored") return [`${id} is errored: ${check?.message ?? "not there"}`];
  return report.findings
    .filter((finding) => finding.check === id)
    .map(text)
    .toSorted();
}

export const place = ({ file, range, rule }) => `${file}:${range?.start.line}:${range?.start.column} ${rule}`;

export function countsOf(report, id) {
  const cases = report.tests.cases.filter((testCase) => testCase.check === id);
  const count = (status) => cases.filter((testCase) => testCase.status === status).length;
  return { passed: count("passed"), failed: count("failed"), skipped: count("skipped") };
}

/** The largest value of a metric's gate, as judged. */
export function actualOf(report, metric) {
  return report.stages.flatMap(({ gates }) => gates).find((gate) => gate.metric === metric)?.actual;
}
