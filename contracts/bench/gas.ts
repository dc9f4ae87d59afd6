import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { Contract } from "ethers";
import { MaxUint256, parseEther } from "ethers";
import { send } from "../fixture/contract-calls.ts";
import type { Exchange, Market, Opportunity } from "../fixture/market.ts";
import { openMarket, opportunity } from "../fixture/market.ts";
import { packTrade } from "../fixture/packing.ts";
import { arbitrage } from "../fixture/v2-model.ts";

const AMOUNT_IN = parseEther("1");
const REPEATS = 5;

let market: Market;
let chance: Opportunity;
let baseline: Contract;
let trade: bigint;

/** Sells on one exchange through its router, and gives the gas of that. */
async function swap(exchange: Exchange, [sold, bought]: [Contract, Contract], amountIn: bigint): Promise<bigint> {
  const { owner } = market;
  const path = [await sold.getAddress(), await bought.getAddress()];
  const args = [amountIn, 0n, path, owner.address, MaxUint256];
  return (await send(exchange.router, "swapExactTokensForTokens", ...args)).gasUsed;
}

/** A slot that was never written costs 17100 gas more, once. A bot meets that once in its life, so it is paid here. */
async function warmUp(): Promise<void> {
  const { weth, dollar, cheap, dear, executor } = market;
  for (const exchange of [cheap, dear]) {
    await swap(exchange, [weth, dollar], parseEther("0.5"));
    await swap(exchange, [dollar, weth], parseEther("1000"));
  }
  for (const holder of [executor, baseline]) {
    await send(weth, "transfer", await holder.getAddress(), parseEther("10"));
    await send(dollar, "transfer", await holder.getAddress(), 1n);
  }
}

before(async () => {
  market = await openMarket();
  const { ethers, owner, weth, dollar, dear, cheap } = market;
  const parts = [dear.router, cheap.router, weth, dollar];
  baseline = await ethers.deployContract("RouterArb", await Promise.all(parts.map((part) => part.getAddress())), owner);
  await warmUp();
  chance = await opportunity(market, "weth");
  const { profit, amountBetween } = arbitrage(AMOUNT_IN, chance.firstState, chance.secondState);
  trade = packTrade(AMOUNT_IN, profit);
  const tokens = [await weth.getAddress(), await dollar.getAddress()];
  ways = [
    [
      "two router transactions",
      async () => (await swap(dear, [weth, dollar], AMOUNT_IN)) + (await swap(cheap, [dollar, weth], amountBetween)),
    ],
    ["contract calling two routers", async () => (await send(baseline, "trade", ...tokens, AMOUNT_IN, profit)).gasUsed],
    ["tradeOwnFunds", () => executorGas("tradeOwnFunds")],
    ["tradeFlashSwap", () => executorGas("tradeFlashSwap")],
  ];
});

let ways: [label: string, spend: () => Promise<bigint>][] = [];

async function executorGas(way: "tradeOwnFunds" | "tradeFlashSwap"): Promise<bigint> {
  const { firstHop, secondHop } = chance;
  return (await send(market.executor, way, firstHop, secondHop, trade)).gasUsed;
}

/** Gas of the same transaction from the same state, several times; the chain is set back after each. */
async function repeat(spend: () => Promise<bigint>): Promise<bigint[]> {
  const { provider } = market.ethers;
  const spent: bigint[] = [];
  for (let run = 0; run < REPEATS; run += 1) {
    const snapshot: unknown = await provider.send("evm_snapshot");
    spent.push(await spend());
    await provider.send("evm_revert", [snapshot]);
  }
  return spent;
}

describe("gas of one arbitrage, 1 WETH, two Uniswap V2 pairs, every slot written before", () => {
  it("is the same each time, and less than through the routers", async () => {
    const table: { way: string; gas: bigint }[] = [];
    for (const [way, spend] of ways) {
      const spent = await repeat(spend);
      const [gas] = spent;
      assert.ok(gas !== undefined && spent.every((each) => each === gas), `${way} took ${spent.join(", ")} gas`);
      table.push({ way, gas });
    }
    const routers = table.find(({ way }) => way === "contract calling two routers");
    assert.ok(routers);
    console.log(`      ${"receipt gasUsed".padEnd(30)}${"gas".padStart(9)}   × contract calling two routers`);
    for (const { way, gas } of table) {
      console.log(
        `      ${way.padEnd(30)}${String(gas).padStart(9)}   ${(Number(gas) / Number(routers.gas)).toFixed(3)}`,
      );
    }
    for (const { way, gas } of table) {
      if (!way.startsWith("trade")) continue;
      assert.ok(gas < routers.gas, `${way} takes ${gas} gas, the routers ${routers.gas}`);
    }
  });
});
