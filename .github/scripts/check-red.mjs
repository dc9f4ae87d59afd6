// Shows that the repository's own rules can say no: every boundary rule and every lint rule that we switched on must refuse
// a small input written to break it, and nothing else may complain about that input. A rule without such an input fails.
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { cruise } from "dependency-cruiser";
import ts from "typescript";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const RED = join(ROOT, ".github/test/red");
const PACKAGES = ["agent", "contracts", "engine", "native"];

const HELP = `Usage: node .github/scripts/check-red.mjs [boundaries|lint]...

Runs the red inputs under .github/test/red/ and says which rules refuse theirs.

Example: node .github/scripts/check-red.mjs boundaries
`;

const foldersIn = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

const filesUnder = (folder) =>
  readdirSync(folder, { withFileTypes: true, recursive: true }).flatMap((entry) =>
    entry.isFile() ? [relative(folder, join(entry.parentPath, entry.name))] : [],
  );

/** Calls `use` with an empty folder outside the repository, where no configuration of ours lies further up. */
async function inTemporaryFolder(use) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "trigate-red-")));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Lays a tree out as if it were the repository: real package.json files, workspaces linked by name, installed packages. */
function layOut(folder, source) {
  cpSync(source, folder, { recursive: true });
  mkdirSync(join(folder, "node_modules/@trigate"), { recursive: true });
  for (const name of PACKAGES) {
    if (!existsSync(join(folder, name))) continue;
    cpSync(join(ROOT, name, "package.json"), join(folder, name, "package.json"));
    symlinkSync(join(folder, name), join(folder, "node_modules/@trigate", name));
  }
  for (const name of ["@types", "zod"])
    symlinkSync(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
}

/** Names of the boundary rules that a tree breaks, each once. */
async function brokenBoundaries(source, { forbidden, options }) {
  return inTemporaryFolder(async (folder) => {
    layOut(folder, source);
    const before = process.cwd();
    // Both the rules' paths and the resolver go by the working directory.
    process.chdir(folder);
    try {
      const { enhancedResolveOptions, tsConfig: _, ...cruiseOptions } = options;
      const tops = foldersIn(folder).filter((name) => name !== "node_modules");
      const settings = { ...cruiseOptions, ruleSet: { forbidden }, validate: true };
      const { output } = await cruise(tops, settings, enhancedResolveOptions);
      return [...new Set(output.summary.violations.map(({ rule }) => rule.name))];
    } finally {
      process.chdir(before);
    }
  });
}

async function boundaryResults() {
  const config = createRequire(import.meta.url)(join(ROOT, ".dependency-cruiser.cjs"));
  const rules = config.forbidden.map(({ name }) => name);
  const trees = foldersIn(join(RED, "boundaries"));
  const results = [];
  for (const rule of rules.filter((name) => !trees.includes(name)))
    results.push({ name: rule, problem: "has no red tree" });
  for (const tree of trees) {
    const broken = await brokenBoundaries(join(RED, "boundaries", tree), config);
    const problem = rules.includes(tree) ? differs([tree], broken) : "is not the name of a rule";
    results.push({ name: tree, problem });
  }
  const refused = await brokenBoundaries(join(RED, "allowed/boundaries"), config);
  results.push({ name: "a tree with every allowed arrow", problem: differs([], refused) });
  return results.map((result) => ({ ...result, name: `boundaries: ${result.name}` }));
}

/** Undefined when exactly the wanted rules complained, else what happened instead. */
function differs(wanted, got) {
  const list = (names) => names.join(", ") || "nothing";
  return list(wanted) === list(got.toSorted()) ? undefined : `${list(wanted)} should have complained, ${list(got)} did`;
}

function readJsonWithComments(file) {
  const { config, error } = ts.parseConfigFileTextToJson(file, readFileSync(file, "utf8"));
  if (error) throw new Error(`${file}: ${ts.flattenDiagnosticMessageText(error.messageText, " ")}`);
  return config;
}

/** The rules that our configuration names itself, as `plugin/rule`; those of a whole category are oxlint's to test. */
function namedLintRules(config) {
  const tables = [config, ...(config.overrides ?? [])].map(({ rules }) => rules ?? {});
  const names = tables.flatMap((rules) => Object.entries(rules).filter(([, level]) => [level].flat()[0] !== "off"));
  return [...new Set(names.map(([name]) => name))];
}

/** Runs oxlint over the fixtures, laid out at the paths they are meant to have; gives path → names of rules that complained. */
async function lintComplaints(source) {
  return inTemporaryFolder((folder) => {
    cpSync(source, folder, { recursive: true });
    for (const name of [".oxlintrc.json", "tsconfig.base.json"]) cpSync(join(ROOT, name), join(folder, name));
    cpSync(join(RED, "tsconfig.lint.json"), join(folder, "tsconfig.json"));
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    const oxlint = join(ROOT, "node_modules/.bin/oxlint");
    const { stdout, stderr, error } = spawnSync(oxlint, ["--format", "json", ...foldersIn(source)], {
      cwd: folder,
      encoding: "utf8",
    });
    if (error) throw error;
    if (!stdout.startsWith("{")) throw new Error(`oxlint did not run: ${stdout}${stderr}`);
    const complaints = new Map();
    for (const { filename, code } of JSON.parse(stdout).diagnostics) {
      // oxlint writes `plugin(rule)` in reports and `plugin/rule` in its configuration.
      const rule = String(code)
        .replace(/^eslint-plugin-/, "")
        .replace(/\((.*)\)$/, "/$1");
      complaints.set(filename, new Set([...(complaints.get(filename) ?? []), rule]));
    }
    return complaints;
  });
}

async function lintResults() {
  const rules = namedLintRules(readJsonWithComments(join(ROOT, ".oxlintrc.json")));
  const source = join(RED, "lint");
  const complaints = await lintComplaints(source);
  const seen = new Set();
  const results = filesUnder(source).map((file) => {
    // The name of a fixture is the rule's: `plugin.rule.ts` (in lower case but for the rule on names); its folder is where
    // such a file would lie.
    const rule = basename(file)
      .toLowerCase()
      .replace(/(\.test)?\.[a-z]+$/, "")
      .replace(".", "/");
    seen.add(rule);
    return { name: file, problem: differs([rule], [...(complaints.get(file) ?? [])]) };
  });
  for (const rule of rules.filter((name) => !seen.has(name))) results.push({ name: rule, problem: "has no red file" });
  const allowed = await lintComplaints(join(RED, "allowed/lint"));
  const refused = [...allowed].flatMap(([file, names]) => [...names].map((name) => `${name} in ${file}`));
  results.push({ name: "files that keep to the rules", problem: differs([], refused) });
  return results.map((result) => ({ ...result, name: `lint: ${result.name}` }));
}

const SUITES = { boundaries: boundaryResults, lint: lintResults };

const { values, positionals } = parseArgs({ allowPositionals: true, options: { help: { type: "boolean" } } });
const unknown = positionals.filter((name) => !(name in SUITES));
if (values.help || unknown.length > 0) {
  process.stdout.write(unknown.length > 0 ? `Unknown: ${unknown.join(", ")}\n\n${HELP}` : HELP);
  process.exit(unknown.length > 0 ? 2 : 0);
}
const chosen = positionals.length > 0 ? positionals : Object.keys(SUITES);
const results = [];
for (const name of chosen) results.push(...(await SUITES[name]()));
const failures = results.filter(({ problem }) => problem !== undefined);
for (const { name, problem } of failures) console.log(`${name}: ${problem}`);
console.log(`${results.length - failures.length} passed, ${failures.length} failed`);
process.exitCode = failures.length > 0 ? 1 : 0;
