import { join } from "node:path";
import { readTextIfThere, removeFolder, sha256, writeAtomically } from "../platform/files.ts";
import type { ModelQuestion } from "./model.ts";

/** Right answers to the questions of a command that may not come to its end. */
export interface KeptAnswers {
  get(model: string, question: ModelQuestion): Promise<string | undefined>;
  put(model: string, question: ModelQuestion, answer: string): Promise<void>;
}

/**
 * Keeps right answers in a folder of the user's state until the command that asked is done: when it is interrupted or fails
 * later, the next try pays only for what is left. A command that was done is asked anew.
 */
export class UnfinishedAnswers implements KeptAnswers {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get(model: string, question: ModelQuestion): Promise<string | undefined> {
    return readTextIfThere(this.#file(model, question));
  }

  put(model: string, question: ModelQuestion, answer: string): Promise<void> {
    return writeAtomically(this.#file(model, question), answer, { mode: 0o600 });
  }

  /** Forgets all answers: what they were for is written. */
  clear(): Promise<void> {
    return removeFolder(this.#folder);
  }

  #file(model: string, question: ModelQuestion): string {
    return join(this.#folder, `${sha256(JSON.stringify([model, question]))}.txt`);
  }
}
