import assert from "node:assert/strict";
import { describe, it } from "mocha";
import * as vscode from "vscode";
import { z } from "zod";

const Manifest = z.object({
  contributes: z.object({ commands: z.array(z.object({ command: z.string() })) }),
});

describe("the installed package", () => {
  const extension = vscode.extensions.getExtension("trigate.trigate");

  it("comes from its VSIX and wakes up because the folder has a trigate.yaml", async () => {
    assert.ok(extension, "Trigate is installed");
    assert.match(extension.extensionPath, /trigate\.trigate-\d/);
    await extension.activate();
  });

  it("has registered every command of its manifest", async () => {
    const { contributes } = Manifest.parse(extension?.packageJSON);
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = contributes.commands.filter(({ command }) => !registered.has(command));
    assert.deepEqual(missing, []);
    assert.ok(contributes.commands.length > 0);
  });
});
