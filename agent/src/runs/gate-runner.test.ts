import { chmodSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Checker } from "../checkers/checker.ts";
import type { ResolvedCheck } from "../config/resolved.ts";
import type { CheckOutput } from "../core/check.ts";
import type { Gate } from "../core/gate.ts";
import type { Run, RunEvent } from "../core/run.ts";
import { sampleFinding, sampleGate, sampleMeasurement } from "../core/testing/samples.ts";
import { mergeCoverage } from "../coverage/merge.ts";
import { TrigateError } from "../errors/trigate-error.ts";
import type { History } from "../history/history.ts";
import { systemClock } from "../platform/clock.ts";
import { withMachineLock } from "../platform/machine-lock.ts";
import { GroupProcessRunner } from "../platform/process.ts";
import { ShellSupervisor } from "../platform/supervisor.ts";
import { PlainFolder } from "../vcs/plain-folder.ts";
import { ResultCache } from "./cache.ts";
import { GateRunner } from "./gate-runner.ts";
import { ToolLocator } from "./locate-tool.ts";
import type { RunRequest } from "./run-service.ts";
import { fakeChecker, resolvedCheck, resolvedConfig } from "./testing/planned.ts";

const coded = (code: string) => expect.objectContaining({ code });
const supervisor = new ShellSupervisor();
let root = "";
let state = "";
let recorded: Run[] = [];
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "trigate-run-")));
  state = mkdtempSync(join(tmpdir(), "trigate-state-"));
  recorded = [];
  writeFileSync(join(root, "a.ts"), "one\n");
});
afterEach(() => {
  supervisor.close();
  for (const folder of [root, state]) rmSync(folder, { recursive: true, force: true });
});

const history: History = {
  record: async (run) => void recorded.push(run),
  latest: async () => recorded.at(-1),
  measuredAt: async (tree) => recorded.filter((run) => run.tree === tree).toReversed(),
  judgedAt: async (tree) => recorded.filter((run) => run.tree === tree).toReversed(),
  byId: async (id) => recorded.find((run) => run.id === id),
  close: () => undefined,
};
const everything: RunRequest = {
  paths: [],
  stages: [],
  checks: [],
  changed: false,
  staged: false,
  base: undefined,
  noCache: false,
  fix: false,
  failFast: false,
};
const clean: CheckOutput = { evidence: { files: 1, exitCode: 0 }, findings: [], problems: [] };
let runs = 0;

interface Setting {
  readonly checkers: readonly Checker[];
  readonly checks?: readonly ResolvedCheck[];
  readonly gates?: readonly Gate[];
  readonly env?: Readonly<Record<string, string>>;
  readonly ask?: ConstructorParameters<typeof ToolLocator>[0]["ask"];
}
function runner({ checkers, checks, gates = [], env = {}, ask = async () => "1" }: Setting): GateRunner {
  const known = new Map(checkers.map((checker) => [checker.id, checker]));
  return new GateRunner({
    root,
    stateFolder: state,
    checkers: known,
    loadConfig: async () =>
      resolvedConfig(checks ?? checkers.map(({ id, stage }) => resolvedCheck(id, { stage })), { gates }),
    repository: async () => new PlainFolder(root),
    processes: new GroupProcessRunner(supervisor),
    locator: new ToolLocator({
      root,
      stateFolder: state,
      ask,
      finderAt: () => ({
        npm: async () => undefined,
        npmFolder: async () => undefined,
        python: async () => undefined,
        path: async () => undefined,
      }),
    }),
    cache: new ResultCache(state),
    history: async () => history,
    mergeCoverage,
    clock: systemClock,
    ids: { runId: () => `run-${runs++}`, token: () => "" },
    env,
    environment: { agentVersion: "1", node: "24", platform: "linux", arch: "x64", cpu: "", cores: 2, ci: false },
    concurrency: 2,
  });
}
async function judged(setting: Setting, request: Partial<RunRequest> = {}): Promise<Run> {
  return runner(setting).start({ ...everything, ...request }, () => undefined).finished;
}
const statuses = (run: Run) =>
  run.stages.flatMap(({ checks }) => checks.map(({ id, status, reason }) => `${id} ${status} ${reason}`));
const onlyCheck = (run: Run) => {
  const [check, ...more] = run.stages.flatMap(({ checks }) => checks);
  if (check === undefined || more.length > 0) throw new Error("the test expects one check");
  return check;
};

describe("a check that goes wrong is errored, and the others go on", () => {
  const other = fakeChecker({ id: "other" });
  test.each<{ name: string; checker: Partial<Checker>; check?: Partial<ResolvedCheck>; reason: string }>([
    { name: "its tool is not installed", checker: { locate: async () => undefined }, reason: "tool-missing" },
    { name: "its command is not there", checker: {}, check: { command: ["./nowhere"] }, reason: "tool-missing" },
    {
      name: "its adapter throws",
      checker: { check: () => Promise.reject(new TypeError("oops")) },
      reason: "internal-error",
    },
    {
      name: "its tool breaks",
      checker: {
        check: () =>
          Promise.reject(new TrigateError("checker/tool-failed", { tool: "x", exitCode: 9, stderr: "", cwd: "" })),
      },
      reason: "tool-failed",
    },
    {
      name: "its tool takes too long",
      checker: { check: async ({ run }) => run(["/bin/sleep", "60"]).then(() => clean) },
      check: { timeoutMs: 200 },
      reason: "timed-out",
    },
    {
      name: "its tool cannot be started",
      checker: { check: async ({ run }) => run(["/nowhere"]).then(() => clean) },
      reason: "tool-failed",
    },
    {
      name: "it gives no evidence",
      checker: { check: async () => ({ ...clean, evidence: undefined }) },
      reason: "no-evidence",
    },
    {
      name: "its report is partly unreadable",
      checker: { check: async () => ({ ...clean, problems: ["line 7"] }) },
      reason: "unreadable-report",
    },
    { name: "it ran no test", checker: { check: async () => ({ ...clean, tests: [] }) }, reason: "no-tests" },
  ])("$name: $reason", async ({ checker, check, reason }) => {
    const broken = fakeChecker({ id: "broken", ...checker });
    const checks = [resolvedCheck("broken", check), resolvedCheck("other")];
    const run = await judged({ checkers: [broken, other], checks });
    expect(statuses(run)).toEqual([`broken errored ${reason}`, "other passed clean"]);
    expect(run.verdict).toMatchObject({ outcome: "errored", reason });
    expect(recorded).toEqual([run]);
  });

  test("an optional tool may be missing, but not under CI", async () => {
    const setting = {
      checkers: [fakeChecker({ locate: async () => undefined })],
      checks: [resolvedCheck("lint", { optional: true })],
    };
    expect(statuses(await judged(setting))).toEqual(["lint skipped optional-tool-missing"]);
    expect(statuses(await judged({ ...setting, env: { CI: "true" } }))).toEqual(["lint errored tool-missing"]);
  });
});

describe("the cache", () => {
  /** A checker that counts how often it was asked. */
  function counting(different: Partial<Checker> = {}) {
    const calls: (readonly string[])[] = [];
    const checker = fakeChecker({
      ...different,
      check: async (context) => {
        calls.push(context.files);
        return different.check?.(context) ?? clean;
      },
    });
    return { checker, calls };
  }

  test("answers the same question once, until the content, the tool or the settings change", async () => {
    const { checker, calls } = counting({
      check: async ({ files }) => ({
        ...clean,
        findings: [sampleFinding({ file: files[0] ?? "" })],
      }),
    });
    const first = await judged({ checkers: [checker] });
    const second = await judged({ checkers: [checker] });
    expect(calls).toHaveLength(1);
    expect([onlyCheck(first).cached, onlyCheck(second).cached, onlyCheck(second).evidence?.source]).toEqual([
      false,
      true,
      "cache",
    ]);
    expect(onlyCheck(second).findings).toEqual(onlyCheck(first).findings);
    expect(second.verdict).toEqual(first.verdict);
    writeFileSync(join(root, "a.ts"), "two\n");
    await judged({ checkers: [checker] });
    await judged({ checkers: [checker], checks: [resolvedCheck("lint", { args: ["--strict"] })] });
    await judged({ checkers: [checker] }, { noCache: true });
    expect(calls).toHaveLength(4);
  });

  test.each<{ name: string; output: CheckOutput; again: number }>([
    { name: "a clean answer is kept", output: clean, again: 1 },
    { name: "findings are kept", output: { ...clean, findings: [sampleFinding()] }, again: 1 },
    { name: "an answer without evidence is not", output: { ...clean, evidence: undefined }, again: 2 },
    { name: "an answer with problems is not", output: { ...clean, problems: ["x"] }, again: 2 },
  ])("$name", async ({ output, again }) => {
    const { checker, calls } = counting({ check: async () => output });
    await judged({ checkers: [checker] });
    await judged({ checkers: [checker] });
    expect(calls).toHaveLength(again);
  });

  test("a check that must always run is never answered from it", async () => {
    const { checker, calls } = counting();
    const checks = [resolvedCheck("lint", { cache: "never" })];
    await judged({ checkers: [checker], checks });
    await judged({ checkers: [checker], checks });
    expect(calls).toHaveLength(2);
  });

  test("an answer is not kept for content that changed while the tool was looking", async () => {
    const { checker, calls } = counting({
      check: async () => {
        if (calls.length === 1) writeFileSync(join(root, "a.ts"), "meanwhile\n");
        return clean;
      },
    });
    const disturbed = await judged({ checkers: [checker] });
    expect(disturbed.tree).toBeUndefined();
    writeFileSync(join(root, "a.ts"), "one\n");
    expect((await judged({ checkers: [checker] })).tree).toMatch(/^[0-9a-f]{64}$/);
    expect(calls).toHaveLength(2);
  });

  test("a figure that is no number is as good as not reported, from the tool and from the cache alike", async () => {
    const output = {
      ...clean,
      measurements: [sampleMeasurement({ metric: "complexity", unit: "count", summary: { max: Number.NaN } })],
    };
    const checker = fakeChecker({ feeds: ["complexity"], check: async () => output });
    const gates = [sampleGate("complexity", "< 10")];
    const verdicts = [await judged({ checkers: [checker], gates }), await judged({ checkers: [checker], gates })].map(
      (run) => [onlyCheck(run).cached, run.verdict.outcome, run.verdict.reason],
    );
    expect(verdicts).toEqual([
      [false, "errored", "statistic-missing"],
      [true, "errored", "statistic-missing"],
    ]);
  });
});

describe("stopping", () => {
  test("at the first failure leaves the rest errored, never green by absence", async () => {
    const bad = fakeChecker({
      id: "bad",
      check: async () => ({ ...clean, findings: [sampleFinding()], filesLookedAt: ["a.ts", "b.ts"] }),
    });
    const never = fakeChecker({ id: "never", stage: "test", feeds: ["unit_pass"] });
    const setting: Setting = {
      checkers: [bad, never],
      checks: [resolvedCheck("bad"), resolvedCheck("never", { stage: "test", after: ["bad"] })],
      gates: [sampleGate("code_style", ">= 50%"), sampleGate("unit_pass", "100%", { configured: false })],
    };
    const run = await judged(setting, { failFast: true });
    expect(statuses(run)).toEqual(["bad failed findings", "never errored cancelled"]);
    expect(run.verdict.outcome).toBe("errored");
    expect(
      (await judged({ ...setting, gates: [sampleGate("code_style", "100%")] }, { failFast: true })).verdict.outcome,
    ).toBe("failed");
  });

  test.each<{ name: string; setting: () => Setting }>([
    {
      name: "while a tool runs",
      setting: () => ({
        checkers: [fakeChecker({ check: async ({ run }) => run(["/bin/sleep", "60"]).then(() => clean) })],
      }),
    },
    {
      name: "while its version is asked",
      setting: () => ({
        checkers: [fakeChecker()],
        ask: async (_argv, _cwd, signal) => setTimeout(60_000, "1", { signal }),
      }),
    },
  ])("$name: run/cancelled, and nothing is recorded", async ({ setting }) => {
    const events: RunEvent["type"][] = [];
    const started = Promise.withResolvers<void>();
    const handle = runner(setting()).start(everything, ({ type }) => {
      events.push(type);
      if (type === "check-started") started.resolve();
    });
    await started.promise;
    handle.cancel();
    await expect(handle.finished).rejects.toThrow(coded("run/cancelled"));
    expect([recorded, events]).toEqual([[], ["run-started", "check-started"]]);
  });

  test("while another run holds the machine: run/cancelled", async () => {
    const alone = fakeChecker();
    const checks = [resolvedCheck("lint", { exclusive: true })];
    await withMachineLock("exclusive", new AbortController().signal, async () => {
      const planned = Promise.withResolvers<void>();
      const handle = runner({ checkers: [alone], checks }).start(everything, () => planned.resolve());
      await planned.promise;
      handle.cancel();
      await expect(handle.finished).rejects.toThrow(coded("run/cancelled"));
    });
    expect(recorded).toEqual([]);
  });
});

test("events come in order and tell the whole story", async () => {
  const events: string[] = [];
  const handle = runner({ checkers: [fakeChecker({ id: "one" }), fakeChecker({ id: "two" })] }).start(
    everything,
    (event) => {
      events.push(
        event.type === "check-started"
          ? `start ${event.check}`
          : event.type === "check-finished"
            ? `end ${event.result.id}`
            : event.type,
      );
    },
  );
  await handle.finished;
  expect([events[0], events.at(-1), events.slice(1, -1).toSorted()]).toEqual([
    "run-started",
    "run-finished",
    ["end one", "end two", "start one", "start two"],
  ]);
});

test("a tool sees its arguments, its folder and the environment that it is meant to see", async () => {
  writeFileSync(join(root, "tool.sh"), '#!/bin/sh\nprintf "%s|" "$PWD" "$SECRET" "$GIVEN" "$@"\n');
  chmodSync(join(root, "tool.sh"), 0o755);
  let said = "";
  let scratch = "";
  const checker = fakeChecker({
    check: async (context) => {
      scratch = context.scratch;
      said = (await context.run([...context.tool, "a b", "$x"])).stdout;
      return clean;
    },
  });
  const run = await judged({
    checkers: [checker],
    checks: [resolvedCheck("lint", { command: ["./tool.sh", "own"], env: ["GIVEN"] })],
    env: { SECRET: "s", GIVEN: "g", PATH: "/usr/bin:/bin" },
  });
  expect(said).toBe(`${root}||g|own|a b|$x|`);
  expect(onlyCheck(run).command).toEqual([join(root, "tool.sh"), "own", "a b", "$x"]);
  expect(() => readFileSync(scratch)).toThrow(/ENOENT/);
});
