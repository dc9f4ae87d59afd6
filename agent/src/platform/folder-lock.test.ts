import { existsSync, mkdirSync, readdirSync, rmdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "./clock.ts";
import { takeFolderLock } from "./folder-lock.ts";
import { ownerPath } from "./lock-owner.ts";

let folder = "";
let path = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "trigate-lock-"));
  path = join(folder, "list.json.lock");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const hasty = { clock: systemClock, waitMs: 60, staleAfterMs: 3_600_000 };
/** An id that no process has: one above the highest that Linux gives. */
const NOBODY = 4_194_305;

/** What stands beside a lock that we hold now, with another process in place of this one. */
async function ownerSaying(pid: number): Promise<string> {
  const lock = await takeFolderLock(path, hasty);
  const said = await readFile(ownerPath(path), "utf8");
  await lock?.release();
  mkdirSync(path);
  const { ino, birthtimeNs } = statSync(path, { bigint: true });
  const [machine] = said.split("\n");
  return [machine, pid, `${ino}-${birthtimeNs}`].join("\n");
}

describe("the lock of a process that is gone", () => {
  test("is taken over at once, and nothing is left of it", async () => {
    writeFileSync(ownerPath(path), await ownerSaying(NOBODY));
    const lock = await takeFolderLock(path, hasty);
    expect(await lock?.isOurs()).toBe(true);
    await lock?.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([
    ["of a process that lives", (said: string) => said.replace(String(NOBODY), String(process.pid))],
    ["of another machine", (said: string) => `elsewhere.${said}`],
    ["of an earlier lock at this place", (said: string) => `${said}1`],
    ["of no process", (said: string) => said.replace(String(NOBODY), "")],
    ["cut off", (said: string) => said.slice(0, 9)],
  ])("is not taken from whoever holds it by a name %s", async (_name, changed) => {
    writeFileSync(ownerPath(path), changed(await ownerSaying(NOBODY)));
    expect(await takeFolderLock(path, hasty)).toBeUndefined();
    expect(existsSync(path)).toBe(true);
  });

  test("without a name beside it, as other programs leave it, is taken over when nobody has touched it for long", async () => {
    mkdirSync(path);
    expect(await takeFolderLock(path, hasty)).toBeUndefined();
    utimesSync(path, new Date(2020, 1), new Date(2020, 1));
    expect(await takeFolderLock(path, hasty)).toBeDefined();
  });
});

describe("a lock that is held", () => {
  test("is an empty folder, so that other programs can take an old one over", async () => {
    const lock = await takeFolderLock(path, hasty);
    rmdirSync(path);
    mkdirSync(path);
    expect(await lock?.isOurs()).toBe(false);
    await lock?.release();
    expect(readdirSync(folder)).toEqual(["list.json.lock"]);
  });

  test("for longer than the time after which one counts as abandoned is touched meanwhile", async () => {
    const brief = { clock: systemClock, waitMs: 1_200, staleAfterMs: 800 };
    const lock = await takeFolderLock(path, brief);
    expect(await takeFolderLock(path, brief)).toBeUndefined();
    expect(await lock?.isOurs()).toBe(true);
    await lock?.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("is no longer touched by who lost it", async () => {
    const lock = await takeFolderLock(path, { ...hasty, staleAfterMs: 40 });
    rmdirSync(path);
    mkdirSync(path);
    const { mtimeMs } = statSync(path);
    await sleep(60);
    expect(await lock?.isOurs()).toBe(false);
    expect(statSync(path).mtimeMs).toBe(mtimeMs);
    await lock?.release();
  });
});
