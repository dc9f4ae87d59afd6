import { spawnSync } from "node:child_process";
import { appendFileSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const native = fileURLToPath(new URL("..", import.meta.url));
let copy = "";

/** Runs the build of a copy of the package on a machine without any compiler. */
function build(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const result = spawnSync(process.execPath, ["build.mjs", ...args], {
    cwd: copy,
    encoding: "utf8",
    env: { PATH: join(copy, "empty"), ...environment },
  });
  return { status: result.status, said: result.stderr };
}

describe("the build without a compiler", () => {
  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), "trigate-native-"));
    for (const part of ["build.mjs", "include", "src", "lib"]) {
      cpSync(join(native, part), join(copy, part), { recursive: true });
    }
  });
  afterEach(() => rmSync(copy, { recursive: true, force: true }));

  test("uses the committed module, which matches its sources", () => {
    const { status, said } = build([]);
    expect(said).toContain("The WebAssembly module is used.");
    expect(said).toContain("The committed module matches the sources");
    expect(status).toBe(0);
  });

  test("fails where nothing may be skipped", () => {
    expect(build(["--addon"], { CI: "true" }).status).toBe(1);
    expect(build(["--wasm"], { CI: "true" }).status).toBe(1);
  });

  test("fails when the committed module is older than its sources", () => {
    appendFileSync(join(copy, "include", "trigate", "indicators.h"), "\n// changed\n");
    const { status, said } = build(["--wasm"]);
    expect(said).toContain("older than its sources");
    expect(status).toBe(1);
  });

  test("says which flags there are", () => {
    const { status, said } = build(["--adon"]);
    expect(said).toContain("--addon, --wasm, --tests, --bench, --asan, --tsan, --accept");
    expect(status).toBe(2);
  });
});
