// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title The integer mathematics of a constant-product pair.
/// @author Trigate
/// @notice Gives the same integers as the pair, so that a quote is exactly what the pair accepts.
library V2Math {
    uint256 private constant PIPS = 1_000_000;

    /// @notice The fee leaves nothing to trade.
    /// @param feePips The fee as given; 999999 is the highest that makes sense.
    error V2MathFeeTooHigh(uint256 feePips);

    /// @notice A pair without liquidity has no price.
    /// @param reserveIn Base units of the token sold.
    /// @param reserveOut Base units of the token bought.
    error V2MathEmptyReserve(uint256 reserveIn, uint256 reserveOut);

    /// @notice The most that a pair pays out; one unit more and the pair refuses.
    /// @param amountIn Base units sold.
    /// @param reserveIn The pair's base units of the token sold; not 0.
    /// @param reserveOut The pair's base units of the token bought; not 0.
    /// @param feePips The pair's fee in hundredths of a basis point, below 1000000.
    /// @return amountOut Base units bought, rounded down, always less than `reserveOut`.
    function quote(uint112 amountIn, uint112 reserveIn, uint112 reserveOut, uint24 feePips)
        internal
        pure
        returns (uint112 amountOut)
    {
        if (feePips >= PIPS) revert V2MathFeeTooHigh(feePips);
        if (reserveIn == 0 || reserveOut == 0) revert V2MathEmptyReserve(reserveIn, reserveOut);
        // Nothing wraps: the fee is below PIPS, which has 20 bits, and the three amounts have 112 each, so no product
        // exceeds 244 bits. The divisor is not zero because reserveIn is not. The result is below reserveOut, so it
        // fits its type.
        unchecked {
            uint256 afterFee = uint256(amountIn) * (PIPS - feePips);
            return uint112((afterFee * reserveOut) / (uint256(reserveIn) * PIPS + afterFee));
        }
    }
}
