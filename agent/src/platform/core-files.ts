import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const FILTER = "/proc/self/coredump_filter";
const NO_MEMORY = "0";
/** A program of util-linux, which nearly every Linux has. */
const LIMITER = "prlimit";

let isDone = false;

/**
 * Lets what this process starts from now on leave no core files: what a tool knows, tokens of its environment too, would lie
 * in the file that it leaves when it crashes. Most systems allow none anyway, which is one look to tell. Elsewhere core files
 * have no memory in them from now on, and none are left at all as soon as the limit is set, which nothing waits for. Only the
 * soft limit is, so that a tool may ask for a core file again. Systems other than Linux tell nobody their limit; macOS leaves
 * no core files unless it is asked to.
 */
export function forbidCoreFiles(): void {
  if (isDone) return;
  isDone = true;
  if (process.platform !== "linux" || !mayLeaveCoreFiles()) return;
  const usual = tryRead(FILTER);
  tryWrite(NO_MEMORY);
  const limiting = spawn(LIMITER, ["--pid", String(process.pid), "--core=0:"], { stdio: "ignore" });
  // Without the program the filter stays.
  limiting.on("error", () => undefined);
  limiting.once("exit", (code) => {
    if (code === 0 && usual !== undefined) tryWrite(`0x${usual.trim()}`);
  });
  limiting.unref();
}

function mayLeaveCoreFiles(): boolean {
  return /^Max core file size +0 /m.exec(tryRead("/proc/self/limits") ?? "") === null;
}

/** Children inherit which kinds of memory are written. A kernel without the filter writes no core files. */
function tryWrite(filter: string): void {
  try {
    writeFileSync(FILTER, filter);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
  }
}

function tryRead(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    return undefined;
  }
}
