/**
 * Set-up of every test file. Files share the process of a worker, since a new one for each costs more than most tests:
 * so a file that leaves the process different from how it found it fails itself, instead of the one that comes next.
 */
import { deepEqual } from "node:assert/strict";
import { afterAll, beforeAll } from "vitest";

// Tests ask nobody beyond this machine; to read the authorities that it names takes each start of the agent 100 ms.
delete process.env["SSL_CERT_FILE"];

const here = () => ({ cwd: process.cwd(), exitCode: process.exitCode });

let found = here();
let env: NodeJS.ProcessEnv = {};
beforeAll(() => {
  found = here();
  env = { ...process.env };
});

/** Names alone: a failure is printed, and variables may hold secrets. */
function changedVariables(): readonly string[] {
  const names = new Set([...Object.keys(env), ...Object.keys(process.env)]);
  return [...names].filter((name) => env[name] !== process.env[name]);
}

// Registered before the file's own hooks, this one comes after them.
afterAll(() => {
  const left = { ...here(), variables: changedVariables() };
  deepEqual(left, { ...found, variables: [] }, "a test file has to leave its process as it found it");
});
