import { addon } from "../../../native/lib/addon.ts";

export const ema = addon;
