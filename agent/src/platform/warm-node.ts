import { type ChildProcess, spawn } from "node:child_process";
import { Socket } from "node:net";
import { basename, isAbsolute } from "node:path";
import type { Writable } from "node:stream";
import type { SpawnRequest } from "./spawn-request.ts";

/** A Node that nobody needed for so long is ended, to give its memory back. */
const IDLE_MS = 120_000;

/**
 * Waits on descriptor 3 for what to run and then becomes that program: same arguments, folder, environment and entry
 * point as if it had been started so. The text is fixed; what it is told comes as data.
 */
const WAIT_AND_BECOME = `
const fs = require("node:fs");
const chunk = Buffer.alloc(65536);
let told = "";
while (!told.endsWith("\\n")) {
  const length = fs.readSync(3, chunk);
  if (length === 0) process.exit(0);
  told += chunk.toString("latin1", 0, length);
}
fs.closeSync(3);
const { argv, cwd, env } = JSON.parse(Buffer.from(told, "base64").toString("utf8"));
for (const name of Object.keys(process.env)) delete process.env[name];
Object.assign(process.env, env);
process.chdir(cwd);
process.argv.splice(1, Infinity, ...argv);
process.execArgv.length = 0;
require("node:module").runMain();
`;

interface WaitingNode {
  readonly child: ChildProcess;
  readonly program: string;
  /** Variables that Node itself reads when it starts. */
  readonly nodeVariables: string;
  readonly idle: NodeJS.Timeout;
}

/**
 * Keeps one Node started that has done nothing yet, for the next tool that is a script: what Node takes to start is then
 * already behind it. Each such process runs one tool and ends, as every other.
 */
export class WarmNode {
  #waiting: WaitingNode | undefined;
  #isClosed = false;

  /** A process that becomes the asked program; `undefined` when there is none, or for programs that are no scripts. */
  take(request: SpawnRequest): ChildProcess | undefined {
    const [program = ""] = request.argv;
    if (!isScript(request)) return undefined;
    const { env } = request;
    const waiting = this.#waiting;
    const fits = waiting?.program === program && waiting.nodeVariables === nodeVariablesOf(env);
    if (!fits) this.#discard();
    else this.#waiting = undefined;
    // Not at the same moment as the tool, which needs the processor.
    setTimeout(() => this.#prepare(program, env), 500).unref();
    if (!fits || hasEnded(waiting.child)) return undefined;
    clearTimeout(waiting.idle);
    become(waiting.child, request);
    return waiting.child;
  }

  /** Ends the one that waits; no other is started. */
  close(): void {
    this.#isClosed = true;
    this.#discard();
  }

  #prepare(program: string, env: SpawnRequest["env"]): void {
    if (this.#isClosed || this.#waiting !== undefined) return;
    const child = spawn(program, ["-e", WAIT_AND_BECOME], {
      env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    // It may end before it is needed; the tool is then started in the ordinary way.
    child.on("error", () => undefined);
    pipeOf(child)?.on("error", () => undefined);
    for (const part of [child, ...socketsOf(child)]) part.unref();
    const idle = setTimeout(() => this.#discard(), IDLE_MS);
    idle.unref();
    this.#waiting = { child, program, nodeVariables: nodeVariablesOf(env), idle };
  }

  #discard(): void {
    if (this.#waiting === undefined) return;
    clearTimeout(this.#waiting.idle);
    // The end of its input ends it.
    pipeOf(this.#waiting.child)?.destroy();
    this.#waiting = undefined;
  }
}

function pipeOf(child: ChildProcess): Writable | undefined {
  const pipe = child.stdio[3];
  return pipe !== null && pipe !== undefined && "end" in pipe ? pipe : undefined;
}

/** The pipes to the process, each of which would keep this one alive. */
function socketsOf(child: ChildProcess): readonly Socket[] {
  return child.stdio.filter((stream) => stream instanceof Socket);
}

/** Whether a Node is to run a script, which is handed nothing to read. */
function isScript({ argv: [program = "", script = ""], stdin }: SpawnRequest): boolean {
  if (stdin !== undefined || process.platform === "win32") return false;
  return isAbsolute(program) && /^node(\.exe)?$/.test(basename(program)) && isAbsolute(script);
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** Tells a waiting process what to run. From here on this one lives as long as it, as with any other tool. */
function become(child: ChildProcess, { argv: [, ...argv], cwd, env }: SpawnRequest): void {
  for (const part of [child, ...socketsOf(child)]) part.ref();
  const told = Buffer.from(JSON.stringify({ argv, cwd, env })).toString("base64");
  pipeOf(child)?.end(`${told}\n`);
}

function nodeVariablesOf(env: SpawnRequest["env"]): string {
  const names = Object.keys(env).filter(
    (name) => name.startsWith("NODE_") || name.startsWith("SSL_CERT") || /^(LANG|LC_.*|TZ)$/.test(name),
  );
  return JSON.stringify(names.toSorted().map((name) => [name, env[name]]));
}
