/** What a change did to one file, as line numbers. */
export interface FileDiff {
  /** Relative to the workspace root, with `/`; of a deleted file its old path. */
  readonly path: string;
  /** The old path of a file that was renamed. */
  readonly before?: string | undefined;
  readonly type: "new" | "modified" | "deleted";
  /** Lines of the new content, ascending. */
  readonly added: readonly number[];
  /** Lines of the old content, ascending. */
  readonly removed: readonly number[];
}

/** The lines that were not touched, each as its number before and after, up to the given last lines. */
export function* untouchedLines(
  diff: FileDiff | undefined,
  { lastBefore, lastAfter }: { lastBefore: number; lastAfter: number },
): Generator<readonly [before: number, after: number]> {
  const added = new Set(diff?.added);
  const removed = new Set(diff?.removed);
  for (let before = 1, after = 1; before <= lastBefore || after <= lastAfter; ) {
    const isRemoved = removed.has(before);
    const isAdded = added.has(after);
    if (!isRemoved && !isAdded) {
      yield [before, after];
      before++;
      after++;
    } else {
      if (isRemoved) before++;
      if (isAdded) after++;
    }
  }
}
