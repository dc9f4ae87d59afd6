/** Details of each error, by its code. A code is `area/reason`, is never renamed and never reused. */
export interface ErrorDetails {
  "usage/bad-argument": { problem: string; hint: string };
  "usage/not-trusted": { root: string };
  "config/missing": { startedAt: string };
  "config/invalid": {
    file: string;
    complaints: readonly { path: string; line: number | undefined; message: string }[];
  };
  "checker/tool-missing": { tool: string; install: string };
  "checker/tool-failed": { tool: string; exitCode: number | undefined; stderr: string; cwd: string };
  "checker/worker-failed": { tool: string; problem: string };
  "checker/only-pointer": { file: string };
  "checker/timed-out": { tool: string; timeoutMs: number };
  "checker/output-too-large": { tool: string; limitBytes: number };
  "platform/spawn-failed": { command: string; problem: string };
  "platform/path-outside": { path: string; root: string };
  "service/missing": { service: string; install: string };
  "service/not-ready": { service: string; problem: string; printed: string };
  "run/cancelled": Record<never, never>;
  "run/not-found": { runId: string };
  "codecov/missing": Record<never, never>;
  "codecov/not-measured": Record<never, never>;
  "tasks/missing": { file: string };
  "tasks/unreadable": { file: string; line: number; column: number; problem: string };
  "tasks/invalid": { file: string; problem: string };
  "tasks/not-found": { id: string; tag: string };
  "tasks/no-tag": { file: string; tag: string };
  "tasks/locked": { lock: string; waitedMs: number };
  "tasks/conflict": { id: string; field: string; expected: string; found: string };
  "tasks/write-failed": { file: string; problem: string };
  "tasks/no-version": { problem: string };
  "tasks/needs-proof": { id: string };
  "tasks/open-subtasks": { id: string; open: readonly string[] };
  "tasks/not-ready": { id: string; waitsFor: readonly string[] };
  "tasks/bad-requirements": { id: string; problem: string };
  "tasks/other-tree": { run: string };
  "tasks/bad-report": { file: string; problem: string };
  "tasks/cycle": { id: string; dependency: string; cycle: string };
  "tasks/id-taken": { id: string; tag: string };
  "model/missing": { problem: string };
  "model/not-configured": { role: string };
  "model/unreachable": { model: string; problem: string };
  "model/refused": { model: string; problem: string };
  "model/busy": { model: string; problem: string };
  "model/wrong-answer": { model: string; attempts: number; problem: string };
  "daemon/unreachable": { problem: string };
  "daemon/version-mismatch": { agent: string; client: string };
  "daemon/start-failed": { problem: string; log: string };
  "state/unwritable": { folder: string; problem: string };
  "history/unreadable": { file: string; problem: string };
  "baseline/unreadable": { file: string; line: number; problem: string };
  "vcs/failed": { command: string; problem: string };
  "report/unwritable": { file: string; problem: string };
  "report/not-published": { service: string; problem: string };
}

export type ErrorCode = keyof ErrorDetails;

const MESSAGES: { readonly [Code in ErrorCode]: (details: ErrorDetails[Code]) => string } = {
  "usage/bad-argument": (d) => `${d.problem}; ${d.hint}`,
  "usage/not-trusted": (d) =>
    `${d.root} is not trusted yet: its trigate.yaml decides which programs run. Read it, then repeat the command with --trust`,
  "config/missing": (d) => `no trigate.yaml in ${d.startedAt} or above it; "trigate init" proposes one`,
  "config/invalid": (d) =>
    [
      `${d.file} has ${d.complaints.length} ${d.complaints.length === 1 ? "fault" : "faults"}:`,
      ...d.complaints.map(
        ({ path, line, message }) =>
          `  ${line === undefined ? "" : `line ${line}: `}${path === "" ? "" : `${path}: `}${message}`,
      ),
    ].join("\n"),
  "checker/tool-missing": (d) => `${d.tool} was not found; install it with: ${d.install}`,
  "checker/tool-failed": (d) =>
    `${d.tool} stopped with ${d.exitCode === undefined ? "a signal" : `exit code ${d.exitCode}`} (run it by hand in ${d.cwd}): ${d.stderr}`,
  "checker/worker-failed": (d) => `${d.tool} does not answer as a worker, so it is started each time: ${d.problem}`,
  "checker/only-pointer": (d) => `${d.file} is only a pointer of Git LFS and not its content; run: git lfs pull`,
  "checker/timed-out": (d) =>
    `${d.tool} was ended after ${d.timeoutMs} ms; raise its "timeout" in trigate.yaml if it needs longer`,
  "checker/output-too-large": (d) =>
    `${d.tool} printed more than ${d.limitBytes} bytes and was ended; narrow its "files", or raise its "maxOutput" in trigate.yaml`,
  "platform/spawn-failed": (d) => `${d.command} could not be started: ${d.problem}`,
  "platform/path-outside": (d) => `${d.path} lies outside the workspace ${d.root}`,
  "service/missing": (d) => `the service ${d.service} cannot be started here; ${d.install}`,
  "service/not-ready": (d) =>
    `the service ${d.service} ${d.problem}${d.printed === "" ? "" : `; it printed last: ${d.printed}`}`,
  "run/cancelled": () => "the run was cancelled",
  "codecov/missing": () =>
    "there is no codecov.yml in this workspace, in dev/ or in .github/; add one (the page agent/docs/codecov.md has an example)",
  "codecov/not-measured": () =>
    'no recorded run measured the coverage of this very content; run "trigate run --stage test" first',
  "run/not-found": (d) => `there is no run ${d.runId} in the history of this workspace`,
  "tasks/missing": (d) => `there is no ${d.file}; "trigate tasks add" makes one`,
  "tasks/unreadable": (d) =>
    `${d.file} cannot be parsed at line ${d.line}, column ${d.column}: ${d.problem}. The file was left as it is; mend it by hand${d.file.endsWith("tasks.json") ? ', or put back its last good version: "trigate tasks restore"' : " or from version control"}`,
  "tasks/invalid": (d) => `${d.file} is not a task list: ${d.problem}. The file was left as it is`,
  "tasks/not-found": (d) => `there is no task ${d.id} in tag "${d.tag}"; "trigate tasks list" shows what there is`,
  "tasks/no-tag": (d) => `${d.file} has no list "${d.tag}" yet; "trigate tasks add" makes one`,
  "tasks/locked": (d) =>
    `another writer holds ${d.lock} (waited ${d.waitedMs} ms); try again, or delete it if no writer is running`,
  "tasks/conflict": (d) =>
    `task ${d.id} changed meanwhile: ${d.field} is ${d.found}, expected ${d.expected}; look at it again before you write`,
  "tasks/cycle": (d) =>
    `${d.id} cannot depend on ${d.dependency}: work would wait for itself (${d.cycle}). Take one of these dependencies away first`,
  "tasks/id-taken": (d) => `the id ${d.id} is taken in tag "${d.tag}"; name one that is free, or move that task first`,
  "tasks/write-failed": (d) => `${d.file} could not be written: ${d.problem}. The old content is untouched`,
  "tasks/no-version": (d) => `${d.problem}; "trigate tasks restore --list" shows what there is`,
  "tasks/needs-proof": (d) =>
    `a task is done when its gates say so: run "trigate tasks done ${d.id}"; with --force --reason TEXT it is called done without proof, for all to see`,
  "tasks/open-subtasks": (d) =>
    `task ${d.id} has subtasks that are not done: ${d.open.join(", ")}. Do them first, or prove them together with --with-subtasks`,
  "tasks/not-ready": (d) => `task ${d.id} waits for ${d.waitsFor.join(", ")}; leave out --strict to be warned only`,
  "tasks/bad-requirements": (d) =>
    `metadata.trigate.requires of task ${d.id} cannot be used: ${d.problem}. It names stages, checks, paths or benchmarks; correct or remove it`,
  "tasks/other-tree": (d) =>
    `the run ${d.run} judged another content than the one that is to be proven; leave it out, and the gates are run`,
  "tasks/bad-report": (d) => `${d.file} is no report of "trigate run --format json": ${d.problem}`,
  "model/missing": (d) =>
    `Claude Code cannot be asked: ${d.problem}. Install both with "npm install -g @anthropic-ai/claude-code @anthropic-ai/claude-agent-sdk", point TRIGATE_CLAUDE to a claude, or name an OpenAI-compatible endpoint under "models" in trigate.yaml`,
  "model/not-configured": (d) =>
    `no model is named for "${d.role}"; name one under "models" in trigate.yaml, or install Claude Code`,
  "model/unreachable": (d) => `${d.model} did not answer: ${d.problem}. Nothing was changed; try again`,
  "model/refused": (d) => `${d.model} refused: ${d.problem}. Check the key and its rights; nothing was changed`,
  "model/busy": (d) => `${d.model} is over its limits: ${d.problem}. Nothing was changed; try again later`,
  "model/wrong-answer": (d) =>
    `${d.model} gave no usable answer in ${d.attempts} attempts; nothing was changed. The last one: ${d.problem}`,
  "daemon/unreachable": (d) => `the daemon did not answer: ${d.problem}; "trigate daemon start" starts it`,
  "daemon/version-mismatch": (d) =>
    `agent speaks protocol ${d.agent}, client speaks ${d.client}; reload the window or run "trigate daemon stop"`,
  "daemon/start-failed": (d) => `the daemon could not be started: ${d.problem}; its log is ${d.log}`,
  "state/unwritable": (d) =>
    `the state folder ${d.folder} cannot be written: ${d.problem}; set TRIGATE_STATE_DIR to a folder of yours`,
  "history/unreadable": (d) =>
    `the history ${d.file} cannot be read: ${d.problem}; it was set aside and a new one begun`,
  "baseline/unreadable": (d) =>
    `${d.file} cannot be read at line ${d.line}: ${d.problem}. Mend the line, or make the file anew with "trigate baseline update --accept-new"`,
  "vcs/failed": (d) => `${d.command} failed: ${d.problem}`,
  "report/unwritable": (d) => `the report ${d.file} could not be written: ${d.problem}`,
  "report/not-published": (d) =>
    `${d.service} did not take the report: ${d.problem}; check the token's rights and the number of the pull request`,
};

/** The one error class of the agent. Compare `code`, not the message; the message says what to do. */
export class TrigateError<Code extends ErrorCode = ErrorCode> extends Error {
  readonly code: Code;
  readonly details: ErrorDetails[Code];

  constructor(code: Code, details: ErrorDetails[Code], options?: ErrorOptions) {
    super(MESSAGES[code](details), options);
    this.name = "TrigateError";
    this.code = code;
    this.details = details;
  }
}

/** Whether an unknown thrown value is the error with this code. */
export function isTrigateError<Code extends ErrorCode>(error: unknown, code: Code): error is TrigateError<Code> {
  return error instanceof TrigateError && error.code === code;
}

/** Every code there is, for the documentation and its test. */
export const ERROR_CODES: readonly string[] = Object.keys(MESSAGES);

/** The words of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
