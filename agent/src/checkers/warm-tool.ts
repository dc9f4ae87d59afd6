import type { CheckOutput } from "../core/check.ts";

/** How a tool is started to stay. Two checks that say the same share one process. */
export interface WarmStart {
  readonly argv: readonly string[];
  /** `lsp`: a language server over its input and output; `messages`: a Node script that answers {@link WarmSession.ask} over Node's own channel. */
  readonly speaks: "lsp" | "messages";
  /** What `initialize` hands a language server, or the first message a script. */
  readonly options?: unknown;
  /** Whether a server has to be told of saved files: one whose answers depend on other files. The others would only reload. */
  readonly followsFiles?: boolean;
}

/** The text that a warm tool looks at: what is on disk, or what stands in an editor and was not saved yet. */
export interface WarmDocument {
  /** Relative to the workspace root, with `/`. */
  readonly file: string;
  /** Absolute. */
  readonly path: string;
  readonly text: string;
}

/** A started tool, ready to be asked. Whatever it answers is to be parsed. */
export interface WarmSession {
  /** Asks and waits; rejects when the tool is gone, says no, takes too long, or the question was withdrawn. */
  readonly ask: (method: string, params: unknown) => Promise<unknown>;
  /** Language servers only: makes this the text that the server knows, and gives the document's address. */
  readonly show: (document: WarmDocument, languageId: string) => string;
}

/** `Context` is `CheckContext`, which this file cannot name: the checkers' own interface is built on it. */
export interface WarmQuestion<Context> {
  /** `files` holds the one file, and `readText` gives its text as the document has it. */
  readonly context: Context;
  readonly document: WarmDocument;
  readonly session: WarmSession;
  /** The adapter itself, for tools whose worker answers like the command line. */
  readonly adapter: (context: Context) => Promise<CheckOutput>;
}

export interface WarmAnswer {
  readonly output: CheckOutput;
  /**
   * Whether the command line would say no more. Not where the check speaks of a whole project, or where the worker may
   * remember other files as they were: after a save the command line is then asked as well, and its answer stands.
   */
  readonly isWhole: boolean;
}

/** How a checker answers for a single file without being started again. What it finds is what its command line finds. */
export interface WarmTool<Context> {
  /** Whether text that is not saved can be checked. */
  readonly unsaved: boolean;
  /** What an answer may take before the check counts as slow, in milliseconds. */
  readonly budgetMs: number;
  /** `undefined` when this configuration or this version of the tool has to be started each time. */
  readonly start: (context: Context) => Promise<WarmStart | undefined>;
  /** `undefined` when the worker cannot tell and the command line has to be asked. */
  readonly check: (question: WarmQuestion<Context>) => Promise<WarmAnswer | undefined>;
}
