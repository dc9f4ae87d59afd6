import { DatabaseSync } from "node:sqlite";

export const cache = DatabaseSync;
