// Starts and stops the VS Code server of .tools/vscode-host, on loopback only.
import { execFile, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { serverMain, serverNode } from "../../../.github/scripts/editor-host.mjs";

/** Keeps the workbench quiet: no welcome page, no look-ups of galleries or updates, no chat. */
const QUIET = {
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "telemetry.telemetryLevel": "off",
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "chat.disableAIFeatures": true,
  "git.openRepositoryInParentFolders": "never",
  // A window in a browser saves by itself after a second; the desktop's, which this one stands in for, does not.
  "files.autoSave": "off",
};

const folders = ({ dataDir, extensionsDir }) => ["--server-data-dir", dataDir, "--extensions-dir", extensionsDir];

/** Installs a VSIX file; rejects with the server's own words when it refuses. */
export async function installExtension(vsix, places) {
  const { stdout } = await promisify(execFile)(serverNode(), [
    serverMain,
    "--install-extension",
    vsix,
    ...folders(places),
  ]);
  return stdout;
}

/**
 * Starts a server on a free port.
 * `settings` are the user's settings, `flags` further flags of the server, `env` is added to the environment.
 * Resolves to `{ url, seen, output, stop }` once the server says where it listens: `url` has no slash at its end,
 * `seen(pattern, ms)` waits for a line of the server's output, `stop` resolves when the process is gone.
 */
export async function startServer({ places, settings = {}, flags = [], env = {} }) {
  const user = join(places.dataDir, "data", "User");
  mkdirSync(user, { recursive: true });
  writeFileSync(join(user, "settings.json"), JSON.stringify({ ...QUIET, ...settings }));
  const listen = ["--host", "127.0.0.1", "--port", "0", "--accept-server-license-terms", "--telemetry-level", "off"];
  const server = spawn(serverNode(), [serverMain, ...listen, ...flags, ...folders(places)], {
    // Without a gallery the workbench asks nobody on the network about extensions.
    env: { ...process.env, EXTENSIONS_GALLERY: "{}", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const watch = watchOutput(server);
  const stop = () => stopProcess(server);
  const line = await watch.seen(/Web UI available at (\S+)/, 60_000);
  if (line === undefined) {
    await stop();
    throw new Error(`the VS Code server did not start:\n${watch.output().slice(-3000)}`);
  }
  const url = line[1].replace("localhost", "127.0.0.1").replace(/\/(\?|$)/, "$1");
  return { url, stop, ...watch };
}

function watchOutput(server) {
  let log = "";
  const waiting = new Set();
  const check = () => {
    for (const notify of waiting) notify();
  };
  for (const stream of [server.stdout, server.stderr]) {
    stream.on("data", (chunk) => {
      log += String(chunk);
      check();
    });
  }
  server.once("exit", check);
  const seen = (pattern, ms) =>
    new Promise((resolve) => {
      const done = (found) => {
        clearTimeout(timer);
        waiting.delete(look);
        resolve(found);
      };
      const look = () => {
        const found = pattern.exec(log);
        if (found !== null) done(found);
        else if (server.exitCode !== null) done(undefined);
      };
      const timer = setTimeout(() => done(undefined), ms);
      waiting.add(look);
      look();
    });
  return { seen, output: () => log };
}

async function stopProcess(server) {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = new Promise((resolve) => server.once("exit", resolve));
  server.kill();
  const late = setTimeout(() => server.kill("SIGKILL"), 5000);
  await gone;
  clearTimeout(late);
}
