import type { Verdict } from "../core/outcome.ts";

export type Details = Verdict;
