import type { PriceTicks } from "../model/decimal.ts";
import { type Execution, signOf } from "../model/order.ts";
import type { Random } from "../platform/random.ts";

/** What trading costs besides the price. */
export interface Costs {
  /** Fee of executions that waited for their price, in pips (1,000,000 = 100 %). */
  readonly makerFeePips: number;
  /** Fee of executions that took the price they found, in pips. */
  readonly takerFeePips: number;
  /** Executions that take a price get it worse by 0 to this many ticks, each number as likely. */
  readonly slippageTicks: number;
}

/** The execution as it really comes out: a taker's price is worse by a random number of ticks, but at least one tick. */
export function withSlippage(execution: Execution, costs: Costs, random: Random): Execution {
  if (execution.maker || costs.slippageTicks === 0) return execution;
  const worse = signOf(execution.order.side) * random.below(costs.slippageTicks + 1);
  const priceTicks: PriceTicks = Math.max(1, execution.priceTicks + worse);
  return { ...execution, priceTicks };
}
