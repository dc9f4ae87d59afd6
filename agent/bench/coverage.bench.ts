// How fast coverage reports are read, each format beside a yardstick on the same text in the same run:
// node agent/bench/coverage.bench.ts [--json] [--megabytes N]
// Prints a table, or with --json the list that the benchmark-json checker reads: megabytes in a second of processor time.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SaxesParser } from "saxes";
import { LineHits } from "../src/coverage/line-hits.ts";
import { readCoverage } from "../src/coverage/read-coverage.ts";
import { toCobertura } from "../src/coverage/writers/cobertura.ts";
import { toLcov } from "../src/coverage/writers/lcov.ts";
import type { FileCoverage } from "../src/core/coverage.ts";

const ROUNDS = 9;
const argument = process.argv.indexOf("--megabytes");
const wantedBytes = (argument === -1 ? 20 : Number(process.argv[argument + 1])) * 1e6;

/** Files shaped like those of large TypeScript projects: mostly lines, some branches and functions. */
function* sampleFiles(): Generator<FileCoverage> {
  for (let file = 0; ; file++)
    yield {
      file: `packages/package-${file % 40}/src/module-${file}.ts`,
      lines: new LineHits(Array.from({ length: 260 }, (_, index) => [index + 1, (index * file) % 1_000] as const)),
      branches: Array.from({ length: 60 }, (_, index) => ({
        line: index * 4 + 1,
        block: "0",
        branch: String(index % 2),
        taken: index % 7 === 0 ? null : index,
      })),
      functions: Array.from({ length: 12 }, (_, index) => ({
        name: `function${index}`,
        line: index * 20 + 1,
        hits: (file * index) % 90,
      })),
    };
}

/** Records one after another, until the text is as long as wanted. */
function untilLong(toText: (file: FileCoverage) => string, [head, tail]: readonly [string, string] = ["", ""]): string {
  const parts = [head];
  let length = 0;
  for (const file of sampleFiles()) {
    const part = toText(file);
    parts.push(part);
    length += part.length;
    if (length >= wantedBytes) break;
  }
  // Flat text, as it comes from a file.
  return Buffer.from(parts.join("") + tail).toString("utf8");
}

const noEnd = (text: string) => text.slice(0, -1);

function istanbul({ file, lines, branches, functions }: FileCoverage): string {
  const at = (line: number) => ({ start: { line, column: 2 }, end: { line, column: 40 } });
  const byKey = <T>(values: readonly T[]) => Object.fromEntries(values.map((value, key) => [key, value]));
  return `${JSON.stringify(`/repo/${file}`)}:${JSON.stringify({
    path: `/repo/${file}`,
    statementMap: byKey([...lines.keys()].map(at)),
    fnMap: byKey(functions.map(({ name, line }) => ({ name, decl: at(line), loc: at(line), line }))),
    branchMap: byKey(branches.map(({ line }) => ({ loc: at(line), type: "if", locations: [at(line)], line }))),
    s: byKey([...lines.values()]),
    f: byKey(functions.map(({ hits }) => hits)),
    b: byKey(branches.map(({ taken }) => [taken ?? 0])),
  })},`;
}

function clover({ file, lines }: FileCoverage): string {
  const inside = [...lines].map(([line, hits]) => `<line num="${line}" count="${hits}" type="stmt"/>\n`);
  return `<file name="m.ts" path="/repo/${file}"><metrics statements="260"/>\n${inside.join("")}</file>\n`;
}

function jacoco({ file, lines }: FileCoverage): string {
  const inside = [...lines].map(
    ([line, hits]) => `<line nr="${line}" mi="${hits > 0 ? 0 : 3}" ci="${hits > 0 ? 3 : 0}" mb="0" cb="0"/>`,
  );
  return `<package name="${file}"><sourcefile name="M.java">${inside.join("")}</sourcefile></package>`;
}

function gcov({ file, lines, functions }: FileCoverage): string {
  const report = {
    format_version: "2",
    gcc_version: "14.2.0",
    current_working_directory: "/repo",
    files: [
      {
        file,
        functions: functions.map(({ name, line, hits }) => ({ name, start_line: line, execution_count: hits })),
        lines: [...lines].map(([line, count]) => ({ line_number: line, count, unexecuted_block: false, branches: [] })),
      },
    ],
  };
  return `${JSON.stringify(report)}\n`;
}

function goProfile({ file, lines }: FileCoverage): string {
  return [...lines].map(([line, hits]) => `example.com/mod/${file}:${line}.2,${line + 1}.9 1 ${hits}\n`).join("");
}

const cobertura = (file: FileCoverage) =>
  /<class [^]*<\/class>/.exec(toCobertura([file], { root: "/repo", version: "1", atMs: 0 }))?.[0] ?? "";

/** What everyone does who has no scanner of their own. */
function splitLines(text: string): number {
  let hits = 0;
  for (const line of text.split("\n")) if (line.startsWith("DA:")) hits += Number(line.split(",")[1]);
  return hits;
}

function bareSaxes(text: string): number {
  const parser = new SaxesParser();
  let tags = 0;
  parser.on("opentag", () => tags++);
  parser.write(text).close();
  return tags;
}

const bareJson = (text: string) =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line)).length;

interface Format {
  readonly name: string;
  readonly text: string;
  readonly yardstick: string;
  readonly bare: (text: string) => number;
}

const formats = (): readonly Format[] => [
  { name: "lcov", text: untilLong((file) => toLcov([file])), yardstick: "split into lines", bare: splitLines },
  {
    name: "cobertura",
    text: untilLong(cobertura, [
      '<coverage line-rate="1"><packages><package><classes>',
      "</classes></package></packages></coverage>",
    ]),
    yardstick: "bare saxes",
    bare: bareSaxes,
  },
  {
    name: "clover",
    text: untilLong(clover, ['<coverage clover="3.2.0"><project>', "</project></coverage>"]),
    yardstick: "bare saxes",
    bare: bareSaxes,
  },
  { name: "jacoco", text: untilLong(jacoco, ["<report>", "</report>"]), yardstick: "bare saxes", bare: bareSaxes },
  { name: "istanbul", text: `${noEnd(untilLong(istanbul, ["{", ""]))}}`, yardstick: "JSON.parse", bare: bareJson },
  { name: "gcov", text: untilLong(gcov), yardstick: "JSON.parse", bare: bareJson },
  {
    name: "go-profile",
    text: untilLong(goProfile, ["mode: count\n", ""]),
    yardstick: "split into lines",
    bare: splitLines,
  },
];

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** Megabytes in a second of processor time. */
async function rateOf(text: string, body: (text: string) => unknown): Promise<number> {
  const began = process.cpuUsage();
  await body(text);
  const { user, system } = process.cpuUsage(began);
  return text.length / (user + system);
}

/** Most memory that a process of its own takes to read the report, beyond one that only loads it; in sizes of the report. */
function peakOf(text: string): number {
  const folder = mkdtempSync(join(tmpdir(), "trigate-bench-"));
  try {
    const file = join(folder, "report");
    writeFileSync(file, text);
    const peak = (mode: string) =>
      Number(execFileSync(process.execPath, [import.meta.filename, "--peak", mode, file], { encoding: "utf8" }));
    return (Math.min(peak("read"), peak("read")) - Math.min(peak("load"), peak("load"))) / text.length;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The process that {@link peakOf} starts. */
async function printPeak(mode: string, file: string): Promise<void> {
  const text = readFileSync(file, "utf8");
  const kept = mode === "read" ? await readCoverage(text, async () => undefined) : undefined;
  if (kept !== undefined && kept.files.length === 0) throw new Error(kept.problems.join("; "));
  // What the system tells of a process otherwise includes the memory of the one that started it.
  const status = process.platform === "linux" ? readFileSync("/proc/self/status", "utf8") : "";
  console.log(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? process.resourceUsage().maxRSS) * 1_024);
}

async function measure({ name, text, yardstick, bare }: Format) {
  const own: number[] = [];
  const other: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    other.push(await rateOf(text, bare));
    own.push(
      await rateOf(text, async () => {
        const { problems, files } = await readCoverage(text, async () => undefined);
        if (problems.length > 0 || files.length === 0) throw new Error(`${name}: ${problems.join("; ")}`);
      }),
    );
  }
  const sorted = own.toSorted((a, b) => a - b);
  return {
    name,
    yardstick,
    megabytes: text.length / 1e6,
    rate: median(own),
    best: sorted.at(-1) ?? Number.NaN,
    bareRate: median(other),
    peak: peakOf(text),
  };
}

async function main(): Promise<void> {
  const only = process.argv.slice(2).filter((word) => /^[a-z]/.test(word));
  const rows = [];
  for (const format of formats().filter(({ name }) => only.length === 0 || only.includes(name)))
    rows.push(await measure(format));
  if (process.argv.includes("--json"))
    console.log(
      JSON.stringify(
        rows.map(({ name, rate, bareRate, yardstick }) => ({
          name: `read_coverage/${name}`,
          unit: "MB/s",
          value: rate,
          range: `${(rate / bareRate).toFixed(2)} of ${yardstick} at ${bareRate.toFixed(0)} MB/s`,
        })),
      ),
    );
  else {
    console.log("format         MB   MB/s median   best   yardstick MB/s              ratio   peak memory/size");
    for (const { name, megabytes, rate, best, yardstick, bareRate, peak } of rows)
      console.log(
        `${name.padEnd(12)} ${megabytes.toFixed(0).padStart(4)} ${rate.toFixed(0).padStart(13)} ${best.toFixed(0).padStart(6)}   ${`${yardstick} ${bareRate.toFixed(0)}`.padEnd(26)} ${(rate / bareRate).toFixed(2).padStart(6)} ${peak.toFixed(2).padStart(18)}`,
      );
  }
}

const [mode = "", file = ""] = process.argv.includes("--peak") ? process.argv.slice(3) : [];
await (mode === "" ? main() : printPeak(mode, file));
