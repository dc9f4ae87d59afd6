import { dirname } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { joinOutcomes } from "../core/outcome.ts";
import type { CoverageReport, FileCoverage } from "../core/coverage.ts";
import type { CoverageSummary, PatchCoverage } from "../core/coverage-summary.ts";
import type { Run, StageResult } from "../core/run.ts";
import { messageOf, TrigateError } from "../errors/trigate-error.ts";
import { systemClock } from "../platform/clock.ts";
import { renameNow, sha256 } from "../platform/files.ts";
import { parseOwnJson } from "../platform/own-json.ts";
import { decodeResult, encodeResult } from "./codec.ts";
import type { History } from "./history.ts";

const SCHEMA_VERSION = 1;
const SCHEMA = `
CREATE TABLE IF NOT EXISTS run (id TEXT PRIMARY KEY, started_ms REAL NOT NULL, outcome TEXT NOT NULL, scope TEXT NOT NULL, tree TEXT, has_coverage INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS run_started ON run (started_ms DESC);
CREATE INDEX IF NOT EXISTS run_tree ON run (tree, started_ms DESC) WHERE has_coverage = 1;
CREATE INDEX IF NOT EXISTS run_of_tree ON run (tree, started_ms DESC);
CREATE TABLE IF NOT EXISTS part (hash TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS measurement (run_id TEXT NOT NULL, check_id TEXT NOT NULL, benchmark TEXT NOT NULL, metric TEXT NOT NULL, statistic TEXT NOT NULL, value REAL NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS measurement_series ON measurement (check_id, benchmark, metric, statistic);
`;

export interface SqliteHistoryOptions {
  readonly warn: (message: string) => void;
  /** Puts the coverage of a run together again from that of its checks, which alone is stored. */
  readonly mergeCoverage: (reports: readonly CoverageReport[]) => readonly FileCoverage[];
}

/**
 * Runs in SQLite's own file format, WAL mode, several processes at once. Results of checks are stored once by content, so
 * a run that was answered from the cache adds one small row. A file that cannot be read is set aside, not overwritten.
 */
export class SqliteHistory implements History {
  readonly #database: DatabaseSync;
  readonly #mergeCoverage: SqliteHistoryOptions["mergeCoverage"];

  /** Throws `state/unwritable` when the file can be neither opened nor made. */
  constructor(file: string, { warn, mergeCoverage }: SqliteHistoryOptions) {
    this.#database = openOrSetAside(file, warn);
    this.#mergeCoverage = mergeCoverage;
  }

  async record(run: Run): Promise<void> {
    const parts = new Map<string, string>();
    const refs = run.stages.map((stage) => ({
      ...stage,
      checks: stage.checks.map((check) => {
        const body = encodeResult(check);
        const hash = sha256(body);
        parts.set(hash, body);
        return hash;
      }),
    }));
    const coverage = run.coverage && storedCoverage(run.coverage);
    // A run that was recalled from memory has totals but no files, and is no source for the editor's marks.
    const hasCoverage = (run.coverage?.files.length ?? 0) > 0;
    const insertPart = this.#database.prepare("INSERT OR IGNORE INTO part (hash, body) VALUES (?, ?)");
    const insertRun = this.#database.prepare(
      "INSERT INTO run (id, started_ms, outcome, scope, tree, has_coverage, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
    );
    const insertMeasurement = this.#database.prepare(
      "INSERT INTO measurement (run_id, check_id, benchmark, metric, statistic, value) VALUES (?, ?, ?, ?, ?, ?)",
    );
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      for (const [hash, body] of parts) insertPart.run(hash, body);
      insertRun.run(
        run.id,
        run.startedAtMs,
        run.verdict.outcome,
        run.scope.kind,
        run.tree ?? null,
        hasCoverage ? 1 : 0,
        JSON.stringify({ ...run, stages: refs, coverage }),
      );
      for (const values of measurementRows(run)) insertMeasurement.run(...values);
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  async latest(filter?: { readonly withCoverage: boolean }): Promise<Run | undefined> {
    const where = filter?.withCoverage === true ? "has_coverage = 1" : "scope = 'full'";
    return this.#read(
      this.#database.prepare(`SELECT body FROM run WHERE ${where} ORDER BY started_ms DESC, rowid DESC LIMIT 1`).get(),
    );
  }

  async measuredAt(tree: string): Promise<readonly Run[]> {
    const rows = this.#database
      .prepare(
        "SELECT body FROM run WHERE tree = ? AND has_coverage = 1 AND scope = 'full' ORDER BY started_ms DESC, rowid DESC LIMIT 5",
      )
      .all(tree);
    return rows.flatMap((row) => this.#read(row) ?? []);
  }

  async judgedAt(tree: string): Promise<readonly Run[]> {
    const rows = this.#database
      .prepare("SELECT body FROM run WHERE tree = ? AND scope = 'full' ORDER BY started_ms DESC, rowid DESC LIMIT 5")
      .all(tree);
    return rows.flatMap((row) => this.#read(row) ?? []);
  }

  async byId(id: string): Promise<Run | undefined> {
    return this.#read(this.#database.prepare("SELECT body FROM run WHERE id = ?").get(id));
  }

  close(): void {
    this.#database.close();
  }

  #read(row: Record<string, unknown> | undefined): Run | undefined {
    if (row === undefined) return undefined;
    const stored = parseOwnJson<StoredRun>(String(row["body"]));
    const stages = stored.stages.map(
      (stage): StageResult => ({ ...stage, checks: stage.checks.map((hash) => this.#part(hash)) }),
    );
    return { ...stored, stages, coverage: stored.coverage && this.#coverageOf(stored.coverage, stages) };
  }

  #coverageOf({ patch, fileNames, ...totals }: StoredCoverage, stages: readonly StageResult[]): CoverageSummary {
    const names = new Set(fileNames);
    const reports = stages.flatMap(({ checks }) => checks.flatMap(({ coverage }) => coverage ?? []));
    const files = names.size === 0 ? [] : this.#mergeCoverage(reports).filter(({ file }) => names.has(file));
    return { ...totals, patch: patch && { ...patch, missed: new Map(patch.missed) }, files };
  }

  #part(hash: string) {
    const row = this.#database.prepare("SELECT body FROM part WHERE hash = ?").get(hash);
    return decodeResult(String(row?.["body"]));
  }
}

type StoredRun = Omit<Run, "stages" | "coverage"> & {
  readonly stages: readonly (Omit<StageResult, "checks"> & { readonly checks: readonly string[] })[];
  readonly coverage?: StoredCoverage;
};

/** The totals as they were; a run that was recalled from memory has them without any files. */
type StoredCoverage = Omit<CoverageSummary, "patch" | "files"> & {
  readonly patch?: Omit<PatchCoverage, "missed"> & {
    readonly missed: readonly (readonly [string, readonly number[]])[];
  };
  readonly fileNames: readonly string[];
};

function storedCoverage({ patch, files, ...totals }: CoverageSummary): StoredCoverage {
  const fileNames = files.map(({ file }) => file);
  return patch === undefined
    ? { ...totals, fileNames }
    : { ...totals, fileNames, patch: { ...patch, missed: [...patch.missed] } };
}

function* measurementRows(run: Run): Generator<SQLInputValue[]> {
  for (const { checks } of run.stages) {
    for (const check of checks.filter(({ cached, status }) => !cached && joinOutcomes([status]) !== "errored")) {
      for (const { benchmark, metric, summary } of check.measurements) {
        // A figure that is no number has no row; the check that reported it keeps it as it was.
        for (const [statistic, value] of Object.entries(summary).filter((entry) => Number.isFinite(entry[1])))
          yield [run.id, check.id, benchmark, metric, statistic, value];
      }
    }
  }
}

/** SQLite's own codes for a file that is no database or not whole. Anything else, a busy file above all, is no damage. */
const DAMAGE = new Set([11, 26]);
const BUSY_TIMEOUT_MS = 10_000;

class NewerFormError extends Error {}

function openOrSetAside(file: string, warn: (message: string) => void): DatabaseSync {
  try {
    return open(file);
  } catch (error) {
    const isDamaged = error instanceof Error && "errcode" in error && DAMAGE.has(Number(error.errcode));
    if (!isDamaged && !(error instanceof NewerFormError))
      throw new TrigateError(
        "state/unwritable",
        { folder: dirname(file), problem: messageOf(error) },
        { cause: error },
      );
    const aside = `${file}.damaged-${systemClock.now()}`;
    renameNow(file, aside);
    warn(
      `the history ${file} could not be read (${messageOf(error)}); it was set aside as ${aside} and a new one begun`,
    );
    return open(file);
  }
}

function open(file: string): DatabaseSync {
  // Waiting has to be agreed on before the first statement: another process may be making the file just now.
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    const version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);
    if (version > SCHEMA_VERSION)
      throw new NewerFormError(`it was written by a newer Trigate (form ${version}, this one knows ${SCHEMA_VERSION})`);
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
    database.exec(SCHEMA);
    if (version < SCHEMA_VERSION) database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
