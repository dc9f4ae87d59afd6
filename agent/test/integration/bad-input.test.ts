import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { isProcessAlive } from "../../src/platform/machine-lock.ts";
import { RunReport } from "../../src/protocol/index.ts";
import { buildAgent, checksOf, Workspace } from "./front-door.ts";

const made: Workspace[] = [];
function workspace(config?: string): Workspace {
  const one = new Workspace();
  made.push(one);
  if (config !== undefined) one.write("trigate.yaml", config);
  one.write("a.ts", "export const a = 1;\n");
  return one;
}
beforeAll(buildAgent, 120_000);
afterEach(() => {
  for (const one of made.splice(0)) one.dispose();
});
const program = (script: string) => `[node, -e, ${JSON.stringify(script)}]`;
const checks = (...entries: string[]) => `version: 1\nchecks:\n${entries.map((entry) => `  ${entry}\n`).join("")}`;
const JUNIT = '<testsuite tests="1"><testcase name="t" classname="c" time="0"/></testsuite>';
/** A check that always works, to see that others do not take it with them. */
const good = `good: { command: ${program(`require("fs").writeFileSync("junit.xml", ${JSON.stringify(JUNIT)})`)}, report: { junit: junit.xml }, cache: never }`;

describe("trigate.yaml", () => {
  test.each([
    {
      name: "with an unknown key, a wrong type and a faulty limit",
      text: `version: 1\nchecks:\n  oxlint: { typeAwar: true }\n  tsc: { timeout: soon }\ngates:\n  static: { code_style: fast }\n`,
      lines: [3, 4, 6],
    },
    { name: "that is empty", text: "", lines: [] },
    { name: "that is no YAML", text: "version: 1\nchecks: { oxlint: {}\n", lines: [3] },
    { name: "that is binary", text: "\u0000\u0001\u0002", lines: [1] },
  ])("$name: exit code 2 with every fault and its line, and nothing is run", async ({ text, lines }) => {
    const { exitCode, stderr, stdout } = await workspace(text).trigate("run", "--trust");
    expect([exitCode, stdout]).toEqual([2, ""]);
    for (const line of lines) expect(stderr).toContain(`line ${line}: `);
  });

  test("as JSON the same comes with its code", async () => {
    const { exitCode, stdout } = await workspace("version: 1\nchecks: { oxlnt: {} }\n").trigate(
      "run",
      "--trust",
      "--json",
    );
    const said = z.object({ error: z.object({ code: z.string(), message: z.string() }) }).parse(JSON.parse(stdout));
    expect([exitCode, said.error.code]).toEqual([2, "config/invalid"]);
    expect(said.error.message).toContain('did you mean "oxlint"');
  });

  test("that is not there at all: exit code 2 and the way out", async () => {
    const { exitCode, stderr } = await workspace().trigate("run", "--trust");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("trigate init");
  });
});

describe("usage", () => {
  test.each([
    [["run", "--trust", "--nonsense"]],
    [["run", "--trust", "--stage", "deploy"]],
    [["run", "--trust", "--check", "nobody"]],
    [["run", "--trust", "--concurrency", "0"]],
    [["run", "--trust", "--format", "word"]],
    [["run", "--trust", "--format", "json", "--output", "a", "--output", "b"]],
    [["run", "--trust", "../elsewhere"]],
    [["run", "--trust", "not/there.ts"]],
    [["run", "--trust", "--changed", "--base", "nowhere"]],
    [["report", "no-such-run"]],
    [["no-such-command"]],
  ])("%j: exit code 2", async (args) => {
    const { exitCode, stdout } = await workspace(checks("oxlint:")).trigate(...args);
    expect([exitCode, stdout]).toEqual([2, ""]);
  });

  test("help and version are no faults", async () => {
    const one = workspace(checks("oxlint:"));
    for (const args of [["--help"], ["run", "--help"], ["--version"]])
      expect((await one.trigate(...args)).exitCode).toBe(0);
  });
});

describe("a check that goes wrong is errored, the others go on, exit code 3", () => {
  test.each([
    {
      name: "a missing tool",
      entry: "bad: { tool: junit, command: [./nowhere], report: { junit: x.xml } }",
      reason: "tool-missing",
    },
    {
      name: "a crashing tool",
      entry: `bad: { tool: junit, command: ${program("process.kill(process.pid, 'SIGSEGV')")}, report: { junit: x.xml } }`,
      reason: "tool-failed",
    },
    {
      name: "a hanging tool",
      entry: `bad: { tool: junit, command: ${program("setInterval(() => {}, 1000)")}, report: { junit: x.xml }, timeout: 1s }`,
      reason: "timed-out",
    },
    {
      name: "rubbish for a report",
      entry: `bad: { tool: junit, command: ${program("require('fs').writeFileSync('x.xml', '<<<%%%')")}, report: { junit: x.xml } }`,
      reason: "unreadable-report",
    },
    {
      name: "a linter that prints rubbish",
      entry: "bad: { tool: oxlint, command: [node, rubbish.mjs] }",
      reason: "unreadable-report",
    },
    {
      name: "zero tests",
      entry: `bad: { tool: junit, command: ${program("require('fs').writeFileSync('x.xml', '<testsuite tests=\"0\"/>')")}, report: { junit: x.xml } }`,
      reason: "no-tests",
    },
  ])("$name: $reason", async ({ entry, reason }) => {
    const one = workspace(checks(entry, good));
    one.write("rubbish.mjs", "console.log('{ rubbish');\n");
    const { exitCode, report } = await one.run();
    expect(checksOf(report)).toEqual([`bad errored ${reason}`, "good passed clean"]);
    expect([exitCode, report.verdict, report.reason]).toEqual([3, "errored", reason]);
  }, 30_000);

  test("a report that is left from before is no report of this run", async () => {
    const one = workspace(checks(`bad: { tool: junit, command: ${program("0")}, report: { junit: x.xml } }`, good));
    one.write("x.xml", JUNIT);
    const { exitCode, report } = await one.run();
    expect([exitCode, checksOf(report)[0]]).toEqual([3, expect.stringMatching(/^bad errored /)]);
  });

  test("an optional tool that is missing is skipped with its name, under CI errored", async () => {
    const one = workspace(
      checks("bad: { tool: junit, command: [./nowhere], report: { junit: x.xml }, optional: true }", good),
    );
    const { exitCode, report } = await one.run();
    expect([exitCode, ...checksOf(report)]).toEqual([0, "bad skipped optional-tool-missing", "good passed clean"]);
    const { ended } = one.start(["run"], { CI: "true" });
    const inCi = await ended;
    expect(inCi.exitCode).toBe(3);
    expect(inCi.stdout).toContain("./nowhere");
  });

  test("a fault found beside a broken check is a fault", async () => {
    const failing = program(
      `require("fs").writeFileSync("f.xml", '<testsuite tests="1"><testcase name="t" classname="c"><failure message="no"/></testcase></testsuite>'); process.exit(1)`,
    );
    const { exitCode, report } = await workspace(
      checks(
        "bad: { tool: junit, command: [./nowhere], report: { junit: x.xml } }",
        `failing: { command: ${failing}, report: { junit: f.xml } }`,
      ),
    ).run();
    expect([exitCode, report.verdict]).toEqual([1, "failed"]);
  });
});

describe("a workspace that nobody trusts", () => {
  /** Programs that a hostile repository would have the agent start, each of which leaves a mark. */
  function trap(): Workspace {
    const one = workspace(checks("mark: { tool: oxlint, command: [node, mark.mjs] }", "ruff: {}"));
    one.write("mark.mjs", 'import { writeFileSync } from "node:fs";\nwriteFileSync("ran", "");\n');
    one.write(".venv/bin/ruff", '#!/bin/sh\ntouch "$(dirname "$0")/../../ran"\n');
    chmodSync(one.folder.path(".venv/bin/ruff"), 0o755);
    one.folder.git("config", "core.fsmonitor", "touch ran; false");
    return one;
  }

  test.each([
    { args: ["run"], exitCode: 2 },
    { args: ["run", "--why", "mark"], exitCode: 2 },
    { args: ["doctor"], exitCode: 0 },
    { args: ["doctor", "--json"], exitCode: 0 },
    { args: ["report"], exitCode: 2 },
    { args: ["init", "--print"], exitCode: 0 },
  ])("$args: exit code $exitCode, and nothing of it is started", async ({ args, exitCode }) => {
    const one = trap();
    one.write("ruff.toml", "");
    expect((await one.trigate(...args)).exitCode).toBe(exitCode);
    expect(existsSync(one.folder.path("ran"))).toBe(false);
  });

  test("doctor asks programs for their versions once it is trusted", async () => {
    const one = trap();
    await one.trigate("run", "--trust", "--check", "mark");
    rmSync(one.folder.path("ran"));
    await one.trigate("doctor");
    expect(existsSync(one.folder.path("ran"))).toBe(true);
  });

  test("with --trust its programs run, and from then on without it, in this workspace only", async () => {
    const one = trap();
    await one.trigate("run", "--trust");
    expect(existsSync(one.folder.path("ran"))).toBe(true);
    expect((await one.trigate("run")).stderr).not.toContain("--trust");
    const other = trap();
    const elsewhere = other.start(["run"], { TRIGATE_STATE_DIR: one.stateFolder });
    expect((await elsewhere.ended).exitCode).toBe(2);
  });
});

describe("interrupted", () => {
  const SLOW = `import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
writeFileSync("pids", process.pid + " " + spawn("sleep", ["1000"]).pid);
setInterval(() => {}, 1000);
`;
  test.each([
    "SIGINT",
    "SIGTERM",
  ] as const)("by %s: exit code 130, no child is left and nothing is recorded", async (signal) => {
    const one = workspace(checks("slow: { tool: oxlint, command: [node, slow.mjs] }"));
    one.write("slow.mjs", SLOW);
    const { child, ended } = one.start(["run", "--trust"]);
    const file = one.folder.path("pids");
    while (!existsSync(file) || !/\d \d/.test(readFileSync(file, "utf8"))) await sleep(20);
    child.kill(signal);
    expect((await ended).exitCode).toBe(130);
    for (const pid of readFileSync(file, "utf8").split(" ").map(Number)) while (isProcessAlive(pid)) await sleep(20);
    expect((await one.trigate("report")).exitCode).toBe(2);
    const cache = join(one.stateFolder, readdirSync(one.stateFolder)[0] ?? "", "cache");
    expect(existsSync(cache) ? readdirSync(cache) : []).toEqual([]);
  }, 30_000);
});

test("a report goes into what is no ordinary file, and never takes its place", async () => {
  const one = workspace(checks(good));
  const pipe = one.folder.path("pipe");
  execFileSync("mkfifo", [pipe]);
  const reading = readFile(pipe, "utf8");
  const { exitCode } = await one.trigate("run", "--trust", "--format", "json", "--output", "pipe");
  expect([exitCode, RunReport.parse(JSON.parse(await reading)).verdict, statSync(pipe).isFIFO()]).toEqual([
    0,
    "passed",
    true,
  ]);
  expect((await one.trigate("run", "--format", "json", "--output", ".")).exitCode).toBe(2);
});
