import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadKernels } from "../lib/index.ts";
import { codeOf } from "./kernels.ts";

const lib = fileURLToPath(new URL("../lib/", import.meta.url));
let copy = "";

/** The package's own loader, from a copy whose builds a test may spoil. */
async function loaderOfCopy(): Promise<typeof loadKernels> {
  const module: { loadKernels: typeof loadKernels } = await import(pathToFileURL(join(copy, "lib", "index.ts")).href);
  return module.loadKernels;
}

/** What the loader of the copy says when nothing can be loaded. */
async function refusalOfCopy(): Promise<string> {
  const load = await loaderOfCopy();
  try {
    load();
  } catch (error) {
    return String(error);
  }
  return "loaded";
}

describe("loading the kernels", () => {
  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), "trigate-native-"));
    cpSync(lib, join(copy, "lib"), { recursive: true });
  });
  afterEach(() => rmSync(copy, { recursive: true, force: true }));

  test("falls back to the module when the addon is not built, and says so", async () => {
    const load = await loaderOfCopy();
    expect(load().kernelPath).toBe("wasm");
    expect(load().sma(Float64Array.of(1, 3), 2)[1]).toBe(2);
  });

  test("gives the reason for each build when none can be loaded", async () => {
    writeFileSync(join(copy, "lib", "kernels.wasm"), "no module");
    const said = await refusalOfCopy();
    expect(said).toContain("addon: it is not built");
    expect(said).toContain("wasm: ");
    expect(said).toContain("run node native/build.mjs");
  });

  test("refuses a module of another shape", async () => {
    // The smallest module there is: it exports nothing.
    writeFileSync(join(copy, "lib", "kernels.wasm"), Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    expect(await refusalOfCopy()).toContain("it was built from other sources");
  });

  test("loads the build that is asked for", () => {
    expect(loadKernels({ only: "wasm" }).kernelPath).toBe("wasm");
    expect(codeOf(() => loadKernels().openSma(0))).toBe("native/bad-argument");
  });
});
