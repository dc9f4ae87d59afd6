// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title What a Uniswap V2 pair calls on the receiver of a flash swap.
/// @author Trigate
/// @notice The executor takes this call from the lending pair only.
interface IV2Callee {
    /// @notice Called by the pair after it sent the tokens and before it checks the payment.
    /// @param sender Who called `swap` on the pair.
    /// @param amount0 Base units of token0 sent.
    /// @param amount1 Base units of token1 sent.
    /// @param data The bytes given to `swap`.
    function uniswapV2Call(address sender, uint256 amount0, uint256 amount1, bytes calldata data) external;
}
