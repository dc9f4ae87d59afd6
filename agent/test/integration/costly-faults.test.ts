import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeAll, expect, test } from "vitest";
import { buildAgent, REPOSITORY, troubledGates, Workspace } from "./front-door.ts";

const made: Workspace[] = [];
beforeAll(buildAgent, 120_000);
afterEach(() => {
  for (const one of made.splice(0)) one.dispose();
});

/** A workspace with this repository's own sources of a package, as they lie here. */
function copyOf(packageFolder: string, config: string): Workspace {
  const one = new Workspace();
  made.push(one);
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z", packageFolder], {
    cwd: REPOSITORY,
    encoding: "utf8",
  });
  for (const file of listed.split("\0").filter((name) => name !== "")) {
    mkdirSync(dirname(one.folder.path(file)), { recursive: true });
    cpSync(join(REPOSITORY, file), one.folder.path(file));
  }
  one.write(".gitignore", "node_modules\nbuild/\nartifacts/\ncache/\n");
  one.write("trigate.yaml", config);
  one.folder.commit("copy");
  return one;
}

/** Changes one place of a file; a place that is gone means that the fault has to be planted elsewhere. */
function plant(one: Workspace, file: string, [place, fault]: readonly [string, string]): void {
  const text = readFileSync(one.folder.path(file), "utf8");
  if (text.split(place).length !== 2) throw new Error(`${file} has "${place}" not exactly once`);
  one.write(file, text.replace(place, fault));
}

const compiler = ["c++", "g++", "clang++"].find((name) => spawnSync(name, ["--version"]).status === 0);
/** Where the set-up unpacks Google Benchmark on a system that lacks it. */
const unpacked = join(REPOSITORY, ".tools/debian/usr");
const libraries = existsSync(join(unpacked, "lib"))
  ? readdirSync(join(unpacked, "lib")).map((folder) => join(unpacked, "lib", folder))
  : [];
const hasBenchmark = ["/usr", "/usr/local", unpacked].some((prefix) =>
  existsSync(join(prefix, "include/benchmark/benchmark.h")),
);

// A machine without a compiler runs the WebAssembly module, and has no benchmark to make slower. CI has to have both.
test.skipIf((compiler === undefined || !hasBenchmark) && process.env["CI"] !== "true")(
  "an order look-up made ten times slower misses its ratio, and only then",
  async () => {
    const one = copyOf(
      "native",
      'version: 1\nchecks:\n  engine-bench:\n    command: [native/build/bench, --benchmark_format=json, --benchmark_filter=order_lookup/1000/]\n    report: google-benchmark\n    acceptDebugLibrary: true\ngates: { performance: { ratio: { "order_lookup/*": "speedup >= 3" } } }\n',
    );
    const build = () => {
      mkdirSync(one.folder.path("native/build"), { recursive: true });
      const sources = [
        "bench/book_bench.cc",
        "bench/main.cc",
        "src/core/order_book.cc",
        "src/core/level_set.cc",
        "src/core/latency_histogram.cc",
      ];
      execFileSync(
        compiler ?? "c++",
        [
          "-std=c++20",
          "-O2",
          "-ffp-contract=off",
          "-Iinclude",
          "-Ibench",
          "-isystem",
          join(unpacked, "include"),
          ...sources,
          ...libraries.flatMap((folder) => [`-L${folder}`, `-Wl,-rpath,${folder}`]),
          "-lbenchmark",
          "-lpthread",
          "-o",
          "build/bench",
        ],
        { cwd: one.folder.path("native") },
      );
    };
    build();
    const healthy = await one.run();
    expect([healthy.exitCode, troubledGates(healthy.report)]).toEqual([0, []]);

    const find = "Result<OrderView> Find(OrderId id) const noexcept {";
    plant(one, "native/include/trigate/order_book.h", [
      find,
      `${find}\n    for (volatile int spin = 0; spin < 100;) {\n      const int next = spin + 1;\n      spin = next;\n    }`,
    ]);
    build();
    const slow = await one.run();
    expect([slow.exitCode, troubledGates(slow.report)]).toEqual([1, ["performance.ratio[order_lookup/*] failed"]]);
    expect([...new Set(slow.report.measurements.map(({ benchmark }) => benchmark))]).toEqual(["order_lookup/1000"]);
  },
  90_000,
);

test("a contract that writes to storage once more misses its gas limit, and only then", async () => {
  const config =
    'version: 1\nchecks:\n  contracts-gas: { tool: gas, cwd: contracts, test: [nodejs, bench/gas.ts], exclusive: true }\ngates: { performance: { gas: { "ArbExecutor.tradeOwnFunds": "max <= 140000", "ArbExecutor.tradeFlashSwap": "max <= 143000" } } }\n';
  const one = copyOf("contracts", config);
  const healthy = await one.run();
  expect([healthy.exitCode, troubledGates(healthy.report)]).toEqual([0, []]);

  const contract = "contracts/src/ArbExecutor.sol";
  const before = readFileSync(one.folder.path(contract), "utf8");
  plant(one, contract, [
    "    bytes32 private transient _loan;",
    "    bytes32 private transient _loan;\n    uint256 private _lastBalance;",
  ]);
  plant(one, contract, [
    "        profit = balance - balanceBefore;",
    "        profit = balance - balanceBefore;\n        _lastBalance = balance;",
  ]);
  const costly = await one.run();
  expect([costly.exitCode, troubledGates(costly.report)]).toEqual([
    1,
    ["performance.gas[ArbExecutor.tradeOwnFunds] failed", "performance.gas[ArbExecutor.tradeFlashSwap] failed"],
  ]);

  one.write(contract, before);
  expect((await one.run()).exitCode).toBe(0);
}, 120_000);
