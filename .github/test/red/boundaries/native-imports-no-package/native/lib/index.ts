import { seed } from "../../engine/src/index.ts";

export const kernels = seed;
