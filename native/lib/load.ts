import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadAddon } from "./addon-backend.ts";
import type { Backend, KernelPath } from "./backend.ts";
import { NativeError } from "./errors.ts";
import { loadWasm } from "./wasm-backend.ts";

const ADDON = fileURLToPath(new URL("../build/trigate.node", import.meta.url));
const MODULE = fileURLToPath(new URL("./kernels.wasm", import.meta.url));

const LOADERS: { readonly [P in KernelPath]: () => Backend } = {
  addon() {
    if (!existsSync(ADDON)) throw new Error("it is not built; node native/build.mjs --addon does that");
    return loadAddon(ADDON);
  },
  wasm: () => loadWasm(MODULE),
};

/** Loads the first of `paths` that can be loaded. Error: native/load-failed with the reason for each. */
export function loadBackend(paths: readonly KernelPath[]): Backend {
  const tried: string[] = [];
  for (const path of paths) {
    try {
      return LOADERS[path]();
    } catch (error) {
      tried.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new NativeError("native/load-failed", { tried });
}
