import { root } from "../config/resolved.ts";

export const finding = root;
