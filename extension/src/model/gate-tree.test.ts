import { Finding } from "@trigate/agent/protocol";
import { describe, expect, test } from "vitest";
import { runSummary } from "../../test/samples.ts";
import { gateTree } from "./gate-tree.ts";

test("lists stages, gates with figure and limit, and checks, and opens what is red", () => {
  const tree = gateTree({ kind: "finished", summary: runSummary() }, []);
  const rows = tree.map(({ label, expanded, children }) => [
    label,
    expanded,
    children.map((child) => `${child.label}: ${child.description}`),
  ]);
  expect(rows).toEqual([
    [
      "Static",
      true,
      ["code_style: 66.6 % (limit 100%)", "type_coverage: nothing measured it", "oxlint: 1.2 s · 1 finding"],
    ],
    [
      "Performance",
      false,
      ["latency[engine/*]: 81.3 µs (limit p99 < 100us)", "engine-bench: cached · 3 files, no findings"],
    ],
  ]);
});

test("goes on showing the last verdict while a run is under way", () => {
  const previous = runSummary();
  const running = { kind: "running", runId: "r", total: 1, current: [], finished: [], previous } as const;
  expect(gateTree(running, [])).toEqual(gateTree({ kind: "finished", summary: previous }, []));
});

test("gives a stage another row when its verdict changes, so that the editor opens it", () => {
  const ids = (["passed", "failed"] as const).map((verdict) => {
    const summary = runSummary();
    const stages = summary.stages.map((stage) => ({ ...stage, verdict }));
    return gateTree({ kind: "finished", summary: { ...summary, stages } }, [])[0]?.id;
  });
  expect(new Set(ids).size).toBe(2);
});

test("is empty before the first run", () => expect(gateTree({ kind: "none" }, [])).toEqual([]));

describe("findings", () => {
  const finding = (id: string, changes: object = {}) =>
    Finding.parse({
      id,
      check: "oxlint",
      rule: "prefer-const",
      severity: "error",
      message: "never reassigned",
      file: "src/a.ts",
      range: { start: { line: 5, column: 7 } },
      fingerprint: id,
      ...changes,
    });
  const oxlintRow = (findings: Finding[]) => {
    const [stage] = gateTree({ kind: "finished", summary: runSummary() }, findings);
    return stage?.children.find(({ label }) => label === "oxlint");
  };

  test("stand under their check and lead to their place", () => {
    const row = oxlintRow([finding("1"), finding("2", { check: "tsc" }), finding("3", { file: "", range: undefined })]);
    expect(row?.children).toMatchObject([
      {
        label: "never reassigned",
        description: "src/a.ts:5 · prefer-const",
        place: { file: "src/a.ts", line: 4, character: 6 },
      },
      { description: "prefer-const", place: undefined },
    ]);
  });

  test("are opened when they are few", () => {
    expect(oxlintRow([finding("1")])?.expanded).toBe(true);
    expect(oxlintRow(Array.from({ length: 6 }, (_, at) => finding(String(at))))?.expanded).toBe(false);
  });
});
