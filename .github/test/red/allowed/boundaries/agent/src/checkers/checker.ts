import { read } from "../platform/files.ts";

export const shape = read;
