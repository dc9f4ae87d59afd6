import { type Kernels, loadKernels } from "@trigate/native";

export type { CandleStream, Kernels, MacdStream, ScalarStream } from "@trigate/native";

let loaded: Kernels | undefined;

/**
 * The native core's indicators, loaded at the first call: the addon when it is built, else the WebAssembly module, with the
 * same results. Error: native/load-failed.
 */
export function kernels(): Kernels {
  loaded ??= loadKernels();
  return loaded;
}
