import { dirname, isAbsolute, join } from "node:path";
import { TrigateError } from "../../../errors/trigate-error.ts";
import type { CheckOutput } from "../../../core/check.ts";
import { systemClock } from "../../../platform/clock.ts";
import {
  makeScratchFolder,
  mkdir,
  readTextIfThere,
  realpath,
  removeFolder,
  writeFile,
} from "../../../platform/files.ts";
import { GroupProcessRunner } from "../../../platform/process.ts";
import { ResidentProcesses } from "../../../platform/resident-process.ts";
import { ShellSupervisor } from "../../../platform/supervisor.ts";
import { WarmPool } from "../../../runs/warm-pool.ts";
import type { Checker, CheckContext } from "../../checker.ts";
import { repositoryTools } from "../../testing/run-checker.ts";

/** A workspace in which a checker can be asked both ways: started for a file, and as a worker that stays. */
export class WarmWorkspace {
  readonly root: string;
  readonly #scratch: string;
  readonly #supervisor = new ShellSupervisor();
  readonly pool: WarmPool;

  private constructor(root: string, scratch: string) {
    this.root = root;
    this.#scratch = scratch;
    this.pool = new WarmPool({
      starter: new ResidentProcesses(this.#supervisor),
      clock: systemClock,
      freeMemory: () => 1,
      log: () => undefined,
    });
  }

  static async create(files: Readonly<Record<string, string>>): Promise<WarmWorkspace> {
    const root = await realpath(await makeScratchFolder());
    const workspace = new WarmWorkspace(root, await makeScratchFolder());
    for (const [path, content] of Object.entries(files)) await workspace.write(path, content);
    return workspace;
  }

  async write(path: string, content: string): Promise<void> {
    await mkdir(dirname(join(this.root, path)), { recursive: true });
    await writeFile(join(this.root, path), content);
  }

  /** The command line's answer for some files. */
  async started(checker: Checker, files: readonly string[], settings: object = {}): Promise<CheckOutput> {
    return checker.check(await this.#context(checker, { files, settings }));
  }

  /** The worker's answer, for the text on disk or another; `undefined` when it leaves the answer to the command line. */
  async warm(
    checker: Checker,
    file: string,
    { text, settings = {}, identity = "" }: { text?: string; settings?: object; identity?: string } = {},
  ): Promise<CheckOutput | undefined> {
    const path = join(this.root, file);
    const shown = text ?? (await readTextIfThere(path)) ?? "";
    const context = await this.#context(checker, { files: [file], settings, text: shown });
    const start = await checker.warm?.start(context);
    if (start === undefined) throw new Error(`${checker.id} has no worker for this configuration`);
    const worker = this.pool.worker({ tool: checker.id, start, folder: this.root, env: process.env, identity });
    const answer = await worker.use(context.signal, async (session) =>
      checker.warm?.check({ context, session, adapter: checker.check, document: { file, path, text: shown } }),
    );
    return answer?.output;
  }

  async dispose(): Promise<void> {
    this.pool.close();
    this.#supervisor.close();
    await removeFolder(this.root);
    await removeFolder(this.#scratch);
  }

  async #context(
    checker: Checker,
    { files, settings, text }: { files: readonly string[]; settings: object; text?: string },
  ): Promise<CheckContext> {
    const tool = await checker.locate(repositoryTools());
    if (tool === undefined) throw new Error(`${checker.id} is not installed; run: npm run setup -- --tools`);
    const { root } = this;
    const { signal } = new AbortController();
    const runner = new GroupProcessRunner(this.#supervisor);
    const options = {
      id: checker.id,
      cwd: "",
      suite: "unit" as const,
      command: undefined,
      args: [],
      coverage: undefined,
      report: {},
      timeoutMs: 60_000,
    };
    return {
      root,
      files,
      partial: true,
      options,
      settings: checker.settings.parse(settings),
      tool,
      scratch: this.#scratch,
      signal,
      readText: async (path) => {
        const absolute = isAbsolute(path) ? path : join(root, path);
        return text !== undefined && absolute === join(root, files[0] ?? "") ? text : readTextIfThere(absolute);
      },
      run: (argv, { cwd = root, env = {}, stdin } = {}) => {
        if (text !== undefined) throw new TrigateError("run/cancelled", {}, { cause: "a worker starts nothing" });
        return runner.run({
          argv,
          cwd,
          env: { ...process.env, ...env },
          stdin,
          timeoutMs: 60_000,
          maxOutputBytes: 64_000_000,
          signal,
        });
      },
    };
  }
}
