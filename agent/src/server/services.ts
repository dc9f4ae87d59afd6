import type { FileCoverage } from "../core/coverage.ts";
import type { Finding } from "../core/finding.ts";
import type { Run, RunEvent } from "../core/run.ts";
import type { Clock, Ids } from "../platform/clock.ts";
import type {
  FileCoverage as WireFileCoverage,
  Finding as WireFinding,
  RunEvent as WireRunEvent,
  RunSummary,
} from "../protocol/index.ts";
import type { RunService } from "../runs/run-service.ts";
import type { WarmServices } from "../runs/warm-services.ts";
import type { TaskFinisher } from "../tasks/proof/task-finisher.ts";
import type { TaskStatuses } from "../tasks/proof/task-statuses.ts";
import type { TaskStore } from "../tasks/task-store.ts";

/** Environment variables of a client; empty when it did not say, and the daemon's own then count. */
export type ClientEnvironment = Readonly<Record<string, string>>;

/** Everything that the daemon is handed. It decides nothing itself: it passes on and converts. */
export interface DaemonServices {
  /** Absolute path of the workspace root. */
  readonly root: string;
  readonly agentVersion: string;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly tasks: TaskStore;
  /** The door for statuses, which tells others of them. */
  readonly statuses: TaskStatuses;
  /** What proves tasks by the runs given. */
  readonly proofFor: (runs: RunService) => Promise<{ readonly finisher: TaskFinisher }>;
  /** Tries again to send what the status hook was not told yet. Never rejects. */
  readonly sendNews?: () => Promise<void>;
  /** The gates, with the tools' environment taken from the client that asks. */
  readonly runsFor: (env: ClientEnvironment) => RunService;
  /** The tools that stay for saved and edited files, with the environment of the client that asks. */
  readonly onSave?: WarmServices;
  /** The newest run that measured coverage. */
  readonly latestWithCoverage: () => Promise<Run | undefined>;
  readonly toRunSummary: (run: Run) => RunSummary;
  readonly toRunEvent: (event: RunEvent) => WireRunEvent;
  readonly toFinding: (finding: Finding) => WireFinding;
  readonly toFileCoverage: (file: FileCoverage) => WireFileCoverage;
  /** The one-file HTML report. */
  readonly toHtml: (run: Run) => string | Promise<string>;
  /** A line for the daemon's log. */
  readonly log: (line: string) => void;
}
