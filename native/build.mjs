// Builds the native core: `node native/build.mjs [--addon] [--wasm] [--tests] [--bench] [--asan] [--tsan] [--accept]`, without a flag
// --addon --wasm. Plain ES modules that run on any Node, since it runs before the pinned one is there.
//
// A part whose sources, flags and compiler are unchanged is left alone. Without a compiler it says how to get one and
// exits 0, because the committed WebAssembly module does the same work; under CI=true that is a failure.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(fileURLToPath(import.meta.url));
const buildDirectory = join(root, "build");
const strict = process.env.CI === "true";

const WARNINGS = ["-Wall", "-Wextra", "-Wshadow", "-Werror"];
// Fused multiply-add would give the addon and the module different last bits.
const EXACT = ["-std=c++20", "-ffp-contract=off", "-fno-exceptions", "-fno-rtti", "-fvisibility=hidden"];

const filesUnder = (folder, endings) =>
  readdirSync(join(root, folder), { recursive: true })
    .map((name) => join(folder, String(name)).replaceAll("\\", "/"))
    .filter((name) => endings.some((ending) => name.endsWith(ending)))
    .toSorted();

/** Hash of the sources that a part is made of: names and contents, line endings as git stores them. */
function sourceHash(folders) {
  const hash = createHash("sha256");
  for (const file of folders.flatMap((folder) => filesUnder(folder, [".cc", ".h"]))) {
    hash
      .update(file)
      .update("\0")
      .update(readFileSync(join(root, file), "utf8").replaceAll("\r\n", "\n"))
      .update("\0");
  }
  return hash.digest("hex");
}

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
  if (result.error) throw new Error(`${command} could not be started: ${result.error.message}`);
  return result.status ?? 1;
}

/** The first of these compilers that starts, with its version line, or undefined. */
function findCompiler(candidates) {
  for (const command of candidates.filter(Boolean)) {
    const result = spawnSync(command, ["--version"], { encoding: "utf8" });
    if (result.status === 0) return { command, version: result.stdout.split("\n")[0].trim() };
  }
  return undefined;
}

/** Says what is missing and what that means. Gives the exit code: a failure only where nothing may be skipped. */
function missing(what, install, consequence) {
  console.error(`native: ${what} is missing; ${install}. ${strict ? "CI=true: this is a failure." : consequence}`);
  return strict ? 1 : 0;
}

/** Compiles to a name of our own and renames, so that two builds at once never show half a file. */
function compileTo(target, compiler, args) {
  mkdirSync(dirname(target), { recursive: true });
  const temporary = `${target}.${process.pid}.tmp`;
  const status = run(compiler.command, [...args, "-o", temporary]);
  if (status === 0) renameSync(temporary, target);
  else rmSync(temporary, { force: true });
  return status;
}

function buildAddon() {
  const compiler = findCompiler([process.env.CXX, "c++", "g++", "clang++"]);
  if (compiler === undefined) {
    return missing(
      "a C++ compiler",
      "install Debian's g++ or Apple's command line tools",
      "The WebAssembly module is used.",
    );
  }
  const headers = createRequire(import.meta.url)("node-api-headers").include_dir;
  const args = [
    ...EXACT,
    ...WARNINGS,
    "-O3",
    "-fPIC",
    "-shared",
    ...(process.platform === "darwin" ? ["-undefined", "dynamic_lookup"] : []),
    "-DNAPI_VERSION=9",
    "-DNODE_GYP_MODULE_NAME=trigate",
    "-isystem",
    headers,
    "-Iinclude",
    ...filesUnder("src/core", [".cc"]),
    "src/addon/addon.cc",
  ];
  const target = join(buildDirectory, "trigate.node");
  const stamp = `${target}.stamp`;
  const machine = [process.platform, process.arch, compiler.version];
  const wanted = sha256(
    JSON.stringify([sourceHash(["include", "src/core", "src/addon"]), args.filter((a) => a !== headers), machine]),
  );
  if (existsSync(target) && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return 0;
  rmSync(stamp, { force: true });
  const status = compileTo(target, compiler, args);
  if (status === 0) {
    writeFileSync(stamp, wanted);
    console.error(`native: built ${relative(root, target)} with ${compiler.version}`);
  }
  return status;
}

const WASM_FOLDERS = ["include", "src/core", "src/wasm"];

/**
 * Rebuilds the WebAssembly module and compares it with the committed one. `--accept` makes the new one the committed one.
 * Bytes are compared only when the compiler is the one that built the committed module: another one may order code
 * differently, and then the tests that compare results with the addon are the judge.
 */
function buildWasm(accept) {
  const compiler = findCompiler([process.env.TRIGATE_WASM_CXX, "clang++-14"]);
  const committed = join(root, "lib", "kernels.wasm");
  const record = `${committed}.json`;
  const known = existsSync(record) ? JSON.parse(readFileSync(record, "utf8")) : {};
  const sources = sourceHash(WASM_FOLDERS);
  if (compiler === undefined) {
    if (known.sources !== sources) {
      console.error(
        "native: lib/kernels.wasm is older than its sources and clang++-14 is missing: install Debian's clang-14 lld-14 wasi-libc libc++-14-dev-wasm32 and run node native/build.mjs --wasm --accept",
      );
      return 1;
    }
    return missing(
      "clang++-14",
      "install Debian's clang-14 lld-14 wasi-libc libc++-14-dev-wasm32",
      "The committed module matches the sources and is used as it is.",
    );
  }
  const args = [
    "--target=wasm32-wasi",
    "-stdlib=libc++",
    ...EXACT,
    ...WARNINGS,
    "-O2",
    "-ffunction-sections",
    "-fdata-sections",
    "-Iinclude",
    "-mexec-model=reactor",
    "-nostartfiles",
    "-Wl,--no-entry,--strip-all,--gc-sections",
    ...filesUnder("src/core", [".cc"]),
    "src/wasm/exports.cc",
  ];
  const target = join(buildDirectory, "kernels.wasm");
  const stamp = `${target}.stamp`;
  const wanted = sha256(JSON.stringify([sources, args, compiler.version]));
  if (!(existsSync(target) && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted)) {
    rmSync(stamp, { force: true });
    const status = compileTo(target, compiler, args);
    if (status !== 0) return status;
    writeFileSync(stamp, wanted);
  }
  const bytes = readFileSync(target);
  const fresh = { sources, compiler: compiler.version, sha256: sha256(bytes) };
  if (accept) {
    const temporary = `${committed}.${process.pid}.tmp`;
    writeFileSync(temporary, bytes);
    renameSync(temporary, committed);
    writeFileSync(record, `${JSON.stringify(fresh, null, 2)}\n`);
    console.error(`native: lib/kernels.wasm is now the module of ${bytes.length} bytes built with ${compiler.version}`);
    return 0;
  }
  return compareWithCommitted(fresh, known, committed);
}

function compareWithCommitted(fresh, known, committed) {
  const advice = "run node native/build.mjs --wasm --accept and commit lib/kernels.wasm with its .json";
  const complain = (why) => {
    console.error(`native: ${why}; ${advice}`);
    return 1;
  };
  if (!existsSync(committed)) return complain("lib/kernels.wasm is missing");
  if (known.sha256 !== sha256(readFileSync(committed)))
    return complain("lib/kernels.wasm is not the module that its record names");
  if (known.sources !== fresh.sources) return complain("lib/kernels.wasm was built from other sources");
  if (known.compiler === fresh.compiler && known.sha256 !== fresh.sha256)
    return complain("lib/kernels.wasm differs from what its sources give");
  return 0;
}

/** Environment in which the project's own cmake and ninja (PyPI wheels) come first. */
function withTools() {
  const tools = join(root, "..", ".tools", "python", "bin");
  return { ...process.env, PATH: [tools, process.env.PATH ?? ""].join(delimiter) };
}

/** Configures and builds with CMake: `targets` of a preset. */
function buildWithCmake(preset, targets) {
  const env = withTools();
  for (const tool of ["cmake", "ninja"]) {
    if (spawnSync(tool, ["--version"], { env }).status !== 0) {
      return missing(
        tool,
        "install Debian's cmake and ninja-build, or the PyPI wheels of the same names",
        "The C++ tests and benchmarks are left out.",
      );
    }
  }
  const configured = run("cmake", ["--preset", preset, "--log-level=WARNING"], {
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (configured !== 0) return configured;
  const listed = spawnSync("ninja", ["-C", join("build", preset), "-t", "targets", "all"], {
    cwd: root,
    env,
    encoding: "utf8",
  });
  for (const target of targets) {
    if (!listed.stdout.includes(`\n${target}: `)) {
      const status = missing(
        `the library of ${target}`,
        "install Debian's libgtest-dev and libbenchmark-dev",
        `${target} is left out.`,
      );
      if (status !== 0) return status;
      continue;
    }
    const status = run("cmake", ["--build", join("build", preset), "--target", target, "--parallel", "2"], {
      env,
      stdio: ["ignore", "ignore", "inherit"],
    });
    if (status !== 0) return run("cmake", ["--build", join("build", preset), "--target", target], { env });
  }
  return 0;
}

const flags = new Set(process.argv.slice(2));
const knownFlags = ["--addon", "--wasm", "--tests", "--bench", "--asan", "--tsan", "--accept"];
const unknown = [...flags].filter((flag) => !knownFlags.includes(flag));
if (unknown.length > 0) {
  console.error(`native: unknown ${unknown.join(", ")}; allowed are ${knownFlags.join(", ")}`);
  process.exit(2);
}
const chosen = ["--addon", "--wasm", "--tests", "--bench", "--asan", "--tsan"].filter((flag) => flags.has(flag));
const steps = {
  "--addon": buildAddon,
  "--wasm": () => buildWasm(flags.has("--accept")),
  "--tests": () => buildWithCmake("release", ["core_tests"]),
  "--bench": () => buildWithCmake("release", ["bench"]),
  "--asan": () => buildWithCmake("asan", ["core_tests"]),
  "--tsan": () => buildWithCmake("tsan", ["core_tests"]),
};
for (const step of chosen.length > 0 ? chosen : ["--addon", "--wasm"]) {
  const status = steps[step]();
  if (status !== 0) process.exit(status);
}
