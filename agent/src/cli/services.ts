import type { Checker } from "../checkers/checker.ts";
import type { ExplainedConfig } from "../config/explain.ts";
import type { ResolvedConfig } from "../config/resolved.ts";
import type { Repository } from "../vcs/repository.ts";
import type { codecovOfHistory } from "../runs/codecov-of-history.ts";
import type { ProcessRunner } from "../platform/process.ts";
import type { ResultCache } from "../runs/cache.ts";
import type { ToolLocator } from "../runs/locate-tool.ts";
import type { DaemonServices } from "../server/services.ts";
import type { ProofServices } from "./tasks/task-subcommand.ts";
import type { PlanningService } from "../tasks/planning/planning-service.ts";
import type { TaskStore } from "../tasks/task-store.ts";
import type { RunService } from "../runs/run-service.ts";

/** What commands are handed: everything about one workspace, built at the first use. */
export interface Services {
  /** Absolute folder of `trigate.yaml`. */
  readonly root: string;
  readonly stateFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly checkers: ReadonlyMap<string, Checker>;
  readonly config: () => Promise<ResolvedConfig>;
  /** The configuration with where each of its values comes from. */
  readonly explain: () => Promise<ExplainedConfig>;
  readonly repository: () => Promise<Repository>;
  readonly locator: ToolLocator;
  readonly cache: ResultCache;
  readonly processes: ProcessRunner;
  /** `concurrency` checks at a time; by default as many as the machine has cores. */
  readonly runs: (concurrency?: number) => RunService;
  /** What Codecov would say of the present content, from what was recorded of it. */
  readonly codecov: (base: string | undefined) => ReturnType<typeof codecovOfHistory>;
  readonly tasks: TaskStore;
  readonly planning: () => Promise<PlanningService>;
  /** What proves tasks and tells of them. */
  readonly proof: (runs?: RunService) => Promise<ProofServices>;
  /** Everything that a daemon in this very process serves. */
  readonly daemon: () => DaemonServices;
  /** Lets go of the database and the supervisor. */
  readonly close: () => Promise<void>;
}
