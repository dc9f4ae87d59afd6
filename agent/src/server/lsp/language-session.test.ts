import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, describe, expect, test } from "vitest";
import { TrigateError } from "../../errors/trigate-error.ts";
import { PROTOCOL_VERSION } from "../../protocol/index.ts";
import { TestEditor } from "../testing/editor.ts";
import { checkResult, FakeRuns, finding, finishedRun, type PlayedRun, playFindings } from "../testing/fake-runs.ts";
import { RawClient, startTestDaemon, type TestDaemon } from "../testing/test-daemon.ts";
import { CLOSE } from "../ws/close-codes.ts";
import { bridgeLsp } from "./bridge.ts";

const opened: TestDaemon[] = [];
async function started(runs: FakeRuns, extra: Parameters<typeof startTestDaemon>[0] = {}): Promise<TestDaemon> {
  const made = await startTestDaemon({ ...extra, services: { runs, ...extra.services } });
  opened.push(made);
  return made;
}
afterEach(async () => {
  for (const made of opened.splice(0)) await made.dispose();
});

async function editorWith(runs: FakeRuns, options?: unknown): Promise<{ editor: TestEditor; made: TestDaemon }> {
  const made = await started(runs);
  const editor = await TestEditor.overSocket(made.endpoint, made.root);
  await editor.initialize(options);
  return { editor, made };
}

const fix = {
  title: "Remove debugger",
  edits: [{ range: { start: { line: 1, column: 1 }, end: { line: 1, column: 10 } }, newText: "" }],
};
const linting = () =>
  new FakeRuns(playFindings(({ request }) => request.paths.map((file) => finding({ file, fix, id: `in ${file}` }))));

describe("the beginning", () => {
  test("says what it can do, and where the daemon is", async () => {
    const made = await started(linting());
    const editor = await TestEditor.overSocket(made.endpoint, made.root);
    const { capabilities, serverInfo } = await editor.initialize();
    expect(serverInfo).toEqual({ name: "trigate", version: "0.0.1" });
    expect(capabilities).toMatchObject({
      textDocumentSync: { openClose: true, change: 2 },
      codeActionProvider: { codeActionKinds: ["quickfix"] },
    });
    expect(await editor.endpoint()).toEqual(made.endpoint);
  });

  test.each([
    ["no options", undefined],
    ["options of another kind", { trusted: "yes", protocolVersion: PROTOCOL_VERSION }],
    ["another protocol version", { trusted: true, protocolVersion: "0" }],
  ])("%s: refused", async (_name, options) => {
    const made = await started(linting());
    const editor = await TestEditor.overSocket(made.endpoint, made.root);
    // `undefined` would take the good default.
    await expect(editor.initialize(options ?? null)).rejects.toMatchObject({ data: { retry: false } });
  });

  test.each([
    ["no hello", "{]", CLOSE.helloMissing],
    ["an LSP message instead of the hello", { jsonrpc: "2.0", id: 1, method: "initialize" }, CLOSE.helloMissing],
    ["a hello of another version", { protocolVersion: "0", env: {} }, CLOSE.versionMismatch],
  ])("%s: closed", async (_name, message, code) => {
    const { endpoint } = await started(linting());
    const client = await RawClient.connect({ ...endpoint, url: `${endpoint.url}lsp` });
    client.send(message);
    expect((await client.closed).code).toBe(code);
  });

  test("silence is closed, and so is what is no message", async () => {
    const { endpoint } = await started(linting(), { helloWithinMs: 30 });
    const silent = await RawClient.connect({ ...endpoint, url: `${endpoint.url}lsp` });
    expect((await silent.closed).code).toBe(CLOSE.helloMissing);
    const garbled = await RawClient.connect({ ...endpoint, url: `${endpoint.url}lsp` });
    garbled.send({ protocolVersion: PROTOCOL_VERSION, env: {} });
    garbled.send("Content-Length: 3\r\n\r\n{}");
    expect((await garbled.closed).code).toBe(CLOSE.notText);
  });
});

describe("on save", () => {
  test("the static checks of that file run, and their findings are shown", async () => {
    const runs = linting();
    const { editor } = await editorWith(runs);
    await editor.open("src/a.ts", "debugger;\n");
    await editor.save("src/a.ts");
    expect(await editor.diagnostics("src/a.ts")).toMatchObject([
      { source: "trigate/oxlint", code: "no-debugger", message: "no debugger", severity: 1 },
    ]);
    expect(runs.played.map(({ request }) => [request.paths, request.stages])).toEqual([[["src/a.ts"], ["static"]]]);
  });

  test("opening, changing and closing run nothing", async () => {
    const runs = linting();
    const { editor } = await editorWith(runs);
    await editor.open("a.ts", "x");
    await editor.change("a.ts", "y", 2);
    await editor.closeFile("a.ts");
    await editor.quickFixes("a.ts");
    expect(runs.played).toEqual([]);
  });

  test.each([
    ["an untrusted workspace", { trusted: false, protocolVersion: PROTOCOL_VERSION }],
    ["checkOnSave off", { trusted: true, protocolVersion: PROTOCOL_VERSION, checkOnSave: false }],
  ])("%s: nothing runs", async (_name, options) => {
    const runs = linting();
    const { editor } = await editorWith(runs, options);
    await editor.open("a.ts", "x");
    await editor.save("a.ts");
    await editor.quickFixes("a.ts");
    expect([runs.played, editor.unread]).toEqual([[], []]);
  });

  test.each([
    "untitled:Untitled-1",
    "file:///somewhere/else.ts",
    "git:/a.ts?x",
    "file://host/share/a.ts",
  ])("%s is no file of this workspace", async (uri) => {
    const runs = linting();
    const { editor } = await editorWith(runs);
    await editor.open(uri, "x");
    await editor.save(uri);
    expect(await editor.quickFixes(uri)).toEqual([]);
    expect(runs.played).toEqual([]);
  });

  test("each check is shown as it ends, while others still run", async () => {
    const gate = Promise.withResolvers<void>();
    const runs = new FakeRuns(async ({ id, emit }) => {
      emit({
        type: "check-finished",
        runId: id,
        result: checkResult({ filesInScope: ["a.ts"], findings: [finding({ file: "a.ts" })] }),
      });
      await gate.promise;
      emit({
        type: "check-finished",
        runId: id,
        result: checkResult({
          id: "tsc",
          filesInScope: ["a.ts", "b.ts"],
          findings: [finding({ id: "t", check: "tsc", file: "b.ts" })],
        }),
      });
      return finishedRun(id, []);
    });
    const { editor } = await editorWith(runs);
    await editor.open("a.ts", "debugger;");
    await editor.save("a.ts");
    expect(await editor.diagnostics("a.ts")).toHaveLength(1);
    gate.resolve();
    expect(await editor.diagnostics("b.ts")).toMatchObject([{ source: "trigate/tsc" }]);
  });

  test("findings in other files are shown there, and taken away when they are gone", async () => {
    let broken = ["a.ts", "b.ts"];
    const runs = new FakeRuns(playFindings(() => broken.map((file) => finding({ file }))));
    const { editor } = await editorWith(runs);
    await editor.open("a.ts", "x");
    await editor.save("a.ts");
    expect([await editor.diagnostics("a.ts"), await editor.diagnostics("b.ts")]).toMatchObject([[{}], [{}]]);
    broken = ["a.ts"];
    await editor.save("a.ts");
    expect(await editor.diagnostics("b.ts")).toEqual([]);
    broken = [];
    await editor.save("a.ts");
    // Once for the save that left it, once for the save that mended it.
    expect([(await editor.diagnostics("a.ts")).length, (await editor.diagnostics("a.ts")).length]).toEqual([1, 0]);
  });

  test("a newer save of the same file ends the older run, whose results no longer count", async () => {
    const old: { run?: PlayedRun } = {};
    const runs = new FakeRuns(async (run) => {
      if (old.run === undefined) {
        old.run = run;
        return new Promise(() => undefined);
      }
      return playFindings(() => [finding({ file: "a.ts", message: "new" })])(run);
    });
    const { editor } = await editorWith(runs);
    await editor.open("a.ts", "x");
    await editor.save("a.ts");
    await editor.save("a.ts");
    expect(await editor.diagnostics("a.ts")).toMatchObject([{ message: "new" }]);
    expect(old.run?.signal.aborted).toBe(true);
    old.run?.emit({
      type: "check-finished",
      runId: "run-1",
      result: checkResult({ filesInScope: ["a.ts"], findings: [finding({ file: "a.ts", message: "old" })] }),
    });
    await editor.quickFixes("a.ts");
    expect(editor.unread).toEqual([]);
  });

  test("saving many files at once runs two at a time, and all of them in the end", async () => {
    let underWay = 0;
    let most = 0;
    const runs = new FakeRuns(async (run) => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setTimeout(resolve, 5));
      underWay--;
      return playFindings(({ request }) => request.paths.map((file) => finding({ file })))(run);
    });
    const { editor } = await editorWith(runs);
    const files = Array.from({ length: 9 }, (_, index) => `f${index}.ts`);
    for (const file of files) await editor.open(file, "x");
    for (const file of files) await editor.save(file);
    for (const file of files) expect(await editor.diagnostics(file)).toHaveLength(1);
    expect([most, runs.played.length]).toEqual([2, 9]);
  });

  test("a faulty configuration is shown in its file until it is mended", async () => {
    let isFaulty = true;
    const complaints = [
      { path: "gates.static", line: 4, message: "unknown key" },
      { path: "", line: undefined, message: "no version" },
    ];
    const runs = new FakeRuns((run) => {
      if (isFaulty) throw new TrigateError("config/invalid", { file: "trigate.yaml", complaints });
      return playFindings(() => [])(run);
    });
    const { editor } = await editorWith(runs);
    await editor.open("a.ts", "x");
    await editor.save("a.ts");
    expect(await editor.diagnostics("trigate.yaml")).toMatchObject([
      { range: { start: { line: 3, character: 0 } }, message: "gates.static: unknown key", source: "trigate/config" },
      { range: { start: { line: 0, character: 0 } }, message: "no version" },
    ]);
    isFaulty = false;
    await editor.save("a.ts");
    expect(await editor.diagnostics("trigate.yaml")).toEqual([]);
  });

  test("a run that breaks leaves what is known, and the next save works", async () => {
    let isBroken = false;
    const runs = new FakeRuns((run) => {
      if (isBroken) throw new Error("broken");
      return playFindings(() => [finding({ file: "a.ts" })])(run);
    });
    const { editor } = await editorWith(runs);
    await editor.open("a.ts", "x");
    await editor.save("a.ts");
    expect(await editor.diagnostics("a.ts")).toHaveLength(1);
    isBroken = true;
    await editor.save("a.ts");
    await editor.quickFixes("a.ts");
    expect(editor.unread).toEqual([]);
    isBroken = false;
    await editor.save("a.ts");
    expect(await editor.diagnostics("a.ts")).toHaveLength(1);
  });

  test("closing a file that was deleted takes its findings away; closing another one does not", async () => {
    const { editor, made } = await editorWith(linting());
    for (const file of ["a.ts", "b.ts"]) {
      writeFileSync(join(made.root, file), "x");
      await editor.open(file, "x");
      await editor.save(file);
      expect(await editor.diagnostics(file)).toHaveLength(1);
    }
    rmSync(join(made.root, "b.ts"));
    await editor.closeFile("a.ts");
    await editor.closeFile("b.ts");
    expect(await editor.diagnostics("b.ts")).toEqual([]);
    expect(editor.unread).toEqual([]);
  });

  test("the checks of a window end with it, and get its environment", async () => {
    const begun = Promise.withResolvers<AbortSignal>();
    const environments: unknown[] = [];
    const runs = new FakeRuns(({ signal }) => {
      begun.resolve(signal);
      return new Promise(() => undefined);
    });
    const runsFor = (env: unknown) => {
      environments.push(env);
      return runs;
    };
    const made = await started(runs, { services: { runsFor } });
    const editor = await TestEditor.overSocket(made.endpoint, made.root, { PATH: "/window" });
    await editor.initialize();
    await editor.open("a.ts", "x");
    await editor.save("a.ts");
    const signal = await begun.promise;
    await editor.exit();
    await new Promise<void>((resolve) =>
      signal.aborted ? resolve() : signal.addEventListener("abort", () => resolve()),
    );
    expect(environments).toEqual([{ PATH: "/window" }]);
    // The editor's `exit` ended its session, not the daemon.
    expect(
      await (await RawClient.greet(made.endpoint)).ask({ jsonrpc: "2.0", id: 1, method: "daemon/status" }),
    ).toMatchObject({ result: { clients: 1 } });
  });
});

describe("quick fixes", () => {
  async function withFix() {
    const { editor } = await editorWith(linting());
    await editor.open("a.ts", "debugger;\nx\n", 4);
    await editor.save("a.ts");
    await editor.diagnostics("a.ts");
    return editor;
  }

  test("are offered for the version that was checked", async () => {
    const editor = await withFix();
    expect(await editor.quickFixes("a.ts")).toMatchObject([
      {
        title: "Remove debugger",
        kind: "quickfix",
        edit: {
          documentChanges: [
            {
              textDocument: { version: 4 },
              edits: [{ range: { start: { line: 0, character: 0 }, end: { line: 0, character: 9 } }, newText: "" }],
            },
          ],
        },
      },
    ]);
  });

  test("are withdrawn when the text changes, until it is saved again", async () => {
    const editor = await withFix();
    await editor.change("a.ts", "\ndebugger;\n", 5);
    expect(await editor.quickFixes("a.ts")).toEqual([]);
    await editor.save("a.ts");
    await editor.diagnostics("a.ts");
    expect(await editor.quickFixes("a.ts")).toHaveLength(1);
  });

  test("are offered where they belong, and when they are asked for", async () => {
    const editor = await withFix();
    const second = { start: { line: 1, character: 0 }, end: { line: 1, character: 1 } };
    expect(await editor.quickFixes("a.ts", { range: second })).toEqual([]);
    expect(await editor.quickFixes("a.ts", { only: ["refactor"] })).toEqual([]);
    expect(await editor.quickFixes("a.ts", { only: ["quickfix"] })).toHaveLength(1);
  });

  test("text that changed while the checks ran is not edited", async () => {
    const gate = Promise.withResolvers<void>();
    const runs = new FakeRuns(async (run) => {
      await gate.promise;
      return playFindings(() => [finding({ file: "a.ts", fix })])(run);
    });
    const { editor } = await editorWith(runs);
    await editor.open("a.ts", "debugger;", 1);
    await editor.save("a.ts");
    await editor.change("a.ts", "x\ndebugger;", 2);
    await editor.quickFixes("a.ts");
    gate.resolve();
    await editor.diagnostics("a.ts");
    expect(await editor.quickFixes("a.ts")).toEqual([]);
  });
});

describe("the bridge", () => {
  async function bridged() {
    const made = await started(linting());
    const [input, output] = [new PassThrough(), new PassThrough()];
    const over = bridgeLsp({ endpoint: made.endpoint, env: {}, input, output });
    return { made, input, over, editor: TestEditor.overStreams({ input, output }, made.root) };
  }

  test("carries both ways, and ends with the editor's exit", async () => {
    const { editor, over } = await bridged();
    await editor.initialize();
    await editor.open("ä.ts", "debugger;");
    await editor.save("ä.ts");
    expect(await editor.diagnostics("ä.ts")).toHaveLength(1);
    await editor.exit();
    await over;
  });

  test("ends when the editor's end closes", async () => {
    const { editor, input, over } = await bridged();
    await editor.initialize();
    input.end();
    await expect(over).resolves.toBeUndefined();
  });

  test("fails when the daemon goes, so that the editor starts anew", async () => {
    const { editor, made, over } = await bridged();
    await editor.initialize();
    const failure = over.catch((error: unknown) => error);
    await made.daemon.stop("over");
    expect(await failure).toMatchObject({ code: "daemon/unreachable" });
  });

  test("fails without a daemon", async () => {
    const endpoint = { url: "ws://127.0.0.1:9/", token: "t", protocolVersion: PROTOCOL_VERSION, pid: 1 };
    await expect(
      bridgeLsp({ endpoint, env: {}, input: new PassThrough(), output: new PassThrough() }),
    ).rejects.toMatchObject({ code: "daemon/unreachable" });
  });
});
