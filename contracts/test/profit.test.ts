import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { parseEther } from "ethers";
import { readInteger, send } from "../fixture/contract-calls.ts";
import type { Market, ProfitToken } from "../fixture/market.ts";
import { openMarket, opportunity } from "../fixture/market.ts";
import { packTrade } from "../fixture/packing.ts";
import { arbitrage, payout } from "../fixture/v2-model.ts";

const CASES: { profitToken: ProfitToken; amountIn: bigint }[] = [
  { profitToken: "weth", amountIn: parseEther("1") },
  { profitToken: "weth", amountIn: 4_999_999_999_999_999_999n },
  { profitToken: "dollar", amountIn: parseEther("2000") },
  { profitToken: "dollar", amountIn: 7_777_777_777_777_777_777_777n },
];

describe("profit", () => {
  for (const { profitToken, amountIn } of CASES) {
    describe(`${amountIn} base units of ${profitToken}`, () => {
      let market: Market;
      beforeEach(async () => {
        market = await openMarket();
      });

      for (const way of ["tradeOwnFunds", "tradeFlashSwap"] as const) {
        it(`${way} gains what the model says, to the wei`, async () => {
          const { executor, owner } = market;
          const { token, other, firstHop, secondHop, firstState, secondState } = await opportunity(market, profitToken);
          if (way === "tradeOwnFunds") await send(token, "transfer", await executor.getAddress(), amountIn);
          const { profit } = arbitrage(amountIn, firstState, secondState);
          assert.ok(profit > 0n, "the case must be profitable to mean anything");
          const balanceBefore = await readInteger(token, "balanceOf", await executor.getAddress());

          // The floor is exactly the profit: one wei less gained and the call would revert.
          const call = [executor, way, firstHop, secondHop, packTrade(amountIn, profit)] as const;
          assert.equal(await readInteger(...call), profit);
          const receipt = await send(...call);

          assert.equal(await readInteger(token, "balanceOf", await executor.getAddress()), balanceBefore + profit);
          assert.equal(await readInteger(other, "balanceOf", await executor.getAddress()), 0n);
          const events = receipt.logs.flatMap((log) => executor.interface.parseLog(log) ?? []);
          const event = events.find(({ name }) => name === "ArbExecuted");
          assert.deepEqual(event?.args.toArray(), [await token.getAddress(), amountIn, profit]);
          await send(executor, "withdraw", await token.getAddress(), owner.address, balanceBefore + profit);
        });
      }

      it("the model agrees with Uniswap's router", async () => {
        const { first, firstState } = await opportunity(market, profitToken);
        const { reserveIn, reserveOut } = firstState;
        assert.equal(
          payout(amountIn, firstState),
          await readInteger(first.router, "getAmountOut", amountIn, reserveIn, reserveOut),
        );
      });
    });
  }
});
