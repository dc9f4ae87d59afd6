/**
 * A daemon in a process of its own: `node daemon-process.ts ROOT STATE_FOLDER [FLAG]…`. With `crash` it dies while it
 * starts; with `idle=MS` it ends itself after that long.
 * A run of the check `hang` makes it hang: it says so on standard error and then never gives way again.
 */
import { writeSync } from "node:fs";
import { Daemon } from "../daemon.ts";
import { FakeRuns, finding, playFindings } from "./fake-runs.ts";
import { testServices } from "./test-daemon.ts";

const [root, stateFolder, ...flags] = process.argv.slice(2);
if (root === undefined || stateFolder === undefined) throw new Error("give the root and the state folder");
if (flags.includes("crash")) throw new Error("the daemon was told to crash");
const log = (line: string) => void process.stderr.write(`${line}\n`);
const idle = flags.find((flag) => flag.startsWith("idle="));
const play = playFindings(({ request }) => request.paths.map((file) => finding({ file })));
const runs = new FakeRuns(async (run) => {
  if (run.request.checks.includes("hang")) hang();
  return play(run);
}, `run-of-${process.pid}`);
const services = testServices(root, { runs, log });
const daemon = new Daemon(services, { stateFolder, ...(idle === undefined ? {} : { idleMs: Number(idle.slice(5)) }) });
if ((await daemon.start()) === undefined) {
  log("there is a daemon already");
} else {
  process.once("SIGTERM", () => void daemon.stop("asked by a signal"));
  await daemon.stopped;
}

/** Sockets are still accepted by the system, and nobody answers. */
function hang(): never {
  writeSync(2, "hanging\n");
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
}
