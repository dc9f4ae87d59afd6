import type { ResolvedConfig, ResolvedService, ServiceReady } from "./resolved.ts";
import { folderInside, type WrittenConfig } from "./written.ts";
import { durationMs, sizeBytes } from "./written-values.ts";

const DEFAULT_START_MS = 30_000;
const DEFAULT_CACHE_BYTES = 1024 ** 3;
const DEFAULT_ENTRY_BYTES = 8 * 1024 ** 2;
const DEFAULT_SHARED_TIMEOUT_MS = 250;

/** Services that Trigate knows how to start by itself. */
export const KNOWN_SERVICES: readonly string[] = ["postgres", "redis"];

/** The services of the file, complete. */
export function resolveServices(written: WrittenConfig["services"]): readonly ResolvedService[] {
  return Object.entries(written ?? {}).map(([id, service]) => ({
    id,
    command: service.command,
    cwd: folderInside(service.cwd ?? "") ?? "",
    env: service.env ?? {},
    provides: service.provides ?? {},
    ready: readyOf(service.ready),
    timeoutMs: service.timeout === undefined ? DEFAULT_START_MS : durationMs(service.timeout),
  }));
}

function readyOf({
  port,
  http,
  log,
}: {
  port?: number | "{port}" | undefined;
  http?: string | undefined;
  log?: string | undefined;
}): ServiceReady {
  if (port !== undefined) return { kind: "port", port: String(port) };
  return http === undefined ? { kind: "log", text: log ?? "" } : { kind: "http", url: http };
}

/** Where answers are kept, with the usual limits where the file names none. */
export function resolveCache(written: WrittenConfig["cache"]): ResolvedConfig["cache"] {
  const { maxSize, shared } = written ?? {};
  return {
    maxBytes: maxSize === undefined ? DEFAULT_CACHE_BYTES : sizeBytes(maxSize),
    shared: shared && {
      urlVariable: shared.url.slice(1),
      keyVariable: shared.key.slice(1),
      readOnly: shared.readOnly ?? "auto",
      maxEntryBytes: shared.maxEntry === undefined ? DEFAULT_ENTRY_BYTES : sizeBytes(shared.maxEntry),
      timeoutMs: shared.timeout === undefined ? DEFAULT_SHARED_TIMEOUT_MS : durationMs(shared.timeout),
    },
  };
}
