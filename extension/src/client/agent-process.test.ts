import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { locateAgent, startAgent } from "./agent-process.ts";

let scratch: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "trigate-agent-"));
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

/** Writes a program and gives its path. */
function program(path: string, text: string): string {
  const file = join(scratch, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

describe("locateAgent", () => {
  const places = () => ({
    agentSetting: "",
    nodeSetting: "",
    folder: join(scratch, "folder"),
    extension: join(scratch, "extension"),
    trusted: true,
  });

  test("finds the workspace's own agent, and the bundled one where that may not be run", async () => {
    const own = program("folder/node_modules/@trigate/agent/bin/trigate.mjs", "");
    const bundled = program("extension/dist/agent/bin/trigate.mjs", "");
    expect(await locateAgent(places())).toMatchObject({ file: own });
    expect(await locateAgent({ ...places(), trusted: false })).toMatchObject({ file: bundled });
  });

  test("says where it looked when there is none", async () => {
    await expect(locateAgent(places())).rejects.toMatchObject({
      code: "agent/not-found",
      details: { looked: { length: 2 } },
    });
  });
});

describe.each(["fork", "spawn"] as const)("startAgent by %s", (kind) => {
  const runtime = kind === "fork" ? { kind } : { kind, node: process.execPath };

  test("speaks over stdio and passes what a language server is started with", async () => {
    const file = program(
      "agent.mjs",
      'process.stdin.once("data", (d) => process.stdout.write(process.argv.slice(2) + d));',
    );
    const { child, ended } = startAgent({ file, runtime }, scratch);
    const said = new Promise((resolve) => child.stdout?.once("data", (data) => resolve(String(data))));
    child.stdin?.end(" and what is written");
    expect(await said).toBe("lsp,--stdio and what is written");
    child.kill();
    await expect(ended).rejects.toMatchObject({ code: "agent/exited" });
  });

  test("ends with the exit code and the last words on stderr", async () => {
    const file = program("agent.mjs", 'console.error("the config is broken"); process.exitCode = 70;');
    await expect(startAgent({ file, runtime }, scratch).ended).rejects.toMatchObject({
      code: "agent/exited",
      details: { exitCode: 70, lastWords: "the config is broken" },
    });
  });

  test("ends with the signal when it is killed", async () => {
    const file = program("agent.mjs", "setInterval(() => undefined, 1000);");
    const { child, ended } = startAgent({ file, runtime }, scratch);
    child.kill("SIGKILL");
    await expect(ended).rejects.toMatchObject({ code: "agent/exited", details: { signal: "SIGKILL" } });
  });
});

test("a Node that is not there is told apart from an agent that ended", async () => {
  const runtime = { kind: "spawn", node: join(scratch, "no-node") } as const;
  const { ended } = startAgent({ file: program("agent.mjs", ""), runtime }, scratch);
  await expect(ended).rejects.toMatchObject({ code: "agent/not-started" });
});
