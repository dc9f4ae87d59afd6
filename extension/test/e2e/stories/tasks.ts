import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { before, describe, it } from "mocha";
import * as vscode from "vscode";
import { eventually } from "../patience.ts";
import { screenshot } from "../window.ts";
import { rows, tasksInFile, tasksPath } from "../workspace.ts";

/** Changes the task file as another program does: from another process, replacing the whole file. */
async function editElsewhere(expression: string): Promise<void> {
  const program = `const fs = require("node:fs"); const path = process.argv[1];
    const all = JSON.parse(fs.readFileSync(path, "utf8")); const tasks = all.master.tasks; ${expression};
    fs.writeFileSync(path + ".new", JSON.stringify(all, null, 2)); fs.renameSync(path + ".new", path);`;
  await promisify(execFile)("node", ["-e", program, tasksPath()]);
}

describe("the task tree", () => {
  before(() => vscode.commands.executeCommand("workbench.view.extension.trigate"));

  it("shows the next task on top, with the reason, and the others below", async () => {
    const shown = await eventually(async () => {
      const all = await rows();
      assert.match(all[0] ?? "", /^Next: 2 Mend the label printer/);
      return all;
    });
    assert.match(shown[1] ?? "", /priority high/, "below it stands why it is the next");
    assert.match(shown.join("\n"), /^4 Print the discount on the label, waits for 2, 3/m);
    assert.match(shown.at(-1) ?? "", /^Done, 1/);
    await screenshot("task-tree");
  });

  it("follows when another process edits tasks.json", async () => {
    await editElsewhere('tasks.find((task) => String(task.id) === "5").title = "Raise the rates of all parcels"');
    await eventually(async () => assert.match((await rows()).join("\n"), /5 Raise the rates of all parcels/));
  });

  it("says so when the file cannot be read, and recovers", async () => {
    const good = await vscode.workspace.fs.readFile(vscode.Uri.file(tasksPath()));
    await vscode.workspace.fs.writeFile(vscode.Uri.file(tasksPath()), Buffer.from('{ "master": { "tasks": [ '));
    await eventually(async () =>
      assert.deepEqual(
        (await rows()).filter((row) => row.startsWith("Next:")),
        [],
      ),
    );
    await screenshot("tasks-unreadable");
    await vscode.workspace.fs.writeFile(vscode.Uri.file(tasksPath()), good);
    await eventually(async () => assert.match((await rows())[0] ?? "", /^Next: 2/));
  });

  it("starts the next task: its status in the file becomes in-progress", async () => {
    await vscode.commands.executeCommand("trigate.startNextTask");
    const tasks = await tasksInFile();
    assert.equal(tasks.find(({ id }) => String(id) === "2")?.status, "in-progress");
    assert.equal(tasks.find(({ id }) => String(id) === "3")?.status, "pending");
    await eventually(async () => assert.match((await rows()).join("\n"), /^2 Mend the label printer, in-progress/m));
    await screenshot("task-started");
  });
});
