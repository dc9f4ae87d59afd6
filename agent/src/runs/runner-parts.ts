import type { Checker } from "../checkers/checker.ts";
import type { ResolvedConfig } from "../config/resolved.ts";
import type { CoverageReport, FileCoverage } from "../core/coverage.ts";
import type { RunEnvironment } from "../core/run.ts";
import type { History } from "../history/history.ts";
import type { Clock, Ids } from "../platform/clock.ts";
import type { ProcessRunner } from "../platform/process.ts";
import type { Repository } from "../vcs/repository.ts";
import type { ResultCache } from "./cache.ts";
import type { ToolLocator } from "./locate-tool.ts";
import type { MemoShelf } from "./run-memo.ts";

/** What the runner is built of; `compose.ts` puts it together. */
export interface GateRunnerParts {
  readonly root: string;
  readonly checkers: ReadonlyMap<string, Checker>;
  readonly loadConfig: () => Promise<ResolvedConfig>;
  readonly repository: () => Promise<Repository>;
  readonly processes: ProcessRunner;
  readonly locator: ToolLocator;
  readonly cache: ResultCache;
  readonly history: () => Promise<History>;
  readonly mergeCoverage: (reports: readonly CoverageReport[]) => readonly FileCoverage[];
  readonly clock: Clock;
  readonly ids: Ids;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly environment: RunEnvironment;
  readonly concurrency: number;
  /** Says what people should know and what decides nothing. */
  readonly warn?: (message: string) => void;
  readonly stateFolder: string;
  /** Where one process answers again and again. */
  readonly memos?: MemoShelf;
}
