import { place } from "./where.ts";

export const here = place;
