// `npm run check`: everything about the sources that can be judged without running them. Each check is timed, all run even
// when one fails, and the last lines say which.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const BIN = join(ROOT, "node_modules/.bin");

/** What dependency-cruiser reads; samples and test data are left out by its configuration. */
const SOURCES = ["agent", "contracts", "engine", "extension", "native", ".github/scripts"];

/**
 * Name → commands, run one after the other; a check passes when each of them ends with 0.
 * `--disable-nested-config`: the samples bring their own rules and are not judged here.
 * `--disc`: without it solhint asks the registry for a newer version of itself.
 */
const CHECKS = {
  format: [["biome", "format", "--colors=off", "--reporter=summary"]],
  lint: [
    ["oxlint", "--disable-nested-config", "--format", "unix"],
    ["solhint", "--disc", "--noPoster", "--max-warnings", "0", "src/**/*.sol", "test/**/*.sol"],
  ],
  types: [["tsc", "-p", "tsconfig.json", "--pretty", "false"]],
  boundaries: [["depcruise", "--config", ".dependency-cruiser.cjs", "--output-type", "err", ...SOURCES]],
  red: [[process.execPath, ".github/scripts/check-red.mjs"]],
  "dead-code": [["knip", "--no-progress"]],
  secrets: [["secretlint", "**/*"]],
};

/** Where a command runs when that is not the root: solhint looks for its configuration in the working directory. */
const FOLDERS = { solhint: "contracts" };

const HELP = `Usage: node .github/scripts/check.mjs [--only NAME]...

Checks: ${Object.keys(CHECKS).join(", ")}. Without --only all of them run, one after the other.
Ends with 0 when every check passed, 1 when one failed, 2 for a usage error.

Example: npm run check -- --only lint --only types
`;

/** Runs one command with our own binaries first; resolves to its exit code. Output appears as it comes. */
function run([program, ...args]) {
  const local = join(BIN, program);
  const command = existsSync(local) ? local : program;
  const env = { ...process.env, PATH: `${BIN}${delimiter}${process.env.PATH ?? ""}` };
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: join(ROOT, FOLDERS[program] ?? ""), env, stdio: "inherit" });
    child.on("error", (cause) =>
      reject(new Error(`${program} cannot be started (npm run setup installs it)`, { cause })),
    );
    child.on("close", (code, signal) => resolve(code ?? `killed by ${signal}`));
  });
}

async function check(name) {
  console.log(`\n── ${name}`);
  const startedAt = performance.now();
  const problems = [];
  for (const command of CHECKS[name]) {
    const code = await run(command).catch((error) => error.message);
    if (code !== 0) problems.push(`${command[0] === process.execPath ? command[1] : command[0]}: ${code}`);
  }
  return { name, problems, seconds: (performance.now() - startedAt) / 1000 };
}

function summary(results) {
  console.log(`\n${"check".padEnd(12)}${"verdict".padEnd(9)}seconds`);
  for (const { name, problems, seconds } of results) {
    const verdict = problems.length > 0 ? "failed" : "passed";
    console.log(
      `${name.padEnd(12)}${verdict.padEnd(9)}${seconds.toFixed(1).padStart(7)}  ${problems.join(", ")}`.trimEnd(),
    );
  }
  const failed = results.filter(({ problems }) => problems.length > 0).length;
  console.log(`${results.length - failed} passed, ${failed} failed`);
  return failed;
}

function chosenChecks() {
  const { values } = parseArgs({ options: { only: { type: "string", multiple: true }, help: { type: "boolean" } } });
  if (values.help) return undefined;
  const unknown = (values.only ?? []).filter((name) => !Object.hasOwn(CHECKS, name));
  if (unknown.length > 0) throw new TypeError(`no such check: ${unknown.join(", ")}`);
  return values.only ?? Object.keys(CHECKS);
}

try {
  const names = chosenChecks();
  if (names === undefined) {
    process.stdout.write(HELP);
  } else {
    const results = [];
    for (const name of names) results.push(await check(name));
    process.exitCode = summary(results) > 0 ? 1 : 0;
  }
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  process.stderr.write(`${error.message}\n\n${HELP}`);
  process.exitCode = 2;
}
