import { readFileSync } from "node:fs";

export const run = readFileSync;
