// The main job, by `npm start`: Trigate's three gates over this repository, with a report to look at.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const report = join("out", "trigate", "report.html");
const args = [
  "run",
  "--trust",
  "--format",
  "pretty",
  "--output",
  "-",
  "--format",
  "html",
  "--output",
  report,
  "--format",
  "json",
  "--output",
  "out/trigate/report.json",
];
const { status, signal } = spawnSync(
  process.execPath,
  [join(root, "agent/bin/trigate.mjs"), ...args, ...process.argv.slice(2)],
  { cwd: root, stdio: "inherit" },
);
if (status === 0 || status === 1 || status === 3) console.log(`report: ${report}`);
process.exitCode = signal === null ? (status ?? 70) : 130;
