import type { CheckResult } from "../../core/check.ts";
import type { FileChecks } from "../../runs/warm-checks.ts";

/** Between two strokes of a quick typist nothing is asked. */
const TYPING_MS = 50;

/** A document as it stands in the editor. */
export interface TypedText {
  /** Relative to the root. */
  readonly file: string;
  readonly version: number;
  readonly text: string;
}

export interface TypingChecksOptions {
  readonly files: FileChecks;
  /** Never of a text that was typed over. */
  readonly onResult: (result: CheckResult, typed: TypedText) => void;
  readonly log: (line: string) => void;
}

/** Asks the workers about text that is not saved; a newer text withdraws the questions about the older one. */
export class TypingChecks {
  readonly #options: TypingChecksOptions;
  readonly #asking = new Map<string, AbortController>();

  constructor(options: TypingChecksOptions) {
    this.#options = options;
  }

  /** The text changed, or was opened (`waitMs` 0). */
  check(typed: TypedText, exclude: ReadonlySet<string>, waitMs = TYPING_MS): void {
    this.withdraw(typed.file);
    const gone = new AbortController();
    this.#asking.set(typed.file, gone);
    const timer = setTimeout(() => void this.#ask(typed, exclude, gone.signal), waitMs);
    gone.signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  }

  /** Nobody wants to know about the unsaved text of a file any more: it was saved or closed. */
  withdraw(file: string): void {
    this.#asking.get(file)?.abort();
    this.#asking.delete(file);
  }

  close(): void {
    for (const file of this.#asking.keys()) this.withdraw(file);
  }

  async #ask(typed: TypedText, exclude: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    const { files, onResult, log } = this.#options;
    const { file, text } = typed;
    try {
      const { warm } = await files.plan(file, exclude);
      if (signal.aborted || warm.length === 0) return;
      const onAnswer = (result: CheckResult) => {
        if (!signal.aborted) onResult(result, typed);
      };
      await files.answer({ file, unsavedText: text, checks: warm }, onAnswer, signal);
    } catch (error) {
      // A configuration that cannot be read is shown by the next save; while somebody types it is no news.
      if (!signal.aborted) log(`${file} was not checked while it is edited: ${String(error)}`);
    }
  }
}
