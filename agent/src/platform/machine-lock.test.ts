import { type ChildProcess, spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { withMachineLock } from "./machine-lock.ts";

let names = 0;
const made: string[] = [];
/** A lock of this test alone. */
function freshName(): string {
  const name = `test-${process.pid}-${names++}`;
  made.push(name);
  return name;
}
const fileOf = (name: string) => join(tmpdir(), `trigate-${name}-${userInfo().uid}.lock`);
afterEach(() => {
  for (const name of made.splice(0)) rmSync(fileOf(name), { force: true });
});
const never = new AbortController().signal;
const holder = fileURLToPath(new URL("testing/hold-machine-lock.ts", import.meta.url));
/** Another process that holds the lock until it is killed. */
function startHolder(name: string): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [holder, name], { stdio: ["ignore", "pipe", "inherit"] });
    child.once("error", reject);
    child.stdout.once("data", () => resolve(child));
  });
}

test("no two holders at a time, in one process", async () => {
  const name = freshName();
  let inside = 0;
  let most = 0;
  const body = async () => {
    inside++;
    most = Math.max(most, inside);
    await new Promise((resolve) => setTimeout(resolve, 5));
    inside--;
    return inside;
  };
  await Promise.all(Array.from({ length: 4 }, () => withMachineLock(name, never, body)));
  expect(most).toBe(1);
});

test("gives what the body gives, and is free again after it failed", async () => {
  const name = freshName();
  await expect(withMachineLock(name, never, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  expect(await withMachineLock(name, never, async () => "answer")).toBe("answer");
});

test("waits for another process, and takes over when that one is killed", async () => {
  const name = freshName();
  const other = await startHolder(name);
  let entered = false;
  const waiting = withMachineLock(name, never, async () => {
    entered = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(entered).toBe(false);
  other.kill("SIGKILL");
  await waiting;
  expect(entered).toBe(true);
});

test("waiting ends with the signal's own reason", async () => {
  const name = freshName();
  const controller = new AbortController();
  await withMachineLock(name, never, async () => {
    const waiting = withMachineLock(name, controller.signal, async () => undefined);
    controller.abort(new Error("cancelled meanwhile"));
    await expect(waiting).rejects.toThrow("cancelled meanwhile");
  });
});

test("a file that a dead holder left behind, empty as it is, holds up nobody", async () => {
  const name = freshName();
  writeFileSync(fileOf(name), "");
  expect(await withMachineLock(name, never, async () => 1)).toBe(1);
});
