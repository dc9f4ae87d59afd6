import type { Scope } from "../runs/plan.ts";

export type Changed = Scope;
