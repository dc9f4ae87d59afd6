// The end-to-end suite: Trigate, installed from its VSIX, in a real VS Code, with its real agent on the sample workspace.
// Run it after `npm run build`. Pictures go to .ci/out/screenshots. One line at the end: N passed, N failed.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { resolveCliPathFromVSCodeExecutablePath, runTests } from "@vscode/test-electron";
import { build } from "esbuild";
import { install, standIn } from "../../../.github/scripts/editor-host.mjs";
import { packageExtension } from "../../package.mjs";
import { copySample } from "../host/sample.mjs";
import { layTraps } from "./traps.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..", "..");
const out = join(here, "..", "..", "out", "e2e");
const screenshots = join(root, ".ci", "out", "screenshots");
const scratch = mkdtempSync(join(tmpdir(), "trigate-e2e-"));

/** Each window is one launch; its stories are told in this order, since later ones build on earlier ones. */
const WINDOWS = [
  {
    name: "trusted",
    stories: ["package", "tasks", "diagnostics", "gates", "cancel", "recovery"],
    trust: "off",
    prepare: sampleFolder,
  },
  { name: "two-folders", stories: ["two-folders"], trust: "off", prepare: twoSampleFolders },
  { name: "untrusted", stories: ["untrusted"], trust: "ask", prepare: trappedFolder },
];

/** What a window opens, and the folders whose agents have to be ended after it. */
function sampleFolder(place) {
  return { opened: copySample(place), folders: [place] };
}

function trappedFolder(place) {
  layTraps(copySample(place));
  return { opened: place, folders: [place] };
}

function twoSampleFolders(place) {
  const folders = ["north", "south"].map((name) => copySample(join(place, name)));
  const opened = join(place, "both.code-workspace");
  writeFileSync(opened, JSON.stringify({ folders: folders.map((path) => ({ path })) }));
  return { opened, folders };
}

/** The extension host loads CommonJS from files named .js; this folder says so in spite of the package around it. */
async function buildStories() {
  const stories = readdirSync(join(here, "stories")).map((file) => join(here, "stories", file));
  await build({
    entryPoints: [join(here, "index.ts"), ...stories],
    outdir: out,
    outbase: here,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    external: ["vscode", "mocha"],
    sourcemap: "inline",
    logLevel: "warning",
  });
  writeFileSync(join(out, "package.json"), '{ "type": "commonjs" }\n');
}

/** The VS Code to test in: VSCODE_EXEC, else the stand-in. */
async function findEditor() {
  if (process.env.VSCODE_EXEC) return process.env.VSCODE_EXEC;
  await install({ evenWithDesktop: true });
  return standIn;
}

function installVsix(editor, vsix, places) {
  const command = editor === standIn ? editor : resolveCliPathFromVSCodeExecutablePath(editor);
  const result = spawnSync(command, ["--install-extension", vsix, ...places], { encoding: "utf8" });
  if (result.error) throw result.error;
  if (result.status !== 0) throw new Error(`the VSIX was refused: ${result.stdout}${result.stderr}`);
  console.log(result.stdout.trim());
}

/** Opens one window, tells its stories and gives their counts; a window without a result is one failure. */
async function tell({ name, stories, trust, prepare }, editor, vsix) {
  const result = join(scratch, `${name}.json`);
  const { opened, folders } = prepare(join(scratch, name));
  const state = join(scratch, `${name}-state`);
  // A profile of its own for each window: trust and settings of one must not reach the other.
  const places = [
    `--extensions-dir=${join(scratch, name, "..", `${name}-extensions`)}`,
    `--user-data-dir=${join(scratch, `${name}-user`)}`,
  ];
  installVsix(editor, vsix, places);
  process.env.TRIGATE_HOST_TRUST = trust;
  process.env.TRIGATE_HOST_SCREENSHOTS = screenshots;
  // The pictures are small, and the map would lie over the text.
  process.env.TRIGATE_HOST_SETTINGS = JSON.stringify({ "editor.minimap.enabled": false });
  try {
    await runTests({
      vscodeExecutablePath: editor,
      extensionDevelopmentPath: join(here, "tester"),
      extensionTestsPath: join(out, "index.js"),
      extensionTestsEnv: {
        TRIGATE_E2E_STORIES: stories.join(","),
        TRIGATE_E2E_RESULT: result,
        TRIGATE_STATE_DIR: state,
      },
      launchArgs: [opened, ...places],
    });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  } finally {
    for (const folder of folders) stopDaemon(folder, state);
  }
  return existsSync(result) ? JSON.parse(readFileSync(result, "utf8")) : { passed: 0, failed: 1 };
}

/** The daemon outlives its windows on purpose; a test's must not. */
function stopDaemon(folder, state) {
  const agent = join(root, "agent", "bin", "trigate.mjs");
  const env = { ...process.env, TRIGATE_STATE_DIR: state };
  spawnSync("node", [agent, "daemon", "stop"], { cwd: folder, env, stdio: "inherit" });
}

async function main() {
  rmSync(screenshots, { recursive: true, force: true });
  mkdirSync(screenshots, { recursive: true });
  await buildStories();
  const vsix = await packageExtension(scratch);
  const editor = await findEditor();
  const only = process.argv.slice(2);
  const totals = { passed: 0, failed: 0 };
  for (const window of WINDOWS.filter(({ name }) => only.length === 0 || only.includes(name))) {
    const { passed, failed } = await tell(window, editor, vsix);
    totals.passed += Number(passed);
    totals.failed += Number(failed);
  }
  console.log(`${totals.passed} passed, ${totals.failed} failed`);
  return totals.failed === 0 && totals.passed > 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} finally {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
}
