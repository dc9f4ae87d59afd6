import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { MaxUint256, parseEther, ZeroAddress } from "ethers";
import { decodeRevert, readAddress, readInteger, revertOf, send } from "../fixture/contract-calls.ts";
import type { Market, Opportunity } from "../fixture/market.ts";
import { openMarket, opportunity, sellsToken0, stateSelling } from "../fixture/market.ts";
import { packHop, packTrade } from "../fixture/packing.ts";
import { arbitrage } from "../fixture/v2-model.ts";

const AMOUNT_IN = parseEther("1");
const WAYS = ["tradeOwnFunds", "tradeFlashSwap"] as const;

let market: Market;
let chance: Opportunity;
let expectedProfit: bigint;

beforeEach(async () => {
  market = await openMarket();
  chance = await opportunity(market, "weth");
  expectedProfit = arbitrage(AMOUNT_IN, chance.firstState, chance.secondState).profit;
  await send(market.weth, "transfer", await market.executor.getAddress(), AMOUNT_IN);
});

describe("only the owner", () => {
  for (const way of WAYS) {
    it(`may call ${way}`, async () => {
      const { executor, stranger } = market;
      const revert = await revertOf(
        executor.connect(stranger),
        way,
        chance.firstHop,
        chance.secondHop,
        packTrade(AMOUNT_IN, 0n),
      );
      assert.deepEqual(revert, { name: "ArbExecutorNotOwner", args: [stranger.address] });
    });
  }

  it("may withdraw", async () => {
    const { executor, stranger, weth } = market;
    const revert = await revertOf(
      executor.connect(stranger),
      "withdraw",
      await weth.getAddress(),
      stranger.address,
      1n,
    );
    assert.deepEqual(revert, { name: "ArbExecutorNotOwner", args: [stranger.address] });
  });

  it("is who it was deployed for", async () => {
    assert.equal(await readAddress(market.executor, "owner"), market.owner.address);
  });

  it("is never the zero address", async () => {
    const deployment = market.ethers.deployContract("ArbExecutor", [ZeroAddress], market.owner);
    await assert.rejects(deployment, (error) => {
      assert.deepEqual(decodeRevert(error), { name: "ArbExecutorZeroOwner", args: [] });
      return true;
    });
  });
});

describe("a trade that does not pay", () => {
  for (const way of WAYS) {
    it(`${way}: one wei more than the profit is refused`, async () => {
      const { executor } = market;
      const trade = packTrade(AMOUNT_IN, expectedProfit + 1n);
      assert.deepEqual(await revertOf(executor, way, chance.firstHop, chance.secondHop, trade), {
        name: "ArbExecutorProfitTooLow",
        args: [AMOUNT_IN + expectedProfit, AMOUNT_IN + expectedProfit + 1n],
      });
    });

    it(`${way}: the wrong way round is a loss, even without a floor`, async () => {
      const { executor, dollar } = market;
      const { firstHop, secondHop } = await opportunity(market, "dollar");
      const amountIn = parseEther("1000");
      await send(dollar, "transfer", await executor.getAddress(), amountIn);
      const backwards = 1n << 184n;
      const revert = await revertOf(
        executor,
        way,
        secondHop ^ backwards,
        firstHop ^ backwards,
        packTrade(amountIn, 0n),
      );
      const { second, first } = await opportunity(market, "dollar");
      const { received } = arbitrage(
        amountIn,
        await stateSelling(second, dollar, market.weth),
        await stateSelling(first, market.weth, dollar),
      );
      assert.ok(received < amountIn);
      assert.deepEqual(revert, { name: "ArbExecutorProfitTooLow", args: [received, amountIn] });
    });

    it(`${way}: reserves that moved since the plan was made are noticed`, async () => {
      const { executor, owner, weth, dollar } = market;
      const { first, second, firstHop, secondHop, secondState } = chance;
      const path = [await weth.getAddress(), await dollar.getAddress()];
      await send(first.router, "swapExactTokensForTokens", parseEther("3"), 0n, path, owner.address, MaxUint256);

      const now = arbitrage(AMOUNT_IN, await stateSelling(first, weth, dollar), secondState);
      assert.ok(now.profit < expectedProfit);
      assert.notEqual(first, second);
      const revert = await revertOf(executor, way, firstHop, secondHop, packTrade(AMOUNT_IN, expectedProfit));
      assert.deepEqual(revert, {
        name: "ArbExecutorProfitTooLow",
        args: [now.received, AMOUNT_IN + expectedProfit],
      });
    });
  }

  it("own funds that are not there are refused", async () => {
    const { executor } = market;
    const trade = packTrade(AMOUNT_IN + 1n, 0n);
    assert.deepEqual(await revertOf(executor, "tradeOwnFunds", chance.firstHop, chance.secondHop, trade), {
      name: "ArbExecutorInsufficientBalance",
      args: [AMOUNT_IN, AMOUNT_IN + 1n],
    });
  });
});

describe("a malformed request", () => {
  const call = (first: bigint, second: bigint, trade: bigint) =>
    revertOf(market.executor, "tradeFlashSwap", first, second, trade);

  it("with unknown bits in a hop is refused", async () => {
    const odd = chance.firstHop | (1n << 185n);
    const trade = packTrade(AMOUNT_IN, 0n);
    assert.deepEqual(await call(odd, chance.secondHop, trade), { name: "HopMalformed", args: [odd] });
    assert.deepEqual(await call(chance.firstHop, odd, trade), { name: "HopMalformed", args: [odd] });
  });

  it("with an amount wider than 112 bits is refused", async () => {
    const trade = packTrade(AMOUNT_IN, 0n) | (1n << 224n);
    assert.deepEqual(await call(chance.firstHop, chance.secondHop, trade), { name: "TradeMalformed", args: [trade] });
  });

  it("with a fee of the whole amount is refused", async () => {
    const { first, token } = chance;
    const hop = packHop({ pair: first.pairAddress, feePips: 1_000_000n, zeroForOne: await sellsToken0(first, token) });
    const revert = await call(hop, chance.secondHop, packTrade(AMOUNT_IN, 0n));
    assert.deepEqual(revert, { name: "V2MathFeeTooHigh", args: [1_000_000n] });
  });

  it("with a fee below the pair's is refused by the pair", async () => {
    const { first, token } = chance;
    const hop = packHop({ pair: first.pairAddress, feePips: 0n, zeroForOne: await sellsToken0(first, token) });
    const revert = await call(hop, chance.secondHop, packTrade(AMOUNT_IN, 0n));
    assert.deepEqual(revert, { name: "Error", args: ["UniswapV2: K"] });
  });

  it("that trades a pair against itself is refused, even when the fee is denied", async () => {
    const { cheap, weth } = market;
    const forward = await sellsToken0(cheap, weth);
    const hop = (zeroForOne: boolean) => packHop({ pair: cheap.pairAddress, feePips: 0n, zeroForOne });
    const { name } = await call(hop(forward), hop(!forward), packTrade(AMOUNT_IN, 0n));
    assert.equal(name, "ArbExecutorProfitTooLow");
  });

  it("over pairs of other tokens is refused by the second pair", async () => {
    const { cheap, executor, owner, weth, ethers } = market;
    const other = await ethers.deployContract("TestToken", owner);
    await send(other, "mint", owner.address, parseEther("1000000"));
    await send(other, "approve", await cheap.router.getAddress(), MaxUint256);
    const tokens = [await weth.getAddress(), await other.getAddress()];
    const amounts = [parseEther("100"), parseEther("1000"), 0n, 0n];
    await send(cheap.router, "addLiquidity", ...tokens, ...amounts, owner.address, MaxUint256);
    const pair = await readAddress(cheap.factory, "getPair", ...tokens);
    const secondHop = packHop({ pair, feePips: 3000n, zeroForOne: BigInt(tokens[1] ?? 0) < BigInt(tokens[0] ?? 0) });
    const trade = packTrade(AMOUNT_IN, 0n);
    assert.deepEqual(await revertOf(executor, "tradeOwnFunds", chance.firstHop, secondHop, trade), {
      name: "Error",
      args: ["UniswapV2: INSUFFICIENT_INPUT_AMOUNT"],
    });
  });

  it("over a pair without liquidity on one side or both is refused", async () => {
    const { ethers, owner, weth, dollar } = market;
    const wethIs0 = await sellsToken0(chance.first, weth);
    const tokens = wethIs0 ? [weth, dollar] : [dollar, weth];
    const pair = await ethers.deployContract(
      "LyingPair",
      await Promise.all(tokens.map((token) => token.getAddress())),
      owner,
    );
    const address = await pair.getAddress();
    const hop = packHop({ pair: address, feePips: 3000n, zeroForOne: wethIs0 });
    const refused = () => call(hop, chance.secondHop, packTrade(AMOUNT_IN, 0n));

    assert.deepEqual(await refused(), { name: "V2MathEmptyReserve", args: [0n, 0n] });
    await send(weth, "transfer", address, 5n);
    assert.deepEqual(await refused(), { name: "V2MathEmptyReserve", args: [5n, 0n] });
    await send(pair, "swap", wethIs0 ? 5n : 0n, wethIs0 ? 0n : 5n, owner.address, "0x");
    await send(dollar, "transfer", address, 7n);
    assert.deepEqual(await refused(), { name: "V2MathEmptyReserve", args: [0n, 7n] });
  });
});

describe("withdrawal", () => {
  it("sends the tokens and says so", async () => {
    const { executor, stranger, weth } = market;
    const token = await weth.getAddress();
    const receipt = await send(executor, "withdraw", token, stranger.address, AMOUNT_IN);
    assert.equal(await readInteger(weth, "balanceOf", stranger.address), AMOUNT_IN);
    const events = receipt.logs.flatMap((log) => executor.interface.parseLog(log) ?? []);
    assert.deepEqual(
      events.map(({ name, args }) => [name, ...args.toArray()]),
      [["ArbWithdrawn", token, stranger.address, AMOUNT_IN]],
    );
  });

  it("of more than there is is refused by the token", async () => {
    const { executor, owner, dollar } = market;
    const revert = await revertOf(executor, "withdraw", await dollar.getAddress(), owner.address, 1n);
    assert.deepEqual(revert, { name: "ERC20InsufficientBalance", args: [await executor.getAddress(), 0n, 1n] });
  });
});
