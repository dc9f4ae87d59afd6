// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title The part of a Uniswap V2 pair that the executor calls.
/// @author Trigate
/// @notice Uniswap V2 and its unchanged forks answer to these four.
interface IV2Pair {
    /// @notice Sends out tokens first and asks for the payment afterwards.
    /// @param amount0Out Base units of token0 to send.
    /// @param amount1Out Base units of token1 to send.
    /// @param to Receiver; it is called back before the payment is checked when `data` is not empty.
    /// @param data Handed to the receiver's callback unchanged.
    function swap(uint256 amount0Out, uint256 amount1Out, address to, bytes calldata data) external;

    /// @notice The token with the lower address.
    /// @return token Its address.
    function token0() external view returns (address token);

    /// @notice The token with the higher address.
    /// @return token Its address.
    function token1() external view returns (address token);

    /// @notice The reserves as of the last trade, which is what the next trade is priced with.
    /// @return reserve0 Base units of token0.
    /// @return reserve1 Base units of token1.
    /// @return blockTimestampLast Time of the last trade, seconds modulo 2^32.
    function getReserves() external view returns (uint112 reserve0, uint112 reserve1, uint32 blockTimestampLast);
}
