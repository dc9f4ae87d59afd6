// click: a Python project with Ruff, mypy and pytest. Its tools come into an environment of its own, as its developers have it.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parse, stringify } from "yaml";
import {
  actualOf,
  commit,
  compare,
  compareFiles,
  countsOf,
  findingsOf,
  init,
  place,
  run,
  trigate,
  wheel,
} from "./side-by-side.mjs";

const VERSION = "8.3.1";
const PROJECT = `click ${VERSION} (Python)`;

export function python(scratch, state) {
  const download = ["-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", `click==${VERSION}`];
  run([wheel("python"), ...download], { cwd: scratch, ok: [0] });
  run(["tar", "xzf", `click-${VERSION}.tar.gz`], { cwd: scratch, ok: [0] });
  const root = join(scratch, "click");
  renameSync(join(scratch, `click-${VERSION}`), root);
  run([wheel("python"), "-m", "venv", ".venv"], { cwd: root, ok: [0] });
  const tool = (name) => join(root, ".venv", "bin", name);
  const tools = ["pytest<9.1", "pytest-cov", "ruff==0.17.6", "mypy==2.4.1", "lxml", "lizard==1.24.3"];
  run([tool("pip"), "install", "-q", "--disable-pip-version-check", "-e", ".", ...tools], { cwd: root, ok: [0] });
  writeFileSync(join(root, ".gitignore"), ".venv\n__pycache__\n*.egg-info\ncoverage.json\nby-hand.json\n.coverage\n");
  const proposal = parse(init(root, { state }));
  // An extra rule set, so that there is something to find in a clean project, and coverage, which its settings do not ask for.
  const select = ["--extend-select", "N,D,ANN"];
  proposal.checks.ruff = { ...proposal.checks.ruff, args: select };
  proposal.checks.pytest = { ...proposal.checks.pytest, coverage: "coverage.json" };
  writeFileSync(join(root, "trigate.yaml"), stringify(proposal));
  commit(root);
  const report = trigate(root, { state });
  staticChecks(report, { root, tool, select });
  tests(report, { root, tool });
  compareFiles(PROJECT, root);
}

function staticChecks(report, { root, tool, select }) {
  const ruff = run([tool("ruff"), "check", "--no-fix", "--no-cache", "--output-format", "json", ...select], {
    cwd: root,
  });
  compare(PROJECT, "ruff findings", {
    byHand: JSON.parse(ruff.stdout)
      .map(({ filename, location, code }) => `${relative(root, filename)}:${location.row}:${location.column} ${code}`)
      .toSorted(),
    byTrigate: findingsOf(report, "ruff", place),
  });
  const format = run([tool("ruff"), "format", "--check", "--no-cache"], { cwd: root });
  compare(PROJECT, "files ruff would format", {
    byHand: [...format.stdout.matchAll(/^Would reformat: (.+)$/gm)].map(([, file]) => file).toSorted(),
    byTrigate: findingsOf(report, "ruff-format", ({ file }) => file),
  });
  const mypy = run([tool("mypy"), "--cache-dir", "/dev/null", "--no-pretty", "--hide-error-context"], { cwd: root });
  compare(PROJECT, "mypy errors", {
    byHand: [...mypy.stdout.matchAll(/^(.+?):(\d+)(?::\d+)?(?::\d+:\d+)?: error: .*\[(.+)\]$/gm)]
      .map(([, file, line, code]) => `${file}:${line} ${code}`)
      .toSorted(),
    byTrigate: findingsOf(report, "mypy", ({ file, range, rule, severity }) =>
      severity === "error" ? `${file}:${range?.start.line} ${rule}` : "",
    ).filter((text) => text !== ""),
  });
  const lizard = run([tool("lizard"), "--csv", "src", "tests", "docs", "examples"], { cwd: root });
  const worst = Math.max(
    ...lizard.stdout
      .trim()
      .split("\n")
      .map((line) => Number(line.split(",")[1])),
  );
  compare(PROJECT, "worst complexity", { byHand: worst, byTrigate: actualOf(report, "complexity") });
}

function tests(report, { root, tool }) {
  const argv = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "--cov", "--cov-report=json:by-hand.json"];
  const byHand = run([tool("python"), ...argv], { cwd: root });
  const word = (name) =>
    Number(new RegExp(`(\\d+) ${name}`).exec(byHand.stdout.trim().split("\n").at(-1) ?? "")?.[1] ?? 0);
  compare(PROJECT, "pytest tests", {
    byHand: { passed: word("passed"), failed: word("failed"), skipped: word("skipped") + word("xfailed") },
    byTrigate: countsOf(report, "pytest"),
  });
  const { files } = JSON.parse(readFileSync(join(root, "by-hand.json"), "utf8"));
  const inSource = Object.values(files);
  compare(PROJECT, "lines covered", {
    byHand: {
      covered: inSource.reduce((sum, { executed_lines: lines }) => sum + lines.length, 0),
      total: inSource.reduce((sum, file) => sum + file.executed_lines.length + file.missing_lines.length, 0),
    },
    byTrigate: { covered: report.coverage?.lines.covered, total: report.coverage?.lines.total },
  });
}
