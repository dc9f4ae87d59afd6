import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { recordImpact } from "../../../agent/src/runs/test-impact.ts";

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

/** A package of PyPI with its tests, by pytest and coverage.py's contexts. */
export function pytestSubject({ what, source, repository, work, timeoutMs }) {
  const python = join(repository, ".tools", "python", "bin");
  execFileSync(join(python, "pip"), ["download", "--quiet", "--no-deps", "--no-binary", ":all:", what, "-d", work], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const archive = readdirSync(work).find((name) => name.endsWith(".tar.gz"));
  execFileSync("tar", ["xzf", archive], { cwd: work });
  const root = join(work, archive.replace(/\.tar\.gz$/, ""));
  const coverage = join(work, ".coverage");
  const common = ["-q", "-p", "no:cacheprovider", "-o", "addopts=", "-o", "filterwarnings="];
  const env = { PATH: `${python}:/usr/bin:/bin`, PYTHONPATH: join(root, source), PYTHONDONTWRITEBYTECODE: "1" };

  /** Failed tests, by pytest's ids without parameters. */
  function failures(...more) {
    const { stdout, status } = spawnSync(join(python, "pytest"), [...common, "-rfE", "--tb=no", ...more], {
      cwd: root,
      env: { ...env, COVERAGE_FILE: coverage },
      encoding: "utf8",
      timeout: timeoutMs,
      maxBuffer: 1 << 28,
    });
    if (status === null || status > 1) return undefined;
    return new Set([...stdout.matchAll(/^(?:FAILED|ERROR) (\S+?::[^\s[]+)/gm)].map(([, id]) => id));
  }

  /** All tests, as cases that passed. */
  function collected() {
    const options = { cwd: root, env, encoding: "utf8", maxBuffer: 1 << 28 };
    const text = execFileSync(join(python, "pytest"), [...common, "--collect-only"], options);
    return [...text.matchAll(/^(\S+?\.py)::(.*)$/gm)].map(([, file, id]) => ({
      file,
      name: id.replace(/\[.*$/s, "").replaceAll("::", " > "),
      status: "passed",
      durationMs: 0,
    }));
  }

  return {
    name: what,
    root,
    swaps: SWAPS,
    isLeftAlone: (line) => /^\s*(#|"""|@|import |from )/.test(line),
    sources: (map) => Object.keys(map.files).filter((path) => path.startsWith(`${source}/`)),
    failures: () => failures(),
    async record(inputs) {
      const broken = failures(`--cov=${source}`, "--cov-context=test", "--cov-report=");
      const tests = collected();
      return { broken, problem: await recordImpact(inputs(), { ran: ranIn(coverage, root), tests }) };
    },
  };
}

/** coverage.py's own data: its JSON with contexts takes hundreds of megabytes for a suite with many parameters. */
function* ranIn(file, root) {
  const data = new DatabaseSync(file, { readOnly: true });
  const rows = data.prepare(
    "select path, context, numbits from line_bits join file on file.id = file_id join context on context.id = context_id",
  );
  for (const { path, context, numbits } of rows.iterate())
    for (const [index, byte] of numbits.entries())
      for (let bit = 0; bit < 8; bit++)
        if (byte & (1 << bit)) yield { file: relative(root, path), line: index * 8 + bit, ...testOf(context) };
  // With branches, it keeps jumps in place of lines; negative numbers stand for the ends of functions.
  const jumps = data.prepare(
    "select distinct path, context, tono from arc join file on file.id = file_id join context on context.id = context_id where tono > 0",
  );
  for (const { path, context, tono } of jumps.iterate())
    yield { file: relative(root, path), line: tono, ...testOf(context) };
  data.close();
}

function testOf(context) {
  const [, test = "", phase] = /^(.*)\|(setup|run|teardown)$/s.exec(context) ?? [];
  return { test, setUp: phase === "setup" };
}
