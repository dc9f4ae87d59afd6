export type Scope = "all";
