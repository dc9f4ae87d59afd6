import { plainLine } from "../../reading/plain-text.ts";

/** Put before each file that isort names, so that a configured format of its own does not hide it. */
export const MARK = "trigate\u001f";

export interface IsortReport {
  readonly unsorted: readonly string[];
  readonly sorted: readonly string[];
  /** Files that its configuration, or a comment in them, keeps out. */
  readonly skipped: number;
  readonly problems: readonly string[];
}

const UNSORTED = " Imports are incorrectly sorted and/or formatted.";
const SORTED = " Everything Looks Good!";
/** What it could not read it only warns of, and ends with 0. */
const UNREADABLE = /Warning: ((?:Unable to parse file|Encoding not supported for) .+|.+ was broken path, .+)$/;
const SKIPPED = /^Skipped (\d+) files$/;
const CONFIG = /Warning: (Failed to pull configuration information from .+)$/;

/** Reads what `isort --check-only --verbose` prints, with {@link MARK} as its formats' beginning. Never throws. */
export function parseIsort({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }): IsortReport {
  const unsorted: string[] = [];
  const sorted: string[] = [];
  const problems: string[] = [];
  let skipped = 0;
  for (const line of [...stdout.split(/\r?\n/), ...stderr.split(/\r?\n/)]) {
    const named = line.startsWith(MARK) ? line.slice(MARK.length) : undefined;
    if (named === undefined) {
      problems.push(...unreadIn(line));
      skipped = skippedIn(line) ?? skipped;
    } else if (named.endsWith(UNSORTED)) unsorted.push(named.slice(0, -UNSORTED.length));
    else if (named.endsWith(SORTED)) sorted.push(named.slice(0, -SORTED.length));
    else problems.push(plainLine(named));
  }
  return { unsorted, sorted, skipped, problems };
}

/** What a line says that isort could not read. */
function unreadIn(line: string): readonly string[] {
  const unread = UNREADABLE.exec(line)?.[1] ?? CONFIG.exec(line)?.[1];
  return unread === undefined ? [] : [plainLine(unread)];
}

function skippedIn(line: string): number | undefined {
  const count = SKIPPED.exec(line)?.[1];
  return count === undefined ? undefined : Math.min(Number(count), Number.MAX_SAFE_INTEGER);
}
