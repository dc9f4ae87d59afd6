// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IV2Pair} from "../../src/interfaces/IV2Pair.sol";
import {V2Math} from "../../src/libraries/V2Math.sol";
import {VM} from "./IVm.sol";
import {TestToken} from "./TestToken.sol";

// The names of the tests say what they show, and the two interfaces are Uniswap's.
// solhint-disable use-natspec

interface IFactory {
    function createPair(address tokenA, address tokenB) external returns (address pair);
}

interface ILiquidPair is IV2Pair {
    function mint(address to) external returns (uint256 liquidity);
}

/// @title Fuzz tests of the swap mathematics against Uniswap's published pair.
/// @author Trigate
contract V2MathTest {
    uint24 private constant _UNISWAP_FEE = 3000;
    uint112 private constant _MINIMUM_LIQUIDITY = 1000;

    IFactory private _factory;

    error Mismatch(string what, uint256 actual, uint256 limit);
    error NotDeployed();

    function setUp() external {
        // solhint-disable-next-line gas-small-strings
        string memory json = VM.readFile("../node_modules/@uniswap/v2-core/build/UniswapV2Factory.json");
        bytes memory code = bytes.concat(VM.parseJsonBytes(json, ".bytecode"), abi.encode(address(this)));
        address factory;
        // The high-level `new` knows only contracts compiled here, and this one must be the published bytes.
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            factory := create(0, add(code, 0x20), mload(code))
        }
        if (factory == address(0)) revert NotDeployed();
        _factory = IFactory(factory);
    }

    function testFuzzPairPaysTheQuote(uint112 amountIn, uint112 reserve0, uint112 reserve1, bool zeroForOne) external {
        _assumeTradable(amountIn, reserve0, reserve1);
        (ILiquidPair pair, TestToken token0, TestToken token1) = _open(reserve0, reserve1);
        uint112 out = _quote(amountIn, reserve0, reserve1, zeroForOne);
        VM.assume(out > 0);
        (zeroForOne ? token0 : token1).mint(address(pair), amountIn);
        _swap(pair, out, zeroForOne);
        uint256 received = (zeroForOne ? token1 : token0).balanceOf(address(this));
        if (received != out) revert Mismatch("received", received, out);
    }

    function testFuzzPairRefusesOneMore(uint112 amountIn, uint112 reserve0, uint112 reserve1, bool zeroForOne)
        external
    {
        _assumeTradable(amountIn, reserve0, reserve1);
        (ILiquidPair pair, TestToken token0, TestToken token1) = _open(reserve0, reserve1);
        uint112 out = _quote(amountIn, reserve0, reserve1, zeroForOne);
        // One more would be the whole reserve, which the pair refuses for another reason.
        VM.assume(out + 1 < (zeroForOne ? reserve1 : reserve0));
        (zeroForOne ? token0 : token1).mint(address(pair), amountIn);
        VM.expectRevert(abi.encodeWithSignature("Error(string)", "UniswapV2: K"));
        _swap(pair, out + 1, zeroForOne);
    }

    function testFuzzNeverPaysTheWholeReserve(uint112 amountIn, uint112 reserveIn, uint112 reserveOut, uint24 fee)
        external
        pure
    {
        VM.assume(reserveIn > 0 && reserveOut > 0);
        uint112 out = V2Math.quote(amountIn, reserveIn, reserveOut, fee % 1_000_000);
        if (out >= reserveOut) revert Mismatch("paid", out, reserveOut);
    }

    function testFuzzHigherFeeNeverPaysMore(uint112 amountIn, uint112 reserveIn, uint112 reserveOut, uint24 fee)
        external
        pure
    {
        VM.assume(reserveIn > 0 && reserveOut > 0);
        uint24 lower = fee % 999_999;
        uint112 more = V2Math.quote(amountIn, reserveIn, reserveOut, lower);
        uint112 less = V2Math.quote(amountIn, reserveIn, reserveOut, lower + 1);
        if (less > more) revert Mismatch("dearer pair pays", less, more);
    }

    function testWidestAmountsDoNotWrap() external pure {
        uint112 max = type(uint112).max;
        uint112 out = V2Math.quote(max, max, max, 0);
        // Selling as much as the reserve halves what is left to buy.
        if (out != max / 2) revert Mismatch("paid", out, max / 2);
    }

    function _open(uint112 reserve0, uint112 reserve1)
        private
        returns (ILiquidPair pair, TestToken token0, TestToken token1)
    {
        (token0, token1) = (new TestToken(), new TestToken());
        if (address(token0) > address(token1)) (token0, token1) = (token1, token0);
        pair = ILiquidPair(_factory.createPair(address(token0), address(token1)));
        token0.mint(address(pair), reserve0);
        token1.mint(address(pair), reserve1);
        pair.mint(address(this));
    }

    function _swap(ILiquidPair pair, uint256 out, bool zeroForOne) private {
        (uint256 out0, uint256 out1) = zeroForOne ? (uint256(0), out) : (out, uint256(0));
        pair.swap(out0, out1, address(this), "");
    }

    function _assumeTradable(uint112 amountIn, uint112 reserve0, uint112 reserve1) private pure {
        VM.assume(amountIn > 0);
        // The pair burns its minimum liquidity from the first deposit and keeps balances within 112 bits.
        VM.assume(reserve0 > _MINIMUM_LIQUIDITY && reserve1 > _MINIMUM_LIQUIDITY);
        uint256 room = type(uint112).max;
        VM.assume(uint256(amountIn) + reserve0 <= room && uint256(amountIn) + reserve1 <= room);
    }

    function _quote(uint112 amountIn, uint112 reserve0, uint112 reserve1, bool zeroForOne)
        private
        pure
        returns (uint112 out)
    {
        (uint112 reserveIn, uint112 reserveOut) = zeroForOne ? (reserve0, reserve1) : (reserve1, reserve0);
        return V2Math.quote(amountIn, reserveIn, reserveOut, _UNISWAP_FEE);
    }
}
