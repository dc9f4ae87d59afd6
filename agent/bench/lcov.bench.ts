// Prints how many megabytes of LCOV are read in a second of processor time: node agent/bench/lcov.bench.ts [megabytes]
import { parseLcov } from "../src/coverage/formats/lcov.ts";

const wantedBytes = Number(process.argv[2] ?? 20) * 1e6;

/** A report shaped like those of large TypeScript projects: mostly lines, some branches and functions. */
function sampleReport(): string {
  const records: string[] = [];
  let bytes = 0;
  for (let file = 0; bytes < wantedBytes; file++) {
    const lines = ["TN:", `SF:packages/package-${file % 40}/src/module-${file}.ts`];
    for (let each = 0; each < 12; each++)
      lines.push(`FN:${each * 20 + 1},function${each}`, `FNDA:${(file * each) % 90},function${each}`);
    for (let line = 1; line <= 260; line++) lines.push(`DA:${line},${(line * file) % 1_000}`);
    for (let branch = 0; branch < 60; branch++)
      lines.push(`BRDA:${branch * 4 + 1},0,${branch % 2},${branch % 7 === 0 ? "-" : branch}`);
    lines.push("end_of_record", "");
    const record = lines.join("\n");
    bytes += record.length;
    records.push(record);
  }
  return Buffer.from(records.join("")).toString("utf8");
}

const report = sampleReport();
const rates = Array.from({ length: 9 }, () => {
  const started = process.cpuUsage();
  const { files, problems } = parseLcov(report);
  const { user, system } = process.cpuUsage(started);
  if (files.length === 0 || problems.length > 0) throw new Error(problems.join("; "));
  return report.length / (user + system);
});
const sorted = rates.toSorted((a, b) => a - b);
console.log(
  JSON.stringify({
    benchmark: "lcov-parse",
    megabytes: report.length / 1e6,
    bestMegabytesPerCpuSecond: sorted.at(-1),
    medianMegabytesPerCpuSecond: sorted[4],
  }),
);
