import { parseOxlint } from "../oxlint/parse.ts";

export const parseRuff = parseOxlint;
