import { sample } from "./testing/sample.ts";

export const next = sample;
