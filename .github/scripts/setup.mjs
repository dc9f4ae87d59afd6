// Makes node_modules match package-lock.json, and with --tools the Python wheels of .github/scripts/requirements*.txt;
// a no-op when they already do. Plain ES modules without dependencies: it runs on whatever Node the machine has.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const at = (...parts) => join(root, ...parts);
const windows = process.platform === "win32";

/** Runs `install` once per content of `inputs`; the stamp is written last, so an interrupted set-up is redone. */
function once(stampFile, inputs, install) {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}`);
  for (const file of inputs) if (existsSync(file)) hash.update(file.slice(root.length)).update(readFileSync(file));
  const wanted = hash.digest("hex");
  const fresh = () => existsSync(stampFile) && readFileSync(stampFile, "utf8") === wanted;
  if (fresh()) return;
  withLock(() => {
    if (fresh()) return;
    if (install() === false) return;
    mkdirSync(dirname(stampFile), { recursive: true });
    writeFileSync(stampFile, wanted);
  });
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Two commands started at once must not install over each other: the second waits, and a dead holder is replaced. */
function withLock(body) {
  const lockFile = at(".setup-lock");
  for (let attempt = 0; ; attempt++) {
    try {
      writeFileSync(lockFile, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (attempt > 2400) throw new Error(`another set-up holds ${lockFile}; delete it if none is running`);
    const holder = existsSync(lockFile) ? Number(readFileSync(lockFile, "utf8")) : 0;
    if (holder > 0 && !isAlive(holder)) rmSync(lockFile, { force: true });
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
  }
  const release = () => rmSync(lockFile, { force: true });
  process.once("exit", release);
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ])
    process.once(signal, () => process.exit(code));
  body();
  release();
}

function run(command, args, options = {}) {
  return spawnSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"], ...options });
}

/** The npm that started us, on the Node that runs it: `npm ci` must not delete the Node it runs on. */
export function npm(args, cwd = root) {
  const cli = process.env.npm_execpath;
  const node = process.env.npm_node_execpath ?? process.execPath;
  if (cli && /\.c?js$/.test(cli)) return run(node, [cli, ...args], { cwd });
  return run("npm", args, { cwd, shell: windows });
}

function installNodeModules() {
  console.error("set-up: installing the locked npm packages (about a minute the first time)");
  const result = npm(["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
  if (result.status !== 0) process.exit(result.status ?? 1);
  linkNode();
}

/** npm 10 makes no .bin/node when several platform packages claim the name. */
function linkNode() {
  const binary = at("node_modules", `node-${windows ? "win" : process.platform}-${process.arch}`, "bin", "node");
  const link = at("node_modules", ".bin", "node");
  if (!existsSync(binary) || existsSync(link)) return;
  mkdirSync(dirname(link), { recursive: true });
  chmodSync(binary, 0o755);
  symlinkSync(binary, link);
}

function findPython() {
  return ["python3", "python"].find((name) => {
    const probe = spawnSync(name, ["-c", "import sys; sys.exit(sys.version_info < (3, 10))"]);
    return probe.status === 0;
  });
}

/** The gates' Python wheels. Without a Python the checks that need them are skipped, loudly, or errored under CI=true. */
function installPythonTools() {
  const hint = "the checks of Python and C++ code need it (Debian: apt-get install python3 python3-venv)";
  const python = findPython();
  if (python === undefined) {
    console.error(`set-up: no Python 3.10 or newer found; ${hint}`);
    if (process.env.CI === "true") process.exit(1);
    return false;
  }
  console.error("set-up: installing ruff, pytest, clang-tidy and other wheels into .tools/python");
  const done = makeEnvironment(python, "python", "requirements.txt") && installToolsApart(python);
  if (!done) {
    console.error(`set-up: the Python wheels could not be installed; ${hint}`);
    if (process.env.CI === "true") process.exit(1);
  }
  return done;
}

const PROGRAMS = windows ? "Scripts" : "bin";
const EXE = windows ? ".exe" : "";

function makeEnvironment(python, name, requirements) {
  const folder = at(".tools", name);
  rmSync(folder, { recursive: true, force: true });
  const wheels = ["-r", at(".github", "scripts", requirements)];
  const pip = ["-m", "pip", "install", "-q", "--disable-pip-version-check", ...wheels];
  return (
    run(python, ["-m", "venv", folder]).status === 0 && run(join(folder, PROGRAMS, `python${EXE}`), pip).status === 0
  );
}

/** Tools that bring plugins for pytest: these would be loaded by every test run of the others' environment. */
const APART = ["safety", "schemathesis", "slither"];

/** Their programs know the environment that they belong to, so a link from the other one is enough. */
function installToolsApart(python) {
  if (!makeEnvironment(python, "python-apart", "requirements-apart.txt")) return false;
  for (const name of APART) {
    const program = at(".tools", "python-apart", PROGRAMS, name + EXE);
    const link = at(".tools", "python", PROGRAMS, name + EXE);
    if (windows) copyFileSync(program, link);
    else symlinkSync(program, link);
  }
  return true;
}

/** Libraries of the C++ tests and benchmarks, by the file that shows that the system has them. */
const DEBIAN_LIBRARIES = {
  "/usr/include/gtest/gtest.h": ["libgtest-dev"],
  "/usr/include/benchmark/benchmark.h": ["libbenchmark-dev", "libbenchmark1debian"],
};

/** Unpacks what the system lacks into .tools/debian: apt fetches packages for anybody, only installing them needs root. */
function installDebianLibraries() {
  const lacking = Object.entries(DEBIAN_LIBRARIES).flatMap(([file, packages]) => (existsSync(file) ? [] : packages));
  const folder = at(".tools", "debian");
  if (lacking.every((name) => existsSync(join(folder, name)))) return;
  const hint = `without ${lacking.join(", ")} the C++ tests or benchmarks are left out (Debian: apt-get install ${lacking.filter((name) => name.endsWith("-dev")).join(" ")})`;
  mkdirSync(folder, { recursive: true });
  const fetched = spawnSync("apt-get", ["download", "-q", ...lacking], { cwd: folder, encoding: "utf8" });
  if (fetched.status !== 0) {
    console.error(`set-up: ${hint}`);
    return;
  }
  console.error(`set-up: unpacking ${lacking.join(", ")} into .tools/debian`);
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".deb"))) {
    const { status } = run("dpkg", ["-x", join(folder, file), folder]);
    if (status === 0) writeFileSync(join(folder, file.split("_")[0] ?? file), "");
    rmSync(join(folder, file));
  }
}

const manifests = [
  "package.json",
  ...["agent", "contracts", "engine", "extension", "native"].map((name) => `${name}/package.json`),
];
once(
  at("node_modules", ".setup-stamp"),
  ["package-lock.json", ".npmrc", ...manifests].map((file) => at(file)),
  installNodeModules,
);
if (process.argv.includes("--tools")) {
  once(
    at(".tools", "python", ".setup-stamp"),
    ["requirements.txt", "requirements-apart.txt"].map((file) => at(".github", "scripts", file)),
    installPythonTools,
  );
  if (process.platform === "linux") installDebianLibraries();
}
if (process.argv.includes("--editor")) {
  const editor = await import("./editor-host.mjs");
  await editor.install();
}
