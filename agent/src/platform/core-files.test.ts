import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";

/** Starts tools as a check does and prints what the system says of the first, and of the first with another limit. */
const SCRIPT = `
import { setTimeout } from "node:timers/promises";
import { GroupProcessRunner } from ${JSON.stringify(join(import.meta.dirname, "process.ts"))};
import { ShellSupervisor } from ${JSON.stringify(join(import.meta.dirname, "supervisor.ts"))};
const supervisor = new ShellSupervisor();
const runner = new GroupProcessRunner(supervisor);
const bounds = { timeoutMs: 10_000, maxOutputBytes: 100_000, signal: new AbortController().signal };
const ask = async () => {
  const argv = ["/bin/cat", "/proc/self/limits", "/proc/self/coredump_filter"];
  const { stdout } = await runner.run({ argv, cwd: "/", env: {}, ...bounds });
  const [, soft, hard] = /^Max core file size +(\\S+) +(\\S+)/m.exec(stdout);
  return { soft, hard, filter: stdout.trimEnd().split("\\n").at(-1) };
};
const first = await ask();
let later = first;
for (let turn = 0; turn < 100 && process.argv[1] === "wait" && later.soft !== "0"; turn++) {
  await setTimeout(20);
  later = await ask();
}
supervisor.close();
console.log(JSON.stringify({ first, later }));
`;

const Told = z.object({ soft: z.string(), hard: z.string(), filter: z.string() });
const Answer = z.object({ first: Told, later: Told });

/** `undefined` where the system lets nobody raise the limit. */
function toolsUnder(softLimit: string, { path = process.env["PATH"] ?? "", wait = true } = {}) {
  const start = `ulimit -S -c ${softLimit} || exit 77; exec "$0" "$@"`;
  const node = [process.execPath, "--input-type=module", "-e", SCRIPT, wait ? "wait" : "once"];
  const { status, stdout, stderr } = spawnSync("/bin/sh", ["-c", start, ...node], {
    encoding: "utf8",
    env: { PATH: path },
  });
  if (status === 77) return undefined;
  if (status !== 0) throw new Error(stderr);
  return Answer.parse(JSON.parse(stdout));
}

const NO_MEMORY = "00000000";
const mayRaise = () => spawnSync("/bin/sh", ["-c", "ulimit -S -c unlimited"]).status === 0;

// Only Linux tells a process's limits to others.
describe.skipIf(process.platform !== "linux" || !mayRaise())("a tool that a check starts", () => {
  test("leaves no memory in a core file although its user may, and soon no core file; it may ask for one again", () => {
    const { first, later } = toolsUnder("unlimited") ?? {};
    expect(first?.soft === "0" || first?.filter === NO_MEMORY).toBe(true);
    expect(later).toMatchObject({ soft: "0", hard: "unlimited" });
  });

  test("leaves no memory in it where the limit cannot be set", () =>
    expect(toolsUnder("unlimited", { path: "/nowhere", wait: false })?.later).toEqual({
      soft: "unlimited",
      hard: "unlimited",
      filter: NO_MEMORY,
    }));

  test("is left as it is where there are no core files anyway", () => {
    const { later } = toolsUnder("0", { wait: false }) ?? {};
    expect(later).toMatchObject({ soft: "0", hard: "unlimited" });
    expect(later?.filter).not.toBe(NO_MEMORY);
  });
});
