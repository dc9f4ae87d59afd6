import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, it } from "mocha";
import * as vscode from "vscode";
import { eventually } from "../patience.ts";
import { screenshot } from "../window.ts";
import { folder, notifications, open, replaceAndSave, rows, tasksInFile, untilStatus } from "../workspace.ts";

/** The traps that run.mjs laid (tools, the agent, git's own hooks) leave a file here when something runs them. */
const sprung = async (): Promise<string[]> =>
  (await readdir(join(folder(), ".trap"))).filter((name) => name !== "trap.mjs");

describe("a workspace that is not trusted", () => {
  it("shows its tasks", async () => {
    assert.equal(vscode.workspace.isTrusted, false);
    await vscode.commands.executeCommand("workbench.view.extension.trigate");
    await eventually(async () => assert.match((await rows())[0] ?? "", /^Next: 2 Mend the label printer/));
    await untilStatus(/Trigate restricted/);
    await screenshot("untrusted");
  });

  it("runs nothing on save", async () => {
    await replaceAndSave(await open("src/tariff.ts"), "  const steps", "  let steps");
    assert.deepEqual(await sprung(), []);
  });

  it("refuses to run the gates and to write tasks, and says why", async () => {
    for (const command of ["trigate.runGates", "trigate.runGatesOnFile", "trigate.startNextTask"]) {
      await vscode.commands.executeCommand(command);
      await eventually(async () => {
        const shown = (await notifications()).join("\n");
        assert.match(shown, /not trusted/, command);
        assert.match(shown, /Manage Workspace Trust/);
      });
      await vscode.commands.executeCommand("notifications.clearAll");
      await eventually(async () => assert.deepEqual(await notifications(), []));
    }
    assert.deepEqual(
      (await tasksInFile()).map(({ status }) => status),
      ["done", "pending", "pending", "pending", "review"],
    );
  });

  it("has sprung no trap, and the traps do spring", async () => {
    assert.deepEqual(await sprung(), []);
    await promisify(execFile)(join(folder(), "node_modules", ".bin", "oxlint"));
    assert.deepEqual(await sprung(), ["oxlint"]);
    assert.match(await readFile(join(folder(), ".git", "config"), "utf8"), /fsmonitor/);
  });
});
