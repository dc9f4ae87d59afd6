/**
 * A daemon in a process of its own: `node daemon-process.ts ROOT STATE_FOLDER [FLAG]…`. With `crash` it dies while it
 * starts; with `hang` it stops answering once it listens; with `idle=MS` it ends itself after that long.
 */
import { Daemon } from "../daemon.ts";
import { FakeRuns, finding, playFindings } from "./fake-runs.ts";
import { testServices } from "./test-daemon.ts";

const [root, stateFolder, ...flags] = process.argv.slice(2);
if (root === undefined || stateFolder === undefined) throw new Error("give the root and the state folder");
if (flags.includes("crash")) throw new Error("the daemon was told to crash");
const idle = flags.find((flag) => flag.startsWith("idle="));
const runs = new FakeRuns(
  playFindings(({ request }) => request.paths.map((file) => finding({ file }))),
  `run-of-${process.pid}`,
);
const services = testServices(root, { runs, log: (line) => console.error(line) });
const daemon = new Daemon(services, { stateFolder, ...(idle === undefined ? {} : { idleMs: Number(idle.slice(5)) }) });
if ((await daemon.start()) === undefined) {
  console.error("there is a daemon already");
} else {
  process.once("SIGTERM", () => void daemon.stop("asked by a signal"));
  if (flags.includes("hang")) {
    // A loop that never gives way: sockets are accepted by the system, and nobody answers.
    setTimeout(() => {
      for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
    }, 50);
  }
  await daemon.stopped;
}
