import type { Hello } from "../protocol/index.ts";

export type Json = Hello;
