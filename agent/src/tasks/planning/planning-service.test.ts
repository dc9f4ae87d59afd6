import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ResolvedModels } from "../../config/resolved.ts";
import { startLoopbackModel, type AskedQuestion, type LoopbackModel } from "../../models/testing/loopback-model.ts";
import { UnfinishedAnswers } from "../../models/unfinished-answers.ts";
import { systemClock } from "../../platform/clock.ts";
import { makeWorkspace, type TestWorkspace } from "../testing/workspace.ts";
import { chooseModel } from "./choose-model.ts";
import { PlanningService } from "./planning-service.ts";

const MODELS: ResolvedModels = { plan: undefined, research: undefined, attempts: 2, retries: 0, silenceMs: 5_000 };
const KEY = "planted-key";
const quiet = {
  signal: new AbortController().signal,
  onProgress: () => undefined,
  onPart: () => undefined,
  onTasks: () => undefined,
  onTask: () => undefined,
};
const texts = { description: "d", details: "e", testStrategy: "t" };
const planned = (id: number, dependencies: readonly number[] = []) => ({
  id,
  title: `Task ${id}`,
  ...texts,
  priority: "high",
  dependencies,
});
const tasks = [1, 2, 3].map((id) => ({ id, title: `Task ${id}`, description: "d", details: "e", status: "pending" }));

let workspace: TestWorkspace;
let server: LoopbackModel;
let answer: (asked: AskedQuestion) => unknown;

beforeEach(async () => {
  workspace = await makeWorkspace({ master: { tasks, metadata: {} }, other: { tasks: [] } });
  server = await startLoopbackModel((asked) => ({ json: answer(asked) }));
});
afterEach(async () => {
  await server.close();
  await workspace.dispose();
  if (server.malformed.length > 0) throw new Error(server.malformed.join("; "));
});

/** Plans with the model that Task Master's own settings name. */
function service(models: ResolvedModels = MODELS, env: Readonly<Record<string, string>> = {}): PlanningService {
  const main = { provider: "openai-compatible", modelId: "loopback", baseURL: `${server.url}/v1`, maxTokens: 900 };
  workspace.write(".taskmaster/config.json", JSON.stringify({ models: { main } }));
  return new PlanningService({
    root: workspace.root,
    store: workspace.store(),
    clock: systemClock,
    models: async () => models,
    unfinished: new UnfinishedAnswers(join(workspace.root, "state")),
    model: (research) => chooseModel({ root: workspace.root, env, models, research }),
  });
}

const written = () => JSON.parse(workspace.readTasks());
const prd = { document: "# Plan", count: 2, research: false } as const;

describe("a requirements document", () => {
  beforeEach(() => {
    answer = () => ({ tasks: [planned(1), planned(2, [1])] });
  });

  test("is not planned over tasks that exist, unless somebody says how", async () => {
    const plans = service();
    await expect(plans.parsePrd({ ...prd, existing: "refuse" }, quiet)).rejects.toThrow(/has 3 tasks already/);
    expect(server.asked).toEqual([]);
    expect(await plans.parsePrd({ ...prd, existing: "replace" }, quiet)).toMatchObject({ ids: ["1", "2"] });
    expect(written().master.tasks).toHaveLength(2);
    expect(written().other).toEqual({ tasks: [] });
  });

  test("is added behind the tasks that exist", async () => {
    answer = () => ({
      tasks: [planned(4, [3]), planned(5, [4])].map((task) => ({ ...task, title: `New ${task.id}` })),
    });
    expect(await service().parsePrd({ ...prd, existing: "append" }, quiet)).toMatchObject({ ids: ["4", "5"] });
    expect(written().master.tasks.map(({ id }: { id: number }) => id)).toEqual([1, 2, 3, 4, 5]);
  });

  test("makes a list that is not there yet", async () => {
    await service().parsePrd({ ...prd, tag: "fresh", existing: "refuse" }, quiet);
    expect(written().fresh.tasks).toHaveLength(2);
  });

  test("is shown before it is asked", async () => {
    const { requests } = await service().previewPrd({ ...prd, existing: "append" });
    expect(JSON.stringify(requests)).toContain("Make exactly 2 tasks");
    expect(server.asked).toEqual([]);
  });
});

describe("tasks that exist", () => {
  const score = (taskId: number, complexityScore: number) => ({
    taskId,
    complexityScore,
    recommendedSubtasks: complexityScore >= 5 ? 2 : 0,
    expansionPrompt: "by layers",
    reasoning: "r",
  });
  const subtasks = [1, 2].map((id) => ({ id, title: `Step ${id}`, ...texts, dependencies: id === 2 ? [1] : [] }));

  test("are scored into the report, which keeps what was not scored this time", async () => {
    const report = ".taskmaster/reports/task-complexity-report.json";
    const old = [{ ...score(3, 9), x: 1 }, score(99, 2)];
    workspace.write(report, JSON.stringify({ meta: { projectName: "p" }, complexityAnalysis: old }));
    answer = () => ({ complexityAnalysis: [score(1, 3), score(2, 7)] });
    await service().analyze({ ids: ["1", "2"], threshold: 5, research: false }, quiet);
    const after = JSON.parse(readFileSync(join(workspace.root, report), "utf8"));
    expect(after.meta).toMatchObject({ projectName: "p", thresholdScore: 5, analysisCount: 3 });
    expect(after.complexityAnalysis.map(({ taskId }: { taskId: number }) => taskId)).toEqual([1, 2, 3]);
    expect(after.complexityAnalysis[2]).toMatchObject({ x: 1 });
    await expect(service().analyze({ ids: ["9"], threshold: 5, research: false }, quiet)).rejects.toThrow(
      expect.objectContaining({ code: "tasks/not-found" }),
    );
    expect(JSON.stringify(await service().previewAnalysis({ ids: [], threshold: 5, research: true }))).toContain(
      "Task 3",
    );
  });

  test("are split where the report says so, or where they are named", async () => {
    workspace.write(
      ".taskmaster/reports/task-complexity-report.json",
      JSON.stringify({ complexityAnalysis: [score(1, 3), score(2, 7), score(3, 2)] }),
    );
    answer = () => ({ subtasks });
    const wish = { ids: [], count: undefined, advice: "", force: false, research: false };
    expect(await service().expand(wish, quiet)).toMatchObject({ added: { "2": ["2.1", "2.2"] } });
    expect(server.asked[0]?.turns.join("\n")).toContain("by layers");
    await expect(service().expand(wish, quiet)).rejects.toThrow(/no open task is left to split/);
    answer = () => ({ subtasks: subtasks.map((each) => ({ ...each, id: each.id + 2, dependencies: [1] })) });
    expect(await service().expand({ ...wish, ids: ["2"] }, quiet)).toMatchObject({ added: { "2": ["2.3", "2.4"] } });
    answer = () => ({ subtasks });
    await service().expand({ ...wish, ids: ["2"], force: true }, quiet);
    expect(written().master.tasks[1].subtasks).toHaveLength(2);
    expect(JSON.stringify(await service().previewExpansion({ ...wish, ids: ["1"] }))).toContain("Split this task");
  });

  test("are updated field by field, and not when they were changed meanwhile", async () => {
    answer = () => ({ details: "new", description: "d" });
    const wish = { id: "2", information: "i", research: false };
    expect(await service().update(wish, quiet)).toMatchObject({ changed: ["details"] });
    answer = () => {
      workspace.write(".taskmaster/tasks/tasks.json", workspace.readTasks().replace('"new"', '"by somebody else"'));
      return { details: "newer" };
    };
    await expect(service().update(wish, quiet)).rejects.toThrow(expect.objectContaining({ code: "tasks/conflict" }));
    expect(written().master.tasks[1].details).toBe("by somebody else");
    expect(JSON.stringify(await service().previewUpdate(wish))).toContain("<information>");
  });
});

describe("the model", () => {
  test("of trigate.yaml comes before Task Master's, with its key by name", async () => {
    answer = () => ({ details: "new" });
    const plan = { provider: "openai" as const, baseUrl: `${server.url}/v1`, model: "mine", apiKey: "$PLAN_KEY" };
    const wish = { id: "2", information: "i", research: false };
    await expect(service({ ...MODELS, plan }).update(wish, quiet)).rejects.toThrow(/PLAN_KEY, which is not set/);
    await service({ ...MODELS, plan }, { PLAN_KEY: KEY }).update(wish, quiet);
    expect(server.asked[0]).toMatchObject({ body: { model: "mine" }, headers: { authorization: `Bearer ${KEY}` } });
  });

  test("of research is another one where one is named", async () => {
    const research = { provider: "openai" as const, baseUrl: `${server.url}/v1`, model: "reader" };
    const models = { ...MODELS, research };
    const choice = { root: workspace.root, env: {}, models };
    expect((await chooseModel({ ...choice, research: true })).name).toContain("reader");
    expect((await chooseModel({ ...choice, research: false })).name).toBe("claude");
  });

  test.each([
    ["claude-code", {}, "claude"],
    ["openrouter", { modelId: "m/n" }, "m/n at https://openrouter.ai/api/v1"],
    ["bedrock", { modelId: "m" }, "claude"],
    ["openai-compatible", { modelId: "m" }, "claude"],
  ])("of Task Master's provider %s", async (provider, more, name) => {
    workspace.write(".taskmaster/config.json", JSON.stringify({ models: { main: { provider, ...more } } }));
    expect((await chooseModel({ root: workspace.root, env: {}, models: MODELS, research: false })).name).toBe(name);
  });
});
