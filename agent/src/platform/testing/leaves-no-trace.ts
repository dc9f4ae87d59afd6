/**
 * Set-up of every test file. Files share the process of a worker, since a new one for each costs more than most tests:
 * so a file that leaves the process different from how it found it fails itself, instead of the one that comes next.
 */
import { deepEqual } from "node:assert/strict";
import { afterAll, beforeAll } from "vitest";

const shared = () => ({ cwd: process.cwd(), exitCode: process.exitCode, env: { ...process.env } });

let found: ReturnType<typeof shared>;
beforeAll(() => {
  found = shared();
});
// Registered before the file's own hooks, this one comes after them.
afterAll(() => {
  deepEqual(shared(), found, "this file leaves another folder, exit code or variables behind than it found");
});
