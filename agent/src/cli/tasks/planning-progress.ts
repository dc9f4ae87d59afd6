import { TrigateError } from "../../errors/trigate-error.ts";
import type { AskOptions, ModelProgress, ModelUsage } from "../../models/model.ts";
import { plainText } from "../../report/plain-text.ts";

/** How often a growing answer is told of, in characters, where lines cannot be overwritten. */
const STEP = 4_000;

/** Where progress is shown; standard error, so that standard output carries the result alone. */
export interface ProgressScreen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** What a model is doing, on one line that is overwritten in a terminal, and in few lines elsewhere. */
export class PlanningProgress {
  readonly #screen: ProgressScreen;
  #subject = "";
  #shown = 0;

  constructor(screen: ProgressScreen) {
    this.#screen = screen;
  }

  /** What the question is about, such as `part 2 of 4`. */
  about(subject: string): void {
    this.#subject = subject;
  }

  tell(progress: ModelProgress): void {
    if (progress.type === "asked") this.#asked(progress.attempt, progress.attempts);
    else if (progress.type === "writing") this.#writing(progress.characters);
    else if (progress.type === "waiting") this.#line(`waiting: ${progress.reason}`);
    else this.#line(`the answer cannot be used: ${progress.problem}`, true);
  }

  /** Takes the line away that was to be overwritten. */
  clear(): void {
    if (this.#screen.isTTY === true) this.#screen.write("\r\u001B[K");
  }

  #asked(attempt: number, attempts: number): void {
    this.#shown = 0;
    this.#line(attempt === 1 ? "asking" : `asking again (attempt ${attempt} of ${attempts})`);
  }

  #writing(characters: number): void {
    if (this.#screen.isTTY !== true && characters - this.#shown < STEP) return;
    this.#shown = characters;
    this.#line(`${characters} characters so far`);
  }

  #line(words: string, stays = false): void {
    const text = plainText(this.#subject === "" ? words : `${this.#subject}: ${words}`);
    if (this.#screen.isTTY === true) this.#screen.write(`\r\u001B[K${text}${stays ? "\n" : ""}`);
    else this.#screen.write(`${text}\n`);
  }
}

/** Asks with progress on the screen; Ctrl-C ends the question as `run/cancelled`. */
export async function withPlanning<Result>(
  ask: (options: AskOptions, progress: PlanningProgress) => Promise<Result>,
): Promise<Result> {
  const progress = new PlanningProgress(process.stderr);
  const stop = new AbortController();
  const onSignal = () => stop.abort(new TrigateError("run/cancelled", {}));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, onSignal);
  try {
    return await ask({ signal: stop.signal, onProgress: (event) => progress.tell(event) }, progress);
  } finally {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.removeListener(signal, onSignal);
    progress.clear();
  }
}

/** What a plan cost, in words. */
export function costText({ inputTokens, outputTokens, costUsd }: ModelUsage): string {
  const tokens = `${inputTokens} tokens read, ${outputTokens} written`;
  return costUsd === undefined ? tokens : `${tokens}, about $${costUsd.toFixed(2)}`;
}
