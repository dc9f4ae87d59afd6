import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { afterEach, beforeAll, expect, test } from "vitest";
import { Endpoint } from "../../src/protocol/index.ts";
import { DaemonClient } from "../../src/server/lifecycle/daemon-client.ts";
import { TestEditor } from "../../src/server/testing/editor.ts";
import { buildAgent, type Ended, Workspace } from "./front-door.ts";

const made: Workspace[] = [];
beforeAll(buildAgent, 120_000);
afterEach(async () => {
  for (const one of made.splice(0)) {
    await one.trigate("daemon", "stop");
    one.dispose();
  }
});

/** Secrets that exist nowhere but in this run of this test, by the place where they are planted. */
function canaries() {
  const pem = generateKeyPairSync("ec", { namedCurve: "secp256k1" })
    .privateKey.export({ type: "pkcs8", format: "pem" })
    .toString();
  return {
    pem,
    /** Its middle is what a reader could use, so that is what is looked for. */
    pemBody: pem.split("\n")[1] ?? "",
    ethereum: randomBytes(32).toString("hex"),
    /** Another one, that only a tool prints. */
    printed: randomBytes(32).toString("hex"),
    token: randomBytes(24).toString("base64url"),
    service: `ghp_${randomBytes(18).toString("hex")}`,
    /** In no variable that a check names, and printed by nothing. */
    unnamed: randomBytes(24).toString("base64url"),
  };
}
type Canaries = ReturnType<typeof canaries>;

/** Tools that tell whatever they find: in findings, tests, benchmarks, and in the words with which they break. */
const LEAK = `
import { readFileSync } from "node:fs";
const words = readFileSync("secrets.txt", "utf8") + process.env.DEPLOY_TOKEN + " key " + process.env.DEPLOYER_PRIVATE_KEY;
const xml = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
const forms = {
  sarif: () => JSON.stringify({ version: "2.1.0", runs: [{ tool: { driver: { name: "leak" } }, results: [
    { ruleId: "leak", level: "error", message: { text: words }, locations: [{ physicalLocation: { artifactLocation: { uri: "a.txt" }, region: { startLine: 1 } } }] } ] }] }),
  junit: () => '<testsuite name="s"><testcase name="' + xml(process.env.DEPLOY_TOKEN) + '" classname="c"><failure message="' + xml(words) + '">' + xml(words) + '</failure></testcase></testsuite>',
  bench: () => JSON.stringify([{ name: words, unit: "ms/iter", value: 1 }]),
};
const form = process.argv[2];
if (form === "break") { process.stderr.write(words); process.exit(99); }
process.stdout.write(forms[form]());
process.exitCode = form === "bench" ? 0 : 1;
`;

const CONFIG = `version: 1
checks:
  printer: { tool: generic, command: [node, leak.mjs, sarif], report: sarif, env: [DEPLOY_TOKEN, DEPLOYER_PRIVATE_KEY] }
  tests: { command: [node, leak.mjs, junit], report: junit, env: [DEPLOY_TOKEN, DEPLOYER_PRIVATE_KEY] }
  bench: { tool: benchmark-json, command: [node, leak.mjs, bench], env: [DEPLOY_TOKEN, DEPLOYER_PRIVATE_KEY] }
  broken: { tool: generic, command: [node, leak.mjs, break], report: sarif, env: [DEPLOY_TOKEN, DEPLOYER_PRIVATE_KEY] }
`;

const FORMATS = ["pretty", "json", "sarif", "junit", "github", "gitlab", "markdown", "html"];

function planted(): { one: Workspace; secrets: Canaries; env: Record<string, string> } {
  const secrets = canaries();
  const one = new Workspace();
  made.push(one);
  one.write("secrets.txt", `${secrets.pem}\nprivate_key = "0x${secrets.printed}"\n${secrets.service}\n`);
  one.write("a.txt", "nothing\n");
  one.writeProgram("leak.mjs", LEAK);
  one.write("trigate.yaml", CONFIG);
  mkdirSync(one.folder.path(".taskmaster/tasks"), { recursive: true });
  const tasks = [{ id: 1, title: `Rotate ${secrets.service}`, description: secrets.pem, status: "pending" }];
  one.write(".taskmaster/tasks/tasks.json", JSON.stringify({ master: { tasks } }));
  one.folder.commit("planted");
  const env = {
    DEPLOY_TOKEN: secrets.token,
    DEPLOYER_PRIVATE_KEY: `0x${secrets.ethereum}`,
    UNNAMED_SECRET: secrets.unnamed,
  };
  return { one, secrets, env };
}

/** Everything that a folder holds, byte by byte, so that databases and compressed files count as they lie there. */
function filesBelow(folder: string): readonly { readonly path: string; readonly bytes: Buffer }[] {
  // With types, links are not followed: the tools of this repository are linked into the workspace.
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((full) => ({ path: relative(folder, full), bytes: readFileSync(full) }));
}

/** Where a secret can be read, as `place: which`. */
function sightings(
  texts: readonly { readonly path: string; readonly bytes: Buffer | string }[],
  secrets: Readonly<Record<string, string>>,
): readonly string[] {
  return texts.flatMap(({ path, bytes }) =>
    Object.entries(secrets).flatMap(([name, secret]) => (bytes.includes(secret) ? [`${path}: ${name}`] : [])),
  );
}

function looked({ pem: _whole, ...secrets }: Canaries): Readonly<Record<string, string>> {
  return secrets;
}

const saidBy = (name: string, { stdout, stderr }: Ended) => ({ path: name, bytes: `${stdout}\n${stderr}` });

test("a run in every form writes no planted secret down", { timeout: 60_000 }, async () => {
  const { one, secrets, env } = planted();
  const reports = one.folder.path("out");
  const wishes = FORMATS.flatMap((format) => ["--format", format, "--output", join("out", `report.${format}`)]);
  const run = await one.start(["run", "--trust", ...wishes], env).ended;
  const again = await one.start(["run", "--trust", "--format", "json"], env).ended;
  const screen = await one.start(["run", "--trust"], env).ended;
  expect(run.exitCode).not.toBe(0);
  const written = filesBelow(reports);
  expect(written.map(({ path }) => path).toSorted()).toEqual(FORMATS.map((format) => `report.${format}`).toSorted());
  // What was redacted is there: nothing passes because nothing was written.
  expect(again.stdout.split("[redacted]").length).toBeGreaterThan(8);
  const state = filesBelow(one.stateFolder);
  expect(state.some(({ path }) => /sqlite|\.db/.test(path))).toBe(true);
  const said = [saidBy("run", run), saidBy("again", again), saidBy("screen", screen)];
  expect(sightings([...written, ...state, ...said], looked(secrets))).toEqual([]);
});

test("the daemon, its log, its editor and its history tell no secret, its own token least of all", {
  timeout: 30_000,
}, async () => {
  const { one, secrets, env } = planted();
  const started = await one.start(["daemon", "start"], env).ended;
  expect(started.exitCode).toBe(0);
  const { endpoint, file } = endpointOf(one);
  expect(statSync(join(one.stateFolder, file)).mode & 0o077).toBe(0);
  const said: { path: string; bytes: string }[] = [saidBy("start", started)];
  const heard = (name: string, value: unknown) => said.push({ path: name, bytes: JSON.stringify(value) });

  const client = await DaemonClient.connect(endpoint, {
    client: { client: "canary", trusted: true, env: { ...env, PATH: process.env["PATH"] ?? "" } },
    timeoutMs: 10_000,
  });
  client.on("run/event", (event) => heard("event", event));
  const verdict = await client.call("run/verdict", {});
  heard("verdict", verdict);
  heard("findings", await client.call("run/findings", { runId: verdict.id }));
  heard("html", await client.call("run/html", { runId: verdict.id }));
  const editor = await TestEditor.overSocket(endpoint, one.folder.root, env);
  heard("initialize", await editor.initialize());
  await editor.open("secrets.txt", readFileSync(one.folder.path("secrets.txt"), "utf8"));
  await editor.save("secrets.txt");
  await editor.exit();
  editor.dispose();
  // A client with wrong credentials is refused without a word of either.
  const wrong = { ...endpoint, token: secrets.token.padEnd(40, "x") };
  const refused = DaemonClient.connect(wrong, { client: { client: "x", trusted: true, env: {} }, timeoutMs: 10_000 });
  await expect(refused).rejects.toThrow(/401/);
  client.close();
  heard("status", await one.trigate("daemon", "status"));
  await one.trigate("daemon", "stop");

  const state = filesBelow(one.stateFolder);
  expect(state.map(({ path }) => path).join()).toContain("daemon.log");
  expect(said.map(({ bytes }) => bytes).join()).toContain("[redacted]");
  expect(sightings([...said, ...state], { ...looked(secrets), daemon: endpoint.token })).toEqual([]);
});

// Only Linux tells a process's limits to others.
test.skipIf(process.platform !== "linux")(
  "a daemon that crashes leaves no core file",
  { timeout: 30_000 },
  async () => {
    const { one, secrets, env } = planted();
    expect((await one.start(["daemon", "start"], env).ended).exitCode).toBe(0);
    const { endpoint } = endpointOf(one);
    const limits = readFileSync(`/proc/${endpoint.pid}/limits`, "utf8");
    expect(/^Max core file size +(\d+|unlimited)/m.exec(limits)?.[1]).toBe("0");
    // A crash, as the system sees it.
    process.kill(endpoint.pid, "SIGABRT");
    await gone(endpoint.pid);
    const state = filesBelow(one.stateFolder);
    const left = [...readdirSync(one.folder.root), ...state.map(({ path }) => path)];
    expect(left.filter((path) => /(?:^|\/)core(?:\.\d+)?$/.test(path))).toEqual([]);
    expect(sightings(state, looked(secrets))).toEqual([]);
  },
);

function endpointOf({ stateFolder }: Workspace): { endpoint: Endpoint; file: string } {
  const file = readdirSync(stateFolder, { recursive: true, encoding: "utf8" }).find((path) =>
    path.endsWith("endpoint.json"),
  );
  if (file === undefined) throw new Error("the daemon wrote no endpoint");
  return { endpoint: Endpoint.parse(JSON.parse(readFileSync(join(stateFolder, file), "utf8"))), file };
}

async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
      if (/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"))) return;
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
