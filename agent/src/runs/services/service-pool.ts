import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ResolvedService } from "../../config/resolved.ts";
import { TrigateError } from "../../errors/trigate-error.ts";
import { systemClock } from "../../platform/clock.ts";
import { makeScratchFolder, removeFolder } from "../../platform/files.ts";
import type { ServiceProcess } from "../../platform/service-process.ts";
import { answersHttp, freePort, takesConnections } from "../../platform/service-process.ts";
import { toolEnvironment } from "../tool-environment.ts";
import { preparePostgres } from "./postgres.ts";
import { prepareRedis } from "./redis.ts";
import type { ServiceContext, Startable } from "./startable.ts";

interface Started {
  readonly process: ServiceProcess;
  readonly provides: Readonly<Record<string, string>>;
}

const POLL_MS = 40;

/** The services of one run: each is started once, when the first check needs it, and all end with the run. */
export class ServicePool {
  readonly #context: ServiceContext;
  readonly #described: ReadonlyMap<string, ResolvedService>;
  readonly #started = new Map<string, Promise<Started>>();
  readonly #processes = new Set<ServiceProcess>();
  readonly #folders: string[] = [];

  constructor(services: readonly ResolvedService[], context: ServiceContext) {
    this.#described = new Map(services.map((service) => [service.id, service]));
    this.#context = context;
  }

  /** Variables that lead to the services. Throws `service/missing` or `service/not-ready`. */
  async provide(needs: readonly string[]): Promise<Readonly<Record<string, string>>> {
    const started = await Promise.all(needs.map((id) => this.#startOnce(id)));
    return Object.fromEntries(started.flatMap(({ provides }) => Object.entries(provides)));
  }

  /** Ends all services and removes their folders. */
  async close(): Promise<void> {
    await Promise.all([...this.#processes].map((process) => process.end()));
    await Promise.allSettled(this.#started.values());
    // One that was just being started when the others ended.
    await Promise.all([...this.#processes].map((process) => process.end()));
    await Promise.all(this.#folders.map(removeFolder));
  }

  #startOnce(id: string): Promise<Started> {
    const known = this.#started.get(id);
    if (known !== undefined) return known;
    const started = this.#start(id);
    this.#started.set(id, started);
    return started;
  }

  async #start(id: string): Promise<Started> {
    const { root, env, processes, signal } = this.#context;
    signal.throwIfAborted();
    const startable = await this.#prepare(id);
    const own = toolEnvironment(env, { root, names: [] });
    const { argv, cwd, endSignal } = startable;
    const process = processes.serve({ argv, cwd, env: { ...own, ...startable.env }, endSignal });
    this.#processes.add(process);
    await untilReady(id, process, { ...startable, signal });
    await startable.afterStart?.();
    return { process, provides: startable.provides };
  }

  async #prepare(id: string): Promise<Startable> {
    const port = await freePort();
    const described = this.#described.get(id);
    if (described !== undefined) return fromDescription(described, port, this.#context.root);
    const scratch = await makeScratchFolder();
    this.#folders.push(scratch);
    const preparation = { ...this.#context, port, scratch };
    return id === "postgres" ? preparePostgres(preparation) : prepareRedis(preparation);
  }
}

function fromDescription(
  { command, cwd, env, provides, ready, timeoutMs }: ResolvedService,
  port: number,
  root: string,
): Startable {
  const fill = (text: string) => text.replaceAll("{port}", String(port));
  const fillAll = (texts: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, fill(text)]));
  return {
    argv: command.map(fill),
    cwd: join(root, cwd),
    env: fillAll(env),
    provides: fillAll(provides),
    timeoutMs,
    isReady: async (process) => {
      if (ready.kind === "log") return process.printed().includes(ready.text);
      return ready.kind === "port" ? takesConnections(Number(fill(ready.port))) : answersHttp(fill(ready.url));
    },
  };
}

async function untilReady(
  service: string,
  process: ServiceProcess,
  { isReady, timeoutMs, signal }: Pick<Startable, "isReady" | "timeoutMs"> & { signal: AbortSignal },
): Promise<void> {
  const deadline = systemClock.elapsed() + timeoutMs;
  const fail = (problem: string) =>
    new TrigateError("service/not-ready", { service, problem, printed: lastOf(process.printed()) });
  for (;;) {
    signal.throwIfAborted();
    if (!process.isRunning()) throw fail("ended before it was ready");
    if (await isReady(process)) return;
    if (systemClock.elapsed() > deadline) throw fail(`was not ready after ${timeoutMs} ms`);
    await sleep(POLL_MS);
  }
}

function lastOf(printed: string): string {
  return printed.split("\n").slice(-5).join(" | ").slice(-600);
}
