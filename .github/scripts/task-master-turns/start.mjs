// The folder that both programs begin with: ids of both types, keys that neither knows, and data of ours.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const created = "2026-01-01T00:00:00.000Z";
const model = { provider: "anthropic", modelId: "claude-sonnet-4-20250514", maxTokens: 1000, temperature: 0.2 };

const DOCUMENT = {
  master: {
    tasks: [
      {
        id: 1,
        title: "Plan",
        description: "first",
        details: "",
        testStrategy: "read it",
        status: "done",
        dependencies: [],
        priority: "high",
        subtasks: [],
        effort: { days: 2 },
        metadata: { trigate: { done: { run: "r1" } }, other: "kept" },
      },
      {
        id: 2,
        title: "Build",
        description: "second",
        status: "in-progress",
        dependencies: [1],
        priority: "medium",
        assignee: "someone",
        subtasks: [
          { id: 1, title: "Lexer", description: "", details: "", status: "done", dependencies: [], effort: 3 },
          {
            id: 2,
            title: "Parser",
            description: "",
            details: "",
            status: "pending",
            dependencies: [1, "1"],
            metadata: { trigate: { startedAt: created } },
          },
        ],
      },
      { id: 3, title: "Ship", description: "third", status: "pending", dependencies: [2, "2.1"], priority: "low" },
    ],
    metadata: { created, updated: created, description: "The main list", mine: 1 },
    stray: "key",
  },
  // The two rules of task-master-ai differ here: only the newer one knows "critical".
  beta: {
    tasks: [
      {
        id: "6",
        title: "Look",
        description: "fourth",
        status: "pending",
        dependencies: [],
        priority: "high",
        subtasks: [],
      },
      {
        id: "7",
        title: "Try",
        description: "fourth",
        status: "pending",
        dependencies: [],
        priority: "critical",
        subtasks: [],
      },
    ],
    metadata: { created, description: "Another list" },
  },
};

const REPORT = {
  meta: { generatedAt: created, tasksAnalyzed: 1, thresholdScore: 5, projectName: "turns", usedResearch: false },
  complexityAnalysis: [
    {
      taskId: 2,
      taskTitle: "Build",
      complexityScore: 8,
      recommendedSubtasks: 4,
      expansionPrompt: "split",
      reasoning: "big",
    },
  ],
};

/** Writes the folder and gives the path of its task file. */
export function writeStart(root) {
  const write = (name, content) => {
    mkdirSync(join(root, ".taskmaster", name, ".."), { recursive: true });
    writeFileSync(join(root, ".taskmaster", name), `${JSON.stringify(content, null, 2)}\n`);
  };
  write("tasks/tasks.json", DOCUMENT);
  write("reports/task-complexity-report.json", REPORT);
  write("state.json", {
    currentTag: "master",
    lastSwitched: created,
    branchTagMapping: {},
    migrationNoticeShown: true,
  });
  write("config.json", {
    models: { main: model, research: model, fallback: model },
    global: { logLevel: "error", anonymousTelemetry: false, defaultTag: "master", projectName: "turns" },
  });
  return join(root, ".taskmaster", "tasks", "tasks.json");
}
