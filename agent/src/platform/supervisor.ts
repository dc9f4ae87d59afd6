import { type ChildProcess, spawn } from "node:child_process";
import { Socket } from "node:net";

/** Ends the process groups of tools when this process itself is killed. */
export interface Supervisor {
  /** To be called before a tool is started, so that no time passes between its start and its being watched. */
  ready(): void;
  watch(pid: number): void;
  release(pid: number): void;
  close(): void;
}

/**
 * Reads `+PID` and `-PID` lines; at the end of its input (the agent is gone, however it went) it ends the groups that are
 * still watched. The text is fixed: nothing from outside is ever put into it. Of the ways to name a signal and a group, only
 * `kill -s NAME -- -PID` is understood by dash as well.
 */
const SCRIPT = `
trap '' INT TERM HUP
watched=""
while read -r line; do
  case "$line" in
    +*) watched="$watched \${line#+} " ;;
    -*) rest=""; for p in $watched; do [ "$p" = "\${line#-}" ] || rest="$rest $p "; done; watched="$rest" ;;
  esac
done
for p in $watched; do kill -s TERM -- "-$p" 2>/dev/null; done
[ -n "$watched" ] && sleep 2
for p in $watched; do kill -s KILL -- "-$p" 2>/dev/null; done
exit 0
`;

/** One small `/bin/sh` for the whole agent, started with the first tool. On Windows the system's job objects are not used and nothing is watched. */
export class ShellSupervisor implements Supervisor {
  #shell: ChildProcess | undefined;

  ready(): void {
    if (process.platform !== "win32") this.#shell ??= startShell();
  }

  watch(pid: number): void {
    this.ready();
    this.#shell?.stdin?.write(`+${pid}\n`);
  }

  release(pid: number): void {
    this.#shell?.stdin?.write(`-${pid}\n`);
  }

  close(): void {
    this.#shell?.stdin?.end();
    this.#shell = undefined;
  }
}

function startShell(): ChildProcess {
  const shell = spawn("/bin/sh", ["-c", SCRIPT], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  // A supervisor that dies only takes the protection away; the run goes on.
  shell.on("error", () => undefined);
  shell.stdin.on("error", () => undefined);
  shell.unref();
  if (shell.stdin instanceof Socket) shell.stdin.unref();
  return shell;
}
