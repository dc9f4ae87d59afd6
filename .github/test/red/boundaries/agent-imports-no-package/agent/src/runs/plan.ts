import { backtest } from "../../../engine/src/index.ts";

export const plan = backtest;
