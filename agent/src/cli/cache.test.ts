import { chmodSync, existsSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { MutableWorkspace } from "../runs/testing/mutable-workspace.ts";
import { main } from "./main.ts";

let workspace: MutableWorkspace;
let before = { cwd: "", env: process.env, exitCode: process.exitCode };
beforeEach(() => {
  before = { cwd: process.cwd(), env: process.env, exitCode: process.exitCode };
  workspace = new MutableWorkspace();
  process.env = { ...workspace.env };
  process.chdir(workspace.root);
});
afterEach(() => {
  process.chdir(before.cwd);
  process.env = before.env;
  process.exitCode = before.exitCode;
  workspace.remove();
});

async function cache(...argv: string[]): Promise<{ out: string; exitCode: typeof process.exitCode }> {
  let out = "";
  const spy = vi.spyOn(console, "log").mockImplementation((text) => void (out += `${String(text)}\n`));
  process.exitCode = 0;
  try {
    await main(["cache", ...argv]);
  } finally {
    spy.mockRestore();
  }
  return { out, exitCode: process.exitCode };
}

describe("trigate cache", () => {
  test("says what is kept, where, and forgets it", async () => {
    await workspace.judge();
    const folder = (await cache("path")).out.trim();
    expect((await cache("status")).out).toMatch(/^[1-9]\d* files, .* of at most 1024\.0 MiB/);
    expect((await cache("evict")).out).toMatch(/^0 files removed/);
    await cache("clear");
    expect(existsSync(folder)).toBe(false);
    expect((await cache("status")).out).toMatch(/^0 files/);
  });

  test("audit finds the same answer, and says so of nothing that was not compared", async () => {
    const nothing = await cache("audit", "--trust");
    expect([nothing.exitCode, nothing.out]).toEqual([3, expect.stringContaining("nothing to compare")]);
    await workspace.judge();
    const { out, exitCode } = await cache("audit", "--check", "ruff");
    expect([exitCode, out]).toEqual([0, expect.stringContaining("ruff: the same answer")]);
  });

  test("audit finds a wrong hit: a tool whose answer hangs on a file that nothing declares", async () => {
    writeFileSync(workspace.path("project/read.py"), "import sys\n");
    const tool = workspace.path("project/.venv/bin/ruff");
    const moved = `${tool}-real`;
    renameSync(tool, moved);
    const hidden = join(workspace.home, "hidden");
    writeFileSync(hidden, "F401");
    const script = `#!/bin/sh\n[ "$1" = --version ] && exec "${moved}" --version\nread word < "${hidden}"\nfirst="$1"; shift\nexec "${moved}" "$first" --select "$word" "$@"\n`;
    writeFileSync(tool, script);
    chmodSync(tool, 0o755);
    await workspace.judge();
    expect((await cache("audit", "--check", "ruff")).exitCode).toBe(0);
    writeFileSync(hidden, "W292");
    const { out, exitCode } = await cache("audit", "--check", "ruff", "--json");
    const { audited } = JSON.parse(out);
    expect([exitCode, audited[0].outcome]).toEqual([1, "differs"]);
    // Where strace may not trace, the comparison alone has to find it.
    if (audited[0].reads !== undefined) expect(audited[0].reads.undeclared).toContain(hidden);
  });

  test("what is damaged is removed and made anew", async () => {
    await workspace.judge();
    const folder = (await cache("path")).out.trim();
    const entries = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
      /^..\/[0-9a-f]{64}$/.test(name),
    );
    expect(entries.length).toBeGreaterThan(0);
    for (const name of entries) writeFileSync(join(folder, name), "half an ent");
    rmSync(join(folder, "memo"), { recursive: true, force: true });
    expect((await workspace.judge()).some(({ cached }) => cached)).toBe(false);
    expect((await workspace.judge()).every(({ cached }) => cached)).toBe(true);
  });
});
