import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseNodeTest } from "../../../agent/src/checkers/test/node-test/parse.ts";
import { REPORTER } from "../../../agent/src/checkers/test/node-test/reporter.ts";
import { readTrace, startNotice } from "../../../agent/src/checkers/test/node-test/test-trace.ts";
import { readTextIfThere, toWorkspacePath } from "../../../agent/src/platform/files.ts";
import { recordInputs } from "../../../agent/src/runs/test-impact.ts";
import { scripts, unpacked } from "./scripts.mjs";

const PACKAGE = "find-my-way@9.10.1";
/** What its tests load besides its own dependencies. */
const FOR_TESTS = ["proxyquire@2", "rfdc@1"];

/** A router whose tests run with node:test, by V8's coverage of each test file's process. */
export function nodeTestSubject({ work, timeoutMs }) {
  const root = unpacked(PACKAGE, work);
  // npm resolves also what it does not install, and not all of that need be there.
  const { devDependencies: _tools, ...manifest } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  writeFileSync(join(root, "package.json"), JSON.stringify(manifest));
  const install = ["install", "-s", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts"];
  execFileSync("npm", [...install, ...FOR_TESTS], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  const trace = join(work, "trace");

  /** Test files that failed, relative to the root. */
  function failures({ more = [], env = {} } = {}) {
    const events = join(work, "events.ndjson");
    rmSync(events, { force: true });
    const args = ["--test", `--test-reporter=${REPORTER}`, `--test-reporter-destination=${events}`, ...more];
    spawnSync(process.execPath, [...args, "test/**/*.test.js"], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: "ignore",
      timeout: timeoutMs,
      killSignal: "SIGKILL",
    });
    const placed = (path) => relative(root, path);
    const { tests, problems } = parseNodeTest(readFileSync(events, "utf8"), { placed, scriptsAreTests: true });
    if (problems.length > 0) return undefined;
    return new Set(tests.filter(({ status }) => status === "failed").map(({ file }) => file));
  }

  return {
    ...scripts(/^(index|lib\/.*)\.js$/),
    name: PACKAGE,
    root,
    failures: () => failures(),
    async record(inputs) {
      mkdirSync(trace);
      const broken = failures({ more: [`--import=${startNotice(trace)}`], env: { NODE_V8_COVERAGE: trace } });
      const testInputs = await readTrace({
        names: readdirSync(trace),
        read: (name) => readTextIfThere(join(trace, name)),
        placed: (path) => toWorkspacePath(root, path),
        textOf: (path) => readTextIfThere(join(root, path)),
      });
      if (testInputs === undefined) return { broken, problem: "Node told nothing of its test files" };
      return { broken, problem: await recordInputs(inputs(), { testInputs, tests: [] }) };
    },
  };
}
