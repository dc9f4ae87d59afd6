import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { summarizeCoverage } from "../core/coverage-summary.ts";
import type { Run } from "../core/run.ts";
import { sampleCheck, sampleFinding, sampleMeasurement, sampleRun } from "../core/testing/samples.ts";
import { mergeCoverage } from "../coverage/merge.ts";
import { SqliteHistory } from "./sqlite-history.ts";

let folder = "";
let warnings: string[] = [];
const opened: SqliteHistory[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trigate-history-"));
  warnings = [];
});
afterEach(() => {
  for (const history of opened.splice(0)) history.close();
  rmSync(folder, { recursive: true, force: true });
});
const file = () => join(folder, "history.sqlite");
function open(): SqliteHistory {
  const history = new SqliteHistory(file(), { warn: (message) => warnings.push(message), mergeCoverage });
  opened.push(history);
  return history;
}

const lines = (hits: Record<number, number>) =>
  new Map(Object.entries(hits).map(([line, count]) => [Number(line), count]));
const reportOf = (hits: Record<number, number>) => ({
  files: [{ file: "a.ts", lines: lines(hits), branches: [], functions: [{ name: "f", line: 1, hits: 2 }] }],
  unplaced: ["elsewhere.ts"],
});
/** A run with two checks that cover the same file. */
function covered(): Run {
  const [one, two] = [reportOf({ 1: 1, 2: 0, 3: 0 }), reportOf({ 1: 0, 2: 5, 3: 0 })];
  const checks = [
    sampleCheck({
      id: "unit",
      stage: "test",
      suite: "unit",
      coverage: one,
      tests: [{ name: "t", file: "a.test.ts", line: 3, status: "failed", durationMs: 1, message: "no" }],
    }),
    sampleCheck({
      id: "integration",
      stage: "test",
      suite: "integration",
      coverage: two,
      measurements: [sampleMeasurement({ samples: [1, 2, 3] })],
      findings: [sampleFinding()],
    }),
  ];
  const changed = new Map([["a.ts", new Set([2, 3])]]);
  return sampleRun({
    id: "covered",
    stages: [{ stage: "test", verdict: "passed", gates: [], checks }],
    coverage: summarizeCoverage(mergeCoverage([one, two]), changed, ["new.ts"]),
  });
}

describe("a recorded run", () => {
  test("comes back as it was, with everything in it", async () => {
    const history = open();
    for (const run of [sampleRun(), covered()]) {
      await history.record(run);
      expect(await history.byId(run.id)).toEqual(run);
    }
  });

  test("is found as the newest, also among those with coverage, and after a restart", async () => {
    const history = open();
    await history.record(covered());
    await history.record(sampleRun({ id: "later", startedAtMs: covered().startedAtMs + 1 }));
    history.close();
    opened.splice(0);
    const again = open();
    expect((await again.latest())?.id).toBe("later");
    expect((await again.latest({ withCoverage: true }))?.id).toBe("covered");
    expect(await again.byId("nobody")).toBeUndefined();
  });

  test("is found by its content when it measured the coverage of the whole workspace, the newest first", async () => {
    const history = open();
    const measured = { ...covered(), tree: "t1" };
    const at = (id: string, different: Partial<Run>) => ({ ...measured, id, ...different });
    await history.record(at("old", {}));
    await history.record(at("new", { startedAtMs: measured.startedAtMs + 1 }));
    await history.record(at("part", { scope: { ...measured.scope, kind: "changed" } }));
    await history.record(at("uncovered", { coverage: undefined }));
    await history.record(at("elsewhere", { tree: "t2" }));
    expect((await history.measuredAt("t1")).map(({ id }) => id)).toEqual(["new", "old"]);
    expect(await history.measuredAt("t3")).toEqual([]);
  });

  test("of two in the same millisecond the one recorded later is the newest", async () => {
    const history = open();
    for (const id of ["z", "a"]) await history.record(sampleRun({ id }));
    expect((await history.latest())?.id).toBe("a");
  });

  test("is not there at all in an empty history", async () => {
    expect(await open().latest()).toBeUndefined();
  });

  test("that repeats what was found before takes a fraction of the room", async () => {
    const history = open();
    const findings = Array.from({ length: 5000 }, (_, index) => sampleFinding({ id: String(index) }));
    const run = sampleRun({
      stages: [{ stage: "static", verdict: "failed", gates: [], checks: [sampleCheck({ findings })] }],
    });
    const size = () =>
      Number(new DatabaseSync(file()).prepare("SELECT sum(length(body)) AS size FROM part").get()?.["size"]);
    await history.record(run);
    const first = size();
    await history.record({ ...run, id: "again" });
    expect(size()).toBe(first);
    expect(await history.byId("again")).toEqual({ ...run, id: "again" });
  });

  test("with a figure that is no number does not lose the run", async () => {
    const measured = sampleCheck({ measurements: [sampleMeasurement({ summary: { p50: Number.NaN, p99: 5 } })] });
    const history = open();
    await history.record(
      sampleRun({ stages: [{ stage: "performance", verdict: "errored", gates: [], checks: [measured] }] }),
    );
    expect((await history.latest())?.id).toBe(sampleRun().id);
  });

  test("cannot be recorded twice, and the second attempt leaves the first alone", async () => {
    const history = open();
    await history.record(sampleRun());
    await expect(history.record(sampleRun({ durationMs: 1 }))).rejects.toThrow(/UNIQUE/);
    expect(await history.latest()).toEqual(sampleRun());
  });
});

describe("several processes", () => {
  test("write at once and lose nothing, from the first moment of the file", async () => {
    const script = fileURLToPath(new URL("testing/record-runs.ts", import.meta.url));
    const writers = ["a", "b", "c"].map(
      (name) =>
        new Promise<string>((resolve, reject) => {
          const child = spawn(process.execPath, [script, file(), name, "20"], { stdio: ["ignore", "ignore", "pipe"] });
          let said = "";
          child.stderr.on("data", (chunk) => (said += String(chunk)));
          child.once("error", reject);
          child.once("close", (code) => resolve(`${code} ${said}`));
        }),
    );
    expect(await Promise.all(writers)).toEqual(["0 ", "0 ", "0 "]);
    const count = new DatabaseSync(file()).prepare("SELECT count(*) AS runs FROM run").get();
    expect(count).toEqual({ runs: 60 });
    expect(readdirSync(folder).filter((name) => name.includes("damaged"))).toEqual([]);
  }, 60_000);

  test("a file that another one is busy with is not taken for damaged", async () => {
    open();
    const other = new DatabaseSync(file());
    other.exec("BEGIN IMMEDIATE");
    const history = open();
    other.exec("COMMIT");
    await history.record(sampleRun());
    expect([warnings, readdirSync(folder).filter((name) => name.includes("damaged"))]).toEqual([[], []]);
    other.close();
  });
});

describe("a file that cannot be used", () => {
  test.each([
    {
      name: "is damaged",
      make: () => writeFileSync(file(), "this is no database, but it is long enough to look like one ".repeat(20)),
    },
    {
      name: "was written by a newer Trigate",
      make: () => {
        const database = new DatabaseSync(file());
        database.exec("CREATE TABLE run (something TEXT); PRAGMA user_version = 999");
        database.close();
      },
    },
  ])("that $name is set aside as it was, and a new one begun", async ({ make }) => {
    make();
    const before = readFileSync(file());
    const history = open();
    await history.record(sampleRun());
    expect((await history.latest())?.id).toBe(sampleRun().id);
    expect(warnings).toHaveLength(1);
    const aside = readdirSync(folder).filter((name) => /^history\.sqlite\.damaged-\d+$/.test(name));
    expect(aside).toHaveLength(1);
    expect(readFileSync(join(folder, aside[0] ?? "")).equals(before)).toBe(true);
  });

  test("that has no folder is an error that says so", () => {
    expect(
      () => new SqliteHistory(join(folder, "nowhere", "history.sqlite"), { warn: () => undefined, mergeCoverage }),
    ).toThrow(expect.objectContaining({ code: "state/unwritable" }));
  });
});
