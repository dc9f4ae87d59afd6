import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { resolveModels } from "../../config/planning.ts";
import type { Model, ModelAnswer } from "../../models/model.ts";
import { UnfinishedAnswers } from "../../models/unfinished-answers.ts";
import { systemClock } from "../../platform/clock.ts";
import { PlanningService } from "../../tasks/planning/planning-service.ts";
import { makeWorkspace, type TestWorkspace } from "../../tasks/testing/workspace.ts";
import { addPlanning } from "./plan-commands.ts";
import { costText, PlanningProgress } from "./planning-progress.ts";

const texts = { description: "d", details: "e", testStrategy: "t" };
const planned = (id: number) => ({ id, title: `Task ${id}`, ...texts, priority: "high", dependencies: [] });

let workspace: TestWorkspace;
let stateFolder: string;
let answers: unknown[];
let printed: string[];

beforeEach(async () => {
  workspace = await makeWorkspace({ master: { tasks: [{ id: 1, title: "One" }] } });
  stateFolder = mkdtempSync(join(tmpdir(), "trigate-plan-state-"));
  writeFileSync(join(workspace.root, "prd.md"), "# Plan");
  answers = [];
  printed = [];
  vi.spyOn(console, "log").mockImplementation((text: string) => void printed.push(text));
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await workspace.dispose();
  rmSync(stateFolder, { recursive: true, force: true });
});

/** Runs `tasks …` with a model that gives the answers in turn. */
async function tasks(...args: readonly string[]): Promise<string> {
  const model: Model = {
    name: "player",
    preview: ({ turns }) => ({ asked: turns[0]?.text }),
    ask: async (): Promise<ModelAnswer> => ({
      text: JSON.stringify(answers.shift()),
      finish: "stop",
      usage: { inputTokens: 10, outputTokens: 5, costUsd: 0.25 },
      model: "player",
    }),
  };
  const store = workspace.store();
  const planning = new PlanningService({
    root: workspace.root,
    store,
    clock: systemClock,
    models: async () => resolveModels(),
    unfinished: new UnfinishedAnswers(join(stateFolder, "answers")),
    model: async () => model,
  });
  const used = { root: workspace.root, stateFolder, planning: async () => planning };
  const command = new Command("tasks").exitOverride();
  addPlanning(command, async () => used);
  for (const each of command.commands) each.exitOverride().configureOutput({ writeErr: () => undefined });
  await command.parseAsync([...args], { from: "user" });
  return printed.splice(0).join("\n");
}

describe("the planning commands", () => {
  test("say what came of the plan and what it cost", async () => {
    const prd = join(workspace.root, "prd.md");
    answers = [{ tasks: [planned(1)] }, { tasks: [{ ...planned(2), title: "More" }] }];
    expect(await tasks("parse-prd", prd, "--force", "--trust")).toBe(
      "1. Task 1 (high)\n1 tasks; 10 tokens read, 5 written, about $0.25",
    );
    expect(JSON.parse(await tasks("parse-prd", prd, "--append", "--json"))).toMatchObject({ ids: ["2"], merged: [] });
    const reasoning = "because\u001B[31m";
    answers = [
      {
        complexityAnalysis: [1, 2].map((taskId) => ({
          taskId,
          complexityScore: taskId * 4,
          recommendedSubtasks: taskId === 2 ? 2 : 0,
          expansionPrompt: "",
          reasoning,
        })),
      },
      { subtasks: [1, 2].map((id) => ({ id, title: `Step ${id}`, ...texts, dependencies: [] })) },
      {},
    ];
    const analysed = await tasks("analyze-complexity", "--threshold", "5");
    expect(analysed).toContain("2: 8, split into 2");
    expect(analysed).not.toContain("because\u001B");
    expect(await tasks("expand", "--all")).toContain("2: 2.1, 2.2");
    expect(await tasks("update", "1", "--prompt", "p")).toContain("1: nothing had to change");
  });

  test("only show in a dry run", async () => {
    const prd = join(workspace.root, "prd.md");
    for (const args of [
      ["parse-prd", prd, "--append"],
      ["analyze-complexity"],
      ["expand", "1"],
      ["update", "1", "--prompt", "p"],
    ])
      expect(JSON.parse(await tasks(...args, "--dry-run", "--trust"))).toMatchObject({
        requests: [{ asked: expect.any(String) }],
      });
  });

  test.each([
    [["expand", "--trust"], "name tasks, or say --all"],
    [["expand", "1", "--all", "--trust"], "name tasks, or say --all"],
    [["parse-prd", "nowhere.md", "--trust"], "there is no file nowhere.md"],
    [["parse-prd", "/dev/null", "--trust"], "is empty"],
    [["parse-prd", "prd.md"], "not trusted"],
    [["parse-prd", "prd.md", "--num-tasks", "0"], "a whole number from 1 to 500"],
    [["analyze-complexity", "--threshold", "11"], "a whole number from 1 to 10"],
  ])("%j is refused: %s", async (args, words) => {
    await expect(tasks(...args)).rejects.toThrow(words);
  });
});

describe("progress", () => {
  const told = (isTTY: boolean) => {
    const screen: string[] = [];
    const progress = new PlanningProgress({ isTTY, write: (text) => screen.push(text) });
    progress.about("part 1 of 2");
    progress.tell({ type: "asked", attempt: 1, attempts: 3 });
    for (const characters of [10, 3_000, 4_500, 4_600]) progress.tell({ type: "writing", characters });
    progress.tell({ type: "waiting", reason: "busy" });
    progress.tell({ type: "wrong", problem: "a cycle" });
    progress.tell({ type: "asked", attempt: 2, attempts: 3 });
    progress.clear();
    return screen;
  };

  test("is a line now and then where lines stay", () => {
    expect(told(false)).toEqual([
      "part 1 of 2: asking\n",
      "part 1 of 2: 4500 characters so far\n",
      "part 1 of 2: waiting: busy\n",
      "part 1 of 2: the answer cannot be used: a cycle\n",
      "part 1 of 2: asking again (attempt 2 of 3)\n",
    ]);
  });

  test("is one line in a terminal, but for what went wrong", () => {
    const screen = told(true);
    expect(screen.every((text) => text.startsWith("\r\u001B[K"))).toBe(true);
    expect(screen.filter((text) => text.endsWith("\n"))).toHaveLength(1);
  });

  test("the cost is left out where nobody knows it", () => {
    expect(costText({ inputTokens: 1, outputTokens: 2 })).toBe("1 tokens read, 2 written");
  });
});
