import type { Colors } from "picocolors/types.js";
import type { RunEvent } from "../core/run.ts";
import type { Clock } from "../platform/clock.ts";
import { plainText } from "../report/plain-text.ts";
import { checkLine } from "../report/pretty.ts";

/** Shows a run while it goes on. */
export interface Progress {
  readonly onEvent: (event: RunEvent) => void;
  /** Takes what is drawn off the screen, before the report is printed. */
  readonly clear: () => void;
}

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const FRAME_MS = 100;
/** A run that is over sooner, as one from the cache, never draws anything. */
const FIRST_DRAW_MS = 150;

/** Redraws a few lines in place: what runs, for how long, and how many checks are left. For terminals. */
export async function liveProgress(stream: NodeJS.WriteStream, colors: Colors, clock: Clock): Promise<Progress> {
  const { createLogUpdate } = await import("log-update");
  const log = createLogUpdate(stream);
  const running = new Map<string, number>();
  let total = 0;
  let over = 0;
  let frame = 0;
  const draw = () => {
    const sign = FRAMES[frame++ % FRAMES.length] ?? "";
    const rows = [...running].map(
      ([check, since]) =>
        `  ${colors.cyan(sign)} ${plainText(check)} ${colors.dim(`${((clock.elapsed() - since) / 1000).toFixed(0)} s`)}`,
    );
    log([colors.dim(`${over} of ${total} checks`), ...rows].join("\n"));
  };
  let timer: NodeJS.Timeout | undefined;
  const begin = setTimeout(() => {
    timer = setInterval(draw, FRAME_MS);
  }, FIRST_DRAW_MS);
  return {
    onEvent: (event) => {
      if (event.type === "run-started") total = event.checks.length;
      if (event.type === "check-started") running.set(event.check, clock.elapsed());
      if (event.type === "check-finished") {
        running.delete(event.result.id);
        over++;
      }
    },
    clear: () => {
      clearTimeout(begin);
      clearInterval(timer);
      if (timer !== undefined) log.clear();
    },
  };
}

/** One line for each check as it ends. For logs and CI. */
export function lineProgress(write: (line: string) => void, colors: Colors): Progress {
  return {
    onEvent: (event) => {
      if (event.type === "check-finished") write(checkLine(event.result, { colors, width: 120, findingsPerCheck: 0 }));
    },
    clear: () => undefined,
  };
}
