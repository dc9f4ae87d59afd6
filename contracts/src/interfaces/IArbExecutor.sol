// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Hop} from "../types/Hop.sol";
import {Trade} from "../types/Trade.sol";

/// @title Two-hop arbitrage between two Uniswap V2 pairs of the same two tokens.
/// @author Trigate
/// @notice The profit token is sold to the first pair and bought back from the second. The tokens in between go
/// straight from pair to pair. Every amount is in base units of its token (wei for WETH). Either the whole trade
/// happens and leaves at least the promised profit, or nothing happens.
/// @dev Tokens that take a fee on transfer are refused by the pairs themselves, because less arrives than was priced.
interface IArbExecutor {
    /// @notice A trade was completed.
    /// @param profitToken The token that was sold and bought back.
    /// @param amountIn Base units sold to the first pair.
    /// @param profit Base units gained, after the pairs' fees and before gas.
    event ArbExecuted(address indexed profitToken, uint256 amountIn, uint256 profit);

    /// @notice The owner took tokens out.
    /// @param token The token.
    /// @param to The receiver.
    /// @param amount Base units.
    event ArbWithdrawn(address indexed token, address indexed to, uint256 amount);

    /// @notice Somebody else than the owner called.
    /// @param caller Who called.
    error ArbExecutorNotOwner(address caller);

    /// @notice The owner given at deployment is the zero address.
    error ArbExecutorZeroOwner();

    /// @notice At the pairs' present reserves the trade would bring back too little; nothing was sent.
    /// @param received Base units of the profit token that the second pair would pay.
    /// @param required Base units asked for: the amount in plus the minimum profit.
    error ArbExecutorProfitTooLow(uint256 received, uint256 required);

    /// @notice The pairs delivered less than they are priced to, so a pair or a token does not keep to the rules.
    /// @param balance Base units of the profit token held after the trade.
    /// @param required Base units that had to be held: the balance before plus the minimum profit.
    error ArbExecutorShortDelivery(uint256 balance, uint256 required);

    /// @notice The executor holds too little of the profit token for a trade with its own funds.
    /// @param balance Base units held.
    /// @param required Base units needed.
    error ArbExecutorInsufficientBalance(uint256 balance, uint256 required);

    /// @notice A flash swap callback that no running trade waits for: wrong pair, wrong initiator, changed data or a
    /// second call.
    /// @param pair Who called back.
    /// @param initiator Who started the flash swap, according to the caller.
    error ArbExecutorUnexpectedCallback(address pair, address initiator);

    /// @notice Trades with tokens that the executor holds.
    /// @param first Where the profit token is sold.
    /// @param second Where it is bought back.
    /// @param trade Amount in and minimum profit.
    /// @return profit Base units of the profit token gained.
    function tradeOwnFunds(Hop first, Hop second, Trade trade) external returns (uint256 profit);

    /// @notice Trades without capital: the second pair lends the profit token, and is paid by the first pair in the
    /// callback.
    /// @param first Where the profit token is sold.
    /// @param second Where it is bought back; this pair is the lender.
    /// @param trade Amount in and minimum profit.
    /// @return profit Base units of the profit token gained.
    function tradeFlashSwap(Hop first, Hop second, Trade trade) external returns (uint256 profit);

    /// @notice Sends tokens out of the executor.
    /// @param token The token.
    /// @param to The receiver.
    /// @param amount Base units.
    function withdraw(address token, address to, uint256 amount) external;

    /// @notice The only account that may trade and withdraw; it never changes.
    /// @return account Its address.
    function owner() external view returns (address account);
}
