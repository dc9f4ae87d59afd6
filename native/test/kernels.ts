import { type Kernels, loadKernels, NativeError } from "../lib/index.ts";

/** The module, which comes with the package and must always load. */
export const wasm: Kernels = loadKernels({ only: "wasm" });

/**
 * The addon, undefined where nobody could build it. With CI=true that is a failure: the comparison of both builds is what
 * allows the module to stand in for the addon.
 */
export const addon: Kernels | undefined = loadAddon();

function loadAddon(): Kernels | undefined {
  try {
    return loadKernels({ only: "addon" });
  } catch (error) {
    if (process.env["CI"] === "true" || !(error instanceof NativeError)) throw error;
    process.stderr.write(`SKIPPED: comparisons of addon and WebAssembly module. ${error.message}\n`);
    return undefined;
  }
}

/** Every build that there is, for tests of behaviour. */
export const builds: readonly Kernels[] = addon === undefined ? [wasm] : [addon, wasm];

/** The bits of a column: unlike numbers they tell 0 from -0 and one NaN from another. */
export function bitsOf(column: Float64Array): BigUint64Array {
  return new BigUint64Array(column.slice().buffer);
}

/** The code of the NativeError that an action throws; "none" when it throws nothing. */
export function codeOf(action: () => unknown): string {
  try {
    action();
    return "none";
  } catch (error) {
    if (error instanceof NativeError) return error.code;
    throw error;
  }
}
