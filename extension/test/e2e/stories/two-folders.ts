import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "mocha";
import * as vscode from "vscode";
import { eventually } from "../patience.ts";
import { screenshot } from "../window.ts";
import { folder, replaceAndSave, rows, untilStatus } from "../workspace.ts";

const [NORTH, SOUTH] = [0, 1];

async function openIn(place: number, file: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(vscode.Uri.file(join(folder(place), file)), { preview: false });
}

describe("a window with two folders", () => {
  it("shows the tasks of both, each under its folder", async () => {
    await vscode.commands.executeCommand("workbench.view.extension.trigate");
    const shown = await eventually(async () => {
      const all = await rows();
      assert.equal(all.filter((row) => row.startsWith("Next: 2")).length, 2);
      return all;
    });
    assert.equal(shown[0], "north");
    assert.ok(shown.includes("south"));
    await screenshot("two-folders");
  });

  it("finds the fault of a saved file through the agent of its own folder", async () => {
    const editor = await openIn(SOUTH, "src/tariff.ts");
    await replaceAndSave(editor, "  const steps", "  let steps");
    const own = () =>
      vscode.languages
        .getDiagnostics(editor.document.uri)
        .filter(({ source }) => source?.startsWith("trigate/") === true);
    // Two agents that both felt responsible would report it twice.
    await eventually(() => assert.equal(own().length, 1));
    await replaceAndSave(editor, "  let steps", "  const steps");
    await eventually(() => assert.deepEqual(own(), []));
  });

  it("gives the verdict of the folder that the active editor belongs to", async () => {
    await openIn(SOUTH, "src/label.ts");
    await vscode.commands.executeCommand("trigate.runGates");
    await untilStatus(/Trigate failed/);
    await openIn(NORTH, "src/label.ts");
    await untilStatus(/^Trigate$/);
    await eventually(async () => assert.ok(!(await rows()).some((row) => row.startsWith("Static,"))));
    await openIn(SOUTH, "src/label.ts");
    await untilStatus(/Trigate failed/);
  });
});
