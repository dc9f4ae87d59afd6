import { shape } from "../checkers/checker.ts";

export const run = shape;
