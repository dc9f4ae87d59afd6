// task-master-ai, installed into a folder of its own: its MCP server, its command line, and the same command line kept warm.
import { execFile, execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

// A library of the agent's.
const fromAgent = createRequire(new URL("../../../agent/package.json", import.meta.url));
const { Client } = fromAgent("@modelcontextprotocol/sdk/client/index.js");
const { StdioClientTransport } = fromAgent("@modelcontextprotocol/sdk/client/stdio.js");

export const VERSION = "0.43.1";
const run = promisify(execFile);

/** Installs the package below `folder` (1.4 GB, minutes) and gives the package's own folder. */
export function install(folder) {
  const home = join(folder, "package");
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, "package.json"), '{ "private": true }\n');
  execFileSync("npm", ["install", "--no-audit", "--no-fund", `task-master-ai@${VERSION}`], {
    cwd: home,
    stdio: "inherit",
  });
  return join(home, "node_modules", "task-master-ai");
}

/** Text that the tool prints before its JSON, such as a line on telemetry, is no part of the answer. */
function json(output) {
  const [from, to] = [output.indexOf("{"), output.lastIndexOf("}") + 1];
  if (from < 0 || to <= from) throw new Error(`task-master-ai printed no JSON: ${output.trim().slice(0, 500)}`);
  return JSON.parse(output.slice(from, to));
}

export class TaskMaster {
  #package;
  #root;
  #env;
  #client;
  #warm;
  #asked = 0;

  constructor({ package: folder, root, base }) {
    if (!existsSync(join(folder, "dist", "mcp-server.js"))) throw new Error(`no task-master-ai in ${folder}`);
    this.#package = folder;
    this.#root = root;
    this.#env = {
      PATH: process.env["PATH"],
      HOME: mkdtempSync(join(base, "home-")),
      // Without these it looks for a newer version and installs that.
      TASKMASTER_SKIP_AUTO_UPDATE: "1",
      CI: "1",
      TASK_MASTER_TOOLS: "all",
      TASK_MASTER_ALLOW_METADATA_UPDATES: "true",
    };
  }

  async start() {
    await this.#connect();
    this.#warm = fork(fileURLToPath(import.meta.resolve("./warm-cli.mjs")), [this.#package], {
      cwd: this.#root,
      env: this.#env,
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    await once(this.#warm, "message");
  }

  async stop() {
    await this.#client?.close();
    this.#warm?.disconnect();
  }

  async #connect() {
    // A line on telemetry stands among its messages; without a listener the client goes on after it.
    this.#client = new Client({ name: "turns", version: "1.0.0" });
    const args = [join(this.#package, "dist", "mcp-server.js")];
    await this.#client.connect(
      new StdioClientTransport({ command: process.execPath, args, cwd: this.#root, env: this.#env, stderr: "ignore" }),
    );
  }

  /** One call of an MCP tool: its data, or `refused` with its words. The server ends itself on some bad arguments. */
  async mcp(name, args = {}) {
    try {
      const { content, isError } = await this.#client.callTool({
        name,
        arguments: { projectRoot: this.#root, ...args },
      });
      const text = content[0]?.text ?? "";
      return isError ? { refused: text } : { data: json(text).data };
    } catch (error) {
      if (!/closed|not connected/i.test(error.message)) throw error;
      await this.#connect();
      return { refused: "the server ended itself" };
    }
  }

  /** One command of a process of its own: what users see, 3 to 5 seconds. */
  async cli(args) {
    const main = join(this.#package, "dist", "task-master.js");
    try {
      return (await run(process.execPath, [main, ...args], { cwd: this.#root, env: this.#env })).stdout;
    } catch (error) {
      return `${error.stdout ?? ""}${error.stderr ?? ""}\n${error.message}`;
    }
  }

  /** The same command in the process that is kept. */
  async warmCli(args) {
    const id = ++this.#asked;
    this.#warm.send({ id, args });
    const [answer] = await once(this.#warm, "message");
    if (answer.id !== id) throw new Error("answers got out of order");
    return answer.output;
  }

  /** What its command line would do next; `isCold` starts a process for it. */
  async nextByCli(tag, isCold = false) {
    const args = ["next", "--format", "json", "-t", tag];
    const output = await (isCold ? this.cli(args) : this.warmCli(args));
    if (!output.includes("{")) return `refused: ${output.trim()}`;
    const { task } = json(output);
    return task === null || task === undefined ? undefined : String(task.id);
  }

  /** What its MCP server would do next. */
  async nextByMcp(tag) {
    const { data, refused } = await this.mcp("next_task", { tag });
    if (refused !== undefined) throw new Error(`next_task refused: ${refused}`);
    return data.nextTask === null || data.nextTask === undefined ? undefined : String(data.nextTask.id);
  }

  /** The problems that its validation names, as `KIND id`. */
  async problems(tag) {
    const output = await this.warmCli(["validate-dependencies", "--tag", tag]);
    return [...output.matchAll(/\[(MISSING|SELF|CIRCULAR)\]\s+Task ([\w.-]+)/g)].map(([, kind, id]) => `${kind} ${id}`);
  }
}
