// Builds what runs from built files: the agent's and the extension's bundles, the native core, the contracts.
// Usage: node .github/scripts/build.mjs [agent|extension|native|contracts]...
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, rmSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

async function buildAgent() {
  const esbuild = await import("esbuild");
  const folder = join(root, "agent");
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  rmSync(join(folder, "dist"), { recursive: true, force: true });
  const options = {
    outdir: join(folder, "dist"),
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
    // jsonc-parser's main file is UMD, which a bundler cannot follow.
    mainFields: ["module", "main"],
    target: "node24",
    // The user installs it beside their own claude; its licence is not ours to pass on.
    external: ["@anthropic-ai/claude-agent-sdk"],
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: "linked",
    define: { TRIGATE_VERSION: JSON.stringify(version) },
    // CommonJS packages inside the bundle call require() of Node's own modules.
    banner: {
      js: 'import { createRequire as trigateRequire } from "node:module"; const require = trigateRequire(import.meta.url);',
    },
    logLevel: "warning",
  };
  await esbuild.build({ ...options, entryPoints: { main: join(folder, "src/cli/main.ts") }, splitting: true });
  // One file: to load a dozen takes longer than what most of its answers take.
  await esbuild.build({ ...options, entryPoints: { quick: join(folder, "src/quick.ts") } });
  // Data that the code reads from beside itself.
  cpSync(join(folder, "src/config/presets"), join(folder, "dist/presets"), { recursive: true });
  cpSync(join(folder, "src/tasks/planning/prompts"), join(folder, "dist/prompts"), { recursive: true });
  cpSync(join(folder, "advisories/snapshot.json"), join(folder, "dist/advisories/snapshot.json"));
}

/** Python wheels and unpacked Debian packages stand in for what the system lacks. */
const env = {
  ...process.env,
  PATH: [join(root, "node_modules", ".bin"), join(root, ".tools", "python", "bin"), process.env.PATH].join(delimiter),
  CMAKE_PREFIX_PATH: [join(root, ".tools", "debian", "usr"), process.env.CMAKE_PREFIX_PATH]
    .filter(Boolean)
    .join(delimiter),
};

function runScript(script, ...args) {
  const file = join(root, script);
  if (!existsSync(file)) throw new Error(`${script} is missing`);
  const { status } = spawnSync(process.execPath, [file, ...args], { cwd: root, env, stdio: "inherit" });
  if (status !== 0) throw new Error(`${script} ended with ${status}`);
}

function buildContracts() {
  const hardhat = join(root, "node_modules/hardhat/dist/src/cli.js");
  const { status } = spawnSync(process.execPath, [hardhat, "build", "--quiet"], {
    cwd: join(root, "contracts"),
    stdio: "inherit",
  });
  if (status !== 0) throw new Error(`hardhat build ended with ${status}`);
}

const PARTS = {
  agent: buildAgent,
  extension: () => runScript("extension/build.mjs"),
  native: () => runScript("native/build.mjs", "--addon", "--wasm", "--tests", "--bench"),
  contracts: buildContracts,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in PARTS));
if (unknown.length > 0) {
  console.error(`unknown part ${unknown.join(", ")}; there are: ${Object.keys(PARTS).join(", ")}`);
  process.exit(2);
}
for (const [name, build] of Object.entries(PARTS)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const began = performance.now();
  await build();
  console.error(`built ${name} in ${((performance.now() - began) / 1000).toFixed(1)} s`);
}
