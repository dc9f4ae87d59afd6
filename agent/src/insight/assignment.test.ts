import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import type { TaskStatus } from "../core/task.ts";
import { TaskRecord } from "../tasks/proof/task-record.ts";
import { makeWorkspace, type TestWorkspace } from "../tasks/testing/workspace.ts";
import type { LoggedCommit } from "../vcs/commit-log.ts";
import { setAssignee, suggest, type SuggestionSource } from "./assignment.ts";
import { isCalled, isClaude, isPerson } from "./authors.ts";
import { backtest } from "./backtest.ts";
import { rateOf } from "./beta.ts";
import { Ownership } from "./ownership.ts";
import type { NotedTask } from "./task-material.ts";

const DAY_MS = 86_400_000;
const commit = (who: string, day: number, ...paths: readonly string[]): LoggedCommit => ({
  id: `${who}${day}`,
  name: who,
  email: `${who.toLowerCase()}@example.org`,
  atMs: day * DAY_MS,
  files: paths.map((path) => ({ path, added: 1, removed: 0 })),
});
const noted = (id: string, status: TaskStatus, more: Partial<NotedTask> = {}): NotedTask => ({
  tag: "master",
  task: {
    id,
    title: id,
    description: "",
    details: "",
    testStrategy: "",
    status,
    priority: "medium",
    dependencies: [],
    subtasks: [],
  },
  isSubtask: false,
  record: {},
  assignee: undefined,
  ...more,
});
const source = (more: Partial<SuggestionSource>): SuggestionSource => ({
  noted: noted("1", "pending"),
  tasks: [],
  commits: [],
  paths: ["src/a.ts"],
  files: ["src/a.ts"],
  scoreOf: () => 5,
  nowMs: 100 * DAY_MS,
  halfLifeDays: 45,
  most: 3,
  ...more,
});

describe("ownership", () => {
  test("fades by half in a half-life", () => {
    const ownership = new Ownership(30);
    ownership.add(commit("Ada", 0, "a"));
    ownership.add(commit("Bob", 30, "a"));
    const [first, second] = ownership.shares(["a"], 30 * DAY_MS);
    expect(first?.email).toBe("bob@example.org");
    expect((first?.share ?? 0) / (second?.share ?? 1)).toBeCloseTo(2, 9);
  });

  test("of a new file is that of its folder, and a moved file keeps its own", () => {
    const ownership = new Ownership(45);
    ownership.add(commit("Ada", 0, "api/a.ts"));
    ownership.add(commit("Bob", 0, "web/b.ts"));
    ownership.add(commit("Bob", 1, "web/c.ts"));
    expect(ownership.shares(["api/new.ts"], DAY_MS)[0]?.email).toBe("ada@example.org");
    ownership.add({ ...commit("Bob", 2), files: [{ path: "lib/a.ts", from: "api/a.ts", added: 0, removed: 0 }] });
    expect(ownership.workOf("ada@example.org", ["lib/a.ts"])).toMatchObject([{ commits: 1 }]);
  });

  test("shares make one, whoever committed what", () => {
    const one = fc.tuple(
      fc.constantFrom("A", "B", "C"),
      fc.nat({ max: 4000 }),
      fc.constantFrom("x", "d/x", "d/e/x", "d/y"),
    );
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 20 }), (some) => {
        const ownership = new Ownership(7);
        for (const [who, day, path] of some) ownership.add(commit(who, day, path));
        const shares = ownership.shares(["d/x", "new/file"], 4000 * DAY_MS);
        expect(shares.every(({ share }) => share >= 0 && share <= 1 + 1e-9)).toBe(true);
        expect(shares.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 6);
      }),
    );
  });
});

describe("authors", () => {
  test("are people, not programs", () => {
    const who = [
      ["dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com"],
      ["Renovate Bot", "bot@renovateapp.com"],
      ["Claude", "noreply@anthropic.com"],
      ["Abbot Talbot", "abbot@example.org"],
    ].map(([name = "", email = ""]) => isPerson({ name, email }));
    expect(who).toEqual([false, false, false, true]);
  });

  test("are called by name, address or what stands before its @", () => {
    const ada = { name: "Ada Lovelace", email: "12345+ada@users.noreply.github.com" };
    expect(
      ["ada lovelace", "@ada", "12345+ada@users.noreply.github.com", "bob", ""].map((name) => isCalled(ada, name)),
    ).toEqual([true, true, true, false, false]);
    expect(["Claude Code", "claude", "Claudette"].map(isClaude)).toEqual([true, true, false]);
  });
});

describe("a suggestion", () => {
  test("names who works there, unless she has her hands full", () => {
    const commits = [
      commit("Ada", 95, "src/a.ts"),
      commit("Ada", 96, "src/a.ts"),
      commit("Bob", 97, "src/a.ts"),
      commit("robot[bot]", 99, "src/a.ts"),
    ];
    const free = suggest(source({ commits }));
    expect(free.candidates.map(({ name }) => name)).toEqual(["Ada", "Bob"]);
    expect(free.candidates[0]?.files).toMatchObject([{ path: "src/a.ts", commits: 2 }]);
    const busy = ["2", "3", "4"].map((id) => noted(id, "in-progress", { assignee: "ada@example.org" }));
    const [first, second] = suggest(
      source({ commits, tasks: [...busy, noted("5", "done", { assignee: "Bob" })] }),
    ).candidates;
    expect([first?.name, second?.name, second?.inProgress]).toEqual(["Bob", "Ada", ["2", "3", "4"]]);
  });

  test("of nobody where nobody has committed", () => {
    expect(suggest(source({})).candidates).toEqual([]);
  });

  test("knows Claude Code only by what was proven", () => {
    const when = "2026-01-01T00:00:00Z";
    const evidence = {
      runId: "r",
      tree: "t",
      dirty: false,
      verdict: "passed",
      at: when,
      by: "Claude Code",
      required: {},
      gates: [],
    };
    const proven = TaskRecord.parse({ evidence });
    const overruled = TaskRecord.parse({
      forced: [{ at: when, by: "claude", reason: "late", verdict: "failed", overruled: [] }],
    });
    const good = Array.from({ length: 20 }, (_, i) => noted(`g${i}`, "done", { record: proven }));
    const bad = Array.from({ length: 12 }, (_, i) => noted(`b${i}`, "done", { record: overruled }));
    const unproven = noted("u", "done", { assignee: "Claude" });
    expect(suggest(source({ tasks: [unproven, noted("h", "done", { assignee: "Ada" })] })).claude).toMatchObject({
      verdict: "not-known",
      rate: { tries: 0 },
    });
    expect(suggest(source({ tasks: good })).claude).toMatchObject({
      verdict: "good",
      of: "like-tasks",
      rate: { successes: 20, tries: 20 },
    });
    expect(suggest(source({ tasks: bad })).claude).toMatchObject({
      verdict: "poor",
      rate: { successes: 0, tries: 12 },
    });
    expect(suggest(source({ tasks: good.slice(0, 2) })).claude).toMatchObject({
      verdict: "not-known",
      of: "all-tasks",
    });
    const scoreOf = ({ task: { id } }: NotedTask) => (id.startsWith("g") ? 2 : 9);
    expect(suggest(source({ tasks: [...good, ...bad], noted: noted("b", "pending"), scoreOf })).claude.verdict).toBe(
      "poor",
    );
  });

  // The 5 % and 95 % points of these Beta distributions have closed forms: xⁿ⁺¹ and 1 - (1 - x)ⁿ⁺¹.
  test.each([1, 5, 20, 900])("a rate after %i successes alone lies where it must", (tries) => {
    expect(rateOf(tries, tries).interval.low).toBeCloseTo(0.05 ** (1 / (tries + 1)), 9);
    expect(rateOf(0, tries).interval.high).toBeCloseTo(1 - 0.05 ** (1 / (tries + 1)), 9);
    const { low, high } = rateOf(tries, 2 * tries).interval;
    expect(low + high).toBeCloseTo(1, 9);
  });
});

describe("the trial on the past", () => {
  test("asks only about what came after, and counts what nobody could know", () => {
    // Two people with a folder each, in turns; a third one comes at the end.
    const turns = Array.from({ length: 200 }, (_, day) =>
      day % 2 === 0 ? commit("Ada", day, `api/${day}.ts`) : commit("Bob", day, `web/${day}.ts`),
    );
    const wide = commit("Bob", 150.5, ...Array.from({ length: 60 }, (_, i) => `f${i}`));
    const result = backtest(
      [...turns, wide, commit("bot[bot]", 160, "api/x"), commit("New", 300, "api/1.ts")].toReversed(),
      45,
    );
    expect(result).toMatchObject({ asked: 151, newcomers: 1, authors: 3, leftOut: { bots: 1, tooWide: 1 } });
    expect(result.suggestion.top1).toBeCloseTo(150 / 151, 9);
    // No file is changed twice, so who changed it last is not known.
    expect(result.lastAuthor).toEqual({ top1: 0, top3: 0 });
    expect(result.mostActive.top1).toBeLessThan(0.6);
  });

  test("asks nothing of a short history", () => {
    expect(backtest([commit("Ada", 1, "a")], 45)).toMatchObject({ asked: 0, suggestion: { top1: 0 } });
  });
});

describe("writing down who does it", () => {
  let workspace: TestWorkspace | undefined;
  afterEach(() => workspace?.dispose());

  test("changes nothing else, and a blank name takes it away", async () => {
    const text =
      '{"master":{"tasks":[{"id":1,"title":"A","metadata":{"theirs":[1],"trigate":{"times":{}}}},{"id":2,"title":"B"}]}}';
    workspace = await makeWorkspace(text);
    const store = workspace.store();
    await store.change(undefined, (where) => setAssignee(where, "1", " Ada "));
    expect(JSON.parse(workspace.readTasks())).toMatchObject({
      master: { tasks: [{ metadata: { theirs: [1], trigate: { times: {}, assignee: "Ada" } } }, { id: 2 }] },
    });
    await store.change(undefined, (where) => setAssignee(where, "1", ""));
    expect(workspace.readTasks()).toBe(text);
    await expect(store.change(undefined, (where) => setAssignee(where, "9", "Ada"))).rejects.toMatchObject({
      code: "tasks/not-found",
    });
  });

  test("replaces nothing that is no object", async () => {
    workspace = await makeWorkspace({ master: { tasks: [{ id: 1, title: "A", metadata: "mine" }] } });
    await expect(workspace.store().change(undefined, (where) => setAssignee(where, "1", "Ada"))).rejects.toMatchObject({
      code: "tasks/invalid",
    });
  });
});
