// All benchmarks with their ratios, by `npm run bench`. Usage: node .github/scripts/bench.mjs [FILTER]
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const filter = process.argv[2] ?? "";
const scripts = ["agent/bench", "engine/bench", "extension/bench"]
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap((folder) => readdirSync(join(root, folder)).map((file) => `${folder}/${file}`))
  .filter((file) => file.endsWith(".bench.ts") && file.includes(filter));
const binary = join(root, "native/build/release/bench");
const jobs = scripts.map((script) => ({ name: script, argv: [process.execPath, join(root, script)] }));
if (existsSync(binary) && "native".includes(filter))
  jobs.push({ name: "native/build/release/bench", argv: [binary, "--benchmark_counters_tabular=true"] });
if (jobs.length === 0) {
  console.error(`no benchmark's name contains "${filter}"`);
  process.exit(2);
}
for (const { name, argv } of jobs) {
  console.log(`\n── ${name}`);
  const { status } = spawnSync(argv[0], argv.slice(1), { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}
