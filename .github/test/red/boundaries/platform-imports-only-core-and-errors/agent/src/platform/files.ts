import { root } from "../config/resolved.ts";

export const here = root;
