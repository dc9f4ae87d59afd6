import { ruff } from "./checkers/static/ruff/adapter.ts";
import { store } from "./history/store.ts";
import type { Json } from "./report/json.ts";
import { run } from "./runs/run.ts";
import { ws } from "./server/ws.ts";

export const graph = (json: Json) => [ruff, store, run, ws, json];
