#!/usr/bin/env node
// Looks like the command of a desktop VS Code to @vscode/test-electron, and runs the VS Code of .tools/vscode-host in a
// headless Chromium instead: same arguments, same exit code, the tests' output on stdout.
//
//   CHROMIUM_PATH              the browser, when it is not on PATH
//   TRIGATE_HOST_TRUST=ask     keep workspace trust on; @vscode/test-electron always passes the flag that turns it off
//   TRIGATE_HOST_SCREENSHOTS   folder for the pictures that tests ask for
//   TRIGATE_HOST_TIMEOUT_MS    give up after this long (default four minutes)
//   TRIGATE_HOST_SETTINGS      user settings as JSON, laid over the quiet ones
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { format } from "node:util";
import { chromium } from "playwright-core";
import { chromiumHint, findChromium } from "../../../.github/scripts/editor-host.mjs";
import { readArguments } from "./arguments.mjs";
import { controlPage } from "./page-control.mjs";
import { installExtension, startServer } from "./server.mjs";

/** Two native modules of the server are not built here; it complains and works without. The rest is start-up chatter. */
const NOISE =
  /bindings file|native-watchdog|Creating a socket|connection token|reconnection|authentication provider|Service Worker|AgentHost|AccountPolicy|builtin ext|Creation of workbench|ChatModel|\[lifecycle\]|DefaultAccount/;

/** Result when the window never came up or the tests never reported; differs from the tests' own 0 and 1. */
const NO_RESULT = 97;

const CHROMIUM_FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const args = readArguments(process.argv.slice(2));
const scratch = mkdtempSync(join(tmpdir(), "trigate-code-"));
const places = {
  dataDir: join(scratch, "server"),
  extensionsDir: args.values("extensions-dir").at(-1) ?? join(scratch, "extensions"),
};

/** The workbench's address with the folder and, as payload, what a desktop VS Code takes as arguments. */
function windowAddress(server) {
  const uri = (path) => `vscode-remote://${new URL(server.url).host}${resolve(path)}`;
  const keys = ["extensionDevelopmentPath", "extensionTestsPath"];
  const payload = keys.flatMap((key) => args.values(key).map((path) => [key, uri(path)]));
  const kind = args.folder?.endsWith(".code-workspace") ? "workspace" : "folder";
  const opened = args.folder === undefined ? { ew: "true" } : { [kind]: resolve(args.folder) };
  const query = new URLSearchParams({ ...opened, payload: JSON.stringify([...payload, ["skipWelcome", "true"]]) });
  return `${server.url}/?${query}`;
}

async function openBrowser() {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error(chromiumHint);
  return chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
}

async function runTests() {
  const trust = process.env.TRIGATE_HOST_TRUST === "ask" ? [] : ["--disable-workspace-trust"];
  const settings = JSON.parse(process.env.TRIGATE_HOST_SETTINGS ?? "{}");
  const browser = await openBrowser();
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const control = await controlPage(page, resolve(process.env.TRIGATE_HOST_SCREENSHOTS ?? scratch));
  let server;
  try {
    // A built VS Code ignores the payload's extension paths unless the smoke-test driver is on.
    const flags = ["--without-connection-token", "--enable-smoke-test-driver", ...trust];
    server = await startServer({ places, settings, flags, env: control.env });
    return await outcome(page, server);
  } finally {
    await page.close().catch(() => undefined);
    await browser.close();
    control.close();
    // V8 writes coverage when the extension host exits, a moment after its window closes.
    await server?.seen(/Extension Host Process exited with code/, 10_000);
    await server?.stop();
  }
}

/** Resolves to the code that the tests end with, or NO_RESULT with the end of the server's output. */
async function outcome(page, server) {
  const ended = new Promise((done) => page.exposeFunction("codeAutomationExit", done));
  await page.exposeFunction("codeAutomationLog", (_type, parts) => {
    if (!NOISE.test(String(parts[0]))) console.log(format(...parts));
  });
  page.on("crash", () => console.error("the page crashed"));
  await page.goto(windowAddress(server), { waitUntil: "domcontentloaded" });
  const limit = Number(process.env.TRIGATE_HOST_TIMEOUT_MS ?? 240_000);
  const late = new Promise((done) => setTimeout(() => done(undefined), limit).unref());
  const code = await Promise.race([ended, late]);
  if (code !== undefined) return Number(code);
  console.error(`the tests did not report within ${limit / 1000} s\n${server.output().slice(-3000)}`);
  return NO_RESULT;
}

async function main() {
  const vsixes = args.values("install-extension");
  for (const vsix of vsixes) console.log((await installExtension(resolve(vsix), places)).trim());
  return vsixes.length > 0 ? 0 : runTests();
}

const cleanUp = () => rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
]) {
  process.once(signal, () => {
    cleanUp();
    process.exit(code);
  });
}
process.exitCode = await main().catch((/** @type {unknown} */ error) => {
  console.error(error);
  return NO_RESULT;
});
cleanUp();
// The race's timer and Chromium's pipes may outlive the result.
process.exit();
