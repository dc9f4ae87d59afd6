import { setTimeout as sleep } from "node:timers/promises";
import { isTrigateError, messageOf, TrigateError } from "../../errors/trigate-error.ts";
import { systemClock } from "../../platform/clock.ts";
import { startDetached } from "../../platform/detached.ts";
import { lockFile, tryLockFile } from "../../platform/exclusive-file.ts";
import { isSystemError } from "../../platform/files.ts";
import { isProcessAlive } from "../../platform/machine-lock.ts";
import { type Endpoint, PROTOCOL_VERSION } from "../../protocol/index.ts";
import { type ConnectOptions, DaemonClient } from "./daemon-client.ts";
import { type DaemonFiles, daemonFiles, readEndpoint } from "./endpoint-file.ts";

export interface JoinOptions {
  readonly stateFolder: string;
  /** What `hello` says about this client. */
  readonly client: ConnectOptions["client"];
  /** For one attempt to connect and say hello; default 3 s. */
  readonly answerWithinMs?: number;
}

export interface StartOptions extends JoinOptions {
  /** The command that runs the daemon in the foreground, as an argument vector. */
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How long a daemon may take to start, or to end before another can start; default 15 s. */
  readonly patienceMs?: number;
}

const ANSWER_WITHIN_MS = 3_000;
const PATIENCE_MS = 15_000;
const POLL_MS = 30;

/** How the daemon that the endpoint file names was met. */
type Meeting =
  | { readonly kind: "joined"; readonly client: DaemonClient }
  | { readonly kind: "absent" }
  | { readonly kind: "other-version" | "silent"; readonly endpoint: Endpoint; readonly problem: string };

/** Joins the daemon of a workspace, or answers `undefined` when none of this protocol version answers. */
export async function joinDaemon(options: JoinOptions): Promise<DaemonClient | undefined> {
  const met = await meet(daemonFiles(options.stateFolder), options);
  return met.kind === "joined" ? met.client : undefined;
}

/**
 * Joins the daemon of a workspace, and starts one when there is none. Of several starters at once one starts it and all
 * join it. A daemon of another protocol version is asked to end; one that does not answer for long is killed.
 * Throws `daemon/start-failed` with the place of the log.
 */
export async function startOrJoin(options: StartOptions): Promise<DaemonClient> {
  const files = daemonFiles(options.stateFolder);
  const met = await meet(files, options);
  if (met.kind === "joined") return met.client;
  const patienceMs = options.patienceMs ?? PATIENCE_MS;
  // A starter may first have to see an old daemon out, and then wait for the new one.
  const lock = await lockFile(files.starting, 3 * patienceMs);
  if (lock === undefined) throw startFailed(files, "somebody else has been starting it for long");
  try {
    return (await joinOrClear(files, options, patienceMs)) ?? (await start(files, options, patienceMs));
  } finally {
    lock.release();
  }
}

/**
 * Ends the daemon of a workspace, whatever its version, and resolves when it is gone; false when there was none. Throws
 * `daemon/start-failed` when it cannot be ended.
 */
export async function endDaemon(options: StartOptions): Promise<boolean> {
  const files = daemonFiles(options.stateFolder);
  if (!isDaemonAlive(files)) return false;
  const patienceMs = options.patienceMs ?? PATIENCE_MS;
  const met = await meet(files, options);
  if (met.kind === "joined") {
    await met.client.call("daemon/stop", {});
    met.client.close();
  } else if (met.kind === "other-version") await askToStop(met.endpoint, options);
  const deadline = systemClock.elapsed() + patienceMs;
  while (isDaemonAlive(files)) {
    if (systemClock.elapsed() >= deadline) {
      await kill(files, await meet(files, options), patienceMs);
      return true;
    }
    await sleep(POLL_MS);
  }
  return true;
}

async function meet(files: DaemonFiles, { client, answerWithinMs = ANSWER_WITHIN_MS }: JoinOptions): Promise<Meeting> {
  const endpoint = await readEndpoint(files);
  if (endpoint === undefined || !isProcessAlive(endpoint.pid)) return { kind: "absent" };
  if (endpoint.protocolVersion !== PROTOCOL_VERSION)
    return { kind: "other-version", endpoint, problem: `it speaks protocol ${endpoint.protocolVersion}` };
  try {
    return { kind: "joined", client: await DaemonClient.connect(endpoint, { client, timeoutMs: answerWithinMs }) };
  } catch (error) {
    const kind = isTrigateError(error, "daemon/version-mismatch") ? "other-version" : "silent";
    return { kind, endpoint, problem: messageOf(error) };
  }
}

/** Whether a daemon of this workspace lives, answering or not. */
function isDaemonAlive(files: DaemonFiles): boolean {
  const lock = tryLockFile(files.alive);
  lock?.release();
  return lock === undefined;
}

/**
 * Waits while a daemon lives that cannot be joined: it may be starting or ending. Answers with a client when it can be
 * joined after all, with `undefined` once none lives.
 */
async function joinOrClear(
  files: DaemonFiles,
  options: StartOptions,
  patienceMs: number,
): Promise<DaemonClient | undefined> {
  const deadline = systemClock.elapsed() + patienceMs;
  let wasAsked = false;
  for (;;) {
    const met = await meet(files, options);
    if (met.kind === "joined") return met.client;
    if (!isDaemonAlive(files)) return undefined;
    if (met.kind === "other-version" && !wasAsked) {
      wasAsked = true;
      await askToStop(met.endpoint, options);
    }
    if (systemClock.elapsed() >= deadline) {
      await kill(files, met, patienceMs);
      return undefined;
    }
    await sleep(POLL_MS);
  }
}

async function askToStop(
  endpoint: Endpoint,
  { client, answerWithinMs = ANSWER_WITHIN_MS }: StartOptions,
): Promise<void> {
  try {
    const other = await DaemonClient.connect(endpoint, {
      client: { ...client, trusted: true },
      timeoutMs: answerWithinMs,
      protocolVersion: endpoint.protocolVersion,
    });
    await other.call("daemon/stop", {});
    other.close();
  } catch {
    // It may not understand; then its time runs out, as for a daemon that hangs.
  }
}

/** While the lock is held, the endpoint file was written by its holder: so the process id in it is the daemon's. */
async function kill(files: DaemonFiles, met: Meeting, patienceMs: number): Promise<void> {
  if (met.kind === "joined" || met.kind === "absent")
    throw startFailed(files, "another daemon lives, but has not said where it listens");
  const { pid } = met.endpoint;
  if (pid === process.pid) throw startFailed(files, "the daemon of this very process does not answer");
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    // Gone just now is what was wanted.
    if (!isSystemError(error, "ESRCH")) throw error;
  }
  const deadline = systemClock.elapsed() + patienceMs;
  while (isDaemonAlive(files)) {
    if (systemClock.elapsed() >= deadline)
      throw startFailed(files, `process ${pid} does not answer (${met.problem}) and does not end`);
    await sleep(POLL_MS);
  }
}

async function start(files: DaemonFiles, options: StartOptions, patienceMs: number): Promise<DaemonClient> {
  const { command, cwd, env } = options;
  const started = await startDetached({ argv: command, cwd, env, logFile: files.log });
  const end: { how: string | undefined } = { how: undefined };
  started.ended.then(
    ({ exitCode }) =>
      (end.how = exitCode === undefined ? "it was ended by a signal" : `it ended with exit code ${exitCode}`),
    (error: unknown) => (end.how = messageOf(error)),
  );
  const deadline = systemClock.elapsed() + patienceMs;
  for (;;) {
    const hadEnded = end.how;
    const met = await meet(files, options);
    if (met.kind === "joined") return met.client;
    // It may have made way for a daemon that somebody started by hand; then that one answers.
    if (hadEnded !== undefined && !isDaemonAlive(files)) throw startFailed(files, hadEnded);
    if (systemClock.elapsed() >= deadline)
      throw startFailed(files, met.kind === "absent" ? "it does not say where it listens" : met.problem);
    await sleep(POLL_MS);
  }
}

function startFailed({ log }: DaemonFiles, problem: string): TrigateError<"daemon/start-failed"> {
  return new TrigateError("daemon/start-failed", { problem, log });
}
