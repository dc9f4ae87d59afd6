import { root } from "../config/resolved.ts";

export const log = root;
