import { join } from "node:path";
import { readTextIfThere, removeFolder, makeScratchFolder } from "../platform/files.ts";
import type { ProcessRunner, SpawnResult } from "../platform/process.ts";
import type { SpawnRequest } from "../platform/spawn-request.ts";

/** A path that a tool asked the system for. */
export interface Access {
  /** Absolute. */
  readonly path: string;
  readonly kind: "read" | "looked-at" | "absent" | "written" | "listed";
}

/** Runs programs under strace and collects every path that they and their children ask for. Linux only, slow, for audits. */
export class TracingRunner {
  readonly #inner: Pick<ProcessRunner, "run">;
  readonly #strace: readonly string[];
  readonly accesses: Access[] = [];

  constructor(inner: Pick<ProcessRunner, "run">, strace: readonly string[]) {
    this.#inner = inner;
    this.#strace = strace;
  }

  async run(request: SpawnRequest): Promise<SpawnResult> {
    const scratch = await makeScratchFolder();
    const log = join(scratch, "trace");
    try {
      const options = ["-f", "-qq", "-y", "-s", "4096", "-e", "trace=%file,getdents64", "-o", log, "--"];
      return await this.#inner.run({ ...request, argv: [...this.#strace, ...options, ...request.argv] });
    } finally {
      this.accesses.push(...parseTrace((await readTextIfThere(log)) ?? "", request.cwd));
      await removeFolder(scratch);
    }
  }
}

const CALL = /^(\d+)\s+(\w+)\((.*)$/;
const RESUMED = /^(\d+)\s+<\.\.\. (\w+) resumed>(.*)$/;
const UNFINISHED = "<unfinished ...>";
const TEXT = /"((?:[^"\\]|\\.)*)"/;

/** Reads what `strace -f -y` wrote. Lines that are no calls with a path are passed over. */
export function parseTrace(text: string, cwd: string): readonly Access[] {
  const accesses: Access[] = [];
  const unfinished = new Map<string, string>();
  for (const line of text.split("\n")) {
    const call = callOf(line);
    if (call === undefined) continue;
    const { name, thread, rest } = call;
    if (rest.endsWith(UNFINISHED)) {
      unfinished.set(thread, rest.slice(0, -UNFINISHED.length));
      continue;
    }
    const before = call.isResumed ? (unfinished.get(thread) ?? "") : "";
    const access = accessOf(name, before + rest, cwd);
    if (access !== undefined) accesses.push(access);
  }
  return accesses;
}

interface Call {
  readonly name: string;
  /** Tells apart the calls that may be unfinished at the same time. */
  readonly thread: string;
  /** Arguments and result. */
  readonly rest: string;
  readonly isResumed: boolean;
}

function callOf(line: string): Call | undefined {
  const resumed = RESUMED.exec(line);
  const match = resumed ?? CALL.exec(line);
  if (match === null) return undefined;
  const [, pid = "", name = "", rest = ""] = match;
  return { name, thread: `${pid} ${name}`, rest, isResumed: resumed !== null };
}

function accessOf(call: string, rest: string, cwd: string): Access | undefined {
  if (call === "getdents64") {
    const folder = /^\d+<([^>]*)>/.exec(rest)?.[1];
    return folder === undefined ? undefined : { path: unescaped(folder), kind: "listed" };
  }
  const path = pathOf(rest, cwd);
  if (path === undefined) return undefined;
  const result = rest.slice(rest.lastIndexOf(") = ") + 4);
  if (/^-1 (ENOENT|ENOTDIR)/.test(result)) return { path, kind: "absent" };
  return result.startsWith("-1") ? undefined : { path, kind: kindOf(call, rest) };
}

/** The path that a call names, seen from the folder that it names or else the current one. */
function pathOf(rest: string, cwd: string): string | undefined {
  const written = TEXT.exec(rest)?.[1];
  if (written === undefined || written === "") return undefined;
  if (written.startsWith("/")) return join("/", unescaped(written));
  const folder = /^(?:AT_FDCWD|\d+)<([^>]*)>/.exec(rest)?.[1];
  return join(folder === undefined ? cwd : unescaped(folder), unescaped(written));
}

function kindOf(call: string, rest: string): Access["kind"] {
  if (/^(mkdir|unlink|rename|rmdir|symlink|link|chmod|creat|truncate|utime|mknod)/.test(call)) return "written";
  if (!call.startsWith("open")) return call.startsWith("execve") ? "read" : "looked-at";
  if (/O_WRONLY|O_CREAT|O_TRUNC|O_TMPFILE/.test(rest)) return "written";
  return /O_DIRECTORY|O_PATH/.test(rest) ? "looked-at" : "read";
}

function unescaped(text: string): string {
  const bytes: number[] = [];
  const named: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", v: "\v", f: "\f" };
  for (let at = 0; at < text.length; at++) {
    const octal = text[at] === "\\" ? /^[0-7]{1,3}/.exec(text.slice(at + 1, at + 4))?.[0] : undefined;
    if (octal !== undefined) {
      bytes.push(Number.parseInt(octal, 8));
      at += octal.length;
    } else if (text[at] === "\\") {
      at++;
      const next = text[at] ?? "";
      bytes.push(...Buffer.from(named[next] ?? next));
    } else bytes.push(...Buffer.from(text[at] ?? ""));
  }
  return Buffer.from(bytes).toString("utf8");
}
