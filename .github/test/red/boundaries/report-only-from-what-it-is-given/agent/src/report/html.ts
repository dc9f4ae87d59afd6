import { readText } from "../platform/files.ts";

export const html = readText;
