import parseDiff from "parse-diff";
import type { FileDiff } from "../core/codecov/diff.ts";

/** Git's text of a change, without context lines, as numbers of lines. */
export function fileDiffs(text: string, nameOf: (written: string) => string): readonly FileDiff[] {
  return parseDiff(text).flatMap((file): FileDiff[] => {
    const lines = file.chunks.flatMap(({ changes }) => changes);
    const added = lines.flatMap((line) => (line.type === "add" ? [line.ln] : []));
    const removed = lines.flatMap((line) => (line.type === "del" ? [line.ln] : []));
    const [from, to] = [file.from, file.to].map((name) => (isName(name) ? nameOf(name) : undefined));
    if (to === undefined) return from === undefined ? [] : [{ path: from, type: "deleted", added, removed }];
    if (from === undefined || file.new === true) return [{ path: to, type: "new", added, removed }];
    return [{ path: to, before: from === to ? undefined : from, type: "modified", added, removed }];
  });
}

function isName(written: string | undefined): written is string {
  return written !== undefined && written !== "/dev/null";
}
