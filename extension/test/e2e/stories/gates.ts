import assert from "node:assert/strict";
import { describe, it } from "mocha";
import * as vscode from "vscode";
import { eventually } from "../patience.ts";
import { backgrounds, count, screenshot } from "../window.ts";
import { open, replaceAndSave, rows, untilStatus } from "../workspace.ts";

/** The coverage marks on the screen; light bulbs stand in the same margin. */
async function marks(): Promise<string[]> {
  const pictures = await backgrounds(".glyph-margin-widgets .cgmr");
  return pictures.flatMap((picture) => /coverage-(covered|partial|missed)/.exec(picture)?.[1] ?? []);
}

describe("the gates", () => {
  it("are red while the label printer has its fault", async () => {
    const editor = await open("src/label.ts");
    await replaceAndSave(editor, "  let price = ", "  let price =  ");
    await replaceAndSave(editor, "  let price =  ", "  let price = ");
    await vscode.commands.executeCommand("trigate.runGates");
    await untilStatus(/Trigate failed/);
    await vscode.commands.executeCommand("trigate.gates.focus");
    await eventually(async () => {
      const shown = (await rows()).join("\n");
      assert.match(shown, /^code_style, .*limit 100%/m);
      assert.match(shown, /never reassigned.*, src\/label\.ts:5/m);
    });
    await screenshot("gates-failed");
    await vscode.commands.executeCommand("notifications.clearAll");
  });

  it("are green when it is mended", async () => {
    await replaceAndSave(await open("src/label.ts"), "let price", "const price");
    await vscode.commands.executeCommand("trigate.runGates");
    await untilStatus(/Trigate passed/);
    await eventually(async () => assert.match((await rows()).join("\n"), /^Static, passed/m));
    await screenshot("gates-passed");
  });

  it("can be run over one file", async () => {
    await open("src/label.ts");
    await vscode.commands.executeCommand("trigate.runGatesOnFile");
    await untilStatus(/Trigate passed \(paths\)/);
  });

  it("have a report", async () => {
    await vscode.commands.executeCommand("trigate.showReport");
    await eventually(() => {
      const labels = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label));
      assert.ok(
        labels.some((label) => label.startsWith("Trigate report")),
        labels.join(", "),
      );
    });
    await eventually(async () => assert.equal(await count("iframe.webview.ready"), 1));
    await screenshot("report");
    await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
  });
});

describe("coverage", () => {
  it("marks covered, partly run and missed lines after a run", async () => {
    await open("src/tariff.ts");
    await eventually(async () => {
      // Of each kind, what the tests of the sample leave: see src/tariff.test.ts.
      const shown = Object.groupBy(await marks(), (state) => state);
      const counts = Object.entries(shown).map(([state, its]) => [state, its?.length]);
      assert.deepEqual(Object.fromEntries(counts), { covered: 6, partial: 3, missed: 3 });
    });
    await screenshot("coverage");
  });

  it("can be turned off and on", async () => {
    const shown = await marks();
    await vscode.commands.executeCommand("trigate.toggleCoverage");
    await eventually(async () => assert.deepEqual(await marks(), []));
    await vscode.commands.executeCommand("trigate.toggleCoverage");
    await eventually(async () => assert.deepEqual(await marks(), shown));
  });

  it("follows edits: a line put in moves the marks below it, and has none itself", async () => {
    const editor = await open("src/tariff.ts");
    const shown = await marks();
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "// a new first line\n"));
    await eventually(async () => assert.deepEqual(await marks(), shown));
    await vscode.commands.executeCommand("undo");
    assert.equal(editor.document.isDirty, false, "the file is as it was");
    await untilStatus(/Trigate passed/);
  });
});
