import assert from "node:assert/strict";
import { describe, it } from "mocha";
import * as vscode from "vscode";
import { eventually } from "../patience.ts";
import { count, screenshot } from "../window.ts";
import { applyQuickFix, findings, open, replaceAndSave } from "../workspace.ts";

const FILE = "src/tariff.ts";
const GOOD = "  const steps = Math.max(";
const FAULTY = "  let steps = Math.max(";

describe("a saved file", () => {
  it("with a fault gets a squiggle", async () => {
    const editor = await open(FILE);
    assert.deepEqual(findings(FILE), [], "the file is clean at first");
    await replaceAndSave(editor, GOOD, FAULTY);
    const [finding] = await eventually(() => {
      const found = findings(FILE);
      assert.equal(found.length, 1, "one finding");
      return found;
    });
    assert.match(finding?.message ?? "", /steps/);
    assert.equal(
      finding?.range.start.line,
      editor.document
        .getText()
        .split("\n")
        .indexOf(FAULTY + "0, Math.ceil(parcel.weightGrams / STEP_GRAMS) - 1);"),
    );
    await eventually(async () =>
      assert.ok((await count(".squiggly-error, .squiggly-warning")) > 0, "a squiggle is drawn"),
    );
    await screenshot("diagnostic");
  });

  it("is clean again after the quick fix", async () => {
    const [finding] = findings(FILE);
    assert.ok(finding, "the finding of the story before");
    await applyQuickFix(FILE, finding);
    const document = await vscode.workspace.openTextDocument(
      vscode.window.activeTextEditor?.document.uri ?? assert.fail("an editor"),
    );
    assert.ok(document.getText().includes(GOOD), "the quick fix mended the line");
    assert.ok(await document.save());
    await eventually(() => assert.deepEqual(findings(FILE), []));
    await eventually(async () => assert.equal(await count(".squiggly-error, .squiggly-warning"), 0));
  });
});
