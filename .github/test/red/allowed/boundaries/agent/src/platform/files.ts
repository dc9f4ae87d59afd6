import { readFileSync } from "node:fs";
import { verdict } from "../core/verdict.ts";

export const read = [readFileSync, verdict];
