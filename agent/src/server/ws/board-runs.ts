import type { RunService } from "../../runs/run-service.ts";
import type { RunBoard } from "./run-board.ts";

/** Runs that are on the board as those that clients start: all clients see their events, and `run/cancel` ends them. */
export function runsOnBoard(board: RunBoard, runs: RunService): RunService {
  return {
    start: ({ paths, stages, checks, changed, base, noCache }) => {
      const { id, finished } = board.start(runs, { paths, stages, checks, changed, base, noCache });
      return { id, finished, cancel: () => void board.cancel(id) };
    },
    latest: () => runs.latest(),
    byId: (id) => runs.byId(id),
  };
}
