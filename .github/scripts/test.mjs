// All tests, by `npm test`. Independent of Trigate: no tool may be its own only judge.
// Usage: node .github/scripts/test.mjs [unit|native|contracts|red|e2e]...
// Ends with one line `N passed, N failed, N skipped` over all suites; leaves reports in out/reports.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { workTreeId } from "./work-tree-id.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const at = (...parts) => join(root, ...parts);
const isCi = process.env.CI === "true";
const reports = at("out", "reports");
const env = {
  ...process.env,
  PATH: [at("node_modules", ".bin"), at(".tools", "python", "bin"), process.env.PATH].join(delimiter),
};

/** Runs a command, shows what it prints, and gives its exit code with the printed text. */
function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"], ...options });
    let text = "";
    for (const [stream, target] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      stream.on("data", (chunk) => {
        text += chunk;
        target.write(chunk);
      });
    }
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? 1, text }));
  });
}

/** Counts of a suite. A suite that ended badly without a failed test has one failure: its own end. */
function counts({ passed, failed, skipped = 0 }, code, title) {
  if (passed + failed + skipped === 0) return { passed: 0, failed: 1, skipped: 0, note: `${title} ran no test` };
  if (code !== 0 && failed === 0) return { passed, failed: 1, skipped, note: `${title} ended with exit code ${code}` };
  return { passed, failed, skipped };
}

/** A suite that cannot run here: skipped with the reason, except in CI, where nothing is silently skipped. */
function unable(reason) {
  return isCi ? { passed: 0, failed: 1, skipped: 0, note: reason } : { passed: 0, failed: 0, skipped: 1, note: reason };
}

/** Says beside a report which content it is about, so that `trigate run` can take it in instead of testing again. */
function sign(report, { tree, code, durationMs, files }) {
  const sha256 = (file) =>
    createHash("sha256")
      .update(readFileSync(at(file)))
      .digest("hex");
  const produced = {
    version: 1,
    tree,
    exitCode: code,
    durationMs,
    reports: Object.fromEntries([report, ...files].map((file) => [file, sha256(file)])),
  };
  writeFileSync(at(`${report}.produced.json`), `${JSON.stringify(produced, null, 2)}\n`);
}

async function unit() {
  const report = "out/reports/vitest.json";
  const tree = workTreeId(root);
  const began = performance.now();
  rmSync(at(`${report}.produced.json`), { force: true });
  const args = ["run", "--coverage", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const { code } = await run(process.execPath, [at("node_modules/vitest/vitest.mjs"), ...args]);
  const durationMs = performance.now() - began;
  if (!existsSync(at(report))) return counts({ passed: 0, failed: 0 }, code, "vitest");
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(
    readFileSync(at(report), "utf8"),
  );
  if (existsSync(at("out/coverage/lcov.info")) && workTreeId(root) === tree)
    sign(report, { tree, code, durationMs, files: ["out/coverage/lcov.info"] });
  return counts(
    { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests },
    code,
    "vitest",
  );
}

async function native() {
  const built = await run(process.execPath, [at(".github/scripts/build.mjs"), "native"]);
  const folder = at("native/build/release");
  if (built.code !== 0 || !existsSync(join(folder, "CTestTestfile.cmake")))
    return unable("the C++ tests could not be built; see above for what is missing");
  const report = join(reports, "ctest.xml");
  rmSync(report, { force: true });
  const args = ["--test-dir", folder, "--output-on-failure", "--no-tests=error", "--output-junit", report];
  const { code } = await run("ctest", args);
  const junit = existsSync(report) ? readFileSync(report, "utf8") : "";
  const attribute = (name) => Number(new RegExp(`<testsuite [^>]*\\b${name}="(\\d+)"`).exec(junit)?.[1] ?? 0);
  const [failed, skipped] = [attribute("failures"), attribute("skipped") + attribute("disabled")];
  return counts({ passed: attribute("tests") - failed - skipped, failed, skipped }, code, "ctest");
}

async function contracts() {
  const { code, text } = await run(process.execPath, [at("node_modules/hardhat/dist/src/cli.js"), "test"], {
    cwd: at("contracts"),
  });
  const sum = (word) =>
    [...text.matchAll(new RegExp(`^\\s*(\\d+) ${word}\\b`, "gm"))].map(([, count]) => Number(count)).at(-1) ?? 0;
  return counts(
    { passed: sum("passing"), failed: sum("failing"), skipped: sum("(?:pending|skipped)") },
    code,
    "hardhat",
  );
}

/** A script of ours that ends with `N passed, N failed`. */
async function ownSuite(title, script) {
  const { code, text } = await run(process.execPath, [at(script)]);
  const [, passed = "0", failed = "0", skipped = "0"] =
    [...text.matchAll(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\s*$/gm)].at(-1) ?? [];
  return counts({ passed: Number(passed), failed: Number(failed), skipped: Number(skipped) }, code, title);
}

async function e2e() {
  const { chromiumHint, findChromium } = await import("./editor-host.mjs");
  if (!process.env.VSCODE_EXEC && findChromium() === undefined) return unable(chromiumHint);
  return ownSuite("the suite in VS Code", "extension/test/e2e/run.mjs");
}

const SUITES = {
  unit,
  native,
  contracts,
  red: () => ownSuite("the red fixtures", ".github/scripts/check-red.mjs"),
  e2e,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in SUITES));
if (unknown.length > 0) {
  console.error(`unknown suite ${unknown.join(", ")}; there are: ${Object.keys(SUITES).join(", ")}`);
  process.exit(2);
}
mkdirSync(reports, { recursive: true });
const results = [];
for (const [name, suite] of Object.entries(SUITES)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.log(`\n── ${name} ${"─".repeat(70 - name.length)}`);
  const began = performance.now();
  const result = await suite();
  results.push({ name, seconds: (performance.now() - began) / 1000, ...result });
}
console.log(
  `\n${"suite".padEnd(12)}${"passed".padStart(8)}${"failed".padStart(8)}${"skipped".padStart(9)}${"seconds".padStart(9)}`,
);
for (const { name, passed, failed, skipped, seconds, note } of results) {
  console.log(
    `${name.padEnd(12)}${String(passed).padStart(8)}${String(failed).padStart(8)}${String(skipped).padStart(9)}${seconds.toFixed(1).padStart(9)}${note === undefined ? "" : `  ${note}`}`,
  );
}
const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
writeFileSync(
  join(reports, "counts.json"),
  JSON.stringify({ passed: total("passed"), failed: total("failed"), skipped: total("skipped") }),
);
console.log(`\n${total("passed")} passed, ${total("failed")} failed, ${total("skipped")} skipped`);
process.exitCode = total("failed") > 0 ? 1 : 0;
