import { decide } from "../../../agent/src/core/judge.ts";

export const paint = decide;
