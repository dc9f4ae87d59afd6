import { compose } from "../compose.ts";

export const run = compose;
