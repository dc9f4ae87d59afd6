import type { MeasuredContent } from "../core/coverage.ts";
import { sha256 } from "../platform/files.ts";

/** Characters of a hash that stand for one line. */
export const LINE_HASH_LENGTH = 4;

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** What is kept of a text that was measured: enough to prove that it is the same now, and to find its lines again if not. */
export function contentOf(text: string): MeasuredContent {
  return { hash: sha256(text), lineHashes: text.split("\n").map(lineHash).join("") };
}

/** 24 bits of FNV-1a over the line without its end, so that a change of line ends alone makes no line another. */
function lineHash(line: string): string {
  const end = line.endsWith("\r") ? line.length - 1 : line.length;
  let hash = 0x811c9dc5;
  for (let at = 0; at < end; at++) hash = Math.imul(hash ^ line.charCodeAt(at), 0x01000193);
  const folded = (hash >>> 24) ^ (hash & 0xffffff);
  return [18, 12, 6, 0].map((shift) => DIGITS[(folded >>> shift) & 63]).join("");
}
