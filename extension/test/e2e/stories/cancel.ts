import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import * as vscode from "vscode";
import { eventually } from "../patience.ts";
import { screenshot } from "../window.ts";
import { statusText, untilStatus, uriOf } from "../workspace.ts";

const SLOW_TEST = `import { test } from "vitest";
test("takes its time", () => new Promise((resolve) => setTimeout(resolve, 600_000)), 900_000);
`;

describe("a run that is under way", () => {
  before(() => vscode.workspace.fs.writeFile(uriOf("src/slow.test.ts"), Buffer.from(SLOW_TEST)));
  after(() => vscode.workspace.fs.delete(uriOf("src/slow.test.ts")));

  it("shows how far it is, and ends when it is cancelled", async () => {
    const run = vscode.commands.executeCommand("trigate.runGates");
    await eventually(async () => assert.match(await statusText(), /Trigate [1-9]\/\d/));
    await screenshot("running");
    await vscode.commands.executeCommand("trigate.cancelRun");
    await untilStatus(/Trigate cancelled/);
    await run;
  });
});
