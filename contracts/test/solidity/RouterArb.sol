// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title The function of Uniswap's router that the comparison needs.
/// @author Trigate
/// @notice Router02 has it.
interface IRouter {
    /// @notice Sells an exact amount along a path.
    /// @param amountIn Base units sold.
    /// @param amountOutMin Base units to receive at least.
    /// @param path The tokens, sold first.
    /// @param to The receiver.
    /// @param deadline Seconds since 1970 after which the router refuses.
    /// @return amounts Base units at each token of the path.
    function swapExactTokensForTokens(
        uint256 amountIn,
        uint256 amountOutMin,
        address[] calldata path,
        address to,
        uint256 deadline
    ) external returns (uint256[] memory amounts);
}

/// @title The usual way to trade two hops: one call to each exchange's router. What the gas benchmark compares with.
/// @author Trigate
/// @notice Has the same owner check, floor and event as the executor.
/// @dev Approvals are given once, at deployment, which favours this side of the comparison.
contract RouterArb {
    using SafeERC20 for IERC20;

    /// @dev The benchmark compares prices, not clocks.
    uint256 private constant _NO_DEADLINE = type(uint256).max;

    address private immutable _OWNER;
    IRouter private immutable _FIRST;
    IRouter private immutable _SECOND;

    /// @notice A trade was completed.
    /// @param profitToken The token that was sold and bought back.
    /// @param amountIn Base units sold.
    /// @param profit Base units gained.
    event Traded(address indexed profitToken, uint256 amountIn, uint256 profit);

    error NotOwner(address caller);
    error ProfitTooLow(uint256 received, uint256 required);

    constructor(IRouter first, IRouter second, IERC20 profitToken, IERC20 other) {
        (_OWNER, _FIRST, _SECOND) = (msg.sender, first, second);
        profitToken.forceApprove(address(first), type(uint256).max);
        other.forceApprove(address(second), type(uint256).max);
    }

    /// @notice Sells on the first exchange and buys back on the second.
    /// @param profitToken What is sold and bought back.
    /// @param other What is held in between.
    /// @param amountIn Base units sold.
    /// @param minProfit Base units to gain at least.
    /// @return profit Base units gained.
    function trade(address profitToken, address other, uint256 amountIn, uint256 minProfit)
        external
        returns (uint256 profit)
    {
        if (msg.sender != _OWNER) revert NotOwner(msg.sender);
        address[] memory path = new address[](2);
        (path[0], path[1]) = (profitToken, other);
        uint256 between = _sell(_FIRST, amountIn, path);
        (path[0], path[1]) = (other, profitToken);
        uint256 received = _sell(_SECOND, between, path);
        if (received < amountIn + minProfit) revert ProfitTooLow(received, amountIn + minProfit);
        profit = received - amountIn;
        emit Traded(profitToken, amountIn, profit);
    }

    function _sell(IRouter router, uint256 amount, address[] memory path) private returns (uint256 bought) {
        uint256[] memory amounts = router.swapExactTokensForTokens({
            amountIn: amount,
            amountOutMin: 0,
            path: path,
            to: address(this),
            deadline: _NO_DEADLINE
        });
        return amounts[1];
    }
}
