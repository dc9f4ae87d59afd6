// How well findings are known again over a real history. What `git diff` says is the same line is the truth; a finding on such
// a line that gets another fingerprint is a false alarm, one that is known again although its line is new is a wrong match.
//
//   node .github/scripts/fingerprint-drift.mjs [REPOSITORY] [COMMITS]
import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { matchFindings } from "../../agent/src/core/only-new.ts";
import { identifyFindings } from "../../agent/src/runs/findings.ts";

const here = join(import.meta.dirname, "..", "..");
const [repository = here, commits = "50"] = process.argv.slice(2);
const clone = realpathSync(mkdtempSync(join(tmpdir(), "trigate-drift-")));

function output(command, args) {
  try {
    return execFileSync(command, args, {
      cwd: clone,
      encoding: "utf8",
      maxBuffer: 1 << 29,
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (error) {
    // Linters end with 1 when they found something.
    if (error.status === 1 && typeof error.stdout === "string") return error.stdout;
    throw error;
  }
}
const git = (...args) => output("git", args);
const place = (start, end) => ({ start, end });

/** Broad rule sets, so that there is much to find. */
const LINTERS = {
  oxlint: () => {
    const broad = [
      "-W",
      "correctness",
      "-W",
      "suspicious",
      "-W",
      "pedantic",
      "-W",
      "style",
      "--disable-nested-config",
      "-c",
      join(clone, ".git", "lint.json"),
    ];
    const { diagnostics } = JSON.parse(
      output(join(here, "node_modules/.bin/oxlint"), [...broad, "--format", "json", "."]),
    );
    return diagnostics.flatMap(({ code, message, filename, labels: [label] }) =>
      label === undefined
        ? []
        : [
            {
              rule: code ?? "none",
              severity: "warning",
              message,
              file: filename,
              range: place({ line: label.span.line, column: label.span.column }),
            },
          ],
    );
  },
  ruff: () =>
    JSON.parse(
      output(join(here, ".tools/python/bin/ruff"), [
        "check",
        "--isolated",
        "--select",
        "ALL",
        "--ignore",
        "D,INP",
        "--output-format",
        "json",
        ".",
      ]),
    ).flatMap(({ code, message, filename, location, end_location: end }) => [
      {
        rule: code ?? "syntax",
        severity: "warning",
        message,
        file: relative(clone, filename),
        range: place({ line: location.row, column: location.column }, { line: end.row, column: end.column }),
      },
    ]),
};

/** New path → { old path, new line → old line } of what a commit left as it was. */
function unchanged(before, after) {
  const files = new Map();
  const shift = (file) => files.get(file) ?? { from: file, hunks: [] };
  let file;
  let from;
  for (const line of git("diff", "-U0", "-M", "--no-color", "--no-prefix", before, after).split("\n")) {
    if (line.startsWith("rename from ")) from = line.slice(12);
    if (line.startsWith("rename to ")) files.set((file = line.slice(10)), { from, hunks: [] });
    if (line.startsWith("+++ ")) {
      file = line.slice(4).replace(/\t$/, "");
      files.set(file, shift(file));
    }
    const hunk = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (hunk !== null)
      files.get(file)?.hunks.push(hunk.slice(1).map((number) => (number === undefined ? 1 : Number(number))));
  }
  return (path, line) => {
    const { from: old, hunks } = shift(path);
    let delta = 0;
    for (const [, removed, start, added] of hunks) {
      if (added === 0 ? line <= start : line < start) break;
      if (line < start + added) return undefined;
      delta += removed - added;
    }
    return { file: old, line: line + delta };
  };
}

const keyOf = (...parts) => parts.join("\0");
const totals = {};
try {
  execFileSync("git", ["clone", "--quiet", "--shared", "--no-checkout", repository, clone]);
  writeFileSync(join(clone, ".git", "lint.json"), "{}");
  const list = git("rev-list", "--first-parent", "--max-count", String(Number(commits) + 1), "HEAD")
    .trim()
    .split("\n")
    .toReversed();
  let before;
  for (const [index, commit] of list.entries()) {
    git("checkout", "--quiet", "--force", commit);
    const files = new Set(git("ls-files", "-z").split("\0"));
    const isSame = index === 0 ? undefined : unchanged(list[index - 1], commit);
    const now = {};
    for (const [name, lint] of Object.entries(LINTERS))
      now[name] = await identifyFindings(
        name,
        lint().filter(({ file }) => files.has(file)),
        clone,
      );
    for (const name of isSame === undefined ? [] : Object.keys(now))
      count((totals[name] ??= { same: 0, falseNew: 0, otherText: 0, swapped: 0, fresh: 0, wrong: 0 }), {
        was: before[name],
        is: now[name],
        isSame,
        files,
      });
    before = now;
  }
  for (const [name, { same, falseNew, otherText, swapped, fresh, wrong }] of Object.entries(totals)) {
    const share = (part, whole) => `${part} of ${whole} (${whole === 0 ? "-" : ((100 * part) / whole).toFixed(4)} %)`;
    console.log(
      `${name}: on unchanged lines and reported as new ${share(falseNew, same)}; another text of the fingerprint ${share(otherText, same)}; known as its twin ${share(swapped, same)}; on new lines and taken for an old one ${share(wrong, fresh)}`,
    );
  }
} finally {
  rmSync(clone, { recursive: true, force: true });
}

function count(total, { was, is, isSame, files }) {
  const known = was.map((finding) => ({ ...finding, near: finding.near ?? ":" }));
  const { pairs } = matchFindings(known, is, { isThere: (file) => files.has(file) });
  const matched = new Map(pairs.map(({ known: entry, now }) => [now, entry]));
  const waiting = Map.groupBy(known, ({ rule, file, range: { start } }) => keyOf(rule, file, start.line, start.column));
  for (const finding of is) {
    const { line, column } = finding.range.start;
    const old = isSame(finding.file, line);
    const twin = old && waiting.get(keyOf(finding.rule, old.file, old.line, column))?.shift();
    const entry = matched.get(finding);
    if (twin !== undefined) countKept(total, { finding, twin, entry });
    // A finding that appeared on an old line says nothing about matching.
    else if (old === undefined) countFresh(total, entry);
  }
}

/** A finding on a new line, and what it was taken for. */
function countFresh(total, entry) {
  total.fresh++;
  if (entry !== undefined) total.wrong++;
}

/** A finding that is `twin` on a line that stayed, and what it was taken for. */
function countKept(total, { finding, twin, entry }) {
  total.same++;
  if (entry === undefined) {
    total.falseNew++;
    if (process.env["SHOW"]) console.log("false new", finding.rule, finding.file, finding.range.start.line);
  } else if (entry.range.start.line !== twin.range.start.line) total.swapped++;
  if (finding.file === twin.file && finding.fingerprint !== twin.fingerprint) total.otherText++;
}
