import { addon } from "./addon.ts";

export const kernels = addon;
