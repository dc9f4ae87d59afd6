// Full cache hits of ten tasks beside other runners, in turns in one run; hook managers, which keep no answers, beside them
// with nothing to do. Installs the rivals from npm into a temporary folder; native programs are called directly.
// Usage: node .github/scripts/rivals.mjs [rounds, 15]   Needs `node .github/scripts/build.mjs agent` first. Minutes.
import { execFile, execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { stateFolderOf } from "../../agent/src/platform/state-folder.ts";
import { joinDaemon } from "../../agent/src/server/lifecycle/start-or-join.ts";

const ROUNDS = Number(process.argv[2] ?? 15);
const PACKAGES = ["turbo", "nx", "@moonrepo/cli", "@j178/prek", "lefthook"];
const TASKS = Array.from({ length: 10 }, (_, index) => index);
const run = promisify(execFile);
const root = realpathSync(mkdtempSync(join(tmpdir(), "trigate-rivals-")));
const log = join(root, "ran.log");
const env = {
  ...process.env,
  TRIGATE_STATE_DIR: join(root, ".state"),
  TURBO_TELEMETRY_DISABLED: "1",
  DO_NOT_TRACK: "1",
  NX_DAEMON: "true",
  NX_NO_CLOUD: "true",
  NX_TUI: "false",
  CI: "",
};
const write = (path, content) => {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), typeof content === "string" ? content : `${JSON.stringify(content, null, 2)}\n`);
};
/** How often a task really ran: each writes a line. */
const ran = () => (existsSync(log) ? readFileSync(log, "utf8").split("\n").length - 1 : 0);

function makeRepository() {
  write("package.json", {
    name: "sample",
    private: true,
    packageManager: "npm@11.0.0",
    workspaces: ["packages/*"],
    devDependencies: Object.fromEntries(PACKAGES.map((name) => [name, "latest"])),
  });
  write(".gitignore", "node_modules\nout\n.state\n.turbo\n.nx\n.moon/cache\nran.log\n");
  write("turbo.json", { tasks: { check: { outputs: ["out/**"] } } });
  write("nx.json", { targetDefaults: { check: { cache: true, outputs: ["{projectRoot}/out"] } } });
  write(".moon/workspace.yml", "projects: ['packages/*']\n");
  write(
    "trigate.yaml",
    `version: 1\nchecks:\n${TASKS.map((n) => `  check${n}: { command: [./task.sh], cwd: packages/p${n}, report: { junit: out/t.xml } }\n`).join("")}`,
  );
  write(
    ".pre-commit-config.yaml",
    `repos:\n  - repo: local\n    hooks:\n${TASKS.map((n) => `      - { id: check${n}, name: check${n}, language: system, entry: packages/p${n}/task.sh, files: '^packages/p${n}/' }\n`).join("")}`,
  );
  write(
    "lefthook.yml",
    `pre-commit:\n  parallel: true\n  commands:\n${TASKS.map((n) => `    check${n}: { run: packages/p${n}/task.sh, glob: "packages/p${n}/**" }\n`).join("")}`,
  );
  for (const n of TASKS) {
    const folder = `packages/p${n}`;
    write(`${folder}/package.json`, { name: `p${n}`, version: "1.0.0", scripts: { check: "./task.sh" } });
    write(
      `${folder}/moon.yml`,
      "tasks:\n  check:\n    command: './task.sh'\n    outputs: ['out']\n    toolchains: ['system']\n",
    );
    write(
      `${folder}/task.sh`,
      `#!/bin/sh\necho ${n} >> ${log}\nmkdir -p out\necho "<testsuites><testsuite name='s'><testcase name='t${n}' classname='c' time='0.01'/></testsuite></testsuites>" > out/t.xml\n`,
    );
    chmodSync(join(root, folder, "task.sh"), 0o755);
    for (let file = 0; file < 20; file++) write(`${folder}/src/f${file}.ts`, `export const f${file} = ${n};\n`);
  }
  const git = (...args) =>
    execFileSync("git", ["-c", "user.name=b", "-c", "user.email=b@localhost", ...args], { cwd: root });
  git("init", "-q", "-b", "main");
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"], {
    cwd: root,
    stdio: "ignore",
  });
  git("add", "-A");
  git("commit", "-qm", "sample");
}

const bin = (path) => join(root, "node_modules", path);
const platform = `${process.platform}-${process.arch}`;
const trigate = join(import.meta.dirname, "..", "..", "agent", "bin", "trigate.mjs");
const versionOf = (name) => JSON.parse(readFileSync(bin(`${name}/package.json`), "utf8")).version;

function contestants() {
  const turbo = [bin(`@turbo/${process.platform}-${process.arch === "x64" ? "64" : process.arch}/bin/turbo`)];
  const moon = [bin(`@moonrepo/core-${platform}-gnu/moon`)];
  const list = [
    { name: "node -e 0", did: "nothing", argv: [process.execPath, "-e", "0"] },
    { name: "trigate run", did: "ten hits", argv: [process.execPath, trigate, "run"] },
    { name: `turbo ${versionOf("turbo")}`, did: "ten hits", argv: [...turbo, "run", "check"] },
    {
      name: `nx ${versionOf("nx")} (daemon)`,
      did: "ten hits",
      argv: [process.execPath, bin("nx/dist/bin/nx.js"), "run-many", "-t", "check"],
    },
    { name: `moon ${versionOf("@moonrepo/cli")}`, did: "ten hits", argv: [...moon, "run", ":check"] },
    {
      name: `prek ${versionOf("@j178/prek")}`,
      did: "ten hooks, nothing staged",
      argv: [bin(`@j178/prek-${platform}-gnu/prek`), "run"],
    },
    {
      name: `lefthook ${versionOf("lefthook")}`,
      did: "ten commands, nothing staged",
      argv: [bin(`lefthook-${platform}/bin/lefthook`), "run", "pre-commit"],
    },
  ];
  return list.map((one) => ({
    ...one,
    times: [],
    ask: () => run(one.argv[0], one.argv.slice(1), { cwd: root, env, timeout: 120_000 }),
  }));
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
let client;
try {
  makeRepository();
  const all = contestants();
  await run(process.execPath, [trigate, "run", "--trust"], { cwd: root, env }).catch(() => undefined);
  await run(process.execPath, [trigate, "daemon", "start"], { cwd: root, env });
  client = await joinDaemon({
    stateFolder: stateFolderOf(root, env),
    client: { client: "rivals", trusted: true, env: {} },
  });
  if (client === undefined) throw new Error("no daemon answers");
  all.push({
    name: "trigate, daemon's socket",
    did: "ten hits",
    times: [],
    ask: () => client.call("run/verdict", {}),
  });
  for (const one of all) {
    try {
      for (let warm = 0; warm < 4; warm++) await one.ask();
      const before = ran();
      await one.ask();
      one.tasks = ran() - before;
    } catch (error) {
      one.failure = String(error.stderr || error.stdout || error.message)
        .trim()
        .split("\n")
        .slice(-3)
        .join(" | ")
        .slice(0, 300);
    }
  }
  const able = all.filter(({ failure }) => failure === undefined);
  // Hook managers have git write its index anew, which is a change to whoever remembers answers; so they take turns among themselves.
  const isHooks = ({ did }) => did.includes("nothing staged");
  const turns = [able.filter((one) => !isHooks(one)), able.filter(isHooks)].flatMap((group) =>
    Array.from({ length: ROUNDS }, () => group),
  );
  for (const group of turns)
    for (const one of group) {
      const began = performance.now();
      await one.ask();
      one.times.push(performance.now() - began);
    }
  console.log(`medians of ${ROUNDS}, in turns; ten tasks in packages of 20 files each\n`);
  console.log("what                       median ms   least ms   tasks run   what it did");
  for (const { name, did, times, tasks, failure } of all)
    console.log(
      failure === undefined
        ? `${name.padEnd(26)} ${median(times).toFixed(1).padStart(9)} ${Math.min(...times)
            .toFixed(1)
            .padStart(10)} ${String(tasks).padStart(11)}   ${did}`
        : `${name.padEnd(26)} could not run: ${failure}`,
    );
} finally {
  client?.close();
  await run(process.execPath, [trigate, "daemon", "stop"], { cwd: root, env }).catch((error) =>
    console.error(error.message),
  );
  if (existsSync(bin("nx/dist/bin/nx.js")))
    await run(process.execPath, [bin("nx/dist/bin/nx.js"), "daemon", "--stop"], { cwd: root, env }).catch((error) =>
      console.error(error.message),
    );
  rmSync(root, { recursive: true, force: true });
}
