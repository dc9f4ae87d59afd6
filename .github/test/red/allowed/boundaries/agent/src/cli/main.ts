import { graph } from "../compose.ts";
import type { Store } from "../history/store.ts";

export const main = (store: Store) => [graph, store];
