// @mswjs/interceptors: its npm package carries its TypeScript sources with their tests, but not the configuration.
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parse, stringify } from "yaml";
import { commit, compare, compareFiles, countsOf, findingsOf, init, place, run, trigate } from "./side-by-side.mjs";

const VERSION = "0.45.12";
const PROJECT = `interceptors ${VERSION} (TypeScript)`;
/** Tools for its release, its browsers and its commits, which no check needs. */
const NOT_NEEDED = /tsdown|playwright|miniflare|commit|ossjs|publint|git-hooks|cz-/;

export function typescript(scratch, state) {
  run(["npm", "pack", "-s", `@mswjs/interceptors@${VERSION}`], { cwd: scratch, ok: [0] });
  const archive = readdirSync(scratch).find((name) => name.startsWith("mswjs-interceptors-")) ?? "";
  run(["tar", "xzf", archive], { cwd: scratch, ok: [0] });
  const root = join(scratch, "interceptors");
  renameSync(join(scratch, "package"), root);
  prepare(root);
  const proposal = parse(init(root, { state }));
  proposal.checks.oxlint = { ...proposal.checks.oxlint, fixes: "none" };
  proposal.checks.vitest = { ...proposal.checks.vitest, coverage: "coverage/lcov.info" };
  writeFileSync(join(root, "trigate.yaml"), stringify(proposal));
  commit(root);
  const report = trigate(root, { state });
  const bin = (name) => join(root, "node_modules", ".bin", name);
  staticChecks(report, { root, bin });
  tests(report, { root, bin });
  compareFiles(PROJECT, root);
}

function prepare(root) {
  const file = join(root, "package.json");
  const manifest = JSON.parse(readFileSync(file, "utf8"));
  const kept = Object.entries(manifest.devDependencies).filter(([name]) => !NOT_NEEDED.test(name));
  manifest.devDependencies = {
    ...Object.fromEntries(kept),
    vitest: "5.1.1",
    "@vitest/coverage-v8": "5.1.1",
    oxlint: "1.89.0",
    prettier: "3.10.1",
  };
  writeFileSync(file, JSON.stringify(manifest, null, 2));
  run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"], { cwd: root, ok: [0] });
  const options = { strict: true, noEmit: true, module: "preserve", target: "es2024", lib: ["es2024", "dom"] };
  const compilerOptions = { ...options, skipLibCheck: true, types: ["node", "vitest/globals"] };
  writeFileSync(join(root, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["src"] }));
  writeFileSync(join(root, "vitest.config.mjs"), "export default { test: { globals: true } };\n");
  writeFileSync(join(root, ".prettierrc"), '{ "semi": false, "singleQuote": true }\n');
  writeFileSync(join(root, ".oxlintrc.json"), '{ "categories": { "correctness": "error", "style": "warn" } }\n');
  writeFileSync(join(root, ".gitignore"), "node_modules\ncoverage\n");
}

function staticChecks(report, { root, bin }) {
  const oxlint = run([bin("oxlint"), "--format", "json"], { cwd: root });
  compare(PROJECT, "oxlint findings", {
    byHand: JSON.parse(oxlint.stdout.replace(/^[^{]*/, ""))
      .diagnostics.map(({ filename, code, labels }) => {
        const [{ span } = {}] = labels;
        return `${filename}:${span?.line} ${code.replace(/^\w[\w-]*\((.+)\)$/, "$1")}`;
      })
      .toSorted(),
    byTrigate: findingsOf(
      report,
      "oxlint",
      ({ file, range, rule }) => `${file}:${range?.start.line} ${rule.split("/").at(-1)}`,
    ),
  });
  const prettier = run([bin("prettier"), "--list-different", "."], { cwd: root });
  compare(PROJECT, "files Prettier would format", {
    byHand: prettier.stdout
      .split("\n")
      .filter((file) => file !== "")
      .toSorted(),
    byTrigate: findingsOf(report, "prettier", ({ file }) => file),
  });
  const tsc = run([bin("tsc"), "-p", "tsconfig.json", "--pretty", "false"], { cwd: root });
  compare(PROJECT, "type errors", {
    byHand: [...tsc.stdout.matchAll(/^(.+?)\((\d+),(\d+)\): error (TS\d+)/gm)]
      .map(([, file, line, column, code]) => `${file}:${line}:${column} ${code}`)
      .toSorted(),
    byTrigate: findingsOf(report, "tsc", place),
  });
}

function tests(report, { root, bin }) {
  const out = join(root, "coverage", "vitest.json");
  const coverage = ["--coverage", "--coverage.reporter=json-summary", "--coverage.reportOnFailure"];
  run([bin("vitest"), "run", "--reporter=json", `--outputFile=${out}`, ...coverage], { cwd: root });
  const counts = JSON.parse(readFileSync(out, "utf8"));
  const ownFailures = counts.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  );
  compare(PROJECT, "vitest tests", {
    byHand: {
      passed: counts.numPassedTests,
      // A file that cannot be loaded has no test that could fail; the check counts the file.
      failed: counts.numFailedTests + ownFailures.length,
      skipped: counts.numPendingTests + counts.numTodoTests,
    },
    byTrigate: countsOf(report, "vitest"),
  });
  const { total } = JSON.parse(readFileSync(join(root, "coverage", "coverage-summary.json"), "utf8"));
  compare(PROJECT, "lines covered", {
    byHand: { covered: total.lines.covered, total: total.lines.total },
    byTrigate: { covered: report.coverage?.lines.covered, total: report.coverage?.lines.total },
  });
  compare(PROJECT, "files of the coverage", {
    byHand: Object.keys(JSON.parse(readFileSync(join(root, "coverage", "coverage-summary.json"), "utf8")))
      .filter((name) => name !== "total")
      .map((file) => relative(root, file))
      .toSorted(),
    byTrigate: (report.coverage?.files ?? []).map(({ file }) => file).toSorted(),
  });
}
