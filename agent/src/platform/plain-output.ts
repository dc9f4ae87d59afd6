import { fstatSync, writeSync } from "node:fs";
import { isSystemError } from "./files.ts";

/**
 * Whether standard output is a pipe or a file on which nobody asks for colours. Node's own stream for it takes some
 * milliseconds to load, so this looks at the descriptor.
 */
export function isPlainOutput(env: Readonly<Record<string, string | undefined>>): boolean {
  if (env["FORCE_COLOR"] || env["CI"] || process.platform === "win32") return false;
  try {
    return !fstatSync(1).isCharacterDevice();
  } catch (error) {
    if (isSystemError(error, "EBADF")) return false;
    throw error;
  }
}

/**
 * Writes to standard output at once; `false` where Node's stream is still to write some of it. Whoever reads it may have
 * seen enough, as `| head` does.
 */
export function writePlainly(text: string): boolean {
  const bytes = Buffer.from(text);
  let at = 0;
  try {
    while (at < bytes.length) at += writeSync(1, bytes, at);
  } catch (error) {
    if (isSystemError(error, "EPIPE")) return true;
    // A pipe that does not wait and is full; the stream waits.
    if (!isSystemError(error, "EAGAIN")) throw error;
    process.stdout.write(bytes.subarray(at));
    return false;
  }
  return true;
}
