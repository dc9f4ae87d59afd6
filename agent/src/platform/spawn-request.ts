/** A program to start and the bounds that it runs in. */
export interface SpawnRequest {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string | undefined;
  readonly timeoutMs: number;
  /** More output than this ends the tool with `checker/output-too-large`. */
  readonly maxOutputBytes: number;
  readonly signal: AbortSignal;
}
