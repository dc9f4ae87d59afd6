import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, it } from "mocha";
import * as vscode from "vscode";
import { z } from "zod";
import { eventually } from "../patience.ts";
import { screenshot } from "../window.ts";
import { applyQuickFix, findings, notifications, open, replaceAndSave, rows, untilStatus } from "../workspace.ts";

/** Ids of the language servers that this extension host started. */
async function languageServers(): Promise<number[]> {
  const { stdout } = await promisify(execFile)("ps", ["-axo", "pid=,ppid=,args="]);
  return stdout.split("\n").flatMap((line) => {
    const [, pid, parent] = /^\s*(\d+)\s+(\d+)\s.*trigate\.mjs lsp --stdio/.exec(line) ?? [];
    return pid !== undefined && Number(parent) === process.pid ? [Number(pid)] : [];
  });
}

const Endpoint = z.object({ pid: z.int() });

/** Id of the daemon, from the file in which it tells other programs where it listens. */
async function daemon(): Promise<number> {
  const state = z.string().parse(process.env["TRIGATE_STATE_DIR"]);
  const file = (await readdir(state, { recursive: true })).find((name) => name.endsWith("endpoint.json"));
  assert.ok(file, "the daemon says where it listens");
  return Endpoint.parse(JSON.parse(await readFile(join(state, file), "utf8"))).pid;
}

describe("a killed daemon", () => {
  it("is replaced, and the window goes on with the new one", async () => {
    const before = await daemon();
    process.kill(before, "SIGKILL");
    await eventually(async () => assert.notEqual(await daemon(), before));
    await untilStatus(/Trigate (passed|cancelled)/);
    await vscode.commands.executeCommand("trigate.runGates");
    await untilStatus(/Trigate passed/);
  });
});

describe("a killed language server", () => {
  it("is started again and works as before", async () => {
    const [before] = await languageServers();
    assert.ok(before, "a language server runs");
    process.kill(before, "SIGKILL");
    await eventually(async () => {
      const now = await languageServers();
      assert.equal(now.length, 1, "one language server runs");
      assert.notDeepEqual(now, [before], "and it is a new one");
    });
    await untilStatus(/Trigate passed/);
    assert.match((await rows()).join("\n"), /^Now: 2/m);
  });

  it("still finds faults and mends them", async () => {
    const editor = await open("src/label.ts");
    await replaceAndSave(editor, "const price", "let price");
    const [finding] = await eventually(() => {
      const found = findings("src/label.ts");
      assert.equal(found.length, 1);
      return found;
    });
    assert.ok(finding);
    await applyQuickFix("src/label.ts", finding);
    assert.ok(await editor.document.save());
    await eventually(() => assert.deepEqual(findings("src/label.ts"), []));
  });
});

describe("an agent that cannot be started", () => {
  const section = () => vscode.workspace.getConfiguration("trigate");

  it("is explained in the status bar, above the tasks and by its commands", async () => {
    await section().update("agentPath", "/nowhere/trigate.mjs", vscode.ConfigurationTarget.Global);
    await untilStatus(/Trigate stopped/);
    await vscode.commands.executeCommand("trigate.runGates");
    await eventually(async () => {
      const shown = (await notifications()).join("\n");
      assert.match(shown, /agent was not found; set trigate\.agentPath.*\/nowhere\/trigate\.mjs/s);
      assert.match(shown, /Restart Agent/);
    });
    assert.match((await rows()).join("\n"), /^Restart Agent/m);
    await screenshot("agent-down");
    await vscode.commands.executeCommand("notifications.clearAll");
  });

  it("comes back when the setting is taken away", async () => {
    await section().update("agentPath", undefined, vscode.ConfigurationTarget.Global);
    await untilStatus(/Trigate passed/);
  });
});
