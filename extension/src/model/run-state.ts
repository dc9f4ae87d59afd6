import type { CheckReport, Outcome, RunEvent, RunSummary } from "@trigate/agent/protocol";

/** What the editor knows of the newest run. `previous` is the last run that came to a verdict. */
export type RunState =
  | { readonly kind: "none" }
  | RunningState
  | { readonly kind: "finished"; readonly summary: RunSummary }
  | { readonly kind: "cancelled"; readonly previous: RunSummary | undefined };

export interface RunningState {
  readonly kind: "running";
  readonly runId: string;
  readonly total: number;
  /** Ids of the checks at work now. */
  readonly current: readonly string[];
  readonly finished: readonly CheckReport[];
  readonly previous: RunSummary | undefined;
}

/** The verdict to go on showing, also while a newer run is under way. */
export function lastSummary(state: RunState): RunSummary | undefined {
  if (state.kind === "none") return undefined;
  return state.kind === "finished" ? state.summary : state.previous;
}

/** Follows the agent's event stream. Events of a run that is no longer the newest change nothing. */
export function reduceRun(state: RunState, event: RunEvent): RunState {
  if (event.type === "run-started") {
    const { runId, checks } = event;
    return { kind: "running", runId, total: checks.length, current: [], finished: [], previous: lastSummary(state) };
  }
  // A client that connects in the middle of a run still gets its verdict.
  if (event.type === "run-finished" && state.kind !== "running") return { kind: "finished", summary: event.summary };
  return state.kind === "running" && state.runId === event.runId ? proceed(state, event) : state;
}

/** One step of the run that is under way. */
function proceed(state: RunningState, event: Exclude<RunEvent, { readonly type: "run-started" }>): RunState {
  switch (event.type) {
    case "check-started":
      return { ...state, current: [...state.current, event.check] };
    case "check-finished":
      return {
        ...state,
        current: state.current.filter((check) => check !== event.report.id),
        finished: [...state.finished, event.report],
      };
    case "run-cancelled":
      return { kind: "cancelled", previous: state.previous };
    case "run-finished":
      return { kind: "finished", summary: event.summary };
  }
}

/** The worst outcome among the checks that are through, so that a red run shows red before it ends. */
export function outcomeSoFar(state: RunningState): Outcome {
  const judged = new Set(state.finished.filter(({ advisory }) => !advisory).map(({ status }) => status));
  if (judged.has("failed")) return "failed";
  if (judged.has("errored")) return "errored";
  return judged.has("passed") ? "passed" : "skipped";
}
