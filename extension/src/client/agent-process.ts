import { type ChildProcess, execFile, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { type AgentRuntime, chooseAgent, chooseRuntime } from "../model/agent-location.ts";
import { ClientError, messageOf } from "../model/client-error.ts";

export interface AgentPlaces {
  readonly agentSetting: string;
  readonly nodeSetting: string;
  /** The workspace folder on disk. */
  readonly folder: string;
  /** The extension's own folder. */
  readonly extension: string;
  readonly trusted: boolean;
}

export interface LocatedAgent {
  readonly file: string;
  readonly runtime: AgentRuntime;
}

/** Finds the agent and a Node for it. Throws `agent/not-found` or `agent/node-too-old`. */
export async function locateAgent(places: AgentPlaces): Promise<LocatedAgent> {
  const file = chooseAgent(
    {
      setting: places.agentSetting,
      // What node_modules/.bin/trigate leads to; the link itself is a shell script on Windows.
      workspace: join(places.folder, "node_modules", "@trigate", "agent", "bin", "trigate.mjs"),
      bundled: join(places.extension, "dist", "agent", "bin", "trigate.mjs"),
      trusted: places.trusted,
    },
    existsSync,
  );
  const editor = process.versions.node;
  const onPath = () => nodeOnPath(places.folder);
  const runtime = await chooseRuntime({ setting: places.nodeSetting, editor, onPath });
  return { file, runtime };
}

async function nodeOnPath(folder: string): Promise<string | undefined> {
  try {
    // Not run in the folder: Windows would look for node.exe there first.
    const { stdout } = await promisify(execFile)("node", ["--version"], { timeout: 10_000, cwd: join(folder, "..") });
    return stdout.trim();
  } catch {
    return undefined;
  }
}

/** A started `trigate lsp --stdio`. */
export interface AgentProcess {
  readonly child: ChildProcess;
  /** Rejects when the process ends or cannot be started; never resolves. */
  readonly ended: Promise<never>;
}

/** Starts the agent's language server. It is not a child of a shell, and dies when its input closes. */
export function startAgent({ file, runtime }: LocatedAgent, cwd: string): AgentProcess {
  const args = ["lsp", "--stdio"];
  const child =
    runtime.kind === "fork"
      ? // The extension host's executable may be Electron: fork makes it behave as Node. Its debug flags are not ours.
        fork(file, args, { cwd, silent: true, execArgv: [] })
      : spawn(runtime.node, [file, ...args], { cwd, stdio: "pipe", windowsHide: true });
  const ended = ending(child, file, keepLastWords(child));
  // Whoever stops the agent on purpose no longer waits for its end.
  ended.catch(() => undefined);
  return { child, ended };
}

function keepLastWords(child: ChildProcess): () => string {
  let words = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    words = (words + text).slice(-600);
  });
  return () => words.trim().split("\n").slice(-3).join(" ");
}

async function ending(child: ChildProcess, file: string, lastWords: () => string): Promise<never> {
  // `once` rejects on "error": the program was not there or may not be run.
  await once(child, "close").catch((error: unknown) => {
    throw new ClientError("agent/not-started", { file, why: messageOf(error) }, { cause: error });
  });
  throw new ClientError("agent/exited", { exitCode: child.exitCode, signal: child.signalCode, lastWords: lastWords() });
}
