export const backtest = 1;
