import { decide } from "./no-such-file.ts";

export const verdict = decide();
