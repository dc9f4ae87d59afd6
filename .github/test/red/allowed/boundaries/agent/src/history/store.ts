import { DatabaseSync } from "node:sqlite";

export const store = DatabaseSync;
export type Store = typeof store;
