import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { Socket } from "node:net";
import { forbidCoreFiles } from "./core-files.ts";

/** Ends the process groups of tools when this process itself is killed. */
export interface Supervisor {
  /** Put into the environment of what is started, so that what was started in the very moment of the end is found, too. */
  readonly mark?: Readonly<Record<string, string>> | undefined;
  /** To be called before a tool is started, so that no time passes between its start and its being watched. */
  ready(): void;
  watch(pid: number): void;
  release(pid: number): void;
  close(): void;
}

/**
 * Reads `+PID` and `-PID` lines; at the end of its input (the agent is gone, however it went) it ends the groups that are
 * still watched. The text is fixed: nothing from outside is ever put into it. Of the ways to name a signal and a group, only
 * `kill -s NAME -- -PID` is understood by dash as well. A program that had just been started may not be known by its number
 * yet, and a descendant may have left its group: where there is /proc, both are found by the mark in their environment.
 */
const SCRIPT = `
trap '' INT TERM HUP
watched=""
mark="$1"
while read -r line; do
  case "$line" in
    quit) mark="" ;;
    +*) watched="$watched \${line#+} " ;;
    -*) rest=""; for p in $watched; do [ "$p" = "\${line#-}" ] || rest="$rest $p "; done; watched="$rest" ;;
  esac
done
end() {
  for p in $watched; do kill -s "$1" -- "-$p" 2>/dev/null; done
  [ -n "$mark" ] || return
  for f in $(grep -las -e "$mark" /proc/[0-9]*/environ 2>/dev/null); do
    p="\${f#/proc/}"
    kill -s "$1" "\${p%/environ}" 2>/dev/null && found=yes
  done
}
found="$watched"
end TERM
[ -n "$found" ] && sleep 2
end KILL
exit 0
`;

const MARK = "TRIGATE_AGENT_MARK";

/** One small `/bin/sh` for the whole agent, started with the first tool. On Windows the system's job objects are not used and nothing is watched. */
export class ShellSupervisor implements Supervisor {
  readonly mark = { [MARK]: randomUUID() };
  #shell: ChildProcess | undefined;

  ready(): void {
    forbidCoreFiles();
    if (process.platform !== "win32") this.#shell ??= startShell(`${MARK}=${this.mark[MARK]}`);
  }

  watch(pid: number): void {
    this.ready();
    this.#shell?.stdin?.write(`+${pid}\n`);
  }

  release(pid: number): void {
    this.#shell?.stdin?.write(`-${pid}\n`);
  }

  close(): void {
    this.#shell?.stdin?.end("quit\n");
    this.#shell = undefined;
  }
}

function startShell(mark: string): ChildProcess {
  const shell = spawn("/bin/sh", ["-c", SCRIPT, "trigate-supervisor", mark], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  // A supervisor that dies only takes the protection away; the run goes on.
  shell.on("error", () => undefined);
  shell.stdin.on("error", () => undefined);
  shell.unref();
  if (shell.stdin instanceof Socket) shell.stdin.unref();
  return shell;
}
