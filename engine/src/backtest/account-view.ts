import { feeOn, type Lots, type MoneyUnits, type PriceTicks } from "../model/decimal.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import type { Account } from "../strategy/strategy.ts";

/** The portfolio as a strategy sees it: read-only, valued at the last close. One object serves the whole run. */
export class AccountView implements Account {
  readonly #portfolio: Portfolio;
  readonly #takerFeePips: number;
  readonly #scale: number;
  /** Set by the run at each close. */
  closeTicks: PriceTicks = 0;

  constructor(portfolio: Portfolio, { takerFeePips, scale }: { takerFeePips: number; scale: number }) {
    this.#portfolio = portfolio;
    this.#takerFeePips = takerFeePips;
    this.#scale = scale;
  }

  get cashUnits(): MoneyUnits {
    return this.#portfolio.cashUnits;
  }
  get equityUnits(): MoneyUnits {
    return this.#portfolio.equityUnits(this.closeTicks);
  }
  get lots(): Lots {
    return this.#portfolio.lots;
  }
  get averageEntryTicks(): number | undefined {
    return this.#portfolio.averageEntryTicks;
  }

  lotsFor(share: number): Lots {
    const budget = this.equityUnits * share;
    const perLot = this.closeTicks + feeOn(this.closeTicks, this.#takerFeePips);
    return budget > 0 && perLot > 0 ? Math.floor(budget / perLot) : 0;
  }

  ticksOf(price: number): PriceTicks {
    return Math.round(price * this.#scale);
  }
}
