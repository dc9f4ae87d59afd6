// `npm run code`: opens the extension in a VS Code on a fresh copy of the sample workspace. The installed desktop one is
// used when there is one; otherwise the one from npm is served on loopback, to be opened in a browser.
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { packageExtension } from "../../extension/package.mjs";
import { copySample } from "../../extension/test/host/sample.mjs";
import { installExtension, startServer } from "../../extension/test/host/server.mjs";
import { findDesktop, serverNode } from "./editor-host.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Resolves with the exit code of the desktop window that loads the extension from this repository. */
function openDesktop(command, sample) {
  console.log(`opening ${sample} in ${command}`);
  const args = ["--new-window", "--wait", `--extensionDevelopmentPath=${join(root, "extension")}`, sample];
  const result = spawnSync(command, args, { stdio: "inherit", shell: process.platform === "win32" });
  if (result.error) throw result.error;
  return result.status ?? 1;
}

/** Serves a window until Ctrl-C. The address carries a token: without it, other programs and web pages are refused. */
async function serveBrowser(sample) {
  const state = join(root, ".tools", "code-window");
  const places = { dataDir: join(state, "server"), extensionsDir: join(state, "extensions") };
  mkdirSync(state, { recursive: true });
  await installExtension(await packageExtension(), places);
  const tokenFile = join(state, "token");
  const token = randomBytes(24).toString("hex");
  writeFileSync(tokenFile, token, { mode: 0o600 });
  // The sample is this repository's own, so nobody needs to be asked whether they trust it.
  const flags = ["--connection-token-file", tokenFile, "--disable-workspace-trust"];
  const server = await startServer({ places, flags });
  const address = new URL(server.url);
  address.search = new URLSearchParams({ tkn: token, folder: sample }).toString();
  console.log(`\nVS Code with Trigate, on a copy of the sample workspace:\n\n  ${address}\n\nCtrl-C ends it.`);
  openInBrowser(address.href);
  await new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, resolve);
  });
  await server.stop();
  rmSync(tokenFile, { force: true });
  return 0;
}

/** Best effort on a desktop; on a machine without a screen the printed address is all there is. */
function openInBrowser(address) {
  const opener = { darwin: "open", linux: "xdg-open" }[process.platform];
  const { DISPLAY = "", WAYLAND_DISPLAY = "" } = process.env;
  const screen = process.platform === "darwin" || DISPLAY !== "" || WAYLAND_DISPLAY !== "";
  if (opener === undefined || !screen) return;
  const child = spawn(opener, [address], { stdio: "ignore", detached: true });
  child.once("error", () => console.log(`open the address above by hand: ${opener} is not installed`));
  child.unref();
}

/** An agent outlives its window on purpose; this one's workspace does not. */
function stopAgent(folder) {
  if (!existsSync(folder)) return;
  const agent = join(root, "agent", "bin", "trigate.mjs");
  const { status, stderr } = spawnSync(serverNode(), [agent, "daemon", "stop"], { cwd: folder, encoding: "utf8" });
  if (status !== 0) console.error(`the agent of ${folder} may still run: ${stderr}`);
}

const folder = join(root, ".tools", "sample-workspace");
stopAgent(folder);
const sample = copySample(folder);
const desktop = findDesktop();
process.exitCode = desktop === undefined ? await serveBrowser(sample) : openDesktop(desktop, sample);
stopAgent(folder);
