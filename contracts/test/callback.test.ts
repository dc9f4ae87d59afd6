import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import type { Contract } from "ethers";
import { AbiCoder, parseEther } from "ethers";
import { readAddress, readInteger, revertOf, send } from "../fixture/contract-calls.ts";
import type { Market, Opportunity } from "../fixture/market.ts";
import { openMarket, opportunity, sellsToken0 } from "../fixture/market.ts";
import { packHop, packTrade } from "../fixture/packing.ts";
import { arbitrage } from "../fixture/v2-model.ts";

const AMOUNT_IN = parseEther("1");
const TREASURE = parseEther("5");

let market: Market;
let chance: Opportunity;

/** The data that a running trade would await: pay `amountIn` to the first pair, which pays the lender. */
async function repayment(first: bigint): Promise<string> {
  const { amountBetween } = arbitrage(AMOUNT_IN, chance.firstState, chance.secondState);
  return AbiCoder.defaultAbiCoder().encode(
    ["address", "uint256", "uint112", "uint112"],
    [await chance.token.getAddress(), first, AMOUNT_IN, amountBetween],
  );
}

beforeEach(async () => {
  market = await openMarket();
  chance = await opportunity(market, "weth");
  await send(market.weth, "transfer", await market.executor.getAddress(), TREASURE);
});

describe("the callback", () => {
  it("refuses a stranger, with any initiator", async () => {
    const { executor, stranger } = market;
    const data = await repayment(chance.firstHop);
    for (const initiator of [stranger.address, await executor.getAddress()]) {
      assert.deepEqual(await revertOf(executor.connect(stranger), "uniswapV2Call", initiator, 0n, 1n, data), {
        name: "ArbExecutorUnexpectedCallback",
        args: [stranger.address, initiator],
      });
    }
  });

  it("refuses its owner too", async () => {
    const { executor, owner } = market;
    const data = await repayment(chance.firstHop);
    assert.deepEqual(await revertOf(executor, "uniswapV2Call", await executor.getAddress(), 0n, 1n, data), {
      name: "ArbExecutorUnexpectedCallback",
      args: [owner.address, await executor.getAddress()],
    });
  });

  it("refuses a real pair that a stranger sent", async () => {
    const { executor, stranger } = market;
    const { pair, pairAddress } = chance.second;
    const data = await repayment(chance.firstHop);
    const revert = await revertOf(pair.connect(stranger), "swap", 1n, 0n, await executor.getAddress(), data);
    assert.deepEqual(revert, { name: "ArbExecutorUnexpectedCallback", args: [pairAddress, stranger.address] });
  });
});

describe("a lender that cheats", () => {
  let liar: Contract;
  let liarAddress: string;
  let call: readonly unknown[];

  beforeEach(async () => {
    const { ethers, owner, cheap, weth, dollar } = market;
    const token0 = await readAddress(cheap.pair, "token0");
    const token1 = await readAddress(cheap.pair, "token1");
    liar = await ethers.deployContract("LyingPair", [token0, token1], owner);
    liarAddress = await liar.getAddress();
    await send(weth, "transfer", liarAddress, parseEther("60"));
    await send(dollar, "transfer", liarAddress, parseEther("120000"));
    const hop = packHop({ pair: liarAddress, feePips: 3000n, zeroForOne: await sellsToken0(cheap, dollar) });
    call = [chance.firstHop, hop, packTrade(AMOUNT_IN, 0n)];
  });

  const trade = () => revertOf(market.executor, "tradeFlashSwap", ...call);
  const refused = async () => ({
    name: "ArbExecutorUnexpectedCallback",
    args: [liarAddress, await market.executor.getAddress()],
  });

  it("would be served if it were honest", async () => {
    assert.ok((await readInteger(market.executor, "tradeFlashSwap", ...call)) > 0n);
  });

  it("by other data than it was given is refused", async () => {
    await send(liar, "forgeData", await repayment(packHop({ pair: liarAddress, feePips: 3000n, zeroForOne: true })));
    assert.deepEqual(await trade(), await refused());
  });

  it("by another initiator is refused", async () => {
    await send(liar, "forgeInitiator", market.stranger.address);
    assert.deepEqual(await trade(), {
      name: "ArbExecutorUnexpectedCallback",
      args: [liarAddress, market.stranger.address],
    });
  });

  it("by sending another pair with the right data is refused", async () => {
    const { ethers, owner, executor } = market;
    const tokens = [await readAddress(liar, "token0"), await readAddress(liar, "token1")];
    const accomplice = await ethers.deployContract("LyingPair", tokens, owner);
    await send(liar, "sendAccomplice", await accomplice.getAddress());
    assert.deepEqual(await trade(), {
      name: "ArbExecutorUnexpectedCallback",
      args: [await accomplice.getAddress(), await executor.getAddress()],
    });
  });

  it("by calling back twice is refused", async () => {
    await send(liar, "setCallbacks", 2n);
    assert.deepEqual(await trade(), await refused());
  });

  it("by lending and never calling back only gives its tokens away", async () => {
    await send(liar, "setCallbacks", 0n);
    const profit = await readInteger(market.executor, "tradeFlashSwap", ...call);
    assert.ok(profit > AMOUNT_IN);
  });

  it("by paying less than its price is refused, and the treasure stays", async () => {
    const { executor, weth } = market;
    const received = AMOUNT_IN + (await readInteger(executor, "tradeOwnFunds", ...call));
    await send(liar, "withhold", received);
    assert.deepEqual(await revertOf(executor, "tradeOwnFunds", ...call), {
      name: "ArbExecutorShortDelivery",
      args: [TREASURE - AMOUNT_IN, TREASURE],
    });
    assert.deepEqual(await trade(), { name: "ArbExecutorShortDelivery", args: [TREASURE - AMOUNT_IN, TREASURE] });
    assert.equal(await readInteger(weth, "balanceOf", await executor.getAddress()), TREASURE);
  });
});
