// Kills an agent in the middle of its run, many times, at random moments, while tools with grandchildren that do not listen
// to TERM run and while answers are being kept. Afterwards no process of it may be left, no half-written entry may be in the
// cache, and the next run may not be held up.
// Before that, it measures how long TERM takes to reach a tool once a run is cancelled, by SIGINT and over the daemon's socket.
// Usage: node .github/scripts/kill-agent.mjs [rounds, 100]   Needs Linux; uses the sources, no build. 0 rounds: only the latter.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stateFolderOf } from "../../agent/src/platform/state-folder.ts";
import { joinDaemon } from "../../agent/src/server/lifecycle/start-or-join.ts";

const rounds = Number(process.argv[2] ?? 100);
const base = mkdtempSync(join(tmpdir(), "trigate-kill-"));
const root = join(base, "project");
const state = join(base, "state");
const main = new URL("../../agent/src/cli/main.ts", import.meta.url).href;
/** Every process that a run starts has this in its environment, and keeps it whatever becomes of its parents. */
const MARK = `TRIGATE_KILL_TEST=${process.pid}-`;
const GRACE_MS = 6_000;

const TOOL = `#!/bin/sh
# A tool that leaves stubborn descendants: one that does not listen to TERM and one that left through the background.
(trap '' TERM; sleep 30 & wait; sleep 30) &
sh -c "trap '' TERM INT HUP; sleep 30" &
echo "<testsuites><testsuite name='s'><testcase name='t$1' classname='c' time='0.01'/></testsuite></testsuites>" > "out/$1.xml"
sleep 0.0$(( $1 * 2 ))
[ "$1" -lt 5 ] || sleep 20
`;

/** A tool that writes down when TERM reached it. What `date` takes to start is counted, too. */
const PATIENT_TOOL = `#!/bin/sh
trap 'date +%s%N > ../termed; exit 0' TERM
echo > ../ready
sleep 30 &
wait $!
`;

mkdirSync(join(root, "out"), { recursive: true });
writeFileSync(join(root, "tool.sh"), TOOL);
chmodSync(join(root, "tool.sh"), 0o755);
writeFileSync(join(root, ".gitignore"), "out/\n");
const checks = [1, 2, 3, 4, 5, 6].map(
  (n) => `  check${n}: { command: [./tool.sh, "${n}"], report: { junit: out/${n}.xml }, env: [TRIGATE_KILL_TEST] }`,
);
writeFileSync(join(root, "trigate.yaml"), ["version: 1", "checks:", ...checks, ""].join("\n"));

const patientRoot = join(base, "patient");
mkdirSync(patientRoot);
writeFileSync(join(patientRoot, "patient.sh"), PATIENT_TOOL);
chmodSync(join(patientRoot, "patient.sh"), 0o755);
writeFileSync(
  join(patientRoot, "trigate.yaml"),
  "version: 1\nchecks: { patient: { command: [./patient.sh], report: { junit: none.xml }, cache: never } }\n",
);
const program = join(base, "agent.mjs");
writeFileSync(program, `const { main } = await import(${JSON.stringify(main)});\nawait main(process.argv.slice(2));\n`);

function start(round) {
  const only = round === "last" ? ["--check", "check1"] : [];
  const env = { ...process.env, TRIGATE_STATE_DIR: state, TRIGATE_KILL_TEST: `${process.pid}-${round}`, HOME: base };
  return spawn(process.execPath, [program, "run", "--trust", "--concurrency", "4", ...only], {
    cwd: root,
    env,
    stdio: ["ignore", "ignore", round === "last" ? "inherit" : "ignore"],
  });
}

/** Processes that carry the mark, zombies left out: they wait for their parent and do nothing. */
function marked(round) {
  const wanted = `${MARK}${round}\0`;
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return (
          `${readFileSync(`/proc/${pid}/environ`, "latin1")}\0`.includes(wanted) &&
          !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "latin1"))
        );
      } catch {
        return false; // It ended while it was looked at, or is another user's.
      }
    });
}

/** Entries whose checksum does not fit, and temporary files, which nobody reads and eviction removes. */
function damage() {
  const files = readdirSync(state, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const entries = files.filter(
    ({ name, parentPath }) => /^[0-9a-f]{64}$/.test(name) && /cache.[0-9a-f]{2}$/.test(parentPath),
  );
  const broken = entries.filter(({ name, parentPath }) => {
    const text = readFileSync(join(parentPath, name), "utf8");
    const newline = text.indexOf("\n");
    return (
      text.slice(0, newline) !==
      createHash("sha256")
        .update(text.slice(newline + 1))
        .digest("hex")
    );
  });
  return {
    entries: entries.length,
    broken: broken.length,
    temporary: files.filter(({ name }) => name.endsWith(".tmp")).length,
  };
}

const CANCELLATIONS = 15;
const CANCEL_BUDGET_MS = 50;

/** Milliseconds from a request to the tool's TERM, over and over; `ask` sends it. */
async function cancellations(prepare) {
  const times = [];
  for (let round = 0; round < CANCELLATIONS; round++) {
    for (const name of ["ready", "termed"]) rmSync(join(base, name), { force: true });
    const { ask, over } = await prepare();
    while (!existsSync(join(base, "ready"))) await sleep(5);
    await sleep(50);
    const askedAt = Date.now();
    ask();
    await over;
    times.push(Number(readFileSync(join(base, "termed"), "utf8")) / 1e6 - askedAt);
  }
  return times.toSorted((a, b) => a - b);
}

async function measureCancellation() {
  const env = { ...process.env, TRIGATE_STATE_DIR: state, HOME: base };
  const command = [program, "run", "--trust", "--check", "patient"];
  const bySignal = await cancellations(async () => {
    const agent = spawn(process.execPath, command, { cwd: patientRoot, env, stdio: "ignore" });
    return { ask: () => agent.kill("SIGINT"), over: new Promise((resolve) => agent.once("exit", resolve)) };
  });
  const daemon = spawn(process.execPath, [program, "daemon", "serve"], { cwd: patientRoot, env, stdio: "ignore" });
  const options = {
    stateFolder: stateFolderOf(realpathSync(patientRoot), env),
    client: { client: "kill-agent", trusted: true, env: {} },
  };
  let client;
  for (let tries = 0; tries < 200 && client === undefined; tries++) {
    await sleep(50);
    client = await joinDaemon(options);
  }
  if (client === undefined) throw new Error("no daemon answers");
  const bySocket = await cancellations(async () => {
    const { runId } = await client.call("run/start", { checks: ["patient"] });
    const gone = async () => {
      while (!existsSync(join(base, "termed")) || readFileSync(join(base, "termed")).length === 0) await sleep(2);
    };
    return { ask: () => void client.call("run/cancel", { runId }), over: gone() };
  });
  client.close();
  const ended = new Promise((resolve) => daemon.once("exit", resolve));
  daemon.kill("SIGTERM");
  await ended;
  const inWords = (name, times) =>
    `${name}: median ${times[Math.floor(times.length / 2)].toFixed(0)} ms, longest ${times.at(-1).toFixed(0)} ms of ${CANCEL_BUDGET_MS} ms`;
  console.log(inWords("from SIGINT to the tool's TERM", bySignal));
  console.log(inWords("from run/cancel to the tool's TERM", bySocket));
  return [bySignal, bySocket].every((times) => times[Math.floor(times.length / 2)] < CANCEL_BUDGET_MS);
}

let [left, slowest, most, during] = [0, 0, 0, 0];
try {
  const cancelsInTime = await measureCancellation();
  if (!cancelsInTime) process.exitCode = 1;
  if (rounds > 0) process.exitCode = (await killAgents()) && cancelsInTime ? 0 : 1;
} finally {
  rmSync(base, { recursive: true, force: true });
}

/** Kills agents and looks at what is left; whether nothing is. */
async function killAgents() {
  for (let round = 0; round < rounds; round++) await killOne(round);
  const { entries, broken, temporary } = damage();
  const { exitCode, tookMs } = await nextRun();
  console.log(`${rounds} agents killed, ${during} of them while tools ran (at most ${most} processes at once)`);
  console.log(`processes left: ${left}; the last of them was gone ${Math.round(slowest)} ms after its agent`);
  console.log(
    `cache entries: ${entries}, half-written: ${broken}, temporary files that eviction will remove: ${temporary}`,
  );
  console.log(`the next run ended with ${exitCode} after ${Math.round(tookMs)} ms`);
  return left === 0 && broken === 0 && exitCode === 0 && during > rounds / 2;
}

async function killOne(round) {
  // Each round asks something new, so that answers are kept in each.
  writeFileSync(join(root, "input.txt"), `round ${round}\n`);
  const agent = start(round);
  const ended = new Promise((resolve) => agent.once("exit", resolve));
  // Every sixth agent is killed while it still starts; the others once tools run, however slow the machine is.
  const deadline = performance.now() + (round % 6 === 5 ? Math.random() * 1_000 : 20_000);
  while (marked(round).length <= 1 && agent.exitCode === null && performance.now() < deadline) await sleep(25);
  await Promise.race([sleep(Math.random() * 1_200), ended]);
  const before = marked(round).length;
  most = Math.max(most, before);
  if (before > 1) during++;
  agent.kill("SIGKILL");
  await ended;
  await seeWhatIsLeft(round);
}

async function seeWhatIsLeft(round) {
  const killedAt = performance.now();
  let rest = marked(round);
  while (rest.length > 0 && performance.now() - killedAt < GRACE_MS) {
    await sleep(25);
    rest = marked(round);
  }
  slowest = Math.max(slowest, performance.now() - killedAt);
  left += rest.length;
  const commands = rest.map((pid) => readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " "));
  if (commands.length > 0) console.log(`round ${round}: ${commands.join("; ")}`);
}

/** A run after all that was killed, which nothing may hold up. */
async function nextRun() {
  const began = performance.now();
  const agent = start("last");
  const timer = setTimeout(() => agent.kill("SIGKILL"), 30_000);
  const exitCode = await new Promise((resolve) => agent.once("exit", resolve));
  clearTimeout(timer);
  return { exitCode, tookMs: performance.now() - began };
}
