// Fuzzes every parser with many cases: node .github/scripts/fuzz.mjs [RUNS] [NAME]   (default: 10000 cases, all parsers)
// npm test makes some dozens of each. Prints vitest's report; exit code 1 when a parser threw, hung or made something up.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const [runs = "10000", name = ""] = process.argv.slice(2);
if (!/^[1-9][0-9]*$/.test(runs)) {
  console.error(`fuzz: "${runs}" is no number of cases\nExample: node .github/scripts/fuzz.mjs 10000 "Slither's JSON"`);
  process.exit(2);
}
const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
const { status } = spawnSync(
  process.execPath,
  [vitest, "run", "--project", "agent", "--reporter", "verbose", "--testNamePattern", `^fuzzing ${name}`],
  { cwd: root, stdio: "inherit", env: { ...process.env, TRIGATE_FUZZ_RUNS: runs } },
);
process.exit(status ?? 1);
