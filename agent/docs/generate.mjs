// Writes the pages of this folder that are tables of what the code says: node agent/docs/generate.mjs [--check] [FOLDER]
// With --check nothing is written: exit code 1 names the pages that differ from the code. FOLDER defaults to this one.
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { z } from "zod";
import { CHECKERS } from "../src/checkers/registry.ts";
import { EXIT, exitCodeOfError } from "../src/cli/exit-codes.ts";
import { WrittenCheck, WrittenConfig } from "../src/config/written.ts";
import { METRICS } from "../src/core/metrics.ts";
import { REASONS } from "../src/core/outcome.ts";
import { ERROR_CODES, TrigateError } from "../src/errors/trigate-error.ts";

const HEAD = "<!-- Written by agent/docs/generate.mjs from the code; a test compares. Do not edit. -->\n";

/** One sentence for each reason code; a code without one stops the generator. */
const REASON_MEANINGS = {
  clean: "The tool looked and found nothing that counts.",
  "within-limit": "The value keeps to its limit.",
  findings: "There are findings of severity error or warning.",
  "tests-failed": "At least one test failed.",
  flaky: "A test failed and then passed when the check was tried again. It counts as passed, and the message names it.",
  "limit-missed": "The value misses its limit.",
  "unmeasured-change": "A changed source is in no coverage report, so nobody knows whether a test runs it.",
  regressed: "A benchmark got worse than the limit allows.",
  "tool-missing": "The tool is not installed. `trigate doctor` says how to get it.",
  "tool-failed": "The tool could not be started, crashed, or ended with an exit code that means trouble.",
  "timed-out": "The tool ran longer than the check's `timeout` and was ended.",
  "unreadable-report": "A part of what the tool reported could not be read.",
  "no-evidence": "Nothing that the tool gave back shows that it looked.",
  "no-tests": "The tool ran no test.",
  "not-measured": "No check gave a value for the gate.",
  "statistic-missing": "The benchmark does not report the statistic that the limit names.",
  "check-errored": "A check that feeds the gate was errored.",
  cancelled: "Somebody ended the run.",
  "internal-error": "A fault of Trigate itself.",
  inconclusive: "There was too little to compare with.",
  "optional-tool-missing": "The tool of an `optional` check is not installed. Under `CI=true` this is errored instead.",
  "nothing-in-scope": "No file of the scope concerns the check or gate.",
  "not-selected": "What would feed the gate was not asked for.",
  advisory: "It is shown and never blocks.",
};

const code = (text) => `\`${String(text).replaceAll("|", String.raw`\|`)}\``;
const cell = (text) => String(text).replaceAll("|", String.raw`\|`).replaceAll("\n", " ");
const row = (cells) => `| ${cells.join(" | ")} |`;
const table = (titles, rows) => [row(titles), row(titles.map(() => "---")), ...rows.map(row)].join("\n");

/** What a schema says about each key of a map: key, whether it may be left out, default, description. */
function keysOf(schema) {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return Object.entries(properties).map(([key, property]) => ({ key, needed: required.includes(key), ...property }));
}

const keyRow = ({ key, needed, default: standard, description = "" }) => [
  code(key),
  needed ? "yes" : standard === undefined ? "" : code(JSON.stringify(standard)),
  cell(description),
];
const KEY_TITLES = ["key", "needed, or default", "what it says"];

/** Details that are lists, with one entry. */
const LISTS = {
  complaints: [{ path: "<path>", line: "<line>", message: "<message>" }],
  open: ["<open>"],
  waitsFor: ["<waitsFor>"],
};

/**
 * The message of an error with its details as `<name>`, and the names in the order in which the message uses them.
 * A list of complaints is shown as a list of one.
 */
function messageOf(errorCode) {
  const names = [];
  const details = new Proxy(
    {},
    {
      get(_target, name) {
        if (!names.includes(name)) names.push(name);
        return LISTS[name] ?? `<${String(name)}>`;
      },
    },
  );
  return { message: new TrigateError(errorCode, details).message, names };
}

function errorsPage() {
  const rows = ERROR_CODES.map((errorCode) => {
    const { message, names } = messageOf(errorCode);
    const exit = exitCodeOfError(new TrigateError(errorCode, messageDetails()));
    return [code(errorCode), names.map(code).join(", "), code(cell(message)), exit];
  });
  const reasons = REASONS.map((reason) => {
    const meaning = REASON_MEANINGS[reason];
    if (meaning === undefined) throw new Error(`agent/docs/generate.mjs lacks a sentence for the reason ${reason}`);
    return [code(reason), cell(meaning)];
  });
  return `# Errors and reasons

Two kinds of codes leave the agent. An **error** means that a command or call could not go on. A **reason** says why an
outcome (of a check, a gate or a run) is what it is. Programs compare codes; messages are for people and may change.

## Errors

A code is \`area/reason\`. It is never renamed and never given to something else. The last column is the exit code when the
error ends a command. An error inside a check does not: that check is errored, and the run goes on.

${table(["code", "details", "message", "exit code"], rows)}

## Reasons

${table(["reason", "meaning"], reasons)}

## Exit codes

${table(
  ["exit code", "meaning"],
  [
    [EXIT.passed, "passed, or nothing was in scope"],
    [EXIT.failed, "a gate failed"],
    [EXIT.usage, "bad usage or configuration"],
    [EXIT.errored, "a gate or check could not be judged, or everything was skipped"],
    [EXIT.internal, "internal error"],
    [EXIT.interrupted, "interrupted"],
  ],
)}
`;
}

/** Details that every message can be made of, where only the code matters. */
function messageDetails() {
  return new Proxy({}, { get: (_target, name) => LISTS[name] ?? `<${String(name)}>` });
}

/** Versions of the tool in the names of the recordings beside a checker's tests, the newest first. */
function recordedVersions(id) {
  const home = join(dirname(fileURLToPath(import.meta.url)), "..", "src", "checkers");
  const isDefinedIn = (file) => new RegExp(`\\bid: "${id}"`).test(readFileSync(join(home, file), "utf8"));
  const adapter = globSync("*/*/adapter.ts", { cwd: home }).find(isDefinedIn) ?? "";
  const names = adapter === "" ? [] : globSync(join(dirname(adapter), "testdata", "**"), { cwd: home });
  const versions = names.flatMap((name) => /-(\d+(?:\.\d+)+)\.[a-z]+(?:\.txt)?$/.exec(name)?.[1] ?? []);
  return [...new Set(versions)].toSorted((a, b) => b.localeCompare(a, "en", { numeric: true }));
}

function checkersPage() {
  const checkers = [...CHECKERS.values()].toSorted((a, b) => a.id.localeCompare(b.id));
  const rows = checkers.map(({ id, stage, feeds, patterns, handles, cacheable, exclusive, install }) => [
    code(id),
    stage,
    feeds.map(code).join(", "),
    patterns.map(code).join(", "),
    handles === "files" ? "single files" : "the whole project",
    cacheable ? "yes" : "no",
    exclusive ? "yes" : "no",
    recordedVersions(id).join(", ") || "—",
    code(install),
  ]);
  const settings = checkers.map(({ id, title, settings: schema }) => {
    const keys = keysOf(schema);
    const own = keys.length === 0 ? "No settings of its own." : table(KEY_TITLES, keys.map(keyRow));
    return `### ${code(id)}\n\n${title}.\n\n${own}`;
  });
  return `# Checkers

A key under \`checks\` in \`trigate.yaml\` names one of these, or a name of your own with a \`tool\` or \`report\`.

${table(["id", "stage", "feeds", "files", "is handed", "cached", "runs alone", "recorded versions", "install"], rows)}

"Cached" means that the same inputs always give the same answer, so a stored one is used. "Runs alone" means that nothing
else of Trigate runs on the machine meanwhile. "Recorded versions" are those whose real output the parser's tests read.

Each of them has proved five cases, and a test looks that none is left out: it fails on something bad, passes over something
clean with evidence of looking, is errored by a report that was cut off and by an empty answer, and misses a tool that is not
installed. Each parser is fuzzed: it never throws, never hangs and never reports more than it was given
(\`node .github/scripts/fuzz.mjs\` does so with 10,000 cases).

## Settings

Beside the keys that every check has (see [configuration](configuration.md)), a checker may have keys of its own.

${settings.join("\n\n")}
`;
}

function metricsPage() {
  const feeders = (metric) => [...CHECKERS.values()].filter(({ feeds }) => feeds.includes(metric)).map(({ id }) => id);
  const rows = Object.entries(METRICS).map(([id, metric]) => [
    code(id),
    metric.stage,
    cell(metric.title),
    metric.unit,
    metric.better,
    metric.aggregate,
    metric.statistic ?? "",
    metric.keyed ? "benchmarks" : metric.byPath ? "paths" : "",
    metric.defaultLimit === undefined ? "" : code(metric.defaultLimit),
    metric.empty,
    metric.aggregate === "stage-duration"
      ? "every check of the stage"
      : feeders(id).map(code).join(", ") || "nothing yet",
  ]);
  const titles = [
    "gate",
    "stage",
    "meaning",
    "unit",
    "better",
    "how it comes about",
    "statistic",
    "keyed by",
    "default limit",
    "nothing measured",
    "fed by",
  ];
  return `# Metrics

What the gates of \`trigate.yaml\` can limit. A limit is written as people say it: \`100%\`, \`"< 10"\`, \`"p99 < 100us"\`,
\`"> 10000/s"\`, \`"< 2GB"\`, \`0\`. Durations are kept in nanoseconds, sizes in bytes, rates per second.

${table(titles, rows)}

- A gate that is keyed by benchmarks or paths may have a limit for each pattern of them instead of one for all, such as
  \`unit_coverage: { "engine/*": ">= 95%", "*": ">= 90%" }\`; each is a gate of its own, and \`*\` stands for any characters.
- "Default limit" holds when a check feeds the metric and \`gates\` does not name it.
- "Nothing measured" is the outcome of a gate that \`gates\` names while no feeding check gave a value.
`;
}

function configurationPage() {
  return `# trigate.yaml

The nearest \`trigate.yaml\` upward is the root of the workspace. It is read with all complaints at once, each with its path
and line; unknown keys are complaints. \`trigate init --print\` proposes one.

${table(KEY_TITLES, keysOf(WrittenConfig).map(keyRow))}

## Keys of every check

${table(KEY_TITLES, keysOf(WrittenCheck).map(keyRow))}

A checker may have keys of its own: see [checkers](checkers.md). The names under \`gates\` are in [metrics](metrics.md).
`;
}

const PAGES = {
  "errors.md": errorsPage,
  "checkers.md": checkersPage,
  "metrics.md": metricsPage,
  "configuration.md": configurationPage,
};

function textIn(file) {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { check: { type: "boolean" } } });
const folder = positionals[0] ?? dirname(fileURLToPath(import.meta.url));
const stale = [];
for (const [name, page] of Object.entries(PAGES)) {
  const text = HEAD + page();
  const file = join(folder, name);
  if (textIn(file) === text) continue;
  stale.push(name);
  if (values.check) continue;
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, text);
}
if (stale.length > 0) console.log(`${values.check ? "not what the code says" : "written"}: ${stale.join(", ")}`);
process.exitCode = values.check && stale.length > 0 ? 1 : 0;
