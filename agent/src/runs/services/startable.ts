import type { ToolFinder } from "../../checkers/checker.ts";
import type { ProcessRunner } from "../../platform/process.ts";
import type { ServiceProcess, ServiceStarter } from "../../platform/service-process.ts";

/** What the services of one run are started with. */
export interface ServiceContext {
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly processes: ProcessRunner & ServiceStarter;
  readonly finder: ToolFinder;
  readonly signal: AbortSignal;
}

/** A service that can be started: how, how to tell that it is ready, and what leads the checks to it. */
export interface Startable {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly isReady: (process: ServiceProcess) => Promise<boolean>;
  readonly timeoutMs: number;
  readonly provides: Readonly<Record<string, string>>;
  /** What asks it to end; default TERM. */
  readonly endSignal?: NodeJS.Signals | undefined;
  /** Makes what only a running service can make, such as a database. */
  readonly afterStart?: (() => Promise<void>) | undefined;
}

/** What a service that is known by name is prepared with. */
export interface Preparation extends ServiceContext {
  readonly port: number;
  /** An empty folder that is removed with the service. */
  readonly scratch: string;
}
