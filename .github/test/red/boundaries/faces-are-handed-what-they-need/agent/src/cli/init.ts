import { openHistory } from "../history/sqlite-history.ts";

export const init = openHistory;
