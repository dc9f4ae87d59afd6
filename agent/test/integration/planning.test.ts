import { readFileSync } from "node:fs";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { claudeProgram } from "../../src/models/testing/claude-program.ts";
import {
  type AskedQuestion,
  type LoopbackAnswer,
  type LoopbackModel,
  startLoopbackModel,
} from "../../src/models/testing/loopback-model.ts";
import { buildAgent, type Ended, Workspace } from "./front-door.ts";

const PRD = `# 交易引擎整合方案

## 目標
建立事件驅動的核心，延遲低於 100μs。

## 階段
1. 訂單簿 O(1) 查找
2. 指標 40 倍加速
3. 套利合約
`;
const TASKS = ".taskmaster/tasks/tasks.json";
const KEY = "planted-key-of-the-test";

let workspace: Workspace;
let model: LoopbackModel | undefined;

beforeAll(buildAgent, 120_000);
beforeEach(() => {
  workspace = new Workspace();
  workspace.write("docs/prd.md", PRD);
});
afterEach(async () => {
  const malformed = model?.malformed ?? [];
  await model?.close();
  model = undefined;
  workspace.dispose();
  if (malformed.length > 0) throw new Error(`the model was asked what no real one takes: ${malformed.join("; ")}`);
});

/** Names the model in trigate.yaml and lets it answer so. */
async function answering(answer: (asked: AskedQuestion) => LoopbackAnswer): Promise<LoopbackModel> {
  model = await startLoopbackModel(answer);
  workspace.write(
    "trigate.yaml",
    `version: 1
checks: { lint: { command: ["true"], report: sarif } }
models:
  plan: { provider: openai, baseUrl: "${model.url}/v1", model: loopback, apiKey: $PLAN_KEY }
  attempts: 2
  retries: 0
  silence: 3s
`,
  );
  return model;
}

const tasks = (...args: readonly string[]): Promise<Ended> =>
  workspace.start(["tasks", ...args, "--trust"], { PLAN_KEY: KEY }).ended;
const file = () => readFileSync(workspace.folder.path(TASKS), "utf8");
const List = z.looseObject({
  master: z.looseObject({
    tasks: z.array(
      z.looseObject({
        id: z.number(),
        title: z.string(),
        dependencies: z.array(z.number()).default([]),
        subtasks: z.array(z.looseObject({ id: z.number(), dependencies: z.array(z.number()) })).default([]),
      }),
    ),
  }),
});
const list = () => List.parse(JSON.parse(file())).master.tasks;

const planned = (id: number, title: string, dependencies: readonly number[] = []) => ({
  id,
  title,
  description: `What is there: ${title}`,
  details: "How it is done",
  testStrategy: "What is run",
  priority: "high",
  dependencies,
});
const three = [planned(1, "訂單簿"), planned(2, "指標加速", [1]), planned(3, "套利合約", [1, 2])];
const subtask = (id: number, dependencies: readonly number[] = []) => {
  const { priority: _none, ...fields } = planned(id, `Step ${id}`, dependencies);
  return fields;
};

describe("a requirements document", () => {
  test("becomes the tasks of the answer, and the key is seen nowhere", async () => {
    const server = await answering(() => ({ json: { tasks: three } }));
    const { exitCode, stdout, stderr } = await tasks("parse-prd", "docs/prd.md", "--num-tasks", "3");
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(stdout).toContain("3 tasks; 11 tokens read, 7 written");
    expect(list().map(({ id, title, dependencies }) => [id, title, dependencies])).toEqual([
      [1, "訂單簿", []],
      [2, "指標加速", [1]],
      [3, "套利合約", [1, 2]],
    ]);
    expect(server.asked[0]?.turns.join("\n")).toContain("延遲低於 100μs");
    expect(server.asked[0]?.headers["authorization"]).toBe(`Bearer ${KEY}`);
    expect(stdout + stderr + file()).not.toContain(KEY);
    expect((await workspace.trigate("tasks", "next")).stdout).toContain("訂單簿");
  });

  test.each<[string, LoopbackAnswer]>([
    ["a cycle", { json: { tasks: [planned(1, "A", [2]), planned(2, "B", [1]), planned(3, "C")] } }],
    ["a missing field", { json: { tasks: three.map(({ description: _none, ...rest }) => rest) } }],
    ["fenced JSON of too few tasks", { text: `\`\`\`json\n${JSON.stringify({ tasks: three.slice(1) })}\n\`\`\`` }],
    ["an answer that is cut off", { cut: JSON.stringify({ tasks: three }).slice(0, 300) }],
    ["no JSON at all", { text: "I cannot do that." }],
    ["a refusal", { status: 401, message: "bad key" }],
    ["silence", { silent: true }],
  ])("is not half written after %s", async (_name, answer) => {
    await answering(() => answer);
    workspace.write(TASKS, '{"master":{"tasks":[{"id":7,"title":"Kept"}],"metadata":{}}}');
    const before = file();
    const { exitCode, stderr } = await tasks("parse-prd", "docs/prd.md", "--num-tasks", "3", "--append");
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/nothing was changed/i);
    expect(stderr).not.toContain(KEY);
    expect(file()).toBe(before);
  });

  test.each<[string, LoopbackAnswer]>([
    ["wrong", { json: { tasks: [planned(1, "A", [9])] } }],
    ["fenced and wordy", { text: `Sure!\n\`\`\`json\n${JSON.stringify({ tasks: three })}\n\`\`\`` }],
    ["slow", { json: { tasks: three }, pieceMs: 400 }],
  ])("is planned in spite of a first answer that is %s", async (_name, first) => {
    await answering(({ number }) => (number === 1 ? first : { json: { tasks: three } }));
    expect(await tasks("parse-prd", "docs/prd.md", "--num-tasks", "3")).toMatchObject({ exitCode: 0 });
    expect(list()).toHaveLength(3);
  });

  test("leaves a list alone unless it is told what to do with it", async () => {
    await answering(() => ({ json: { tasks: [planned(8, "More", [7])] } }));
    workspace.write(
      TASKS,
      '{\n  "master": {\n    "tasks": [\n      { "id": 7, "title": "Kept", "x": [1] }\n    ]\n  }\n}\n',
    );
    const refused = await tasks("parse-prd", "docs/prd.md");
    expect(refused).toMatchObject({ exitCode: 2 });
    expect(refused.stderr).toContain("--append adds to them");
    expect(await tasks("parse-prd", "docs/prd.md", "--append")).toMatchObject({ exitCode: 0 });
    expect(file()).toContain('{ "id": 7, "title": "Kept", "x": [1] }');
    expect(list().map(({ id }) => id)).toEqual([7, 8]);
  });

  test("is only shown in a dry run", async () => {
    const server = await answering(() => ({ json: {} }));
    const { exitCode, stdout } = await tasks("parse-prd", "docs/prd.md", "--num-tasks", "3", "--dry-run", "--research");
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ requests: [{ body: { model: "loopback" } }] });
    expect(stdout).toContain("Make exactly 3 tasks");
    expect(stdout).not.toContain(KEY);
    expect(server.asked).toEqual([]);
  });

  test("that is interrupted leaves the file as it was", async () => {
    const server = await answering(() => ({ json: { tasks: three }, pieceMs: 60_000 }));
    workspace.write(TASKS, '{"master":{"tasks":[]}}');
    const { child, ended } = workspace.start(["tasks", "parse-prd", "docs/prd.md", "--trust"], { PLAN_KEY: KEY });
    while (server.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ exitCode: 130 });
    expect(file()).toBe('{"master":{"tasks":[]}}');
  });

  test("goes nowhere from a workspace that is not trusted", async () => {
    const server = await answering(() => ({ json: { tasks: three } }));
    const { ended } = workspace.start(["tasks", "parse-prd", "docs/prd.md"], { PLAN_KEY: KEY });
    expect(await ended).toMatchObject({ exitCode: 2 });
    expect(server.asked).toEqual([]);
  });
});

describe("tasks that exist", () => {
  beforeEach(() => {
    workspace.write(
      TASKS,
      JSON.stringify(
        { master: { tasks: three.map((task) => ({ ...task, status: "pending", subtasks: [] })) } },
        null,
        2,
      ),
    );
  });
  const scores = three.map(({ id }) => ({
    taskId: id,
    complexityScore: id * 3,
    recommendedSubtasks: id * 3 >= 5 ? 2 : 0,
    expansionPrompt: id * 3 >= 5 ? `cut ${id} by layers` : "",
    reasoning: "because",
  }));

  test("are scored, and the ones above the threshold are split as recommended", async () => {
    const server = await answering(({ turns }) =>
      turns.join("\n").includes("Judge every one")
        ? { json: { complexityAnalysis: scores } }
        : { json: { subtasks: [subtask(1), subtask(2, [1])] } },
    );
    const analysed = await tasks("analyze-complexity", "--threshold", "5", "--json");
    expect(analysed).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(analysed.stdout)).toMatchObject({ report: ".taskmaster/reports/task-complexity-report.json" });
    expect(
      JSON.parse(readFileSync(workspace.folder.path(".taskmaster/reports/task-complexity-report.json"), "utf8")),
    ).toMatchObject({
      meta: { thresholdScore: 5, tasksAnalyzed: 3 },
      complexityAnalysis: [{ taskId: 1, taskTitle: "訂單簿" }, { taskId: 2, complexityScore: 6 }, { taskId: 3 }],
    });
    expect(await tasks("expand", "--all")).toMatchObject({ exitCode: 0 });
    expect(list().map(({ subtasks }) => subtasks.map(({ id, dependencies }) => [id, dependencies]))).toEqual([
      [],
      [
        [1, []],
        [2, [1]],
      ],
      [
        [1, []],
        [2, [1]],
      ],
    ]);
    expect(server.asked.at(-1)?.turns.join("\n")).toContain("cut 3 by layers");
    expect(server.asked.at(-1)?.turns.join("\n")).toContain("exactly 2 subtasks");
  });

  test("are not scored when the answer forgets one", async () => {
    await answering(() => ({ json: { complexityAnalysis: scores.slice(1) } }));
    const { exitCode, stderr } = await tasks("analyze-complexity");
    expect(exitCode).toBe(3);
    expect(stderr).toContain("tasks without a score: 1");
  });

  test("are split together or not at all", async () => {
    await answering(({ turns }) =>
      turns.join("\n").includes("id: 3") ? { text: "no" } : { json: { subtasks: [subtask(1), subtask(2)] } },
    );
    const before = file();
    expect(await tasks("expand", "1", "3")).toMatchObject({ exitCode: 3 });
    expect(file()).toBe(before);
  });

  test("are not paid for twice when the first try broke off, and are asked anew when it did not", async () => {
    let isMended = false;
    const server = await answering(({ turns }) =>
      turns.join("\n").includes("id: 3") && !isMended
        ? { text: "no" }
        : { json: { subtasks: [subtask(1), subtask(2)] } },
    );
    expect(await tasks("expand", "1", "3")).toMatchObject({ exitCode: 3 });
    const before = server.asked.length;
    isMended = true;
    expect(await tasks("expand", "1", "3")).toMatchObject({ exitCode: 0 });
    expect(server.asked.slice(before).map(({ turns }) => turns.join("\n").includes("id: 3"))).toEqual([true]);
    expect(await tasks("expand", "1", "3", "--force")).toMatchObject({ exitCode: 0 });
    expect(server.asked).toHaveLength(before + 3);
  });

  test("change only where the information changes them", async () => {
    await answering(() => ({ json: { details: "With Redis", description: "What is there: 指標加速" } }));
    const before = file();
    const { exitCode, stdout } = await tasks("update", "2", "--prompt", "the cache is Redis now");
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
    expect(stdout).toContain("changed details");
    const [oldLines, newLines] = [before.split("\n"), file().split("\n")];
    expect(newLines.filter((line, index) => line !== oldLines[index])).toEqual(['        "details": "With Redis",']);
  });
});

test.skipIf(claudeProgram() === undefined)("the user's own Claude Code plans where no model is named", async () => {
  model = await startLoopbackModel(() => ({ json: { tasks: three } }));
  const { ended } = workspace.start(["tasks", "parse-prd", "docs/prd.md", "--num-tasks", "3", "--trust"], {
    TRIGATE_CLAUDE: claudeProgram() ?? "",
    HOME: workspace.stateFolder,
    ANTHROPIC_BASE_URL: model.url,
    ANTHROPIC_API_KEY: KEY,
  });
  const { exitCode, stderr } = await ended;
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  expect(list()).toHaveLength(3);
});

test("where no Claude Code is found, one sentence says how to get one", async () => {
  const { ended } = workspace.start(["tasks", "parse-prd", "docs/prd.md", "--trust"], {
    TRIGATE_CLAUDE: "/nowhere/claude",
  });
  const { exitCode, stderr } = await ended;
  expect(exitCode).toBe(3);
  expect(stderr).toContain("npm install -g @anthropic-ai/claude-code");
});
